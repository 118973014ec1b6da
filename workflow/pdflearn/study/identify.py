"""Identify measured files with the model and the structures of a study that has run."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
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
from pdflearn.measured.samples import INDEX_COLUMNS
from pdflearn.models.probabilities import type_probabilities
from pdflearn.models.stored_networks import load_classifier
from pdflearn.study.config import ConfigError, check_config, drop_null_entries

RECORD = "provenance.json"
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


def identify_files(paths: list[str], results: str | Path, out: str | Path) -> int:
    """Print and write what measured files are.

    Parameters
    ----------
    paths : list of str
        Measured files, or zip archives of such.
    results : path
        The folder of results of a study that has run.
    out : path
        Folder for index.csv, rejected.csv, identification.csv, parameters.csv and structures/.

    Returns
    -------
    int
        How many files, or lines of a samples.csv, could not be used.
    """
    with threadpool_limits(1):  # more only wait for each other on matrices this small
        study = load_study(results)
        batch, rejected = read_files(paths, study.grid)
        probabilities = type_probabilities(batch.patterns_array(study.grid.points), study.model)
        folder = Path(out)
        identified = []
        for result in identify_samples(
            batch.samples, probabilities, study.catalogue, study.config["measured"]["top_n"]
        ):
            identified.append(result)
            _print_result(result)
            for name, text in result.files.items():
                save_text(folder / "structures" / name, text)
    for row in rejected:
        _print(f"not used: {row['file']}: {row['reason']}")
    index = pd.DataFrame([sample.to_row() for sample in batch.samples], columns=INDEX_COLUMNS)
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
