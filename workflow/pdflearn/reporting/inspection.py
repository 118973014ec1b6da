"""Figures of how a model learns, and by which distances."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.reporting.style import (
    BLUE,
    GREY,
    R_LABEL,
    STYLE,
    VERMILION,
    interval_lengths,
    plot_message,
    shorten,
    words,
)

SCHEME_WORDS = {
    "pattern": "by pattern (the same structure on both sides)",
    "structure": "by structure",
    "family": "by family (this study's split)",
    "heaviest_element": "by heaviest element",
    "radiation": "by family, learned from the other radiation",
}


def plot_learning_curve(splits: pd.DataFrame, learning: pd.DataFrame, metric: str) -> Figure:
    """Left: one model under several splits. Right: its score against how much it learned from."""
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 2.9), width_ratios=[1.15, 1])
        rows = splits[splits["metric"] == metric].iloc[::-1]
        place = np.arange(len(rows))
        left.errorbar(rows["score"], place, xerr=interval_lengths(rows), fmt="o", color=BLUE)
        left.set_yticks(place, [SCHEME_WORDS[scheme] for scheme in rows["scheme"]])
        for y, value in zip(place, rows["score"], strict=True):
            left.text(value, y + 0.14, f"{value:.2f}", ha="center", fontsize=8)
        left.set(xlabel=f"{words(metric)} (95 % interval)", ylim=(-0.5, len(rows) - 0.3))
        _curves(right, learning[learning["metric"] == metric])
        right.set(xlabel="families learned from", ylabel=words(metric), ylim=(0, 1.08))
    return figure


SIGN_WORDS = {
    "confidence": "highest probability of a type",
    "not_none": "probability of any type at all",
}


def plot_novelty(table: pd.DataFrame) -> Figure:
    """How often each sign ranks a known type's pattern above one of a type never seen."""
    rows = table[table["metric"] == "auroc"]
    if rows.empty:
        return plot_message("too few types: none could be left out")
    signs = [name for name in SIGN_WORDS if name in set(rows["sign"])][::-1]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.5, 0.9 + 0.42 * len(signs)))
        axes.axvline(0.5, color=GREY, linestyle=":")
        axes.text(0.5, len(signs) - 0.45, " guessing", color=GREY, fontsize=8, va="top")
        looks = {"unlike": (BLUE, "o", 0.13), "near": (VERMILION, "s", -0.13)}
        for case, own in rows.groupby("case"):
            colour, marker, shift = looks[str(case)]
            place = own["sign"].map(signs.index) + shift
            label = f"{case} types ({own['types'].iloc[0]})"
            axes.errorbar(
                own["score"],
                place,
                xerr=interval_lengths(own),
                fmt=marker,
                color=colour,
                label=label,
            )
        axes.set_yticks(range(len(signs)), [SIGN_WORDS[name] for name in signs])
        axes.set(
            xlabel="area under the ROC curve (95 % interval)",
            xlim=(0.4, 1.0),
            ylim=(-0.5, len(signs) - 0.4),
        )
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _curves(axes: Axes, table: pd.DataFrame) -> None:
    """Training and validation against families: means over the folds, standard errors."""
    last = table[table["train_size"] == table["train_size"].max()].groupby("split")["score"].mean()
    training_on_top = last.get("train", np.inf) >= last.get("validation", -np.inf)
    above = {"train": 7, "validation": -14} if training_on_top else {"train": -14, "validation": 7}
    for split, colour, name in (("train", GREY, "training"), ("validation", BLUE, "validation")):
        own = table[table["split"] == split]
        if own.empty:
            continue
        groups = own.groupby("train_size")
        at, middle = groups["families"].mean(), groups["score"].mean()
        axes.errorbar(
            at, middle, yerr=groups["score"].sem(), marker="o", color=colour, markersize=4
        )
        axes.annotate(
            name, (at.iloc[-1], middle.iloc[-1]), (0, above[split]), ha="right",
            textcoords="offset points", color=colour, fontsize=8,
        )  # fmt: skip


def plot_weights(axis: np.ndarray, axis_label: str, planes: pd.DataFrame) -> Figure:
    """Weights of a linear model against r for some types, over the types' mean patterns.

    Parameters
    ----------
    axis : array (m,)
    axis_label : str
    planes : DataFrame
        structure_type, weights (m,), mean (m,): arrays in cells, both on the axis.
    """
    columns = 2 if len(planes) > 1 else 1
    rows = max(1, -(-len(planes) // columns))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            rows, columns, figsize=(7.6, 1.35 * rows + 0.7), sharex=True, squeeze=False
        )
        for axes, plane in zip(grid.flat, planes.itertuples(), strict=False):
            weight = plane.weights / np.abs(plane.weights).max()
            mean = plane.mean / np.abs(plane.mean).max()
            axes.fill_between(
                axis, 0, np.clip(weight, 0, None), color=BLUE, linewidth=0, alpha=0.85
            )
            axes.fill_between(
                axis, 0, np.clip(weight, None, 0), color=VERMILION, linewidth=0, alpha=0.85
            )
            axes.plot(axis, mean, color="black", linewidth=0.7)
            axes.set_title(shorten(plane.structure_type, 40), fontsize=8)
            axes.set(yticks=[], ylim=(-1.1, 1.1), xlim=(axis[0], axis[-1]))
            axes.spines["left"].set_visible(False)
        for axes in grid.flat[len(planes) :]:
            axes.set_visible(False)
        handles = [
            plt.Line2D([], [], color="black", linewidth=0.8),
            plt.Rectangle((0, 0), 1, 1, color=BLUE),
            plt.Rectangle((0, 0), 1, 1, color=VERMILION),
        ]
        figure.legend(
            handles, ["mean pattern of the type", "weight: G here speaks for it", "against it"],
            loc="outside upper center", ncols=3, fontsize=8,
        )  # fmt: skip
        figure.supxlabel(axis_label, fontsize=9)
        figure.supylabel("each scaled to its largest value", fontsize=8)
    return figure


def plot_importance(table: pd.DataFrame, model: str) -> Figure:
    """How much accuracy is lost when the patterns' values in one range of r are exchanged.

    Parameters
    ----------
    table : DataFrame
        Rows of `importance.permutation_importance`.
    model : str
    """
    blocks, whole = table[table["r_low"].notna()], table[table["r_low"].isna()]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.8, 2.7))
        width = blocks["r_high"] - blocks["r_low"]
        middle = (blocks["r_low"] + blocks["r_high"]) / 2
        axes.bar(middle, blocks["loss"], width=0.9 * width, color=BLUE)
        sides = [blocks["loss"] - blocks["ci_low"], blocks["ci_high"] - blocks["loss"]]
        limits = np.clip(sides, 0, None)
        axes.errorbar(middle, blocks["loss"], yerr=limits, fmt="none", color="black", linewidth=0.8)
        axes.axhline(0, color="black", linewidth=0.6)
        axes.set(xlabel=R_LABEL, ylabel="accuracy lost (95 % interval)")
        axes.set_xlim(blocks["r_low"].min() - 0.3, blocks["r_high"].max() + 0.3)
        if len(whole):
            row = whole.iloc[0]
            axes.text(
                0.99, 0.97,
                f"{words(model)}: accuracy {row['accuracy']:.2f} untouched,\n"
                f"{row['accuracy'] - row['loss']:.2f} with every range exchanged at once",
                transform=axes.transAxes, ha="right", va="top", fontsize=8,
            )  # fmt: skip
    return figure
