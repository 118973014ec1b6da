"""Figures of the scores of models, in cross-validation, on the vault and under stress."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from pdflearn.core.tasks import LOSSES
from pdflearn.reporting.style import (
    BLUE,
    GREY,
    ORANGE,
    RULE,
    STYLE,
    interval_lengths,
    words,
)

# Scores between 0 and 1.
SHARES = ("accuracy", "balanced_accuracy", "top3", "macro_f1")


def plot_scores(
    validation: pd.DataFrame,
    evaluation: pd.DataFrame,
    metric: str,
    chosen: str,
    controls: list[str],
    unit: str = "",
) -> Figure:
    """Each model in cross-validation (training and validation) and on the vault.

    Parameters
    ----------
    validation : DataFrame
        model, split, mean, sem: the best parameters of each model.
    evaluation : DataFrame
        model, score, ci_low, ci_high on the vault.
    metric, chosen : str
    controls : list of str
    unit : str
        Of the metric, where it has one.
    """
    of_split = {split: rows.set_index("model") for split, rows in validation.groupby("split")}
    best_last = metric not in LOSSES
    order = of_split["validation"]["mean"].sort_values(kind="stable", ascending=best_last).index
    place = np.arange(len(order))
    vault = evaluation.set_index("model").loc[order]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.5, 0.9 + 0.32 * len(order)))
        held_out = of_split["validation"].loc[order]
        training = of_split["train"].reindex(order)  # not known of averages
        axes.hlines(place, held_out["mean"], training["mean"], color="#CCCCCC", zorder=0)
        axes.plot(training["mean"], place, "o", mfc="white", color=GREY, label="training")
        axes.errorbar(
            held_out["mean"], place + 0.1, xerr=held_out["sem"], fmt="o", color=BLUE,
            label="validation: mean of the folds ± standard error",
        )  # fmt: skip
        axes.errorbar(
            vault["score"], place - 0.16, xerr=interval_lengths(vault), fmt="D", color=ORANGE,
            markersize=5, label="vault: 95 % interval",
        )  # fmt: skip
        names = [
            words(name) + (" (chosen)" if name == chosen else "")
            + (" (control)" if name in controls else "")
            for name in order
        ]  # fmt: skip
        axes.set_yticks(place, names)
        for label, name in zip(axes.get_yticklabels(), order, strict=True):
            label.set_weight("bold" if name == chosen else "normal")
        axes.set(xlabel=words(metric) + unit, ylim=(-0.6, len(order) - 0.4))
        if metric in SHARES:
            axes.set(xlim=(-0.02, 1.02))
        axes.xaxis.grid(True, color=RULE, zorder=-1)
        figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    return figure


CONDITION_WORDS = {
    "all": "all patterns like training",
    "xray": "X-ray alone",
    "neutron": "neutron alone",
    "parent types": "parent types count as right",
    "number of elements known": "number of elements known",
}


def condition_words(condition: str) -> str:
    """A condition that the vault is scored under, in words."""
    return CONDITION_WORDS.get(condition, words(condition))


def plot_stress(
    evaluation: pd.DataFrame, metric: str, chosen: str, controls: list[str], unit: str = ""
) -> Figure:
    """The chosen model on parts of the vault and under conditions that no draw of training had.

    Parameters
    ----------
    evaluation : DataFrame
        model, condition, metric, score, ci_low, ci_high.
    metric, chosen : str
    controls : list of str
        Not drawn.
    unit : str
        Of the metric, where it has one.
    """
    rows = evaluation[(evaluation["metric"] == metric) & ~evaluation["model"].isin(controls)]
    own = rows[rows["model"] == chosen]
    order = own["condition"].tolist()
    order.sort(key=lambda condition: condition.startswith("stress"))
    own = own.set_index("condition").loc[order]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.8, 0.9 + 0.36 * len(order)))
        axes.axvline(own.at["all", "score"], color="#BBBBBB", linewidth=0.9, zorder=0)
        others = rows[rows["model"] != chosen]
        for place, condition in enumerate(order):
            values = others.loc[others["condition"] == condition, "score"]
            axes.plot(values, np.full(len(values), place), "|", color="#999999", markersize=9)
            row = own.loc[condition]
            axes.text(row["score"], place - 0.2, f"{row['score']:.2f}", ha="center", fontsize=8)
        axes.errorbar(
            own["score"], range(len(order)), xerr=interval_lengths(own), fmt="o", color=BLUE
        )
        axes.set_yticks(range(len(order)), [condition_words(condition) for condition in order])
        axes.set(ylim=(len(order) - 0.4, -0.7))
        if metric in LOSSES:
            axes.set_xlim(left=0)
        elif metric in SHARES:
            axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel(f"{words(metric)}{unit} on the vault")
        axes.set_title(
            f"● {words(chosen)} with its 95 % interval   | other models", fontsize=8,
            weight="normal",
        )  # fmt: skip
    return figure
