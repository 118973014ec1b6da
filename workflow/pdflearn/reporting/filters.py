"""The figure of a convolutional network's first filters and of what they answer to."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from pdflearn.reporting.style import BLUE, RULE, SKY, STYLE, VERMILION

N_COLUMNS = 2


def plot_filters(
    axis: np.ndarray, axis_label: str, mean: np.ndarray, offsets: np.ndarray, rows: pd.DataFrame
) -> Figure:
    """Plot filters (left of each pair) and their answers along the axis (right of it).

    Parameters
    ----------
    axis : array (m,)
        Where the values of a pattern stand.
    axis_label : str
    mean : array (m,)
        The mean pattern.
    offsets : array (size,)
        Where the points of a filter stand, from its middle, on the same axis.
    rows : DataFrame
        A row for each filter: number (its place in the layer), weights (size,); places (k,), where
        it was laid; answer, low, high (k,): the mean and the 10th and 90th percentile over the
        patterns, where it answers above zero.

    Returns
    -------
    Figure
    """
    n_rows = max(1, -(-len(rows) // N_COLUMNS))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            n_rows, 2 * N_COLUMNS, figsize=(8.4, 1.15 * n_rows + 0.9), squeeze=False,
            width_ratios=[1, 3.2] * N_COLUMNS,
        )  # fmt: skip
        pairs = grid.reshape(-1, 2)
        for (shape, along), row in zip(pairs, rows.itertuples(), strict=False):
            largest = np.abs(row.weights).max() or 1.0
            colours = np.where(row.weights > 0, BLUE, VERMILION)
            width = 0.8 * (offsets[1] - offsets[0]) if len(offsets) > 1 else 0.8
            shape.bar(offsets, row.weights / largest, width=width, color=colours)
            shape.axhline(0, color="black", linewidth=0.6)
            shape.set(yticks=[], ylim=(-1.1, 1.1))
            shape.set_title(f"filter {row.number}", fontsize=8)
            shape.spines["left"].set_visible(False)
            top = row.high.max() or 1.0
            along.fill_between(
                row.places, row.low / top, row.high / top, color=SKY, alpha=0.5, lw=0
            )
            along.plot(row.places, row.answer / top, color=BLUE)
            along.plot(axis, mean / np.abs(mean).max() / 2 - 0.6, color="black", linewidth=0.7)
            along.axhline(0, color=RULE, linewidth=0.6, zorder=0)
            along.set(yticks=[], ylim=(-1.15, 1.05), xlim=(axis[0], axis[-1]))
            along.spines["left"].set_visible(False)
        for pair in pairs[len(rows) :]:
            for axes in pair:
                axes.set_visible(False)
        for shape, along in pairs[max(len(rows) - N_COLUMNS, 0) : len(rows)]:
            shape.set_xlabel("from its middle", fontsize=8)
            along.set_xlabel(axis_label, fontsize=8)
        handles = [
            plt.Rectangle((0, 0), 1, 1, color=BLUE),
            plt.Rectangle((0, 0), 1, 1, color=VERMILION),
            plt.Line2D([], [], color=BLUE),
            plt.Rectangle((0, 0), 1, 1, color=SKY, alpha=0.5),
            plt.Line2D([], [], color="black", linewidth=0.8),
        ]
        names = [
            "weight > 0",
            "weight < 0",
            "mean answer",
            "10 to 90 % of patterns",
            "mean pattern",
        ]
        figure.legend(handles, names, loc="outside upper center", ncols=5, fontsize=8)
        figure.supylabel("each scaled to its largest value", fontsize=8)
    return figure
