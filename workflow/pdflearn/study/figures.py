"""Figures of single results, for notebooks and files; they leave matplotlib's backend alone."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pdflearn.core.io import replacing
from pdflearn.reporting.colours import BLUE, COLOURS, GREY, PALE, STYLE, VERMILION

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

R_LABEL = "r (Å)"
G_LABEL = "G(r) (Å⁻²)"
PHASE_COLOURS = tuple(colour for colour in COLOURS if colour not in (BLUE, VERMILION))


def plot_fit(
    curves: "pd.DataFrame",
    phases: Sequence[str] = (),
    title: str = "",
    rows: "pd.DataFrame | None" = None,
) -> "Figure":
    """Plot a fit: measured, calculated, their difference below, and what each phase adds.

    Parameters
    ----------
    curves : DataFrame
        r (angstrom), measured, calculated, difference (1/angstrom^2), and of a mixture phase_1,
        phase_2, ...
    phases : sequence of str
        Names of the phases; of one alone nothing is drawn.
    title : str
    rows : DataFrame, optional
        structure_type and rw: how well each type fits, drawn as bars beside the fit.

    Returns
    -------
    matplotlib.figure.Figure
        `figure.savefig("fit.png")` writes it.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    bars = rows is not None and len(rows) > 0
    with rc_context(STYLE):
        figure = Figure(figsize=(8.5 if bars else 6.5, 3.2), layout="constrained")
        if bars:
            axes, bar_axes = figure.subplots(1, 2, width_ratios=[2.4, 1])
            _draw_bars(bar_axes, rows)
        else:
            axes = figure.subplots()
        r = curves["r"].to_numpy()
        measured, calculated = curves["measured"].to_numpy(), curves["calculated"].to_numpy()
        difference = curves["difference"].to_numpy()
        axes.plot(r, measured, ".", color=BLUE, markersize=2.5, label="measured")
        for k, (colour, name) in enumerate(zip(PHASE_COLOURS, phases, strict=False), start=1):
            if len(phases) > 1:
                g = curves[f"phase_{k}"]
                axes.plot(r, g, color=colour, linewidth=0.7, label=f"{k}: {name[:24]}")
        axes.plot(r, calculated, color=VERMILION, linewidth=0.9, label="calculated")
        lowest = min(measured.min(), calculated.min())
        zero = lowest - 1.15 * max(difference.max(), 0.05 * np.ptp(measured))
        axes.axhline(zero, color=PALE, linewidth=0.6, zorder=0)
        axes.plot(r, difference + zero, color=GREY, linewidth=0.7, label="difference")
        axes.set(xlabel=R_LABEL, ylabel=G_LABEL, xlim=(r[0], r[-1]))
        axes.set_title(title)
        figure.legend(
            *axes.get_legend_handles_labels(), loc="outside lower left", ncols=4, fontsize=8,
            markerscale=3,
        )  # fmt: skip
    return figure


def _draw_bars(axes: "object", rows: "pd.DataFrame") -> None:
    """The Rw of each type's best fit, best on top."""
    y = np.arange(len(rows))[::-1]
    axes.barh(y, rows["rw"], color=[BLUE] + [GREY] * (len(rows) - 1), height=0.6)
    for position, rw in zip(y, rows["rw"], strict=True):
        axes.text(rw, position, f" {rw:.2f}", va="center", fontsize=8)
    axes.set_yticks(y, [name[:24] for name in rows["structure_type"]])
    axes.set(xlabel="Rw of each type's best fit", xlim=(0, max(1.2 * rows["rw"].max(), 0.1)))


def plot_curve(r: np.ndarray, g: np.ndarray, title: str = "") -> "Figure":
    """Plot one G(r); r in angstrom, g in 1/angstrom^2."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context(STYLE):
        figure = Figure(figsize=(6.5, 2.8), layout="constrained")
        axes = figure.subplots()
        axes.plot(r, g, color=BLUE, linewidth=0.9)
        axes.set(xlabel=R_LABEL, ylabel=G_LABEL, xlim=(r[0], r[-1]))
        axes.set_title(title)
    return figure


def png(figure: "Figure", dpi: int = 110) -> bytes:
    """A figure as the bytes of a PNG file."""
    from matplotlib import rc_context

    with rc_context(STYLE), io.BytesIO() as buffer:
        figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": "pdflearn"})
        return buffer.getvalue()


def save_png(figure: "Figure", path: Path) -> Path:
    """Write a figure as a PNG file, whole or not at all."""
    with replacing(path) as handle:
        handle.write(png(figure, dpi=150))
    return path
