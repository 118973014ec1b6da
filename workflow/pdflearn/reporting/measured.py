"""Figures of measured patterns: all of them, fits with difference curves, series."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.identification.messages import ACCEPTED, AMBIGUOUS, NONE
from pdflearn.reporting.style import (
    BLUE,
    GREY,
    MARKERS,
    R_LABEL,
    STYLE,
    VERMILION,
    plot_message,
    shorten,
)

MOST_PANELS = 12
MOST_CURVES = 60
COLOURS = {ACCEPTED: BLUE, AMBIGUOUS: "#8A5A00", NONE: VERMILION}
MARKS = {ACCEPTED: "✓", AMBIGUOUS: "?", NONE: "✗"}


def plot_patterns(
    r: np.ndarray, curves: np.ndarray, index: pd.DataFrame, answers: pd.DataFrame
) -> Figure:
    """Measured patterns, each scaled to its highest peak, with the verdict beside it.

    Parameters
    ----------
    r : array (points,), angstrom
    curves : array (n, points)
    index : DataFrame
        file, source, r_min, r_max (angstrom): one row a curve. The user's own files come first.
    answers : DataFrame
        Rows of identification.csv.
    """
    first = answers[answers["rank"] == 1].set_index("file")
    order = index.assign(later=index["source"] != "user").sort_values("later", kind="stable").index
    shown = [place for place in order if index.at[place, "file"] in first.index][:MOST_CURVES]
    if not shown:
        return plot_message("no measured PDF was read")
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(7.5, 0.8 + 0.27 * len(shown)))
        for base, place in enumerate(shown):
            file, curve = index.at[place, "file"], curves[place]
            answer = first.loc[file]
            scale = np.abs(curve[r > 1.5]).max() or 1.0
            known = (r >= index.at[place, "r_min"]) & (r <= index.at[place, "r_max"])
            axes.plot(
                r[known], base - 0.5 * np.clip(curve[known] / scale, -1, 1), color="black",
                linewidth=0.6,
            )  # fmt: skip
            verdict = answer["verdict"]
            said = verdict if verdict == NONE else shorten(str(answer["structure_type"]), 26)
            axes.text(
                r[-1] + 0.4, base, f"{MARKS.get(verdict, '')} {said}",
                va="center", fontsize=7, color=COLOURS.get(verdict, "black"),
            )  # fmt: skip
            axes.text(
                r[0] - 0.4, base, shorten(file.rsplit("/", 1)[-1], 30), va="center", ha="right",
                fontsize=7,
            )  # fmt: skip
        axes.set(xlabel=R_LABEL, yticks=[], xlim=(r[0], r[-1]), ylim=(len(shown) - 0.3, -0.8))
        axes.spines["left"].set_visible(False)
        named = "   ".join(f"{MARKS[verdict]} {verdict}" for verdict in MARKS)
        left_out = len(first) - len(shown)
        axes.set_title(
            f"first answer:  {named}" + (f"   ({left_out} more not drawn)" if left_out else ""),
            fontsize=8, weight="normal", loc="right",
        )  # fmt: skip
    return figure


def shown_samples(index: pd.DataFrame, files: list[str]) -> list[str]:
    """Which files get a panel: the user's first, then public ones, each sample or series once."""
    fitted = index[index["file"].isin(files)]
    name = fitted["series"].where(fitted["series"] != "", fitted["sample"])
    name = name.where((fitted["source"] != "user") & (name != ""), fitted["file"])
    once = fitted.assign(once=name, later=fitted["source"] != "user").drop_duplicates("once")
    return once.sort_values("later", kind="stable")["file"].head(MOST_PANELS).tolist()


