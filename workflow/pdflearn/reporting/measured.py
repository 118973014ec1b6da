"""Figures of measured patterns: all of them, the fits with their differences, series."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.identification.messages import ACCEPTED, AMBIGUOUS, NONE
from pdflearn.reporting.names import shorten
from pdflearn.reporting.shares import format_share
from pdflearn.reporting.style import (
    BLUE,
    COLOURS,
    GREEN,
    GREY,
    MARKERS,
    ORANGE,
    PURPLE,
    R_LABEL,
    SKY,
    STYLE,
    VERMILION,
    plot_message,
)

MAX_PANELS = 12
MAX_CURVES = 60
MAX_SERIES = 4
PHASE_COLOURS = (GREEN, PURPLE, ORANGE, SKY)  # told apart by the colour-blind as well
VERDICT_COLOURS = {ACCEPTED: BLUE, AMBIGUOUS: "#8A5A00", NONE: VERMILION}
VERDICT_MARKS = {ACCEPTED: "✓", AMBIGUOUS: "?", NONE: "✗"}


def _users_first(index: pd.DataFrame) -> pd.DataFrame:
    """The rows with the user's own files before the public ones."""
    return index.assign(later=index["source"] != "user").sort_values("later", kind="stable")


def plot_patterns(
    r: np.ndarray, curves: np.ndarray, index: pd.DataFrame, answers: pd.DataFrame
) -> Figure:
    """Plot measured patterns, each scaled to its highest peak, with the verdict beside it.

    Parameters
    ----------
    r : array (n_points,)
        Angstrom.
    curves : array (n, n_points)
    index : DataFrame
        file, source, r_min, r_max (angstrom): a row a curve. The user's own files come first.
    answers : DataFrame
        file, rank, structure_type, verdict: the rows of identification.csv.

    Returns
    -------
    Figure
    """
    first = answers[answers["rank"] == 1].set_index("file")
    order = _users_first(index).index
    shown = [row for row in order if index.at[row, "file"] in first.index][:MAX_CURVES]
    if not shown:
        return plot_message("no measured PDF was read")
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(7.5, 0.8 + 0.27 * len(shown)))
        for base, row in enumerate(shown):
            file, curve = index.at[row, "file"], curves[row]
            answer = first.loc[file]
            scale = np.abs(curve[r > 1.5]).max() or 1.0
            measured = (r >= index.at[row, "r_min"]) & (r <= index.at[row, "r_max"])
            axes.plot(
                r[measured], base - 0.5 * np.clip(curve[measured] / scale, -1, 1), color="black",
                linewidth=0.6,
            )  # fmt: skip
            verdict = answer["verdict"]
            name = verdict if verdict == NONE else shorten(str(answer["structure_type"]), 26)
            axes.text(
                r[-1] + 0.4, base, f"{VERDICT_MARKS.get(verdict, '')} {name}",
                va="center", fontsize=7, color=VERDICT_COLOURS.get(verdict, "black"),
            )  # fmt: skip
            axes.text(
                r[0] - 0.4, base, shorten(file.rsplit("/", 1)[-1], 30), va="center", ha="right",
                fontsize=7,
            )  # fmt: skip
        axes.set(xlabel=R_LABEL, yticks=[], xlim=(r[0], r[-1]), ylim=(len(shown) - 0.3, -0.8))
        axes.spines["left"].set_visible(False)
        legend = "   ".join(f"{VERDICT_MARKS[verdict]} {verdict}" for verdict in VERDICT_MARKS)
        n_more = len(first) - len(shown)
        axes.set_title(
            f"first answer:  {legend}" + (f"   ({n_more} more are not shown)" if n_more else ""),
            fontsize=8, weight="normal", loc="right",
        )  # fmt: skip
    return figure


def select_samples(index: pd.DataFrame, files: list[str]) -> list[str]:
    """Which files get a panel: the user's first, then one of each public sample or series.

    Parameters
    ----------
    index : DataFrame
        file, source, sample, series: a row a measured file.
    files : list of str
        The files that were fitted.

    Returns
    -------
    list of str
        At most `MAX_PANELS` files.
    """
    fitted = index[index["file"].isin(files)]
    name = fitted["series"].where(fitted["series"] != "", fitted["sample"])
    name = name.where((fitted["source"] != "user") & (name != ""), fitted["file"])
    unique = fitted.assign(sample_or_series=name).drop_duplicates("sample_or_series")
    return _users_first(unique)["file"].head(MAX_PANELS).tolist()


