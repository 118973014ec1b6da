"""A measured sample: what is known of one file, and its curve as it is fitted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.measured.index import pack_curves, unpack_curve
from pdflearn.measured.observation import (
    R_MAX,
    Observation,
    ObservationError,
    observe,
    signal_end,
)
from pdflearn.measured.reader import Pattern
from pdflearn.measured.recipe_columns import RECIPE_COLUMNS
from pdflearn.structures.elements import is_formula

_RESOLUTION = ("q_min", "q_max", "q_damp", "q_broad")


@dataclass(frozen=True)
class MeasuredSample:
    """What is known of one measured file, and its curve as it is fitted.

    All fields but the last two are the columns of results/measured/index.csv. An unknown text is
    "", an unknown number None.

    Attributes
    ----------
    file : str
        Name of the file below the folder of measured files; of a member archive.zip/member.
    source : {"user", "public"}
    sample, series : str
        Files of one sample, or of one series, count as one in the scores.
    label : str
        The known structure type, "none" for none of the library, "a+b" for a mixture.
    radiation : {"xray", "neutron", ""}
    composition : str
        Formula, as written.
    composition_given : bool
        Whether the user's samples.csv gives the composition; only then is it relied on.
    elements : str
        The elements that the user's samples.csv gives, with blanks between them.
    structure : str
        The user's structure files that are to be tried, as samples.csv names them.
    only : bool
        Whether nothing but these is to be tried.
    calibrant : str
        What the file is a calibrant of: "Ni", "Si", "CeO2" or "LaB6"; "" for none.
    group : str
        Files that were measured alike: a calibrant serves those of its own group.
    boxcar : str
        Width and step of ranges of r in a row, angstrom: "10 5"; "" for none.
    joint : str
        Files with the same word are of one sample and are refined together.
    shared : str
        What the files of a series share: "u_iso_Fe=linear delta2=same".
    temperature, time, fraction : float or None
        Kelvin, seconds, and the fraction of the component that varies.
    quantity : str
        What the file held: "G", "F(Q)", "S(Q)", "g(r)", ...
    r_min, r_max : float
        Range of the file, angstrom.
    points : int
        Number of rows of the file.
    q_min, q_max, q_damp, q_broad : float or None
        1/angstrom; of the observation, where the curve can be fitted. The last two are the
        instrument's resolution, as in PDFfit2.
    q_damp_given, q_broad_given : bool
        Whether the user's samples.csv gives them; then no calibrant changes them.
    recipe : str
        What samples.csv says of the refinement, see `recipe_columns`: "atoms=yes; shape=bulk".
    noise : float or None
        Standard deviation of a point, on the scale of the curve; None where it is not known.
    warnings : str
        What was changed, assumed or looks odd.
    fit_error : str
        Why the curve cannot be fitted; "" where it can.
    observation : Observation or None
        The curve within the range that identification looks at, to 20 angstrom at most; None with a
        `fit_error`.
    whole : Observation or None
        The curve to where its signal ends, 50 angstrom at most: for a final fit.

    Examples
    --------
    >>> r = np.arange(0.0, 20.0, 0.02)
    >>> pattern = Pattern(r, np.sin(20 * r), header={"radiation": "xray"}, name="Ni.gr")
    >>> given = {"composition": "Ni", "q_max": 25.0}
    >>> sample = MeasuredSample.from_pattern("Ni.gr", pattern, given)
    >>> sample.radiation, sample.composition_given, sample.q_max
    ('xray', True, 25.0)
    >>> row = sample.to_row()
    >>> curve = sample.whole.r, sample.whole.g
    >>> MeasuredSample.from_row(row, curve).to_row() == row
    True
    """

    file: str
    source: str = "user"
    sample: str = ""
    series: str = ""
    label: str = ""
    radiation: str = ""
    composition: str = ""
    composition_given: bool = False
    elements: str = ""
    structure: str = ""
    only: bool = False
    calibrant: str = ""
    group: str = ""
    boxcar: str = ""
    joint: str = ""
    shared: str = ""
    temperature: float | None = None
    time: float | None = None
    fraction: float | None = None
    quantity: str = "G"
    r_min: float = 0.0
    r_max: float = 0.0
    points: int = 0
    q_min: float | None = None
    q_max: float | None = None
    q_damp: float | None = None
    q_broad: float | None = None
    q_damp_given: bool = False
    q_broad_given: bool = False
    recipe: str = ""
    noise: float | None = None
    warnings: str = ""
    fit_error: str = ""
    observation: Observation | None = None
    whole: Observation | None = None

    @classmethod
    def from_pattern(
        cls, file: str, pattern: Pattern, given: Mapping[str, Any], source: str = "user"
    ) -> "MeasuredSample":
        """Put together what the table gives, what the header says and what the curve shows.

        What a table gives goes before what the file's header says.

        Parameters
        ----------
        file : str
            The file's name in the index.
        pattern : Pattern
        given : mapping
            The file's line of samples.csv, or of public.csv; may be empty.
        source : {"user", "public"}
        """
        hints = pattern.header
        # A value of zero is a value: a series may begin with it.
        known = {
            key: hints.get(key, "") if given.get(key, "") == "" else given[key]
            for key in ("radiation", "composition", "temperature")
        }
        composition = str(known["composition"])
        composition_given = source == "user" and bool(given.get("composition"))
        warnings = list(pattern.warnings)
        if composition_given and not is_formula(composition):
            warnings.append(
                f"the composition {composition!r} is no formula such as SrFe2As2; not used"
            )
        fit_error = ""
        try:
            whole = observe(
                pattern,
                given,
                str(known["radiation"]) or "xray",
                r_min=_number(given.get("r_min")),
                r_max=_number(given.get("r_max")) or signal_end(pattern.r, pattern.g),
            )
            observation = whole.between(None, R_MAX)
            warnings += observation.notes
            resolution = {key: getattr(observation, key) for key in _RESOLUTION}
        except ObservationError as error:
            observation, whole, fit_error = None, None, str(error)
            resolution = {key: _number(hints.get(key)) for key in _RESOLUTION}
        return cls(
            file=file,
            source=source,
            sample=str(given.get("sample") or ""),
            series=str(given.get("series") or ""),
            # The types of a mixture in order, as the answers name them.
            label="+".join(sorted(t.strip() for t in str(given.get("label") or "").split("+"))),
            radiation=str(known["radiation"]),
            composition=composition,
            composition_given=composition_given,
            elements=str(given.get("elements") or "") if source == "user" else "",
            structure=str(given.get("structure") or "") if source == "user" else "",
            only=source == "user" and bool(given.get("only")),
            calibrant=str(given.get("calibrant") or ""),
            group=str(given.get("group") or ""),
            boxcar=str(given.get("boxcar") or ""),
            joint=str(given.get("joint") or ""),
            shared=str(given.get("shared") or ""),
            temperature=_number(known["temperature"]),
            time=_number(given.get("time")),
            fraction=_number(given.get("fraction")),
            quantity=pattern.quantity,
            r_min=float(pattern.r[0]),
            r_max=float(pattern.r[-1]),
            points=len(pattern.r),
            **resolution,
            q_damp_given=given.get("q_damp", "") != "",
            q_broad_given=given.get("q_broad", "") != "",
            recipe="; ".join(
                f"{name}={given[name]}" for name in RECIPE_COLUMNS if given.get(name, "") != ""
            ),
            noise=whole.noise if whole else None,
            warnings="; ".join(warnings),
            fit_error=fit_error,
            observation=observation,
            whole=whole,
        )

    def to_row(self) -> dict[str, Any]:
        """The sample's row of index.csv, by column; the curve is stored beside it."""
        return {name: getattr(self, name) for name in INDEX_COLUMNS}

    @classmethod
    def from_row(
        cls, row: Mapping[str, Any], curve: tuple[np.ndarray, np.ndarray] | None
    ) -> "MeasuredSample":
        """The sample of a row of index.csv.

        Parameters
        ----------
        row : mapping
            As `to_row` gives it, or as it is read from the file.
        curve : tuple of two arrays (n,), or None
            r (angstrom) and G(r) of the whole range; None, or empty, where they cannot be fitted.
        """
        values = {name: row[name] for name in INDEX_COLUMNS}
        for name in ("composition_given", "only", "q_damp_given", "q_broad_given"):
            values[name] = bool(values[name])
        for name in ("temperature", "time", "fraction", "noise", *_RESOLUTION):
            values[name] = _number(values[name])
        whole = None
        if curve is not None and len(curve[0]):
            whole = Observation(
                *curve,
                radiation=values["radiation"] or "xray",
                **{name: values[name] for name in _RESOLUTION},
                noise=values["noise"],
            )
        observation = whole.between(None, R_MAX) if whole else None
        return cls(**values, observation=observation, whole=whole)