def plot_fits(
    curves: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    answers: pd.DataFrame,
    columns: int = 3,
) -> Figure:
    """One panel a sample, each scaled to its highest value.

    Parameters
    ----------
    curves : dict
        file -> r (angstrom), measured, calculated.
    answers : DataFrame
        Rows of rank 1: file, structure_type, rw, verdict.
    columns : int
    """
    if not curves:
        return plot_message("no measured curve was fitted")
    first = answers[answers["rank"] == 1].set_index("file")
    rows = max(1, int(np.ceil(len(curves) / columns)))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            rows, columns, figsize=(3.0 * columns, 1.75 * rows + 0.4), squeeze=False
        )
        for axes, (file, (r, observed, calculated)) in zip(grid.flat, curves.items(), strict=False):
            _plot_fit(axes, r, observed, calculated)
            row = first.loc[file]
            axes.set_title(shorten(file.rsplit("/", 1)[-1]), fontsize=8)
            axes.text(
                0.99, 0.99,
                f"{shorten(str(row['structure_type']))}, Rw {row['rw']:.2f}\n{row['verdict']}",
                transform=axes.transAxes, ha="right", va="top", fontsize=7,
                color=COLOURS.get(row["verdict"], "black"),
            )  # fmt: skip
            axes.tick_params(labelsize=7)
        for axes in grid.flat[len(curves) :]:
            axes.set_visible(False)
        handles, labels = grid.flat[0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside upper center", ncols=3, fontsize=8, markerscale=3
        )
        figure.supxlabel(R_LABEL, fontsize=9)
        figure.supylabel("G, each scaled to its highest value", fontsize=9)
    return figure


def plot_sample(
    r: np.ndarray, observed: np.ndarray, calculated: np.ndarray, ranks: pd.DataFrame
) -> Figure:
    """One sample: the fit of its first answer, the difference, and how well each type tried fits.

    Parameters
    ----------
    r, observed, calculated : arrays (points,)
        Angstrom, and 1/angstrom^2 on an arbitrary scale.
    ranks : DataFrame
        The sample's rows of identification.csv, by rank.
    """
    first, tried = ranks.iloc[0], ranks[ranks["rw"].notna()]
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8.5, 3.0), width_ratios=[2.2, 1])
        _plot_fit(left, r, observed, calculated)
        left.set(xlabel=R_LABEL, ylabel="G, scaled to its highest value")
        left.legend(loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=8, markerscale=3)
        colour = COLOURS.get(first["verdict"], "black")
        places = np.arange(len(tried))[::-1]
        right.barh(places, tried["rw"], color=[colour] + [GREY] * (len(tried) - 1), height=0.6)
        for place, rw in zip(places, tried["rw"], strict=True):
            right.text(rw, place, f" {rw:.2f}", va="center", fontsize=8)
        right.set_yticks(places, [shorten(str(name), 24) for name in tried["structure_type"]])
        right.set(xlabel="Rw of each type's best fit", xlim=(0, max(1.15 * tried["rw"].max(), 0.1)))
        right.set_title(first["verdict"], fontsize=9, color=colour)
        figure.suptitle(shorten(str(first["file"]).rsplit("/", 1)[-1], 70), fontsize=9)
    return figure