def plot_fits(
    curves: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]],
    answers: pd.DataFrame,
    n_columns: int = 3,
) -> Figure:
    """Plot the fits of several samples, one panel each, scaled to the highest value.

    Parameters
    ----------
    curves : dict
        file -> r (angstrom), measured and calculated G(r): arrays (n_points,).
    answers : DataFrame
        file, rank, structure_type, rw, verdict: the rows of identification.csv.
    n_columns : int, default 3
        Panels beside each other.

    Returns
    -------
    Figure
    """
    if not curves:
        return plot_message("no measured curve was fitted")
    first = answers[answers["rank"] == 1].set_index("file")
    n_rows = max(1, int(np.ceil(len(curves) / n_columns)))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            n_rows, n_columns, figsize=(3.0 * n_columns, 1.75 * n_rows + 0.4), squeeze=False
        )
        for axes, (file, (r, measured, calculated)) in zip(grid.flat, curves.items(), strict=False):
            _plot_fit(axes, r, measured, calculated)
            row = first.loc[file]
            axes.set_title(shorten(file.rsplit("/", 1)[-1]), fontsize=8)
            axes.text(
                0.99, 0.99,
                f"{shorten(str(row['structure_type']))}, Rw {row['rw']:.2f}\n{row['verdict']}",
                transform=axes.transAxes, ha="right", va="top", fontsize=7,
                color=VERDICT_COLOURS.get(row["verdict"], "black"),
            )  # fmt: skip
            axes.tick_params(labelsize=7)
        for axes in grid.flat[len(curves) :]:
            axes.set_visible(False)
        handles, labels = grid.flat[0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside upper center", ncols=3, fontsize=8, markerscale=3
        )
        figure.supxlabel(R_LABEL, fontsize=9)
        figure.supylabel("G(r), each scaled to its highest value", fontsize=9)
    return figure


def plot_sample(
    r: np.ndarray,
    measured: np.ndarray,
    calculated: np.ndarray,
    answers: pd.DataFrame,
    partials: Sequence[np.ndarray] = (),
) -> Figure:
    """Plot the fit of a sample's first answer, and how well each type fits that was tried.

    Of a mixture the curve of each phase stands below the fit, with its type and share of the atoms.

    Parameters
    ----------
    r : array (n_points,)
        Angstrom.
    measured, calculated : arrays (n_points,)
        G(r) in 1/angstrom^2, on an arbitrary scale.
    answers : DataFrame
        file, structure_type, rw, verdict: the sample's rows of identification.csv, by rank and
        phase; where there are partials also rank, phase, phase_type, fraction_atoms and its stderr.
    partials : sequence of arrays (n_points,), default ()
        What each phase of a mixture adds to the calculated curve.

    Returns
    -------
    Figure

    See Also
    --------
    plot_fits : many samples in one figure.

    Examples
    --------
    >>> import numpy as np
    >>> import pandas as pd
    >>> r = np.arange(1.5, 20.0, 0.1)
    >>> answers = pd.DataFrame({
    ...     "file": ["Ni.gr", "Ni.gr"], "structure_type": ["fcc", "hcp"], "rw": [0.08, 0.43],
    ...     "verdict": ["accepted", "accepted"],
    ... })
    >>> figure = plot_sample(r, np.sin(r), 0.9 * np.sin(r), answers)
    >>> [label.get_text() for label in figure.axes[1].get_yticklabels()]
    ['fcc', 'hcp']
    """
    first = answers.iloc[0]
    ranks = answers[answers["phase"] == 1] if "phase" in answers else answers
    fitted = ranks[ranks["rw"].notna()]
    colour = VERDICT_COLOURS.get(first["verdict"], "black")
    with plt.rc_context(STYLE):
        size = (8.5, 3.0 + 0.7 * len(partials))
        figure, (ax_fit, ax_rw) = plt.subplots(1, 2, figsize=size, width_ratios=[2.2, 1])
        base = _plot_fit(ax_fit, r, measured, calculated)
        if len(partials):
            phases = answers[answers["rank"] == first["rank"]]
            scale = np.abs(measured).max() or 1.0
            _plot_phases(ax_fit, r, [part / scale for part in partials], phases, base)
        ax_fit.set(xlabel=R_LABEL, ylabel="G(r), scaled to its highest value")
        ax_fit.legend(
            loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=3, fontsize=8, markerscale=3
        )
        y = np.arange(len(fitted))[::-1]
        ax_rw.barh(y, fitted["rw"], color=[colour] + [GREY] * (len(fitted) - 1), height=0.6)
        for position, rw in zip(y, fitted["rw"], strict=True):
            ax_rw.text(rw, position, f" {rw:.2f}", va="center", fontsize=8)
        ax_rw.set_yticks(y, [shorten(str(name), 24) for name in fitted["structure_type"]])
        ax_rw.set(
            xlabel="Rw of each type's best fit", xlim=(0, max(1.15 * fitted["rw"].max(), 0.1))
        )
        ax_rw.set_title(first["verdict"], fontsize=9, color=colour)
        figure.suptitle(shorten(str(first["file"]).rsplit("/", 1)[-1], 70), fontsize=9)
    return figure


