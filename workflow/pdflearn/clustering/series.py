"""Measured series: one sample at many temperatures, times or compositions."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pdflearn.clustering import algorithms, scores
from pdflearn.clustering.changes import find_changes
from pdflearn.clustering.factorisation import MAX_COMPONENTS, factorise
from pdflearn.core.grid import Grid
from pdflearn.dataset.axes import feature_axis
from pdflearn.dataset.representation import normalise
from pdflearn.measured.series import Series

MAX_CLUSTERS = 6
COLUMNS = [
    "series", "file", "position", "x", "x_name", "correlation", "cluster", "segment", "stretch",
    "broadening",
]  # fmt: skip
WEIGHTS = [f"weight_{k + 1}" for k in range(MAX_COMPONENTS)]
CHANGE_COLUMNS = ["series", "x_name", "before", "after", "gain", "p_value", "support"]


@dataclass(frozen=True)
class SeriesResult:
    """Similarity, components, clusters and changes of one series.

    Attributes
    ----------
    table : DataFrame
        One row a file, columns `COLUMNS` and `WEIGHTS`: position along the series, correlation
        with the first pattern, cluster, segment between two changes; stretch of the distances and
        growth of U (angstrom^2) since the first pattern, weights of the components (NaN for those
        that the series does not need).
    changes : DataFrame
        Columns `CHANGE_COLUMNS`, strongest first; a change lies between the values of x called
        before and after.
    arrays : dict
        r (m,) in angstrom, similarity (n, n): Pearson's correlation, r_components (m',) in
        angstrom, components (k, m'), difference (m,) of the last pattern and the first.
    """

    table: pd.DataFrame
    changes: pd.DataFrame
    arrays: dict[str, np.ndarray]


def cluster_series(g: np.ndarray) -> np.ndarray:
    """Clusters of patterns by Ward's criterion, as many as give the highest silhouette.

    Parameters
    ----------
    g : array (n, m)
        Patterns in the order of the series.

    Returns
    -------
    array (n,) of int
        Clusters 1, 2, ... in the order in which they first occur.
    """
    clusterings = [
        algorithms.cluster("ward", g, n, 0) for n in range(2, min(MAX_CLUSTERS, len(g) - 1) + 1)
    ]
    widths = [scores.silhouette(g, labels, len(g)) for labels in clusterings]
    labels = clusterings[int(np.argmax(widths))].tolist()
    renumbered = {label: k + 1 for k, label in enumerate(dict.fromkeys(labels))}
    return np.array([renumbered[label] for label in labels])


def analyse_series(
    series: Series,
    index: pd.DataFrame,
    patterns: np.ndarray,
    grid: Grid,
    r_low: float,
    seed: int,
) -> SeriesResult:
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
        Lowest r that is looked at, in angstrom. The highest is where the shortest pattern ends: a
        small distortion shows best at long distances.
    seed : int
    """
    files = index.loc[series.rows]
    last = min(grid.r_min + grid.r_step * (grid.points - 1), float(files["r_max"].min()))
    r = feature_axis("raw", grid, (r_low, last))
    columns = np.round((r - grid.r_min) / grid.r_step).astype(int)
    g = normalise(patterns[series.rows][:, columns].astype(np.float64))
    similarity = np.corrcoef(g)
    changes = find_changes(series.x, g, seed)
    parts = factorise(r, g, seed, changes=[change.index for change in changes])
    positions = sorted(change.index for change in changes)
    table = pd.DataFrame(
        {
            "series": series.name,
            "file": files["file"].to_numpy(),
            "position": np.arange(1, len(g) + 1),
            "x": series.x,
            "x_name": series.x_name,
            "correlation": similarity[0].round(6),
            "cluster": cluster_series(g),
            "segment": 1 + np.searchsorted(positions, np.arange(len(g)), side="right"),
            "stretch": parts.stretch.round(6),
            "broadening": parts.broadening.round(6),
        }
    )
    weights = np.full((len(g), MAX_COMPONENTS), np.nan)
    weights[:, : parts.weights.shape[1]] = parts.weights.round(6)
    change_table = pd.DataFrame(
        [
            (
                series.name,
                series.x_name,
                series.x[change.index - 1],
                series.x[change.index],
                round(change.gain, 4),
                change.p_value,
                round(change.support, 3),
            )
            for change in changes
        ],
        columns=CHANGE_COLUMNS,
    )
    return SeriesResult(
        table=pd.concat([table, pd.DataFrame(weights, columns=WEIGHTS)], axis=1),
        changes=change_table,
        arrays={
            "r": r,
            "similarity": similarity,
            "r_components": parts.r,
            "components": parts.components,
            "difference": g[-1] - g[0],
        },
    )
