"""Identify measured files with the model and the structures of a study that has run."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from threadpoolctl import threadpool_limits

from pdflearn.core import provenance
from pdflearn.core.errors import PdflearnError
from pdflearn.core.grid import Grid
from pdflearn.core.io import save_table, save_text
from pdflearn.identification.catalogue import Catalogue, CatalogueFiles, load_catalogue
from pdflearn.identification.lookup import OwnStructures, read_own
from pdflearn.identification.request import structure_files
from pdflearn.identification.sample import (
    SampleResult,
    identification_table,
    identify_samples,
    parameters_table,
)
from pdflearn.measured.batch import Batch, MeasuredFile, read_samples
from pdflearn.measured.index import file_name, readable
from pdflearn.measured.reader import printable
from pdflearn.measured.sample_table import SAMPLE_TABLE, SampleTables, no_such_file
from pdflearn.measured.samples import INDEX_COLUMNS, MeasuredSample
from pdflearn.models.probabilities import type_probabilities
from pdflearn.models.stored_networks import load_classifier
from pdflearn.structures.elements import ElementError, is_formula, parse_elements
from pdflearn.structures.library import Library, load_library
from pdflearn.study.config import ConfigError, check_config, drop_null_entries

RECORD = "provenance.json"
# Without a study: the grid of reference patterns (that of the default study), and how many types
# are listed.
ALONE_GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)
ALONE_TOP_N = 5
CATALOGUE = CatalogueFiles(
    table="measured/references/catalogue.parquet",
    xray="measured/references/xray.npy",
    neutron="measured/references/neutron.npy",
    types="measured/references/types.json",
)


class StudyError(PdflearnError):
    """A folder of results that cannot be used; says what to do first."""


@dataclass(frozen=True)
class TrainedStudy:
    """What identification needs of a study that has run.

    Attributes
    ----------
    config : dict
        The settings that its results were made with.
    catalogue : Catalogue
    model : estimator
        The selected model of the task that measured files are identified with.
    """

    config: dict[str, Any]
    catalogue: Catalogue
    model: Any

    @property
    def grid(self) -> Grid:
        """The grid of r that the model was trained on."""
        return Grid(**self.config["simulate"]["grid"])

    @property
    def top_n(self) -> int:
        """How many types are listed for a file."""
        return int(self.config["measured"]["top_n"])


@dataclass(frozen=True)
class Asked:
    """What the command line says of all files beside their samples.csv.

    Attributes
    ----------
    structures : tuple of str
        Structure files that are tried, as they were named.
    only : bool
        Whether nothing but these is tried.
    elements : str
        The samples' elements, or a formula; "" where samples.csv alone speaks.
    """

    structures: tuple[str, ...] = ()
    only: bool = False
    elements: str = ""

    def of_sample(self, sample: MeasuredSample, own: OwnStructures) -> MeasuredSample:
        """A sample with what is asked of it; what its samples.csv says goes first."""
        files = [*structure_files(sample.structure), *(str(row["file"]) for row in own.rows)]
        known = bool(sample.elements or (sample.composition and sample.composition_given))
        given: dict[str, Any] = {}
        if self.elements and not known:
            given = given_chemistry(self.elements)
        structure = ";".join(dict.fromkeys(files)) + (";" if files else "")
        return replace(sample, structure=structure, only=sample.only or self.only, **given)


NOTHING_ASKED = Asked()


def given_chemistry(text: str) -> dict[str, Any]:
    """Fields of a sample for elements or a formula as the command line has them.

    Examples
    --------
    >>> given_chemistry("Ti,O"), given_chemistry("Fe3O4")["composition"]
    ({'elements': 'O Ti'}, 'Fe3O4')
    """
    try:
        return {"elements": " ".join(parse_elements(text))}
    except ElementError as error:
        if is_formula(text):
            return {"composition": text, "composition_given": True}
        raise StudyError(
            f"--elements {text}: {error}; expected symbols such as Ti,O or a formula such as TiO2"
        ) from None


def _read_structures(asked: Asked, study: TrainedStudy | None) -> OwnStructures:
    """The structures that the command line names."""
    if not asked.structures:
        if asked.only:
            raise StudyError("--only tries the files of --structure alone; name at least one")
        return OwnStructures()
    own = read_own([(path, readable(path)) for path in asked.structures], _library(study))
    if asked.only and not own.structures:
        reasons = "; ".join(f"{row['file']}: {row['reason']}" for row in own.rejected)
        raise StudyError(f"none of the structures can be used: {reasons}")
    return own


def _library(study: TrainedStudy | None) -> Library | None:
    """The library by which types are recognised: the study's, else the project's, else none."""
    named = study.config["structures"]["library"] if study else ""
    folders = [Path(named)] if named else []
    folders.append(Path(__file__).parents[3] / "resources" / "library")
    return next((load_library(folder) for folder in folders if folder.is_dir()), None)


def load_study(results: str | Path) -> TrainedStudy:
    """Load the settings, the structures and the selected model of a study that has run.

    Parameters
    ----------
    results : path
        Its folder of results, whose provenance.json holds the settings they were made with.

    Raises
    ------
    StudyError
        Where it is no such folder, or a file of it is missing or was changed.
    """
    folder = Path(results)
    record = folder / RECORD
    config, hashes = _read_record(record)
    model = f"models/{config['measured']['task']}/selected.skops"
    for name in (model, *CATALOGUE):
        if not (folder / name).is_file():
            raise StudyError(f"{folder / name} is missing: run the study first (make run)")
        if hashes.get(f"results/{name}") != provenance.file_hash(folder / name):
            raise StudyError(
                f"{folder / name} is not the one that {record} tells of: the study was changed "
                "since; let it run to its end (make run)"
            )
    catalogue = load_catalogue(CatalogueFiles(*(folder / name for name in CATALOGUE)))
    return TrainedStudy(config, catalogue, load_classifier(folder / model))


def _read_record(record: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """The settings of a study, and the hash of each of its results by name."""
    try:
        written = json.loads(record.read_text(encoding="utf-8"))
        config = drop_null_entries(written["config"])
        check_config(config)
        hashes: dict[str, str] = {}
        for result in written["results"].values():
            hashes |= result["files"]
    except FileNotFoundError:
        raise StudyError(f"{record} is missing: run the study first (make run)") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        reason = str(error) if isinstance(error, (OSError, ConfigError)) else repr(error)
        reason = reason.split("\n")[0].rstrip(":")
        raise StudyError(
            f"{record} is no record of a study of this version ({reason}): run the study (make run)"
        ) from None
    return config, hashes


def read_files(paths: Iterable[str], grid: Grid) -> tuple[Batch, list[dict[str, str]]]:
    """Read measured files under the names that they are given; samples.csv beside them is used.

    Returns
    -------
    batch : Batch
    rejected : list of dict
        file and reason: of files that cannot be used, then of lines of a samples.csv that name no
        file.
    """
    files, tables = [], {}
    for path in dict.fromkeys(paths):
        folder = Path(path).parent
        if folder not in tables:
            tables[folder] = SampleTables(folder, [folder / SAMPLE_TABLE])
        files.append(_as_given(path, tables[folder]))
    batch = read_samples(files, grid.r)
    rejected = [{"file": file, "reason": error.reason} for file, error in batch.rejected]
    for folder, table in tables.items():
        here = [(path, name) for path, name in batch.members if Path(path).parent == folder]
        for line in table.unmatched(file_name(folder, path, name) for path, name in here):
            if not (folder / line).is_file():  # else nobody asked about it
                named = readable(str(folder / SAMPLE_TABLE))
                rejected.append({"file": named, "reason": no_such_file(line)})
    return batch, rejected


def _as_given(path: str, table: SampleTables) -> MeasuredFile:
    """A file under the name that it has on the command line."""
    shown = readable(path)
    return MeasuredFile(
        path,
        index_name=lambda name: shown if name == Path(path).name else f"{shown}/{name}",
        given=lambda name: table.given(path, name),
    )


def identify_files(
    paths: list[str], results: str | Path, out: str | Path, asked: Asked = NOTHING_ASKED
) -> int:
    """Print and write what measured files are.

    Parameters
    ----------
    paths : list of str
        Measured files, or zip archives of such.
    results : path
        The folder of results of a study that has run.
    out : path
        Folder for index.csv, rejected.csv, identification.csv, parameters.csv and structures/.
    asked : Asked, optional
        The user's structures and the elements of the samples. Where nothing but these structures
        is to be tried, no study is needed.

    Returns
    -------
    int
        How many files, or lines of a samples.csv, could not be used.

    Raises
    ------
    StudyError
        Where the study cannot be used, or none of the structures that alone are to be tried.
    """
    with threadpool_limits(1):  # more only wait for each other on matrices this small
        study = None if asked.only else load_study(results)
        grid, top_n = (study.grid, study.top_n) if study else (ALONE_GRID, ALONE_TOP_N)
        own = _read_structures(asked, study)
        batch, rejected = read_files(paths, grid)
        rejected += own.rejected
        samples = [asked.of_sample(sample, own) for sample in batch.samples]
        if study is None:
            catalogue = Catalogue.of_structures(own, grid)
            probabilities = pd.DataFrame(index=range(len(samples)))
        else:
            catalogue = study.catalogue
            if own.structures:
                catalogue = catalogue.with_structures(own, grid)
            probabilities = type_probabilities(batch.patterns_array(grid.points), study.model)
        folder = Path(out)
        identified = []
        for result in identify_samples(samples, probabilities, catalogue, top_n):
            identified.append(result)
            _print_result(result)
            for name, text in result.files.items():
                save_text(folder / "structures" / name, text)
    for row in rejected:
        _print(f"not used: {row['file']}: {row['reason']}")
    index = pd.DataFrame([sample.to_row() for sample in samples], columns=INDEX_COLUMNS)
    save_table(folder / "index.csv", index)
    save_table(folder / "rejected.csv", pd.DataFrame(rejected, columns=["file", "reason"]))
    save_table(folder / "identification.csv", identification_table(identified))
    save_table(folder / "parameters.csv", parameters_table(identified))
    _print(f"Written: {folder / 'identification.csv'}")
    return len(rejected)


def _print_result(result: SampleResult) -> None:
    _print(f"{result.sample.file}: {result.answer.verdict}. {result.types[0]['reason']}")
    if result.sample.warnings:
        _print(f"  note: {result.sample.warnings}")
    for row in result.types:
        fit = "" if np.isnan(row["rw"]) else f"Rw {row['rw']:.3f}  {row['structure']}"
        probability = "" if np.isnan(row["probability"]) else f"{row['probability']:.2f}"
        _print(f"  {row['rank']}  {row['structure_type']:<20}{probability:>5}  {fit}".rstrip())


def _print(text: str) -> None:
    """Print one line, with nothing in it that a terminal obeys."""
    print(printable(text))
