"""Figures that a first course draws: error against capacity, loss against time, numbers against
their predictions, and what looking at the test set often does."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from pdflearn.reporting.style import (
    BLUE,
    GREY,
    ORANGE,
    STYLE,
    VERMILION,
    format_log_axis,
)

# What the varied settings are called on an axis.
SETTING_WORDS = {
    "hidden_layer_sizes": "hidden units",
    "max_depth": "depth of the trees",
    "n_neighbors": "neighbours",
}
METRIC_WORDS = {"error": "error (share wrong)", "log_loss": "log loss", "rmse": "RMSE"}


def _words(name: str) -> str:
    return SETTING_WORDS.get(name, METRIC_WORDS.get(name, name.replace("_", " ")))


def plot_validation_curves(table: pd.DataFrame) -> Figure:
    """Training and validation error against capacity: a column for each model.

    Parameters
    ----------
    table : DataFrame
        model, param_name, param_value, fold, split, metric, score.
    """
    models = list(dict.fromkeys(table["model"]))
    metrics = [name for name in ("error", "log_loss", "rmse") if name in set(table["metric"])]
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            len(metrics), len(models), figsize=(3.6 * len(models), 2.3 * len(metrics) + 0.3),
            squeeze=False, sharex="col", sharey="row",
        )  # fmt: skip
        for (i, metric), (j, model) in [
            (first, second) for first in enumerate(metrics) for second in enumerate(models)
        ]:
            axes = grid[i, j]
            rows = table[(table["model"] == model) & (table["metric"] == metric)]
            for split, colour in (("train", GREY), ("validation", BLUE)):
                by_value = rows[rows["split"] == split].groupby("param_value")
                means = by_value["score"].agg(["mean", "sem"])
                axes.errorbar(
                    means.index, means["mean"], yerr=means["sem"], marker="o", markersize=4,
                    color=colour,
                )  # fmt: skip
                if i == 0:
                    place = means["mean"].iloc[-1]
                    axes.annotate(
                        "training" if split == "train" else split, (means.index[-1], place),
                        (0, 9), textcoords="offset points", ha="right", color=colour,
                    )  # fmt: skip
            if metric == "log_loss":
                least = rows[rows["split"] == "validation"].groupby("param_value")["score"].mean()
                axes.axvline(least.idxmin(), color=BLUE, linewidth=0.8, linestyle=":")
                axes.annotate(
                    "least", (least.idxmin(), 0.9), (3, 0), xycoords=axes.get_xaxis_transform(),
                    textcoords="offset points", color=BLUE, fontsize=8,
                )  # fmt: skip
            axes.set_xscale("log", base=2)
            axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
            if i == 0:
                axes.set_title(model.replace("_", " "))
            if j == 0:
                axes.set_ylabel(_words(metric))
            if i == len(metrics) - 1:
                axes.set_xlabel(_words(rows["param_name"].iloc[0]))
            axes.set_ylim(bottom=0)
    return figure


def plot_loss(table: pd.DataFrame) -> Figure:
    """Gradient descent's loss, epoch by epoch, at several learning rates.

    Parameters
    ----------
    table : DataFrame
        model, learning_rate, epoch, split, loss; infinite where it was no number any more.
    """
    finite = table[np.isfinite(table["loss"])]
    start = table["loss"].iloc[0]
    last = table["epoch"].max()
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(1, 2, figsize=(8.4, 3.2), sharex=True, sharey=True)
        splits = (("train", "training"), ("validation", "validation"))
        for axes, (split, words) in zip(grid, splits, strict=True):
            rates = sorted(set(table["learning_rate"]))
            colours = plt.get_cmap("plasma")(np.linspace(0.0, 0.8, len(rates)))
            for colour, rate in zip(colours, rates, strict=True):
                own = table[(table["learning_rate"] == rate) & (table["split"] == split)]
                rows = own[np.isfinite(own["loss"])]
                axes.plot(rows["epoch"], rows["loss"], color=colour)
                if rows["epoch"].max() == last:
                    text = f"rate {rate:g}"
                elif split == "validation":
                    continue
                else:
                    text = (
                        f"rate {rate:g}: {'diverged' if own['loss'].iloc[-1] > start else 'ended'}"
                    )
                axes.annotate(
                    text, (rows["epoch"].iloc[-1], min(rows["loss"].iloc[-1], 2 * start)), (4, 0),
                    textcoords="offset points", va="center", color=colour, fontsize=8,
                )  # fmt: skip
            axes.axhline(start, color=GREY, linewidth=0.8, linestyle=":")
            axes.set(title=words, xlabel="epoch", yscale="log", xlim=(0, 1.18 * last))
        format_log_axis(grid[0].yaxis)
        grid[0].set(ylabel="mean loss", ylim=(0.8 * finite["loss"].min(), 2.2 * start))
        grid[0].annotate(
            "all classes alike", (last, start), (0, 4), textcoords="offset points", ha="right",
            color=GREY, fontsize=8,
        )  # fmt: skip
    return figure


def plot_regression(truth: np.ndarray, values: np.ndarray, name: str) -> Figure:
    """Predicted against true numbers.

    Parameters
    ----------
    truth, values : arrays (n,)
    name : str
        What they are, with the unit.
    """
    ends = [min(truth.min(), values.min()), max(truth.max(), values.max())]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(4.2, 4.0))
        axes.plot(ends, ends, color=GREY, linewidth=0.8, zorder=0)
        axes.scatter(truth, values, s=6, color=BLUE, alpha=0.35, linewidths=0)
        order = np.argsort(truth, kind="stable")
        middles = [
            (np.median(truth[part]), *np.quantile(values[part], [0.1, 0.5, 0.9]))
            for part in np.array_split(order, min(10, len(order)))
        ]
        x, low, middle, high = np.array(middles).T
        axes.errorbar(
            x, middle, yerr=[middle - low, high - middle], fmt="D", color=ORANGE, markersize=4,
            label="median, and 80 % of the predictions",
        )  # fmt: skip
        axes.annotate(
            "right", (ends[1], ends[1]), (-4, -10), textcoords="offset points", ha="right",
            color=GREY, fontsize=8,
        )  # fmt: skip
        axes.set(xlabel=f"true {name}", ylabel=f"predicted {name}")
        figure.legend(loc="outside upper center", fontsize=8)
    return figure


def plot_snooping(table: pd.DataFrame) -> Figure:
    """Score of the best of so many models, on the set it was chosen by and on fresh data.

    Parameters
    ----------
    table : DataFrame
        repeat, looks, subset ("selection": chosen by; "fresh"), accuracy.
    """
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(5.6, 3.2))
        for name, colour in (("selection", VERMILION), ("fresh", BLUE)):
            rows = table[table["subset"] == name].groupby("looks")["accuracy"].agg(["mean", "sem"])
            axes.plot(rows.index, rows["mean"], color=colour)
            axes.fill_between(
                rows.index, rows["mean"] - rows["sem"], rows["mean"] + rows["sem"],
                color=colour, alpha=0.2, linewidth=0,
            )  # fmt: skip
            text = "on the set it was chosen by" if name == "selection" else "on fresh data"
            axes.annotate(
                text, (rows.index[-1], rows["mean"].iloc[-1]), (0, 8),
                textcoords="offset points", ha="right", color=colour,
            )  # fmt: skip
        axes.set(xscale="log", xlabel="models looked at", ylabel="accuracy of the best (mean ± SE)")
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
        axes.margins(y=0.15)
    return figure
