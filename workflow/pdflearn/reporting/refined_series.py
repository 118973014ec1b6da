"""Figures of refined series: parameters with their errors along the series, rival models."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from pdflearn.reporting.names import shorten
from pdflearn.reporting.style import COLOURS, MARKERS, STYLE, plot_message

MAX_SERIES = 4
MAX_LINES = 6  # of one panel
# An error bar that is longer than the panel's values by this factor is left out: it tells only that
# the value is not determined.
LONGEST_BAR = 3.0
AXES = ("a", "b", "c")
SHORT = 8  # characters of a label: two such stand side by side in a legend
ROOM = 0.09  # of the height, for each row of a legend


def plot_refined_series(
    parameters: pd.DataFrame, fits: pd.DataFrame, changes: pd.DataFrame
) -> Figure:
    """Plot one row a series: lattice constants, U, a splitting (or shares, size), and Rw by model.

    Parameters
    ----------
    parameters : DataFrame
        series, model, file, x, x_name, parameter, value, stderr: the rows of
        series_parameters.csv.
    fits : DataFrame
        series, model, file, x, rw, best, explained: the rows of series_fits.csv.
    changes : DataFrame
        series, x, stderr: the rows of series_models.csv.

    Returns
    -------
    Figure
        The longest series first, `MAX_SERIES` at most. Lattice constants and U are those of the
        model that is best for most files.
    """
    lengths = fits.dropna(subset=["rw"]).groupby("series", sort=True)["x"].nunique()
    names = lengths.sort_values(ascending=False, kind="stable").index[:MAX_SERIES]
    if not len(names):
        return plot_message("no series of four files or more was refined")
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(names), 4, figsize=(11.5, 2.75 * len(names) + 0.2), squeeze=False
        )
        for line, name in zip(grid, names, strict=True):
            of_series = [table[table["series"] == name] for table in (parameters, fits, changes)]
            _plot_row(line, str(name), *of_series)
    return figure


def plot_boxcar(table: pd.DataFrame) -> Figure:
    """Plot one row a file: lattice constants, U, delta (or size) and Rw against the range of r.

    Parameters
    ----------
    table : DataFrame
        file, model, r, rw, parameter, value, stderr: the rows of boxcar.csv; r is the middle of a
        range, angstrom.

    Returns
    -------
    Figure
    """
    rows = table[table["parameter"] != ""].assign(
        series=table["file"].str.rsplit("/", n=1).str[-1],
        x=table["r"],
        x_name="middle of the range of r (Å)",
        best=True,
        explained=True,
    )
    if rows.empty:
        return plot_message("no file asks for ranges of r in a row, or none could be fitted")
    changes = pd.DataFrame(columns=["series", "x", "stderr"])
    return plot_refined_series(rows, rows.drop_duplicates(["series", "x"]), changes)


def _plot_row(
    line: np.ndarray, name: str, parameters: pd.DataFrame, fits: pd.DataFrame, changes: pd.DataFrame
) -> None:
    best = fits[fits["best"]].groupby("model", sort=True).size()
    model = best.index[int(best.to_numpy().argmax())]
    of_best = parameters[parameters["model"] == model]
    x_name = str(fits["x_name"].iloc[0])
    lattice, u, other, rw = line
    _plot_lattice(lattice, of_best)
    _plot_values(u, of_best, _named(of_best, "u_"))
    u.set_ylabel("U (Å²)")
    _plot_other(other, parameters, of_best)
    _plot_rw(rw, fits)
    first, last = float(fits["x"].min()), float(fits["x"].max())
    room = 0.05 * (last - first) or 0.5
    for axes in line:
        # one scale for the row: a file without a fit leaves a gap
        axes.set(xlabel=x_name, xlim=(first - room, last + room))
        if x_name.startswith("file"):  # numbers of files
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        for change in changes.itertuples():
            low, high = change.x - change.stderr, change.x + change.stderr
            axes.axvspan(low, high, color="#BBBBBB", alpha=0.5, lw=0, zorder=0)
    lattice.set_title(shorten(name, 34), fontsize=8.5)
    rivals = len(fits["model"].unique()) > 1
    of_model = f"left and here: {shorten(str(model), 28)}" if rivals else shorten(str(model), 34)
    u.set_title(of_model, fontsize=8, weight="normal")


def _named(rows: pd.DataFrame, start: str) -> list[str]:
    """The parameters whose name, without a phase's number, begins so."""
    names = rows["parameter"].drop_duplicates()
    plain = names.str.replace(r"^\d+_", "", regex=True)
    return names[plain.str.startswith(start)].tolist()


def _plot_lattice(axes: Axes, rows: pd.DataFrame) -> None:
    """Lattice constants relative to their first value: all of them share one scale."""
    names = rows["parameter"].drop_duplicates()
    plain = names.str.replace(r"^\d+_", "", regex=True)
    for k, name in enumerate(names[plain.isin(AXES)].tolist()[:MAX_LINES]):
        line = rows[rows["parameter"] == name].sort_values("x")
        first = line["value"].iloc[0]
        _errorbar(
            axes, line["x"], 100 * (line["value"] / first - 1), 100 * line["stderr"] / first, k,
            f"{name.replace('_', ' ')}, from {first:.4f} Å",
        )  # fmt: skip
    axes.set_ylabel("change of length (%)")
    _legend(axes)


