"""Figures of how a model learns, and by which distances it decides."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.reporting.names import metric_words, shorten, words
from pdflearn.reporting.style import (
    BLUE,
    GREY,
    R_LABEL,
    STYLE,
    VERMILION,
    interval_lengths,
    label_ends,
    plot_message,
)

# What stands on the other side of the split from what was learned from.
SCHEME_WORDS = {
    "pattern": "by pattern (the same structure on both sides)",
    "structure": "by structure",
    "family": "by family (this study's split)",
    "heaviest_element": "by heaviest element",
    "radiation": "by family, learned from the other radiation",
}
# What may tell a pattern of a known type from one of a type that training never saw.
SIGN_WORDS = {
    "certainty": "both of these, multiplied",
    "confidence": "highest probability of a type",
    "not_none": "probability of any type at all",
}
CASE_WORDS = {
    "unlike": "unlike types ({n}): no relative in training",
    "near": "near types ({n}): a relative in training",
}


def plot_learning_curve(splits: pd.DataFrame, learning: pd.DataFrame, metric: str) -> Figure:
    """Plot one model's scores under several splits (left) and its learning curve (right).

    Parameters
    ----------
    splits : DataFrame
        scheme, metric, score, ci_low, ci_high: the rows of splits.csv.
    learning : DataFrame
        train_size, families, split, metric, score: a row for each share of the training data, fold
        and split (train or validation).
    metric : str
        Which rows are shown.

    Returns
    -------
    Figure
    """
    rows = splits[splits["metric"] == metric].iloc[::-1]
    y = np.arange(len(rows))
    with plt.rc_context(STYLE):
        figure, (ax_splits, ax_curve) = plt.subplots(
            1, 2, figsize=(8.4, 2.9), width_ratios=[1.15, 1]
        )
        ax_splits.errorbar(rows["score"], y, xerr=interval_lengths(rows), fmt="o", color=BLUE)
        ax_splits.set_yticks(y, [SCHEME_WORDS[scheme] for scheme in rows["scheme"]])
        for position, score in zip(y, rows["score"], strict=True):
            ax_splits.text(score, position + 0.14, f"{score:.2f}", ha="center", fontsize=8)
        ax_splits.set(xlabel=f"{metric_words(metric)} (95 % interval)", ylim=(-0.5, len(y) - 0.3))
        _plot_curves(ax_curve, learning[learning["metric"] == metric])
        ax_curve.set(xlabel="families learned from", ylabel=metric_words(metric), ylim=(0, 1.08))
    return figure


def _plot_curves(axes: Axes, table: pd.DataFrame) -> None:
    """Training and validation against families: means over the folds, with standard errors."""
    ends = {}
    for split, colour, name in (("train", GREY, "training"), ("validation", BLUE, "validation")):
        rows = table[table["split"] == split]
        if rows.empty:
            continue
        by_size = rows.groupby("train_size")
        n_families, means = by_size["families"].mean(), by_size["score"].mean()
        axes.errorbar(
            n_families, means, yerr=by_size["score"].sem(), marker="o", color=colour, markersize=4
        )
        ends[name] = (float(means.iloc[-1]), colour)
        last = float(n_families.iloc[-1])
    if ends:
        label_ends(axes, last, ends, 0.09)


def plot_novelty(table: pd.DataFrame) -> Figure:
    """Plot how well patterns of types never seen are told from patterns of known types.

    Parameters
    ----------
    table : DataFrame
        case (near or unlike), sign, metric, score, ci_low, ci_high, types: the rows of
        novelty.csv. Those of the metric auroc are shown: how often a sign is higher for a pattern
        of a known type than for one of a type never seen.

    Returns
    -------
    Figure
    """
    rows = table[table["metric"] == "auroc"]
    if rows.empty:
        return plot_message("too few types: none could be left out")
    signs = [name for name in SIGN_WORDS if name in set(rows["sign"])][::-1]
    appearance = {"unlike": (BLUE, "o", 0.13), "near": (VERMILION, "s", -0.13)}
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.5, 1.3 + 0.42 * len(signs)))
        axes.axvline(0.5, color=GREY, linestyle=":")
        axes.text(0.5, len(signs) - 0.45, " guessing", color=GREY, fontsize=8, va="top")
        for case, scores in rows.groupby("case"):
            colour, marker, shift = appearance[str(case)]
            axes.errorbar(
                scores["score"], scores["sign"].map(signs.index) + shift,
                xerr=interval_lengths(scores), fmt=marker, color=colour,
                label=CASE_WORDS[str(case)].format(n=scores["types"].iloc[0]),
            )  # fmt: skip
        axes.set_yticks(range(len(signs)), [SIGN_WORDS[name] for name in signs])
        axes.set(
            xlabel="area under the ROC curve (95 % interval)",
            xlim=(0.4, 1.0),
            ylim=(-0.5, len(signs) - 0.4),
        )
        figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    return figure


def plot_weights(axis: np.ndarray, axis_label: str, planes: pd.DataFrame) -> Figure:
    """Plot a linear model's weights for some types over the types' mean patterns.

    Parameters
    ----------
    axis : array (m,)
        The axis of the features.
    axis_label : str
        What it is, with its unit.
    planes : DataFrame
        structure_type, weights (m,), mean (m,): arrays in cells, both on the axis.

    Returns
    -------
    Figure
    """
    n_columns = 2 if len(planes) > 1 else 1
    n_rows = max(1, -(-len(planes) // n_columns))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            n_rows, n_columns, figsize=(7.6, 1.35 * n_rows + 0.7), sharex=True, squeeze=False
        )
        for axes, plane in zip(grid.flat, planes.itertuples(), strict=False):
            weights = plane.weights / np.abs(plane.weights).max()
            mean = plane.mean / np.abs(plane.mean).max()
            for low, high, colour in ((0, None, BLUE), (None, 0, VERMILION)):
                axes.fill_between(
                    axis, 0, np.clip(weights, low, high), color=colour, linewidth=0, alpha=0.85
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
        names = [
            "mean pattern of the type", "weight > 0: a high G here speaks for it",
            "weight < 0: against it",
        ]  # fmt: skip
        figure.legend(handles, names, loc="outside upper center", ncols=3, fontsize=8)
        figure.supxlabel(axis_label, fontsize=9)
        figure.supylabel("each scaled to its largest value", fontsize=8)
    return figure


def plot_importance(table: pd.DataFrame, model: str) -> Figure:
    """Plot how much accuracy is lost when the values of one range of r are permuted.

    Parameters
    ----------
    table : DataFrame
        r_low, r_high (angstrom), accuracy, loss, ci_low, ci_high: the rows of importance.csv. The
        row without r_low is of all ranges at once.
    model : str
        The name of the model.

    Returns
    -------
    Figure
    """
    ranges, whole = table[table["r_low"].notna()], table[table["r_low"].isna()]
    loss = ranges["loss"]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.8, 2.7))
        width = ranges["r_high"] - ranges["r_low"]
        middle = (ranges["r_low"] + ranges["r_high"]) / 2
        axes.bar(middle, loss, width=0.9 * width, color=BLUE)
        limits = np.clip([loss - ranges["ci_low"], ranges["ci_high"] - loss], 0, None)
        axes.errorbar(middle, loss, yerr=limits, fmt="none", color="black", linewidth=0.8)
        axes.axhline(0, color="black", linewidth=0.6)
        axes.set(xlabel=R_LABEL, ylabel="accuracy lost (95 % interval)")
        axes.set_xlim(ranges["r_low"].min() - 0.3, ranges["r_high"].max() + 0.3)
        if len(whole):
            row = whole.iloc[0]
            axes.text(
                0.99, 0.97,
                f"{words(model)}: accuracy {row['accuracy']:.2f} on intact patterns,\n"
                f"{row['accuracy'] - row['loss']:.2f} with all ranges exchanged",
                transform=axes.transAxes, ha="right", va="top", fontsize=8,
            )  # fmt: skip
    return figure
