"""Figures of clusterings: scores, the number of clusters, what clusters hold, Ward's tree."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.cluster import hierarchy

from pdflearn.reporting.names import shorten, words
from pdflearn.reporting.style import (
    BLUE,
    COLOURS,
    FEATURE_AXES,
    GREY,
    MARKERS,
    STYLE,
    VERMILION,
    label_ends,
    plot_message,
)

CLUSTER_CONTROLS = ("true_labels", "random")
MAX_CLUSTERS = 12
MAX_LEAVES = 60
METHOD_WORDS = {
    "kmeans": "k-means", "gaussian_mixture": "Gaussian mixture", "ward": "Ward",
    "hdbscan": "HDBSCAN", "spectral": "spectral",
}  # fmt: skip
# What speaks for a number of clusters.
CRITERIA = {
    "silhouette": "silhouette: higher is better",
    "bic": "BIC of mixtures: lower is better",
    "gap": "gap of k-means ± error",
    "stability": "stability of k-means",
}


def plot_scores(table: pd.DataFrame) -> Figure:
    """Plot how well every clustering agrees with the labels, and how stable it is.

    Parameters
    ----------
    table : DataFrame
        representation, method, n_clusters, ari, stability, stability_low, stability_high: a row a
        clustering, and one for each of the controls true_labels and random.

    Returns
    -------
    Figure
    """
    real = table[~table["method"].isin(CLUSTER_CONTROLS)]
    controls = table[table["method"].isin(CLUSTER_CONTROLS)].set_index("method")
    representations = list(dict.fromkeys(real.sort_index()["representation"]))
    methods = [name for name in METHOD_WORDS if name in set(real["method"])]
    size = (3.0 + 1.5 * len(methods), 1.5 + 0.42 * len(representations))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(1, 2, figsize=size, sharey=True)
        for axes, column in zip(grid, ("ari", "stability"), strict=True):
            values = real.pivot(index="representation", columns="method", values=column)
            values = values.reindex(index=representations, columns=methods)
            axes.imshow(values.to_numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
            for row in real.itertuples():
                value = getattr(row, column)
                if np.isnan(value):
                    continue
                note = f"{row.n_clusters} clusters"
                if column == "stability":
                    note = f"{row.stability_low:.2f} to {row.stability_high:.2f}"
                axes.text(
                    methods.index(row.method), representations.index(row.representation),
                    f"{_two_digits(value)}\n{note}", ha="center", va="center", fontsize=6.5,
                    color="white" if value > 0.55 else "black",
                )  # fmt: skip
            axes.set_xticks(range(len(methods)), [METHOD_WORDS[m] for m in methods], fontsize=7.5)
            names = [words(name) for name in representations]
            axes.set_yticks(range(len(names)), names, fontsize=8)
            axes.tick_params(length=0)
            axes.spines[:].set_visible(False)
        grid[0].set_title(
            "agreement with the labels (adjusted Rand index)\n"
            f"controls: true labels {_two_digits(controls.at['true_labels', 'ari'])}, "
            f"random {_two_digits(controls.at['random', 'ari'])}",
            fontsize=8, weight="normal",
        )  # fmt: skip
        grid[1].set_title(
            "stability under resampling, without labels\n(adjusted Rand index, its 95 % range)",
            fontsize=8, weight="normal",
        )  # fmt: skip
    return figure


def _two_digits(value: float) -> str:
    """A number with two digits after the point; zero has no sign."""
    return f"{round(value, 2) + 0.0:.2f}"


def plot_n_clusters(
    table: pd.DataFrame, representation: str, n_labels: int, label_silhouette: float
) -> Figure:
    """Plot what each criterion says of the number of clusters, in one representation.

    Parameters
    ----------
    table : DataFrame
        representation, method, n_clusters, criterion, value, low, high, chosen.
    representation : str
        Which rows are shown.
    n_labels : int
        How many labels there are.
    label_silhouette : float
        The silhouette of the true labels.

    Returns
    -------
    Figure
    """
    table = table[table["representation"] == representation]
    criteria = [name for name in CRITERIA if name in set(table["criterion"])]
    ticks = sorted(table.loc[table["criterion"] == "gap", "n_clusters"].unique())
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            1, len(criteria), figsize=(2.75 * len(criteria) + 0.5, 2.8), squeeze=False
        )
        for axes, criterion in zip(grid[0], criteria, strict=True):
            rows = table[table["criterion"] == criterion]
            ends = _plot_criterion(axes, rows, band=criterion in ("gap", "stability"))
            axes.set(xscale="log", xlabel="number of clusters", title=CRITERIA[criterion])
            axes.title.set_fontsize(8)
            axes.set_xticks(ticks, _tick_labels(ticks), fontsize=7)
            axes.minorticks_off()
            axes.axvline(n_labels, color="#BBBBBB", linewidth=0.8, zorder=0)
            if criterion == "silhouette":
                axes.axhline(label_silhouette, color="#BBBBBB", linewidth=0.8, zorder=0)
            low, high = axes.get_ylim()
            if len(ends) > 1:
                last = rows["n_clusters"].max()
                label_ends(axes, max(last, n_labels), ends, 0.075 * (high - low))
        figure.suptitle(
            f"representation: {words(representation)}; grey lines: the {n_labels} labels, and "
            "their silhouette",
            fontsize=8,
        )  # fmt: skip
    return figure


def _plot_criterion(axes: Axes, rows: pd.DataFrame, band: bool) -> dict[str, tuple[float, str]]:
    """The curves of a criterion, one a method; returns where each of them ends."""
    ends = {}
    methods = [name for name in METHOD_WORDS if name in set(rows["method"])]
    for method, colour, marker in zip(methods, COLOURS, MARKERS, strict=False):
        line = rows[rows["method"] == method].sort_values("n_clusters")
        n_clusters, values = line["n_clusters"], line["value"]
        if band:
            axes.fill_between(n_clusters, line["low"], line["high"], color=colour, alpha=0.2, lw=0)
        axes.plot(n_clusters, values, color=colour, marker=marker, markersize=4, mfc="white")
        best = line[line["chosen"]]
        axes.plot(best["n_clusters"], best["value"], marker, color=colour, markersize=6)
        if len(line):
            ends[METHOD_WORDS[method]] = (float(values.iloc[-1]), colour)
    return ends


def _tick_labels(ticks: list[int], ratio: float = 1.6) -> list[str]:
    """Labels of ticks on a logarithmic axis, without those that would touch the one before."""
    labels, last = [], 0.0
    for n in ticks:
        far = n >= ratio * last
        labels.append(str(n) if far else "")
        last = n if far else last
    return labels


def plot_contents(
    table: pd.DataFrame, features: str, axis: np.ndarray, curves: dict[str, np.ndarray]
) -> Figure:
    """Plot the largest clusters: the mean pattern, the spread, the most central member.

    Parameters
    ----------
    table : DataFrame
        cluster, patterns, label, share, central: a row a cluster, largest first.
    features : str
        The features on whose axis the curves stand, such as raw or first_peak.
    axis : array (m,)
    curves : dict
        mean, low, high, central: arrays (n_clusters, m), in the order of the table.

    Returns
    -------
    Figure
    """
    largest = table[table["cluster"] >= 0].head(MAX_CLUSTERS)
    if largest.empty:
        return plot_message(
            "no cluster was found: the method that is shown calls all patterns noise"
        )
    n_columns = min(3, len(largest))
    n_rows = -(-len(largest) // n_columns)
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            n_rows, n_columns, figsize=(2.9 * n_columns, 1.4 * n_rows + 0.7), sharex=True,
            sharey=True, squeeze=False,
        )  # fmt: skip
        for axes, (index, row) in zip(grid.flat, largest.iterrows(), strict=False):
            axes.fill_between(
                axis, curves["low"][index], curves["high"][index], color=BLUE, alpha=0.3, lw=0,
                label="80 % of its patterns",
            )  # fmt: skip
            axes.plot(axis, curves["mean"][index], color=BLUE, linewidth=1.0, label="mean")
            axes.plot(
                axis, curves["central"][index], color=VERMILION, linewidth=0.6,
                label="most central member",
            )  # fmt: skip
            axes.set_title(
                f"{row['patterns']} patterns, {100 * row['share']:.0f} % "
                f"{shorten(row['label'], 18)}",
                fontsize=7.5,
            )  # fmt: skip
            axes.text(
                0.99, 0.98, shorten(row["central"], 30), transform=axes.transAxes, ha="right",
                va="top", fontsize=6.5, color=VERMILION,
            )  # fmt: skip
            axes.set(xlim=(axis[0], axis[-1]), yticks=[])
            axes.spines["left"].set_visible(False)
            axes.tick_params(labelsize=7)
        for axes in grid.flat[len(largest) :]:
            axes.set_visible(False)
        handles, names = grid.flat[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper center", ncols=3, fontsize=8)
        figure.supxlabel(FEATURE_AXES[features], fontsize=9)
        figure.supylabel("G(r), scaled", fontsize=9)
    return figure


def plot_dendrogram(linkage: np.ndarray, labels: np.ndarray, representation: str) -> Figure:
    """Plot the tree of Ward's hierarchical clustering, cut where its branches are too many to read.

    Parameters
    ----------
    linkage : array (n - 1, 4)
        SciPy's linkage matrix.
    labels : array of str (n,)
        The label of each pattern.
    representation : str
        What of the patterns was compared.

    Returns
    -------
    Figure
    """
    if len(labels) < 3:
        return plot_message("too few patterns for a tree")
    n_leaves = min(MAX_LEAVES, len(labels))
    nodes = hierarchy.to_tree(linkage, rd=True)[1]

    def leaf_name(node: int) -> str:
        """The commonest label below a node, and how many of its patterns have it."""
        members = labels[nodes[node].pre_order()]
        names, counts = np.unique(members, return_counts=True)
        commonest = counts.argmax()
        return f"{shorten(str(names[commonest]), 22)}  {counts[commonest]} of {len(members)}"

    with plt.rc_context({**STYLE, "lines.linewidth": 0.8}):
        figure, axes = plt.subplots(figsize=(6.8, 0.8 + 0.135 * n_leaves))
        hierarchy.dendrogram(
            linkage, p=n_leaves, truncate_mode="lastp", orientation="left",
            leaf_label_func=leaf_name, color_threshold=0, above_threshold_color=GREY,
            leaf_font_size=6.5, ax=axes,
        )  # fmt: skip
        axes.spines["right"].set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(
            f"Ward distance at which two branches join (representation: {words(representation)})"
        )
    return figure