def _plot_values(axes: Axes, rows: pd.DataFrame, names: list[str]) -> None:
    for k, name in enumerate(names[:MAX_LINES]):
        line = rows[rows["parameter"] == name].sort_values("x")
        label = name.replace("u_iso_", "").replace("_", " ")
        _errorbar(axes, line["x"], line["value"], line["stderr"], k, label)
    if len(names) > 1 or names and names[0].startswith("u"):
        _legend(axes)  # of one line the axis says what it is


def _plot_other(axes: Axes, parameters: pd.DataFrame, of_best: pd.DataFrame) -> None:
    """A splitting of axes, else the shares of phases, the particles' diameter, or delta."""
    split = _named(parameters, "splitting_")
    shares = [name for name in _named(of_best, "fraction") if name[0].isdigit()]
    if split:
        rows = parameters[parameters["parameter"] == split[0]]
        one, other = split[0][-2:]
        for k, (model, line) in enumerate(rows.groupby("model", sort=True)):
            line = line.sort_values("x")
            _errorbar(axes, line["x"], line["value"], line["stderr"], k, shorten(str(model), 26))
        axes.axhline(0.0, color="#CCCCCC", linewidth=0.6, zorder=0)
        room = max(float(np.ptp(rows["value"])), 1.0)
        lowest, highest = float(rows["value"].min()), float(rows["value"].max())
        axes.set_ylim(lowest - 0.3 * room, highest + 0.2 * room)
        axes.set_ylabel(f"10⁴ ({one} − {other}) / ({one} + {other})")
        _legend(axes)
    elif shares:
        _plot_values(axes, of_best, shares)
        axes.set(ylabel="share of the atoms", ylim=(-0.04, 1.04))
    elif sizes := _determined(of_best, _named(of_best, "diameter")):
        _plot_values(axes, of_best, sizes)
        axes.set_ylabel("diameter (Å)")
    else:
        names = [name for name in _named(of_best, "delta") if _n_values(of_best, name) > 1]
        if names:
            which, unit = ("δ₁", "Å") if names[0].endswith("delta1") else ("δ₂", "Å²")
            axes.set_ylabel(f"{which} ({unit})")
        else:
            names = _named(of_best, "scale")
            axes.set_ylabel("scale")
        _plot_values(axes, of_best, names)


def _n_values(rows: pd.DataFrame, name: str) -> int:
    return int(rows.loc[rows["parameter"] == name, "value"].notna().sum())


def _determined(rows: pd.DataFrame, names: list[str]) -> list[str]:
    """Those of the parameters that every file determines to a third, none by a limit alone."""
    kept = []
    for name in names:
        line = rows[rows["parameter"] == name]
        if (rows["parameter"] == f"{name}_min").any():
            continue
        if (line["stderr"] < line["value"] / 3).all() and np.isfinite(line["value"]).all():
            kept.append(name)
    return kept


def _plot_rw(axes: Axes, fits: pd.DataFrame) -> None:
    """Rw of each model; a ring around files that a model explains worse than others."""
    ring = "explained worse"
    for k, (model, line) in enumerate(fits.dropna(subset=["rw"]).groupby("model", sort=True)):
        line = line.sort_values("x")
        colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
        axes.plot(
            line["x"], line["rw"], marker=marker, color=colour, markersize=4, linewidth=1.0,
            label=shorten(str(model), 26),
        )  # fmt: skip
        odd = line[~line["explained"].astype(bool)]
        axes.plot(
            odd["x"], odd["rw"], "o", markersize=9, markerfacecolor="none", markeredgecolor="black",
            markeredgewidth=0.8, label=ring if len(odd) else "_nolegend_",
        )  # fmt: skip
        ring = "_nolegend_" if len(odd) else ring
    axes.set(ylabel="Rw", ylim=(0, 1.08 * float(fits["rw"].max())))
    _legend(axes)


def _errorbar(axes: Axes, x: pd.Series, y: pd.Series, error: pd.Series, k: int, label: str) -> None:
    """Points with their standard errors, joined by a line; k picks colour and marker."""
    finite = np.isfinite(y.to_numpy(dtype=float))
    x, y, error = x[finite], y[finite], error[finite]
    if y.empty:
        return
    longest = LONGEST_BAR * max(float(np.ptp(y)), 1e-3 * float(np.abs(y).max()))
    error = error.where(error <= longest)
    axes.errorbar(
        x, y, error,
        marker=MARKERS[k % len(MARKERS)], color=COLOURS[k % len(COLOURS)], markersize=4,
        linewidth=0.8, elinewidth=0.8, capsize=1.5, label=label,
    )  # fmt: skip


def _legend(axes: Axes) -> None:
    """A legend above the lines, in room of its own."""
    labels = axes.get_legend_handles_labels()[1]
    if not labels:
        return
    n_columns = 1 if max(map(len, labels)) > SHORT else 2
    n_rows = -(-len(labels) // n_columns)
    lowest, highest = axes.get_ylim()
    axes.set_ylim(lowest, highest + ROOM * n_rows * (highest - lowest))
    axes.legend(
        loc="upper left", fontsize=7, frameon=False, handlelength=1.2, labelspacing=0.25,
        ncols=n_columns, columnspacing=1.0,
    )  # fmt: skip