def _plot_phases(
    axes: Axes, r: np.ndarray, partials: Sequence[np.ndarray], phases: pd.DataFrame, base: float
) -> None:
    """The curve of each phase below the others, on their scale, with its type and share."""
    for part, row, colour in zip(partials, phases.to_dict("records"), PHASE_COLOURS, strict=False):
        top = float(part.max())
        base -= top + 0.35
        axes.axhline(base, color="#CCCCCC", linewidth=0.6, zorder=0)
        axes.plot(r, base + part, color=colour, linewidth=0.8)
        share = format_share(row["fraction_atoms"], row["fraction_atoms_stderr"])
        label = f"{shorten(str(row['phase_type']), 20)}, {share} of the atoms"
        axes.annotate(
            label, (r[-1], base + top), (0, 1), textcoords="offset points", ha="right",
            va="bottom", fontsize=7.5, color=colour,
        )  # fmt: skip
        base += min(0.0, float(part.min()))
    axes.set_ylim(bottom=base - 0.1)


def _plot_fit(axes: Axes, r: np.ndarray, measured: np.ndarray, calculated: np.ndarray) -> float:
    """Measured and calculated curve, scaled to the highest value, and the difference below.

    Returns
    -------
    float
        Where the axis ends below.
    """
    scale = np.abs(measured).max() or 1.0
    axes.plot(r, measured / scale, ".", color=BLUE, markersize=2, label="measured")
    axes.plot(r, calculated / scale, color=VERMILION, linewidth=0.8, label="calculated")
    axes.axhline(-1.3, color="#CCCCCC", linewidth=0.6, zorder=0)
    difference = (measured - calculated) / scale
    axes.plot(r, difference - 1.3, color=GREY, linewidth=0.7, label="difference")
    lowest = min(-2.0, float(difference.min()) - 1.4)
    axes.set(ylim=(lowest, 1.75), yticks=[], xticks=np.arange(5 * (r[0] // 5 + 1), r[-1] + 1, 5))
    axes.spines["left"].set_visible(False)
    return lowest


def plot_series(
    table: pd.DataFrame, changes: pd.DataFrame, names: list[str], arrays: dict[str, np.ndarray]
) -> Figure:
    """Plot one row a series: similarity map, shares of its components, what changes.

    Parameters
    ----------
    table : DataFrame
        series, x, x_name, cluster, stretch, weight_1, weight_2, ...: the rows of series.csv.
    changes : DataFrame
        series, before, after: the rows of series_changes.csv, strongest first.
    names : list of str
        The name of each series, in the order of the arrays.
    arrays : dict
        r_<k>, similarity_<k>, r_components_<k>, components_<k>, difference_<k> of series k.

    Returns
    -------
    Figure
    """
    if not names:
        return plot_message("no series of four files or more was measured")
    negative_length = [-int((table["series"] == name).sum()) for name in names]
    shown = np.argsort(negative_length, kind="stable")[:MAX_SERIES]
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(shown), 3, figsize=(10.5, 3.0 * len(shown)), width_ratios=[1, 1.1, 1.5],
            squeeze=False,
        )  # fmt: skip
        for line, k in zip(grid, shown, strict=True):
            name = names[k]
            rows = table[table["series"] == name]
            _plot_similarity(figure, line[0], rows, arrays[f"similarity_{k}"])
            line[0].set_title(shorten(name, 40), fontsize=8.5)
            _plot_weights(line[1], rows, changes[changes["series"] == name])
            _plot_components(line[2], arrays, int(k))
    return figure


def _plot_similarity(
    figure: Figure, axes: Axes, rows: pd.DataFrame, similarity: np.ndarray
) -> None:
    """The correlation of each pattern of a series with each other."""
    n = len(rows)
    image = axes.imshow(similarity, cmap="cividis", vmin=similarity.min(), vmax=1)
    ticks = np.unique(np.linspace(0, n - 1, min(n, 5)).round().astype(int))
    labels = [f"{rows['x'].iloc[t]:g}" for t in ticks]
    axes.set_xticks(ticks, labels)
    axes.set_yticks(ticks, labels)
    x_name = rows["x_name"].iloc[0]
    axes.set(xlabel=x_name, ylabel=x_name)
    axes.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, shrink=0.8, label="Pearson correlation")


def _plot_weights(axes: Axes, rows: pd.DataFrame, changes: pd.DataFrame) -> None:
    """The shares of the components along a series, and where it changes."""
    columns = [
        (f"weight_{k + 1}", colour)
        for k, colour in enumerate(COLOURS)
        if f"weight_{k + 1}" in rows and rows[f"weight_{k + 1}"].notna().all()
    ]
    for column, colour in columns:
        axes.plot(rows["x"], rows[column], color=colour, zorder=1)
    for cluster, marker in zip(sorted(rows["cluster"].unique()), MARKERS, strict=False):
        members = rows[rows["cluster"] == cluster]
        for column, colour in columns:
            axes.plot(members["x"], members[column], marker, color=colour, markersize=4)
    for rank, change in enumerate(changes.itertuples()):
        axes.axvspan(
            change.before, change.after, color="#BBBBBB", alpha=0.7 if rank == 0 else 0.3, lw=0
        )
    if len(changes):
        first = changes.iloc[0]
        axes.text(
            (first["before"] + first["after"]) / 2, 1.1,
            f"strongest change:\n{first['before']:g} to {first['after']:g}", ha="center",
            va="center", fontsize=7,
        )  # fmt: skip
    if len(columns) == 1:
        stretch = 100 * float(rows["stretch"].iloc[-1])
        axes.text(
            0.5, 0.5, f"one component that stretches\nby {stretch:+.2f} % along the series",
            ha="center", va="center", fontsize=7.5, transform=axes.transAxes,
        )  # fmt: skip
    axes.set(xlabel=rows["x_name"].iloc[0], ylabel="share of the component", ylim=(-0.04, 1.2))
    axes.set_title("shape of the markers: cluster", fontsize=8, weight="normal", loc="right")


def _plot_components(axes: Axes, arrays: dict[str, np.ndarray], k: int) -> None:
    """The components of a series, and the difference of its last and first pattern."""
    r, components = arrays[f"r_{k}"], arrays[f"components_{k}"]
    difference = arrays[f"difference_{k}"]
    curves = [
        (arrays[f"r_components_{k}"], f"component {n}", component / components.max(), colour)
        for n, (component, colour) in enumerate(zip(components, COLOURS, strict=False), start=1)
    ]
    scaled = 0.5 * difference / (np.abs(difference).max() or 1.0)
    curves.append((r, "last − first\nof the series", scaled, "black"))
    for index, (x, label, curve, colour) in enumerate(curves):
        base = -1.25 * index
        axes.axhline(base, color="#CCCCCC", linewidth=0.6, zorder=0)
        axes.plot(x, base + curve, color=colour, linewidth=0.8)
        axes.annotate(
            label, (r[-1], base), (4, 0), textcoords="offset points", va="center", fontsize=7.5,
            color=colour, annotation_clip=False,
        )  # fmt: skip
    axes.set(xlabel=R_LABEL, ylabel="G(r), scaled", yticks=[], xlim=(r[0], r[-1]))
