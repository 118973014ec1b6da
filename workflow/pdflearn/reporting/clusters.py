"""Figures of clusters: scores, numbers, contents, maps, loadings."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.cluster import hierarchy

from pdflearn.reporting.data import SYSTEMS
from pdflearn.reporting.style import (
    BLUE,
    COLOURS,
    FEATURE_AXES,
    GREY,
    MARKERS,
    R_LABEL,
    STYLE,
    VERMILION,
    label_ends,
    plot_message,
    shorten,
    words,
)

CONTROLS = ("true_labels", "random")
MOST_CLUSTERS = 12
METHOD_WORDS = {
    "kmeans": "k-means", "gaussian_mixture": "Gaussian mixture", "ward": "Ward",
    "hdbscan": "HDBSCAN", "spectral": "spectral",
}  # fmt: skip


def plot_scores(table: pd.DataFrame) -> Figure:
    """Agreement with the labels and stability of every method in every representation.

    Parameters
    ----------
    table : DataFrame
        Rows of `comparison.Clusterings.scores`, controls included.
    """
    real = table[~table["method"].isin(CONTROLS)]
    controls = table[table["method"].isin(CONTROLS)].set_index("method")
    names = list(dict.fromkeys(real.sort_index()["representation"]))
    methods = [m for m in METHOD_WORDS if m in set(real["method"])]
    size = (3.0 + 1.5 * len(methods), 1.5 + 0.42 * len(names))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(1, 2, figsize=size, sharey=True)
        for axes, column in zip(grid, ("ari", "stability"), strict=True):
            values = real.pivot(index="representation", columns="method", values=column)
            values = values.reindex(index=names, columns=methods)
            axes.imshow(values.to_numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
            for row in real.itertuples():
                value = getattr(row, column)
                if np.isnan(value):
                    continue
                text = f"{value:.2f}\n" + (
                    f"{row.n_clusters} clusters"
                    if column == "ari"
                    else f"{row.stability_low:.2f} to {row.stability_high:.2f}"
                )
                axes.text(
                    methods.index(row.method), names.index(row.representation), text,
                    ha="center", va="center", fontsize=6.5,
                    color="white" if value > 0.55 else "black",
                )  # fmt: skip
            axes.set_xticks(range(len(methods)), [METHOD_WORDS[m] for m in methods], fontsize=7.5)
            axes.set_yticks(range(len(names)), [words(name) for name in names], fontsize=8)
            axes.tick_params(length=0)
            axes.spines[:].set_visible(False)
        grid[0].set_title(
            "agreement with the labels (adjusted Rand index)\n"
            f"controls: true labels {controls.at['true_labels', 'ari']:.2f}, "
            f"random {round(controls.at['random', 'ari'], 2) + 0.0:.2f}",
            fontsize=8, weight="normal",
        )  # fmt: skip
        grid[1].set_title(
            "stability under resampling, without labels\n(the same index, and its 95 % range)",
            fontsize=8, weight="normal",
        )  # fmt: skip
    return figure


CRITERIA = {
    "silhouette": "silhouette: higher is better",
    "bic": "BIC of mixtures: lower is better",
    "gap": "gap of k-means ± error",
    "stability": "stability of k-means",
}


def plot_n_clusters(
    table: pd.DataFrame, representation: str, labels: int, label_width: float
) -> Figure:
    """What each criterion says of the number of clusters, in one representation.

    Parameters
    ----------
    table : DataFrame
        Rows of `comparison.Clusterings.numbers`.
    representation : str
    labels : int
        How many labels there are.
    label_width : float
        The silhouette of the true labels.
    """
    own = table[table["representation"] == representation]
    shown = [name for name in CRITERIA if name in set(own["criterion"])]
    ticks = sorted(own.loc[own["criterion"] == "gap", "n_clusters"].unique())
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            1, len(shown), figsize=(2.75 * len(shown) + 0.5, 2.8), squeeze=False
        )
        for axes, criterion in zip(grid[0], shown, strict=True):
            rows = own[own["criterion"] == criterion]
            ends = {}
            methods = [m for m in METHOD_WORDS if m in set(rows["method"])]
            for method, colour, marker in zip(methods, COLOURS, MARKERS, strict=False):
                line = rows[rows["method"] == method].sort_values("n_clusters")
                x, y = line["n_clusters"], line["value"]
                if criterion in ("gap", "stability"):
                    axes.fill_between(x, line["low"], line["high"], color=colour, alpha=0.2, lw=0)
                axes.plot(x, y, color=colour, marker=marker, markersize=4, mfc="white")
                best = line[line["chosen"]]
                axes.plot(best["n_clusters"], best["value"], marker, color=colour, markersize=6)
                if len(line):
                    ends[METHOD_WORDS[method]] = (float(y.iloc[-1]), colour)
            axes.set(xscale="log", xlabel="number of clusters", title=CRITERIA[criterion])
            axes.title.set_fontsize(8)
            axes.set_xticks(ticks, _thinned(ticks), fontsize=7)
            axes.minorticks_off()
            axes.axvline(labels, color="#BBBBBB", linewidth=0.8, zorder=0)
            if criterion == "silhouette":
                axes.axhline(label_width, color="#BBBBBB", linewidth=0.8, zorder=0)
            low, high = axes.get_ylim()
            if len(ends) > 1:
                last = rows["n_clusters"].max()
                label_ends(axes, max(last, labels), ends, 0.075 * (high - low))
        figure.suptitle(
            f"{words(representation)}; grey lines: the {labels} labels, and their silhouette",
            fontsize=8,
        )
    return figure


def _thinned(ticks: list[int], ratio: float = 1.6) -> list[str]:
    """Labels of ticks on a logarithmic axis, those left out that would touch the one before."""
    shown, last = [], 0.0
    for n in ticks:
        far = n >= ratio * last
        shown.append(str(n) if far else "")
        last = n if far else last
    return shown


def plot_contents(
    table: pd.DataFrame, kind: str, axis: np.ndarray, shapes: dict[str, np.ndarray]
) -> Figure:
    """The largest clusters: mean pattern, spread, most central member.

    Parameters
    ----------
    table : DataFrame
        Rows of `clustering.contents`.
    kind : str
        The features on whose axis the curves stand.
    axis : array (m,)
    shapes : dict
        mean, low, high, central: arrays (clusters, m), in the order of the table.
    """
    chosen = table[table["cluster"] >= 0].head(MOST_CLUSTERS)
    if chosen.empty:
        return plot_message(
            "no cluster was found: all patterns are noise to the method that is shown"
        )
    columns = min(3, len(chosen))
    rows = -(-len(chosen) // columns)
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            rows, columns, figsize=(2.9 * columns, 1.4 * rows + 0.7), sharex=True, sharey=True,
            squeeze=False,
        )  # fmt: skip
        for axes, (place, row) in zip(grid.flat, chosen.iterrows(), strict=False):
            axes.fill_between(
                axis, shapes["low"][place], shapes["high"][place], color=BLUE, alpha=0.3, lw=0,
                label="80 % of its patterns",
            )  # fmt: skip
            axes.plot(axis, shapes["mean"][place], color=BLUE, linewidth=1.0, label="mean")
            axes.plot(
                axis, shapes["central"][place], color=VERMILION, linewidth=0.6,
                label="most central member",
            )  # fmt: skip
            axes.set_title(
                f"{row['patterns']} patterns, {row['share']:.0%} {shorten(row['label'], 18)}",
                fontsize=7.5,
            )  # fmt: skip
            axes.text(
                0.99, 0.98, shorten(row["central"], 30), transform=axes.transAxes, ha="right",
                va="top", fontsize=6.5, color=VERMILION,
            )  # fmt: skip
            axes.set(xlim=(axis[0], axis[-1]), yticks=[])
            axes.spines["left"].set_visible(False)
            axes.tick_params(labelsize=7)
        for axes in grid.flat[len(chosen) :]:
            axes.set_visible(False)
        handles, names = grid.flat[0].get_legend_handles_labels()
        figure.legend(handles, names, loc="outside upper center", ncols=3, fontsize=8)
        figure.supxlabel(FEATURE_AXES[kind], fontsize=9)
        figure.supylabel("G, scaled", fontsize=9)
    return figure


def _scatter(axes: Axes, x: pd.Series, y: pd.Series, groups: pd.Series, names: list[str]) -> None:
    """Points coloured and marked by the first seven groups, the rest in pale grey."""
    known = names[: len(COLOURS)]
    rest = ~groups.isin(known)
    axes.scatter(x[rest], y[rest], s=3, color="#D5D5D5", linewidths=0, rasterized=True)
    for name, colour, marker in zip(known, COLOURS, MARKERS, strict=False):
        own = groups == name
        axes.scatter(
            x[own], y[own], s=7, color=colour, marker=marker, linewidths=0, label=shorten(name, 20),
            rasterized=True,
        )  # fmt: skip


def plot_embeddings(table: pd.DataFrame, explained: np.ndarray) -> Figure:
    """Two maps of the patterns, coloured by label, crystal system, cluster and particle size.

    Parameters
    ----------
    table : DataFrame
        pc1, pc2, tsne1, tsne2, label, crystal_system, cluster, diameter (angstrom), atoms.
    explained : array
        Share of the variance on each principal axis.
    """
    spheres = table["diameter"].notna().any()
    size = table["diameter"] if spheres else table["atoms"].astype(float)
    by = {
        "label": table["label"],
        "crystal system": table["crystal_system"].fillna(""),
        "cluster": table["cluster"].map(lambda n: "none" if n < 0 else f"cluster {n}"),
    }
    systems = set(by["crystal system"])
    order = {
        "label": _commonest(by["label"]),
        "crystal system": [name for name in SYSTEMS if name in systems],
        "cluster": [name for name in _commonest(by["cluster"]) if name != "none"],
    }
    axis_names = {
        "pc": [f"component {k + 1} ({100 * share:.0f} %)" for k, share in enumerate(explained[:2])],
        "tsne": ["t-SNE 1", "t-SNE 2"],
    }
    with plt.rc_context({**STYLE, "savefig.dpi": 200}):
        figure, grid = plt.subplots(2, 4, figsize=(11, 6.2))
        for line, (kind, labels) in zip(grid, axis_names.items(), strict=True):
            x, y = table[f"{kind}1"], table[f"{kind}2"]
            for axes, name in zip(line, by, strict=False):
                _scatter(axes, x, y, by[name], order[name])
            axes = line[3]
            bulk = size.isna()
            axes.scatter(x[bulk], y[bulk], s=3, color="#D5D5D5", linewidths=0, rasterized=True)
            points = axes.scatter(
                x[~bulk], y[~bulk], s=6, c=size[~bulk], cmap="cividis", linewidths=0,
                rasterized=True,
            )  # fmt: skip
            for axes in line:
                axes.set(xticks=[], yticks=[], xlabel=labels[0])
            line[0].set_ylabel(labels[-1])
        for axes, name in zip(grid[0], by, strict=False):
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


def _commonest(values: pd.Series) -> list[str]:
    counts = values.value_counts().sort_index()
    return list(counts.sort_values(ascending=False, kind="stable").index)


def plot_loadings(r: np.ndarray, components: np.ndarray, explained: np.ndarray) -> Figure:
    """What each principal component adds to a pattern, against r.

    Parameters
    ----------
    r : array (m,), angstrom
    components : array (k, m)
    explained : array (k,)
    """
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.8, 0.7 + 0.75 * len(components)))
        step = 2.2 * np.abs(components).max()
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


MOST_LEAVES = 60


def plot_dendrogram(tree: np.ndarray, labels: np.ndarray, representation: str) -> Figure:
    """Ward's tree, its branches cut where they would be too many to read.

    Parameters
    ----------
    tree : array (n - 1, 4)
        SciPy's linkage matrix.
    labels : array (n,)
    representation : str
    """
    if len(labels) < 3:
        return plot_message("too few patterns for a tree")
    leaves = min(MOST_LEAVES, len(labels))
    nodes = hierarchy.to_tree(tree, rd=True)[1]

    def name(number: int) -> str:
        members = labels[nodes[number].pre_order()]
        kinds, counts = np.unique(members, return_counts=True)
        first = counts.argmax()
        return f"{shorten(str(kinds[first]), 22)}  {counts[first]} of {len(members)}"

    with plt.rc_context({**STYLE, "lines.linewidth": 0.8}):
        figure, axes = plt.subplots(figsize=(6.8, 0.8 + 0.135 * leaves))
        hierarchy.dendrogram(
            tree, p=leaves, truncate_mode="lastp", orientation="left", leaf_label_func=name,
            color_threshold=0, above_threshold_color=GREY, leaf_font_size=6.5, ax=axes,
        )  # fmt: skip
        axes.spines["right"].set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(f"Ward distance at which two branches join ({words(representation)})")
    return figure