def _plot_fit(axes: Axes, r: np.ndarray, observed: np.ndarray, calculated: np.ndarray) -> None:
    """Measured and calculated curve, scaled to the highest value, and the difference below."""
    scale = np.abs(observed).max() or 1.0
    axes.plot(r, observed / scale, ".", color=BLUE, markersize=2, label="measured")
    axes.plot(r, calculated / scale, color=VERMILION, linewidth=0.8, label="calculated")
    axes.axhline(-1.3, color="#CCCCCC", linewidth=0.6, zorder=0)
    difference = (observed - calculated) / scale
    axes.plot(r, difference - 1.3, color=GREY, linewidth=0.7, label="difference")
    lowest = min(-2.0, float(difference.min()) - 1.4)
    axes.set(ylim=(lowest, 1.75), yticks=[], xticks=np.arange(5 * (r[0] // 5 + 1), r[-1] + 1, 5))
    axes.spines["left"].set_visible(False)


MOST_SERIES = 4


def plot_series(
    table: pd.DataFrame, changes: pd.DataFrame, names: list[str], arrays: dict[str, np.ndarray]
) -> Figure:
    """One row a series: similarity map; weights of two components; what changes, against r.

    Parameters
    ----------
    table, changes : DataFrame
        As `series.study` returns them, for all series.
    names : list of str
        Name of each series, in the order of the arrays.
    arrays : dict
        r_<k>, similarity_<k>, components_<k>, difference_<k> of series k.
    """
    if not names:
        return plot_message("no series of four files or more was measured")
    length = [-int((table["series"] == name).sum()) for name in names]
    shown = np.argsort(length, kind="stable")[:MOST_SERIES]
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(shown), 3, figsize=(10.5, 3.0 * len(shown)), width_ratios=[1, 1.1, 1.5],
            squeeze=False,
        )  # fmt: skip
        for line, k in zip(grid, shown, strict=True):
            name = names[k]
            own = table[table["series"] == name]
            found = changes[changes["series"] == name]
            _plot_similarity(figure, line[0], own, arrays[f"similarity_{k}"])
            line[0].set_title(shorten(name, 40), fontsize=8.5)
            _plot_weights(line[1], own, found)
            _plot_components(line[2], arrays, int(k))
    return figure


def _plot_similarity(figure: Figure, axes: Axes, own: pd.DataFrame, similarity: np.ndarray) -> None:
    n = len(own)
    image = axes.imshow(similarity, cmap="cividis", vmin=similarity.min(), vmax=1)
    ticks = np.unique(np.linspace(0, n - 1, min(n, 5)).round().astype(int))
    labels = [f"{own['x'].iloc[t]:g}" for t in ticks]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    axes.set_xlabel(own["x_name"].iloc[0])
    axes.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, shrink=0.8, label="Pearson correlation")


def _plot_weights(axes: Axes, own: pd.DataFrame, found: pd.DataFrame) -> None:
    colours = (BLUE, VERMILION)
    for number, colour in enumerate(colours, start=1):
        axes.plot(own["x"], own[f"weight_{number}"], color=colour, zorder=1)
    for cluster, marker in zip(sorted(own["cluster"].unique()), MARKERS, strict=False):
        rows = own[own["cluster"] == cluster]
        for number, colour in enumerate(colours, start=1):
            axes.plot(rows["x"], rows[f"weight_{number}"], marker, color=colour, markersize=4)
    for place, change in enumerate(found.itertuples()):
        axes.axvspan(
            change.before, change.after, color="#BBBBBB", alpha=0.7 if place == 0 else 0.3, lw=0
        )
    if len(found):
        first = found.iloc[0]
        axes.text(
            (first["before"] + first["after"]) / 2, 1.1,
            f"strongest change:\n{first['before']:g} to {first['after']:g}", ha="center",
            va="center", fontsize=7,
        )  # fmt: skip
    axes.set(xlabel=own["x_name"].iloc[0], ylabel="share of the component", ylim=(-0.04, 1.2))
    axes.set_title("marker: cluster", fontsize=8, weight="normal", loc="right")


def _plot_components(axes: Axes, arrays: dict[str, np.ndarray], k: int) -> None:
    r, parts = arrays[f"r_{k}"], arrays[f"components_{k}"]
    difference = arrays[f"difference_{k}"]
    curves = [
        ("component 1", parts[0] / parts.max(), BLUE),
        ("component 2", parts[1] / parts.max(), VERMILION),
        ("last - first\nof the series", 0.5 * difference / np.abs(difference).max(), "black"),
    ]
    for place, (label, curve, colour) in enumerate(curves):
        base = -1.25 * place
        axes.axhline(base, color="#CCCCCC", linewidth=0.6, zorder=0)
        axes.plot(r, base + curve, color=colour, linewidth=0.8)
        axes.annotate(
            label, (r[-1], base), (4, 0), textcoords="offset points", va="center", fontsize=7.5,
            color=colour, annotation_clip=False,
        )  # fmt: skip
    axes.set(xlabel=R_LABEL, ylabel="G, scaled", yticks=[], xlim=(r[0], r[-1]))
