"""What calibrants told of the instrument, and which files it serves.

A calibrant is measured as the samples are; its q_damp and q_broad (see `refinement.calibrant`) are
those of the set-up. They serve the files of its group: those with the same `group` in samples.csv,
or, where it has none, those without a group in the same folder.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import PurePosixPath
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.measured.samples import MeasuredSample


@dataclass(frozen=True)
class Calibration:
    """What a calibrant's curve tells of the instrument; a row of calibrants.csv.

    Attributes
    ----------
    file : str
    calibrant : str
        "Ni", "Si", "CeO2" or "LaB6".
    group : str
        The group of files that it serves; "" for the files without a group in its folder.
    radiation : {"xray", "neutron"}
    q_damp, q_damp_stderr, q_broad, q_broad_stderr : float
        1/angstrom; NaN without a fit.
    a, a_stderr, a_library : float
        The lattice constant, and that of the library, angstrom.
    rw, r_max : float
        Of the fit; r_max in angstrom.
    used : bool
        Whether it serves other files.
    note : str
        Why it does not serve, or what looks odd; "" where nothing does.
    """

    file: str
    calibrant: str
    group: str = ""
    radiation: str = "xray"
    q_damp: float = np.nan
    q_damp_stderr: float = np.nan
    q_broad: float = np.nan
    q_broad_stderr: float = np.nan
    a: float = np.nan
    a_stderr: float = np.nan
    a_library: float = np.nan
    rw: float = np.nan
    r_max: float = np.nan
    used: bool = False
    note: str = ""

    @property
    def serves(self) -> tuple[str, str, str]:
        """The radiation, and the group or folder of the files that it serves."""
        return _key(self.radiation, self.group, self.file)


COLUMNS = [field.name for field in fields(Calibration)]


def calibrants_table(calibrations: Iterable[Calibration]) -> pd.DataFrame:
    """The rows of calibrants.csv, by file."""
    rows = sorted((asdict(item) for item in calibrations), key=lambda row: row["file"])
    return pd.DataFrame(rows, columns=COLUMNS)


def calibrations_of(table: pd.DataFrame) -> list[Calibration]:
    """The calibrations of calibrants.csv."""
    rows: list[dict[str, Any]] = table.fillna({"note": "", "group": ""}).to_dict("records")
    return [Calibration(**{**row, "used": bool(row["used"])}) for row in rows]


def calibrated(
    samples: Iterable[MeasuredSample], calibrations: Iterable[Calibration]
) -> list[MeasuredSample]:
    """The samples with the resolution of their group's calibrant.

    A calibrant serves the files of its group and radiation; without a group, those without a group
    that lie in its folder. Where a group has several, the first one by name serves. What
    samples.csv says of a file goes before, what its header says does not.

    Parameters
    ----------
    samples : iterable of MeasuredSample
    calibrations : iterable of Calibration

    Examples
    --------
    >>> from pdflearn.measured.observation import Observation
    >>> curve = Observation(np.linspace(2.0, 20.0, 400), np.ones(400), q_damp=0.03)
    >>> sample = MeasuredSample("day1/a.gr", radiation="xray", observation=curve, whole=curve)
    >>> nickel = Calibration("day1/Ni.gr", "Ni", q_damp=0.041, q_broad=0.01, used=True)
    >>> calibrated([sample], [nickel])[0].observation.q_damp
    0.041
    """
    serving = _serving(calibrations)
    return [_with_resolution(sample, serving) for sample in samples]


def damping_of(index: pd.DataFrame, calibrations: Iterable[Calibration]) -> np.ndarray:
    """The damping of the instrument of each file, as `calibrated` takes it.

    Parameters
    ----------
    index : DataFrame
        Rows of index.csv.
    calibrations : iterable of Calibration

    Returns
    -------
    array (n,)
        q_damp, 1/angstrom; NaN where neither the file nor a calibrant tells.
    """
    serving = _serving(calibrations)
    values = []
    for row in index.to_dict("records"):
        known = serving.get(_key(row["radiation"] or "xray", row["group"], row["file"]))
        own = known is None or bool(row["q_damp_given"])
        values.append(row["q_damp"] if own else known.q_damp)
    return np.array(values, dtype=float)


def _serving(calibrations: Iterable[Calibration]) -> dict[tuple[str, str, str], Calibration]:
    """For each group of files the calibrant that serves it."""
    serving: dict[tuple[str, str, str], Calibration] = {}
    for item in sorted(calibrations, key=lambda item: item.file):
        if item.used:
            serving.setdefault(item.serves, item)
    return serving


def _with_resolution(
    sample: MeasuredSample, serving: Mapping[tuple[str, str, str], Calibration]
) -> MeasuredSample:
    known = serving.get(_key(sample.radiation or "xray", sample.group, sample.file))
    if known is None or sample.observation is None:
        return sample
    changes: dict[str, float] = {}
    if not sample.q_damp_given:
        changes["q_damp"] = known.q_damp
    if not sample.q_broad_given:
        changes["q_broad"] = known.q_broad
    whole = sample.whole and replace(sample.whole, **changes)
    return replace(
        sample, observation=replace(sample.observation, **changes), whole=whole, **changes
    )


def _key(radiation: str, group: str, file: str) -> tuple[str, str, str]:
    """What files that were measured alike have in common."""
    if group:
        return radiation, "group", group
    return radiation, "folder", PurePosixPath(file).parent.as_posix()
