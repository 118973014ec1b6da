"""A study that has run: its model and its structures identify measured curves."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from pdflearn.core import provenance
from pdflearn.core.errors import PdflearnError
from pdflearn.core.grid import Grid
from pdflearn.core.tasks import MEASURED_NUMBERS
from pdflearn.identification.catalogue import Catalogue, CatalogueFiles, load_catalogue
from pdflearn.identification.lookup import OwnStructures
from pdflearn.identification.sample import identify_sample
from pdflearn.measured.resample import resample
from pdflearn.measured.samples import MeasuredSample
from pdflearn.models.number_limits import Seen
from pdflearn.models.probabilities import type_probabilities
from pdflearn.models.stored_networks import load_classifier
from pdflearn.models.stored_numbers import NumberModel, load_number_model, predict_numbers
from pdflearn.structures.library import Library, load_library
from pdflearn.study.asked import Asked, own_structures
from pdflearn.study.config import ConfigError, check_config, drop_null_entries
from pdflearn.study.identification import Identification
from pdflearn.study.patterns import PatternLike, StructureLike, as_list, as_pattern

RECORD = "provenance.json"
# Without a study: the grid of reference patterns (that of the default study), and how many types
# are listed.
ALONE_GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)
ALONE_TOP_N = 5
LIBRARY = Path(__file__).parents[3] / "resources" / "library"
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
        The settings that its results were made with; empty where there is no study.
    catalogue : Catalogue
    model : estimator or None
        The selected model of the task that measured files are identified with. None: no type is
        more probable than another.
    numbers : dict
        "diameter" and "nearest_neighbour" -> the selected model, where it has intervals.

    See Also
    --------
    load_study : Loads one.
    without_study : Compares with the user's structures alone.
    """

    config: dict[str, Any]
    catalogue: Catalogue
    model: Any
    numbers: dict[str, NumberModel] = field(default_factory=dict)

    @property
    def grid(self) -> Grid:
        """The grid of r that the model was trained on."""
        return Grid(**self.config["simulate"]["grid"]) if self.config else ALONE_GRID

    @property
    def top_n(self) -> int:
        """How many types are listed for a file."""
        return int(self.config["measured"]["top_n"]) if self.config else ALONE_TOP_N

    @property
    def library(self) -> Library | None:
        """The library by which types of the user's structures are recognised, where it is there."""
        named = [Path(self.config["structures"]["library"])] if self.config else []
        folders = [folder for folder in (*named, LIBRARY) if folder.is_dir()]
        return load_library(folders[0]) if folders else None

    def with_structures(self, own: OwnStructures) -> "TrainedStudy":
        """The same study, which compares with the user's structures as well."""
        if not own.structures:
            return self
        return replace(self, catalogue=self.catalogue.with_structures(own, self.grid))

    def identify(
        self,
        pattern: PatternLike,
        elements: str | Iterable[str] = "",
        structures: StructureLike | Sequence[StructureLike] = (),
        *,
        only: bool = False,
        r_range: tuple[float, float] | None = None,
        radiation: str | None = None,
        name: str = "",
        **given: Any,
    ) -> Identification:
        """Say what a measured G(r) is.

        Parameters
        ----------
        pattern : Pattern, path, or arrays of r (angstrom) and G(r)
        elements : str or sequence of str, optional
            The sample's elements, such as "Sr Fe As", or its formula, such as "SrFe2As2".
        structures : Structure, path, Atoms of ASE, Structure of pymatgen, or a sequence, optional
            Structures that are tried beside those of the study.
        only : bool, default False
            Whether nothing but these is tried.
        r_range : two floats, optional
            What is fitted, angstrom; identification looks no farther than 20. Without it from
            before the first peak.
        radiation : {"xray", "neutron"}, optional
            Without it the file's own word counts; where that is missing, both are tried.
        name : str, optional
            What the curve is called; the name of the file by default.
        **given
            What else samples.csv may give: q_min, q_max, q_damp, q_broad (1/angstrom).

        Returns
        -------
        Identification

        Raises
        ------
        PdflearnError
            Where the pattern or a structure cannot be used, or a value is not possible.
        """
        measured = as_pattern(pattern)
        said = {"radiation": radiation, **given}
        if r_range is not None:
            said["r_min"], said["r_max"] = (float(r) for r in r_range)
        said = {key: value for key, value in said.items() if value is not None}
        sample = MeasuredSample.from_pattern(name or measured.name or "the curve", measured, said)
        given_structures = as_list(structures)
        own = own_structures(given_structures, self.library if given_structures else None)
        symbols = elements if isinstance(elements, str) else " ".join(elements)
        sample = Asked(only=only, elements=symbols).of_sample(sample, own)
        g = resample(measured.r, measured.g, self.grid.r)
        return self.with_structures(own).identify_sample(sample, g)

    def identify_sample(self, sample: MeasuredSample, g: np.ndarray) -> Identification:
        """Say what a sample is whose curve on the study's grid is g, (points,)."""
        with threadpool_limits(1):  # more only wait for each other on matrices this small
            probabilities: dict[str, float] = {}
            if self.model is not None:
                patterns = np.asarray(g, dtype=np.float32)[None]
                probabilities = type_probabilities(patterns, self.model).iloc[0].to_dict()
            result = identify_sample(sample, probabilities, self.catalogue, self.top_n)
            if self.numbers:
                table = predict_numbers(
                    self.numbers,
                    np.asarray(g, dtype=np.float32)[None],
                    [Seen(sample.r_min, sample.r_max, sample.q_max, sample.q_damp)],
                    tuple(self.config["simulate"]["ranges"]["q_damp"]),
                )
                result.types[0].update(table.iloc[0].to_dict())
            return Identification(result)


def without_study(own: OwnStructures) -> TrainedStudy:
    """What compares with the user's structures alone; no study is needed."""
    return TrainedStudy({}, Catalogue.of_structures(own, ALONE_GRID), None)


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

    Examples
    --------
    >>> import pdflearn
    >>> study = pdflearn.load_study("results")  # doctest: +SKIP
    >>> answer = study.identify("Ni.gr", elements="Ni")  # doctest: +SKIP
    >>> answer.verdict, answer.rw  # doctest: +SKIP
    ('accepted', 0.0274)
    """
    folder = Path(results)
    record = folder / RECORD
    config, hashes = _read_record(record)
    model = f"models/{config['measured']['task']}/selected.skops"
    for name in (model, *CATALOGUE):
        if not (folder / name).is_file():
            raise StudyError(f"{folder / name} is missing: run the study first (make run)")
        if hashes.get(name) != provenance.file_hash(folder / name):
            raise StudyError(
                f"{folder / name} is not the one that {record} tells of: the study was changed "
                "since; let it run to its end (make run)"
            )
    catalogue = load_catalogue(CatalogueFiles(*(folder / name for name in CATALOGUE)))
    numbers = {}
    for label in MEASURED_NUMBERS:  # a study need not learn them
        name = f"models/{label}/selected.skops"
        if name in hashes and hashes[name] == provenance.file_hash(folder / name):
            numbers[label] = load_number_model(folder / name)
    numbers = {label: of_label for label, of_label in numbers.items() if of_label is not None}
    return TrainedStudy(config, catalogue, load_classifier(folder / model), numbers)


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
    return config, provenance.within_results(hashes)
