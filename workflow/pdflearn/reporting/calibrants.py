"""Figure of the calibrants: their curves with the fits that tell the instrument's resolution."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from pdflearn.reporting.names import shorten
from pdflearn.reporting.style import BLUE, GREY, R_LABEL, STYLE, VERMILION, plot_message
from pdflearn.structures.cif_writer import with_error

MAX_PANELS = 6


def plot_calibrants(
    table: pd.DataFrame, curves: dict[str, tuple[np.ndarray, np.ndarray, np.ndarray]]
) -> Figure:
    """Plot each calibrant's curve, its fit and their difference over the whole range.

    Parameters
    ----------
    table : DataFrame
        file, calibrant, q_damp, q_damp_stderr, q_broad, q_broad_stderr, rw, used: the rows of
        calibrants.csv.
    curves : dict
        file -> r (angstrom), measured and calculated G(r): arrays (n_points,).

    Returns
    -------
    Figure
    """
    shown = [row for row in table.itertuples() if row.file in curves][:MAX_PANELS]
    if not shown:
        return plot_message("no file is marked as a calibrant, or none could be fitted")
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(shown), 1, figsize=(7.5, 0.5 + 2.2 * len(shown)), squeeze=False
        )
        for axes, row in zip(grid[:, 0], shown, strict=True):
            r, measured, calculated = curves[row.file]
            scale = np.abs(measured).max() or 1.0
            axes.plot(r, measured / scale, ".", color=BLUE, markersize=2, label="measured")
            axes.plot(r, calculated / scale, color=VERMILION, linewidth=0.8, label="calculated")
            difference = (measured - calculated) / scale
            base = -0.75 - float(np.abs(difference).max())
            axes.axhline(base, color="#CCCCCC", linewidth=0.6, zorder=0)
            axes.plot(r, base + difference, color=GREY, linewidth=0.7, label="difference")
            used = "" if row.used else "; not used"
            name = shorten(str(row.file).rsplit("/", 1)[-1], 40)
            axes.set_title(f"{name}: {row.calibrant}, Rw {row.rw:.3f}{used}", fontsize=8.5)
            axes.text(
                0.995, 0.97,
                f"q_damp {_value(row.q_damp, row.q_damp_stderr)} Å⁻¹\n"
                f"q_broad {_value(row.q_broad, row.q_broad_stderr)} Å⁻¹",
                transform=axes.transAxes, ha="right", va="top", fontsize=8,
            )  # fmt: skip
            axes.set(ylabel="G(r), scaled", yticks=[], xlim=(r[0], r[-1]))
        grid[-1, 0].set_xlabel(R_LABEL)
        handles, labels = grid[0, 0].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside upper right", ncols=3, fontsize=8, markerscale=3
        )
    return figure


def _value(value: float, stderr: float) -> str:
    """A value with its standard error in brackets, as 0.0349(3)."""
    known = np.isfinite(stderr) and stderr > 0
    return with_error(value, stderr) if known else f"{value:.4f}"
