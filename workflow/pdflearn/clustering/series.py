"""Measured series: one sample at many temperatures, times or compositions, and where it changes."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.decomposition import NMF

from pdflearn.clustering import algorithms
from pdflearn.core.grid import Grid
from pdflearn.dataset.axes import feature_axis
from pdflearn.dataset.features import normalise
from pdflearn.structures.elements import parse_composition

# A series needs so many files; a change needs so many on either side.
FEWEST = 4
FEWEST_ASIDE = 4
COMPONENTS = 2
MOST_CLUSTERS = 6
PERMUTATIONS = 999
SIGNIFICANCE = 0.01
ORDERED_BY = {"temperature": "temperature (K)", "time": "time (s)", "fraction": "fraction"}

COLUMNS = ["series", "file", "place", "x", "x_name", "correlation", "cluster", "segment"]
WEIGHTS = [f"weight_{k + 1}" for k in range(COMPONENTS)]
CHANGE_COLUMNS = ["series", "x_name", "before", "after", "gain", "p_value", "support"]


@dataclass(frozen=True)
class Series:
    """Files of one series in order.

    Attributes
    ----------
    name : str
    rows : array of int, rows of the index
    x : array (n,)
    x_name : str
        What x is, with its unit: "temperature (K)", ...; "file, in order of name" where nothing
        that varies is known for every file.
    """

    name: str
    rows: np.ndarray
    x: np.ndarray
    x_name: str


def _natural(name: str) -> list[tuple[int, float, str]]:
    """A key that sorts run_2 before run_10."""
    parts = re.split(r"(\d+(?:\.\d+)?)", name)
    return [(0, float(p), "") if k % 2 else (1, 0.0, p.lower()) for k, p in enumerate(parts)]


def _varied(own: pd.DataFrame) -> tuple[np.ndarray, str] | None:
    """What varies along a series and its name with unit; None where no column tells its files."""
    for column, name in ORDERED_BY.items():
        x = pd.to_numeric(own[column], errors="coerce")
        if x.notna().all() and x.nunique() == len(x):
            return x.to_numpy(dtype=float), name
    shares = [parse_composition(text) or {} for text in own["composition"]]
    varied = []
    for element in sorted({element for share in shares for element in share}):
        x = np.array([share.get(element, 0.0) for share in shares])
        if len(np.unique(x.round(6))) == len(x) and all(shares):
            varied.append((np.ptp(x), element, x))
    if not varied:
        return None
    _, element, x = max(varied, key=lambda item: item[:2])
    return x, f"{element} (fraction of all atoms)"


def find_series(index: pd.DataFrame) -> list[Series]:
    """The series of measured/index.csv with enough files, each in its order.

    By temperature, else time, else the fraction that the user's table gives; else by the share of
    the element whose share varies most, where compositions are known; else by name.

    Parameters
    ----------
    index : DataFrame
        series, file, temperature (kelvin), time (seconds), fraction, composition: as text, ""
        where unknown.
    """
    found = []
    for name, own in index[index["series"] != ""].groupby("series", sort=True):
        if len(own) < FEWEST:
            continue
        varied = _varied(own)
        if varied is not None:
            x, x_name = varied
            order = np.argsort(x, kind="stable")
            values = x[order]
        else:
            keys = [_natural(file) for file in own["file"]]
            order = np.array(sorted(range(len(own)), key=keys.__getitem__))
            values, x_name = np.arange(1.0, len(own) + 1), "file, in order of name"
        found.append(Series(str(name), own.index.to_numpy()[order], values, x_name))
    return found


def _design(x: np.ndarray, places: list[int]) -> np.ndarray:
    """Columns of a smooth drift, and of a step and a bend at each place."""
    t = (x - x.mean()) / (np.ptp(x) or 1.0)
    columns = [np.ones_like(t), t, t**2]
    for place in places:
        after = np.arange(len(x)) >= place
        columns += [after.astype(float), np.where(after, t - t[place - 1 : place + 1].mean(), 0.0)]
    return np.column_stack(columns)


def _residual_maker(design: np.ndarray) -> np.ndarray:
    """The matrix that takes values to their residuals from a fit."""
    return np.eye(len(design)) - design @ np.linalg.pinv(design)


@dataclass(frozen=True)
class Change:
    """A change between two neighbours of a series.

    Attributes
    ----------
    place : int
        It lies between place - 1 and place.
    gain : float
        How much smaller the squared residuals become, relative to those that remain.
    p_value : float
        Share of series without it that gain as much at their best place.
    support : float
        Share of the series with one file left out that put it there, or one step beside.
    """

    place: int
    gain: float
    p_value: float
    support: float


def _gains(
    x: np.ndarray, known: list[int]
) -> tuple[list[int], np.ndarray, Callable[[np.ndarray], np.ndarray]] | None:
    """Where one more change can be, what the known ones leave, and the gain of every place."""
    n = len(x)
    edges = [0, *sorted(known), n]
    places = [
        place
        for low, high in zip(edges[:-1], edges[1:], strict=True)
        for place in range(low + FEWEST_ASIDE, high - FEWEST_ASIDE + 1)
    ]
    if not places or n < 7 + 2 * len(known):
        return None
    one = _residual_maker(_design(x, known))
    two = np.array([_residual_maker(_design(x, [*known, place])) for place in places])

    def gains(values: np.ndarray) -> np.ndarray:
        gram = values @ values.T
        before = np.einsum("ij,ji->", one, gram)
        after = np.einsum("kij,ji->k", two, gram)
        return (before - after) / np.maximum(after, 1e-12 * np.trace(gram) + 1e-300)

    return places, one, gains


def find_change(x: np.ndarray, y: np.ndarray, known: list[int], seed: int) -> Change | None:
    """The place where a step and a bend explain most beyond a smooth drift.

    Where nothing happens every column of y follows a parabola in x, as with thermal expansion and
    growing thermal motion.

    Parameters
    ----------
    x : array (n,)
    y : array (n, m)
    known : list of int
        Places that are allowed for already.
    seed : int

    Returns
    -------
    Change or None
        None where the series is too short for one more change. The p-value comes from exchanging
        the residuals of the smooth drift (D. Freedman and D. Lane, J. Bus. Econ. Stat. 1 (1983)
        292): it takes them for independent, which slow drifts of an instrument are not.
    """
    test = _gains(x, known)
    if test is None:
        return None
    places, one, gains = test
    residuals = one @ y
    observed = gains(residuals)
    random = np.random.default_rng(seed)
    drawn = [gains(residuals[random.permutation(len(x))]).max() for _ in range(PERMUTATIONS)]
    best = int(observed.argmax())
    as_much = 1 + int(np.sum(np.array(drawn) >= observed[best]))
    place = places[best]
    near = []
    for out in range(len(x)):
        rows = np.delete(np.arange(len(x)), out)
        again = _gains(x[rows], [k - (out < k) for k in known])
        if again is not None:
            found = again[0][int(again[2](y[rows]).argmax())]
            near.append(abs(found + (out < found) - place) <= 1)
    support = float(np.mean(near)) if near else 0.0
    return Change(place, float(observed[best]), as_much / (PERMUTATIONS + 1), support)


def find_changes(x: np.ndarray, y: np.ndarray, seed: int) -> list[Change]:
    """Significant changes, strongest first, each beyond those before it."""
    found: list[Change] = []
    while True:
        change = find_change(x, y, [known.place for known in found], seed)
        if change is None or change.p_value > SIGNIFICANCE:
            return found
        found.append(change)


def components(g: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (n, k) that add up to one, and non-negative components (k, m) of lifted patterns.

    What all patterns share is left in both components; the weights tell how one gives way to the
    other (C.-H. Liu et al., J. Appl. Crystallogr. 54 (2021) 768).
    """
    lowest = g.min(axis=0)
    model = NMF(COMPONENTS, init="nndsvda", max_iter=2000, tol=1e-6, random_state=seed)
    weights = model.fit_transform(g - lowest)
    parts = model.components_
    size = parts.sum(axis=1)
    weights, parts = weights * size, parts / np.where(size > 0, size, 1.0)[:, None]
    order = np.argsort([np.polyfit(np.arange(len(g)), w, 1)[0] for w in weights.T], kind="stable")
    weights, parts = weights[:, order], parts[order]
    total = weights.sum(axis=1, keepdims=True)
    return weights / np.where(total > 0, total, 1.0), parts


