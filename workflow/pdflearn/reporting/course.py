"""Figures that a first course in machine learning shows: validation curves, the loss during
training, predicted against true numbers, and data snooping."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.core.tasks import COVERAGE
from pdflearn.reporting.names import metric_words, words
from pdflearn.reporting.style import (
    BLUE,
    GREY,
    ORANGE,
    STYLE,
    VERMILION,
    format_log_axis,
)

# What the varied parameters are called on an axis.
PARAM_WORDS = {
    "hidden_layer_sizes": "hidden units",
    "max_depth": "depth of the trees",
    "n_neighbors": "neighbours",
}
SPLIT_WORDS = {"train": "training", "validation": "validation"}


def plot_validation_curves(table: pd.DataFrame) -> Figure:
    """Plot training and validation error against capacity: a column for each model.

    Parameters
    ----------
    table : DataFrame
        model, param_name, param_value, fold, split, metric, score: the rows of capacity.csv.
        Each of the metrics error, log_loss and rmse has a row of panels.

    Returns
    -------
    Figure
    """
    models = list(dict.fromkeys(table["model"]))
    metrics = [name for name in ("error", "log_loss", "rmse") if name in set(table["metric"])]
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(metrics), len(models), figsize=(3.6 * len(models), 2.3 * len(metrics) + 0.3),
            squeeze=False, sharex="col", sharey="row",
        )  # fmt: skip
        for (i, metric), (j, model) in [
            (row, column) for row in enumerate(metrics) for column in enumerate(models)
        ]:
            axes = grid[i, j]
            rows = table[(table["model"] == model) & (table["metric"] == metric)]
            _plot_curves(axes, rows, named=i == 0)
            if metric == "log_loss":
                _mark_lowest(axes, rows)
            axes.set_xscale("log", base=2)
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
            if i == 0:
                axes.set_title(words(model))
            if j == 0:
                axes.set_ylabel(metric_words(metric))
            if i == len(metrics) - 1:
                param_name = rows["param_name"].iloc[0]
                axes.set_xlabel(PARAM_WORDS.get(param_name, words(param_name)))
        for axes in grid[:, 0]:  # after all panels of a row, which share their limits
            axes.set_ylim(bottom=0)
    return figure


def _plot_curves(axes: Axes, rows: pd.DataFrame, named: bool) -> None:
    """The mean and the standard error over the folds, in training and validation."""
    for split, colour in (("train", GREY), ("validation", BLUE)):
        by_value = rows[rows["split"] == split].groupby("param_value")
        means = by_value["score"].agg(["mean", "sem"])
        axes.errorbar(
            means.index, means["mean"], yerr=means["sem"], marker="o", markersize=4, color=colour
        )
        if named:
            axes.annotate(
                SPLIT_WORDS[split], (means.index[-1], means["mean"].iloc[-1]), (0, 9),
                textcoords="offset points", ha="right", color=colour,
            )  # fmt: skip


def _mark_lowest(axes: Axes, rows: pd.DataFrame) -> None:
    """A line at the value of the parameter with the lowest mean validation score."""
    means = rows[rows["split"] == "validation"].groupby("param_value")["score"].mean()
    axes.axvline(means.idxmin(), color=BLUE, linewidth=0.8, linestyle=":")
    at_end = means.idxmin() == means.index[-1]
    axes.annotate(
        "lowest", (means.idxmin(), 0.9), (-3 if at_end else 3, 0), textcoords="offset points",
        xycoords=axes.get_xaxis_transform(), ha="right" if at_end else "left", color=BLUE,
        fontsize=8,
    )  # fmt: skip


def plot_loss(table: pd.DataFrame) -> Figure:
    """Plot the loss of gradient descent, epoch by epoch, at several learning rates.

    Parameters
    ----------
    table : DataFrame
        model, learning_rate, epoch, split, loss: the rows of loss.csv. A loss that was no number
        any more is infinite.

    Returns
    -------
    Figure
    """
    finite = table[np.isfinite(table["loss"])]
    start = table["loss"].iloc[0]
    last = table["epoch"].max()
    learning_rates = sorted(set(table["learning_rate"]))
    colours = plt.get_cmap("plasma")(np.linspace(0.0, 0.8, len(learning_rates)))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(1, 2, figsize=(8.4, 3.2), sharex=True, sharey=True)
        for axes, (split, title) in zip(grid, SPLIT_WORDS.items(), strict=True):
            for colour, learning_rate in zip(colours, learning_rates, strict=True):
                losses = table[
                    (table["learning_rate"] == learning_rate) & (table["split"] == split)
                ]
                rows = losses[np.isfinite(losses["loss"])]
                axes.plot(rows["epoch"], rows["loss"], color=colour)
                text = f"rate {learning_rate:g}"
                if rows["epoch"].max() != last:
                    if split == "validation":
                        continue
                    text += ": diverged" if losses["loss"].iloc[-1] > start else ": ended"
                axes.annotate(
                    text, (rows["epoch"].iloc[-1], min(rows["loss"].iloc[-1], 2 * start)), (4, 0),
                    textcoords="offset points", va="center", color=colour, fontsize=8,
                )  # fmt: skip
            axes.axhline(start, color=GREY, linewidth=0.8, linestyle=":")
            axes.set(title=title, xlabel="epoch (one pass over all patterns)", yscale="log")
            axes.set(xlim=(0, 1.18 * last))
        format_log_axis(grid[0].yaxis)
        grid[0].set(ylabel="mean loss", ylim=(0.8 * finite["loss"].min(), 2.2 * start))
        grid[0].annotate(
            "every class equally probable", (last, start), (0, 4), textcoords="offset points",
            ha="right", color=GREY, fontsize=8,
        )  # fmt: skip
    return figure


def plot_regression(
    y_true: np.ndarray, y_pred: np.ndarray, name: str, intervals: np.ndarray | None = None
) -> Figure:
    """Plot predicted against true numbers.

    Parameters
    ----------
    y_true, y_pred : arrays (n,)
    name : str
        What they are, with the unit.
    intervals : array (n, 2), optional
        The ends of each prediction's interval. Those that miss the true number are drawn in
        another colour.

    Returns
    -------
    Figure

    Examples
    --------
    >>> import numpy as np
    >>> diameter = np.linspace(15.0, 100.0, 50)
    >>> figure = plot_regression(diameter, 0.9 * diameter, "diameter (Å)")
    >>> figure.axes[0].get_ylabel()
    'predicted diameter (Å)'
    """
    ends = [min(y_true.min(), y_pred.min()), max(y_true.max(), y_pred.max())]
    order = np.argsort(y_true, kind="stable")
    summaries = [
        (np.median(y_true[rows]), *np.quantile(y_pred[rows], [0.1, 0.5, 0.9]))
        for rows in np.array_split(order, min(10, len(order)))
    ]
    x, low, median, high = np.array(summaries).T
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(4.2, 4.0))
        axes.plot(ends, ends, color=GREY, linewidth=0.8, zorder=0)
        if intervals is not None:
            lower, upper = intervals.T
            held = (lower <= y_true) & (y_true <= upper)
            for rows, colour in ((held, BLUE), (~held, VERMILION)):
                axes.vlines(
                    y_true[rows], lower[rows], upper[rows], color=colour, linewidth=0.5, alpha=0.25
                )
            axes.annotate(
                f"{held.mean():.0%} of the intervals hold the true number\n(asked for: "
                f"{COVERAGE:.0%}; the others are red)",
                (0.98, 0.02), xycoords="axes fraction", ha="right", va="bottom", fontsize=8,
            )  # fmt: skip
        axes.scatter(y_true, y_pred, s=6, color=BLUE, alpha=0.35, linewidths=0)
        axes.errorbar(
            x, median, yerr=[median - low, high - median], fmt="D", color=ORANGE, markersize=4,
            label="median, and the middle 80 % of the predictions",
        )  # fmt: skip
        axes.annotate(
            "predicted = true", (ends[1], ends[1]), (-8, 0), textcoords="offset points",
            ha="right", va="center", color=GREY, fontsize=8,
        )  # fmt: skip
        axes.set(xlabel=f"true {name}", ylabel=f"predicted {name}")
        figure.legend(loc="outside upper center", fontsize=8)
    return figure


def plot_snooping(table: pd.DataFrame) -> Figure:
    """Plot the score of the best of many models, on the set it was chosen by and on fresh data.

    Parameters
    ----------
    table : DataFrame
        repeat, looks, subset ("selection": chosen by; "fresh"), accuracy: the rows of
        snooping.csv.

    Returns
    -------
    Figure
    """
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(5.6, 3.2))
        for subset, colour, name in (
            ("selection", VERMILION, "on the set it was chosen by"),
            ("fresh", BLUE, "on fresh data"),
        ):
            by_looks = table[table["subset"] == subset].groupby("looks")
            rows = by_looks["accuracy"].agg(["mean", "sem"])
            axes.plot(rows.index, rows["mean"], color=colour)
            axes.fill_between(
                rows.index, rows["mean"] - rows["sem"], rows["mean"] + rows["sem"],
                color=colour, alpha=0.2, linewidth=0,
            )  # fmt: skip
            axes.annotate(
                name, (rows.index[-1], rows["mean"].iloc[-1]), (0, 8),
                textcoords="offset points", ha="right", color=colour,
            )  # fmt: skip
        axes.set(
            xscale="log",
            xlabel="number of models looked at",
            ylabel="accuracy of the best (mean ± standard error)",
        )
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.margins(y=0.15)
    return figure
