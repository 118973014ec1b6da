"""Figures of fits: measured, calculated and difference curves of each sample."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from pdflearn.figures import BLUE, G_LABEL, GREY, R_LABEL, STYLE, VERMILION

MOST_PANELS = 12
COLOURS = {"accepted": BLUE, "ambiguous": "#B07800", "none of these": VERMILION}


def shown_samples(index: pd.DataFrame, files: list[str]) -> list[str]:
    """Which files get a panel: the user's first, then public ones, each sample or series once."""
    fitted = index[index["file"].isin(files)]
    name = fitted["series"].where(fitted["series"] != "", fitted["sample"])
    name = name.where((fitted["source"] != "user") & (name != ""), fitted["file"])
    once = fitted.assign(once=name, later=fitted["source"] != "user").drop_duplicates("once")
    return once.sort_values("later", kind="stable")["file"].head(MOST_PANELS).tolist()


def fits(
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
    first = answers[answers["rank"] == 1].set_index("file")
    rows = max(1, int(np.ceil(len(curves) / columns)))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            rows, columns, figsize=(3.0 * columns, 1.75 * rows + 0.4), squeeze=False
        )
        for axes, (file, (r, measured, calculated)) in zip(grid.flat, curves.items(), strict=False):
            row = first.loc[file]
            scale = np.abs(measured).max() or 1.0
            axes.plot(r, measured / scale, ".", color=BLUE, markersize=2, label="measured")
            axes.plot(r, calculated / scale, color=VERMILION, linewidth=0.8, label="calculated")
            axes.axhline(-1.3, color="#CCCCCC", linewidth=0.6, zorder=0)
            axes.plot(
                r, (measured - calculated) / scale - 1.3, color=GREY, linewidth=0.7,
                label="difference",
            )  # fmt: skip
            name = file.rsplit("/", 1)[-1]
            axes.set_title(_short(name), fontsize=8)
            axes.text(
                0.99, 0.98,
                f"{_short(row['structure_type'])}, Rw {row['rw']:.2f}\n{row['verdict']}",
                transform=axes.transAxes, ha="right", va="top", fontsize=7,
                color=COLOURS.get(row["verdict"], "black"),
            )  # fmt: skip
            axes.set(ylim=(-2.0, 1.55), yticks=[])
            axes.spines["left"].set_visible(False)
            axes.tick_params(labelsize=7)
        for axes in grid.flat[len(curves) :]:
            axes.set_visible(False)
        if curves:
            handles, labels = grid.flat[0].get_legend_handles_labels()
            figure.legend(
                handles, labels, loc="outside upper center", ncols=3, fontsize=8, markerscale=3
            )
        else:
            figure.text(0.5, 0.5, "no measured curve was fitted", ha="center", fontsize=9)
        figure.supxlabel(R_LABEL, fontsize=9)
        figure.supylabel(G_LABEL.split(" ")[0] + ", scaled", fontsize=9)
    return figure


def _short(name: str, most: int = 34) -> str:
    """A name that fits above a panel, with nothing that matplotlib takes for a formula."""
    name = name.replace("$", r"\$")
    return name if len(name) <= most else name[: most - 1] + "…"