def clusters(g: np.ndarray) -> np.ndarray:
    """Clusters along the series by Ward's criterion, as many as give the highest silhouette."""
    numbers = range(2, min(MOST_CLUSTERS, len(g) - 1) + 1)
    tried = [algorithms.assign("ward", g, n, 0) for n in numbers]
    widths = [algorithms.silhouette(g, found, len(g)) for found in tried]
    found = tried[int(np.argmax(widths))]
    first_seen = {number: k + 1 for k, number in enumerate(dict.fromkeys(found.tolist()))}
    return np.array([first_seen[number] for number in found.tolist()])


def study(
    series: Series,
    index: pd.DataFrame,
    patterns: np.ndarray,
    grid: Grid,
    r_low: float,
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, np.ndarray]]:
    """Similarity, components, clusters and changes of one series.

    Parameters
    ----------
    series : Series
    index : DataFrame
        measured/index.csv: file, r_max (angstrom).
    patterns : array (n, points)
        All measured patterns on the study's grid.
    grid : Grid
    r_low : float
        What lies below, in angstrom, is left out, and what lies beyond the shortest pattern; a
        small distortion shows best at long distances.
    seed : int

    Returns
    -------
    table : DataFrame
        One row a file, columns `COLUMNS` and `WEIGHTS`; correlation is with the first pattern.
    changes : DataFrame
        `CHANGE_COLUMNS`: a change lies between `before` and `after`.
    arrays : dict
        r (m,), similarity (n, n), components (k, m), difference (m,) of the last and first.
    """
    own = index.loc[series.rows]
    last = min(grid.r_min + grid.r_step * (grid.points - 1), float(own["r_max"].min()))
    r = feature_axis("raw", grid, (r_low, last))
    columns = np.round((r - grid.r_min) / grid.r_step).astype(int)
    g = normalise(patterns[series.rows][:, columns].astype(np.float64))
    similarity = np.corrcoef(g)
    weights, parts = components(g, seed)
    found = find_changes(series.x, g, seed)
    places = sorted(change.place for change in found)
    table = pd.DataFrame(
        {
            "series": series.name,
            "file": own["file"].to_numpy(),
            "place": np.arange(1, len(g) + 1),
            "x": series.x,
            "x_name": series.x_name,
            "correlation": similarity[0].round(6),
            "cluster": clusters(g),
            "segment": 1 + np.searchsorted(places, np.arange(len(g)), side="right"),
        }
    )
    changes = pd.DataFrame(
        [
            (
                series.name,
                series.x_name,
                series.x[change.place - 1],
                series.x[change.place],
                round(change.gain, 4),
                change.p_value,
                round(change.support, 3),
            )
            for change in found
        ],
        columns=CHANGE_COLUMNS,
    )
    arrays = {"r": r, "similarity": similarity, "components": parts, "difference": g[-1] - g[0]}
    return (
        pd.concat([table, pd.DataFrame(weights.round(6), columns=WEIGHTS)], axis=1),
        changes,
        arrays,
    )
