"""Figures of maps of the patterns: principal components, their loadings, and t-SNE."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.reporting.data import CRYSTAL_SYSTEMS
from pdflearn.reporting.names import shorten
from pdflearn.reporting.style import COLOURS, MARKERS, R_LABEL, STYLE

REST = "#D5D5D5"


def plot_embeddings(table: pd.DataFrame, explained: np.ndarray) -> Figure:
    """Plot two maps of the patterns, coloured by label, crystal system, cluster and size.

    Parameters
    ----------
    table : DataFrame
        pc1, pc2, tsne1, tsne2, label, crystal_system, cluster (-1: none), diameter (angstrom,
        empty for bulk), atoms: a row a pattern.
    explained : array (k,)
        The share of the variance that each principal component explains.

    Returns
    -------
    Figure
    """
    spheres = table["diameter"].notna().any()
    size = table["diameter"] if spheres else table["atoms"].astype(float)
    bulk = size.isna()
    groups = {
        "label": table["label"],
        "crystal system": table["crystal_system"].fillna(""),
        "cluster": table["cluster"].map(lambda n: "none" if n < 0 else f"cluster {n}"),
    }
    systems = set(groups["crystal system"])
    order = {
        "label": _commonest(groups["label"]),
        "crystal system": [name for name in CRYSTAL_SYSTEMS if name in systems],
        "cluster": [name for name in _commonest(groups["cluster"]) if name != "none"],
    }
    axis_names = {
        "pc": [f"component {k + 1} ({100 * share:.0f} %)" for k, share in enumerate(explained[:2])],
        "tsne": ["t-SNE 1", "t-SNE 2"],
    }
    with plt.rc_context({**STYLE, "savefig.dpi": 200}):
        figure, grid = plt.subplots(2, 4, figsize=(11, 6.2))
        for line, (embedding, names) in zip(grid, axis_names.items(), strict=True):
            x, y = table[f"{embedding}1"], table[f"{embedding}2"]
            for axes, name in zip(line, groups, strict=False):
                _scatter(axes, x, y, groups[name], order[name])
            axes = line[3]
            axes.scatter(x[bulk], y[bulk], s=3, color=REST, linewidths=0, rasterized=True)
            points = axes.scatter(
                x[~bulk], y[~bulk], s=6, c=size[~bulk], cmap="cividis", linewidths=0,
                rasterized=True,
            )  # fmt: skip
            for axes in line:
                axes.set(xticks=[], yticks=[], xlabel=names[0])
            line[0].set_ylabel(names[-1])
        for axes, name in zip(grid[0], groups, strict=False):
            axes.set_title(f"{name} (commonest)" if name != "crystal system" else name)
        grid[0, 3].set_title("particle size (bulk in grey)" if spheres else "number of atoms")
        for axes in grid[1, :3]:
            if axes.get_legend_handles_labels()[0]:
                axes.legend(
                    loc="upper center", bbox_to_anchor=(0.5, -0.1), ncols=2, fontsize=6.5,
                    markerscale=1.8, handletextpad=0.2, columnspacing=0.8,
                )  # fmt: skip
        if (~bulk).any():
            bar = grid[1, 3].inset_axes([0.1, -0.2, 0.8, 0.04])
            figure.colorbar(points, cax=bar, orientation="horizontal")
            bar.set_xlabel("diameter (Å)" if spheres else "atoms")
    return figure


def _scatter(axes: Axes, x: pd.Series, y: pd.Series, groups: pd.Series, names: list[str]) -> None:
    """Points coloured and marked by the first seven groups, the rest in pale grey."""
    marked = names[: len(COLOURS)]
    rest = ~groups.isin(marked)
    axes.scatter(x[rest], y[rest], s=3, color=REST, linewidths=0, rasterized=True)
    for name, colour, marker in zip(marked, COLOURS, MARKERS, strict=False):
        rows = groups == name
        axes.scatter(
            x[rows], y[rows], s=7, color=colour, marker=marker, linewidths=0,
            label=shorten(name, 20), rasterized=True,
        )  # fmt: skip


def _commonest(values: pd.Series) -> list[str]:
    """The values, commonest first; those that occur equally often in alphabetical order."""
    counts = values.value_counts().sort_index()
    return list(counts.sort_values(ascending=False, kind="stable").index)


def plot_loadings(r: np.ndarray, components: np.ndarray, explained: np.ndarray) -> Figure:
    """Plot what each principal component adds to a pattern, against r.

    Parameters
    ----------
    r : array (m,)
        Angstrom.
    components : array (k, m)
        The loadings of each component.
    explained : array (k,)
        The share of the variance that each component explains.

    Returns
    -------
    Figure
    """
    step = 2.2 * np.abs(components).max()
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.8, 0.7 + 0.75 * len(components)))
        for k, (component, share) in enumerate(zip(components, explained, strict=True)):
            base = -k * step
            colour = COLOURS[k % len(COLOURS)]
            axes.axhline(base, color="#CCCCCC", linewidth=0.6)
            axes.plot(r, base + component, color=colour)
            axes.annotate(
                f"component {k + 1}\n{100 * share:.0f} % of the variance", (r[-1], base), (5, 0),
                textcoords="offset points", va="center", fontsize=8, color=colour,
                annotation_clip=False,
            )  # fmt: skip
        axes.set(xlabel=R_LABEL, ylabel="loading", yticks=[], xlim=(r[0], r[-1]))
    return figure
