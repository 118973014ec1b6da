"""Which measured files form a series, and in which order."""

import re
from dataclasses import dataclass

import numpy as np
import pandas as pd

from pdflearn.structures.elements import parse_composition

MIN_FILES = 4  # that make a series
# Columns of the index that can order a series, and what they are called on an axis.
ORDERED_BY = {"temperature": "temperature (K)", "time": "time (s)", "fraction": "fraction"}


@dataclass(frozen=True)
class Series:
    """The files of one series, in order.

    Attributes
    ----------
    name : str
    rows : array (n,) of int
        Rows of the index.
    x : array (n,)
        What varies along the series, ascending.
    x_name : str
        What x is, with its unit: "temperature (K)", ...; "file, in order of name" where nothing
        that varies is known for every file.
    """

    name: str
    rows: np.ndarray
    x: np.ndarray
    x_name: str


def _natural_key(name: str) -> list[tuple[int, float, str]]:
    """A key that sorts run_2 before run_10."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(0, float(p), "") if k % 2 else (1, 0.0, p.lower()) for k, p in enumerate(parts)]


def _varied(files: pd.DataFrame) -> tuple[np.ndarray, str] | None:
    """What varies along a series and its name with unit; None where no column tells its files."""
    for column, name in ORDERED_BY.items():
        x = pd.to_numeric(files[column], errors="coerce")
        if x.notna().all() and x.nunique() == len(x):
            return x.to_numpy(dtype=float), name
    compositions = [parse_composition(text) or {} for text in files["composition"]]
    varied = []
    for element in sorted({element for fractions in compositions for element in fractions}):
        x = np.array([fractions.get(element, 0.0) for fractions in compositions])
        if len(np.unique(x.round(6))) == len(x) and all(compositions):
            varied.append((np.ptp(x), element, x))
    if not varied:
        return None
    _, element, x = max(varied, key=lambda item: item[:2])
    return x, f"{element} (fraction of all atoms)"


def find_series(index: pd.DataFrame) -> list[Series]:
    """The series of measured/index.csv that have enough files, each in its order.

    A series is ordered by temperature, else by time, else by the fraction that the user's table
    gives; else by the share of the element that varies most, where compositions are known; else by
    the files' names.

    Parameters
    ----------
    index : DataFrame
        series, file, temperature (kelvin), time (seconds), fraction, composition: as text, ""
        where unknown.

    See Also
    --------
    pdflearn.clustering.series.analyse_series : Similarity, components, clusters and changes.

    Examples
    --------
    >>> index = pd.DataFrame({
    ...     "series": "heating", "file": ["a.gr", "b.gr", "c.gr", "d.gr"],
    ...     "temperature": ["300", "100", "200", "400"], "time": "", "fraction": "",
    ...     "composition": "",
    ... })
    >>> heating, = find_series(index)
    >>> heating.rows
    array([1, 2, 0, 3])
    >>> heating.x_name
    'temperature (K)'
    """
    all_series = []
    for name, files in index[index["series"] != ""].groupby("series", sort=True):
        if len(files) < MIN_FILES:
            continue
        varied = _varied(files)
        if varied is not None:
            x, x_name = varied
            order = np.argsort(x, kind="stable")
            values = x[order]
        else:
            keys = [_natural_key(file) for file in files["file"]]
            order = np.array(sorted(range(len(files)), key=keys.__getitem__))
            values, x_name = np.arange(1.0, len(files) + 1), "file, in order of name"
        all_series.append(Series(str(name), files.index.to_numpy()[order], values, x_name))
    return all_series