def load_samples(index_file: str | Path, curves_file: str | Path) -> list[MeasuredSample]:
    """The samples of one batch, from its index and the curves to be fitted.

    Parameters
    ----------
    index_file, curves_file : path
        results/measured/batches/{batch}_index.csv and {batch}_observations.npz.
    """
    index = load_table(index_file, columns.MEASURED_INDEX)
    with np.load(curves_file) as arrays:
        packed = dict(arrays)  # each look into the file reads a whole array anew
    return [
        MeasuredSample.from_row(row, tuple(unpack_curve(packed, number, "r", "g")))
        for number, row in enumerate(index.to_dict("records"))
    ]


def curve_arrays(samples: Iterable[MeasuredSample]) -> dict[str, np.ndarray]:
    """The whole curves, packed for {batch}_observations.npz; an empty one without a fit."""
    empty = (np.empty(0), np.empty(0))
    observations = [sample.whole for sample in samples]
    return pack_curves([(o.r, o.g) if o else empty for o in observations], ("r", "g"))


INDEX_COLUMNS = [
    field.name for field in fields(MeasuredSample) if field.name not in ("observation", "whole")
]


def _number(value: Any) -> float | None:
    """A number; None for an empty cell, which is "", None or NaN."""
    return None if value is None or value == "" or pd.isna(value) else float(value)
