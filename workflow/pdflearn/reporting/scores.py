"""Figures of the scores of models: in cross-validation, on the vault, and under stress."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from pdflearn.core.tasks import LOSSES
from pdflearn.models.registry import is_control
from pdflearn.reporting.names import condition_words, metric_words, unit_of, words
from pdflearn.reporting.style import BLUE, GREY, ORANGE, RULE, STYLE, interval_lengths
from pdflearn.validation.selection import best_of_each

# Metrics between 0 and 1.
SHARES = ("accuracy", "balanced_accuracy", "top3", "macro_f1")


def plot_task(
    validation: pd.DataFrame,
    evaluation: pd.DataFrame,
    task: dict[str, Any],
    selected: str,
    estimators: dict[str, str],
) -> dict[str, Figure]:
    """Plot the scores of a task's models, and those of the selected one under other conditions.

    Parameters
    ----------
    validation, evaluation : DataFrame
        `core.columns.VALIDATION` and `EVALUATION`.
    task : dict
        Its entry in the config.
    selected : str
        The model that cross-validation selected.
    estimators : dict
        The estimator of each model.

    Returns
    -------
    dict of Figure
        scores, stress.
    """
    metric = task["metric"]
    vault = evaluation[(evaluation["metric"] == metric) & (evaluation["condition"] == "all")]
    controls = [name for name, estimator in estimators.items() if is_control(estimator)]
    unit = unit_of(task["label"]) if metric in ("rmse", "mae") else ""
    best = best_of_each(validation, metric)
    return {
        "scores": plot_scores(best, vault, metric, selected, controls, unit),
        "stress": plot_stress(evaluation, metric, selected, controls, unit),
    }


def plot_scores(
    validation: pd.DataFrame,
    evaluation: pd.DataFrame,
    metric: str,
    selected: str,
    controls: list[str],
    unit: str = "",
) -> Figure:
    """Plot the scores of each model in training, in cross-validation and on the vault.

    Parameters
    ----------
    validation : DataFrame
        model, split, mean, sem: a row for training and one for validation of each model.
    evaluation : DataFrame
        model, score, ci_low, ci_high: one row a model, on the vault.
    metric : str
        What the scores are.
    selected : str
        The model that cross-validation selected.
    controls : list of str
        The models that set the bounds of the scores.
    unit : str, default ""
        The metric's unit in brackets, if it has one.

    Returns
    -------
    Figure

    See Also
    --------
    plot_stress : the selected model under other conditions.

    Examples
    --------
    >>> import pandas as pd
    >>> validation = pd.DataFrame({
    ...     "model": ["knn", "knn", "random", "random"],
    ...     "split": ["train", "validation", "train", "validation"],
    ...     "mean": [1.0, 0.8, 0.1, 0.1],
    ...     "sem": [0.0, 0.01, 0.0, 0.0],
    ... })
    >>> evaluation = pd.DataFrame({
    ...     "model": ["knn", "random"], "score": [0.79, 0.1],
    ...     "ci_low": [0.75, 0.08], "ci_high": [0.83, 0.12],
    ... })
    >>> figure = plot_scores(validation, evaluation, "accuracy", "knn", ["random"])
    >>> [label.get_text() for label in figure.axes[0].get_yticklabels()]
    ['random (control)', 'knn (chosen)']
    """
    tables = {split: rows.set_index("model") for split, rows in validation.groupby("split")}
    best_last = metric not in LOSSES
    means = tables["validation"]["mean"]
    models = means.sort_values(kind="stable", ascending=best_last).index
    y = np.arange(len(models))
    vault = evaluation.set_index("model").loc[models]
    held_out = tables["validation"].loc[models]
    training = tables["train"].reindex(models)  # averages have no training score
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.5, 0.9 + 0.32 * len(models)))
        axes.hlines(y, held_out["mean"], training["mean"], color="#CCCCCC", zorder=0)
        axes.plot(training["mean"], y, "o", mfc="white", color=GREY, label="training")
        axes.errorbar(
            held_out["mean"], y + 0.1, xerr=held_out["sem"], fmt="o", color=BLUE,
            label="validation: mean of the folds ± standard error",
        )  # fmt: skip
        axes.errorbar(
            vault["score"], y - 0.16, xerr=interval_lengths(vault), fmt="D", color=ORANGE,
            markersize=5, label="vault: 95 % interval",
        )  # fmt: skip
        names = [
            words(model) + (" (chosen)" if model == selected else "")
            + (" (control)" if model in controls else "")
            for model in models
        ]  # fmt: skip
        axes.set_yticks(y, names)
        for label, model in zip(axes.get_yticklabels(), models, strict=True):
            label.set_weight("bold" if model == selected else "normal")
        axes.set(xlabel=metric_words(metric) + unit, ylim=(-0.6, len(models) - 0.4))
        if metric in SHARES:
            axes.set(xlim=(-0.02, 1.02))
        axes.xaxis.grid(True, color=RULE, zorder=-1)
        figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    return figure


def plot_stress(
    evaluation: pd.DataFrame, metric: str, selected: str, controls: list[str], unit: str = ""
) -> Figure:
    """Plot the selected model's scores on parts of the vault and under stress conditions.

    Parameters
    ----------
    evaluation : DataFrame
        model, condition, metric, score, ci_low, ci_high.
    metric : str
        Which rows are shown.
    selected : str
        The model that is shown with its intervals; the others are ticks.
    controls : list of str
        Models that are not shown.
    unit : str, default ""
        The metric's unit in brackets, if it has one.

    Returns
    -------
    Figure
    """
    rows = evaluation[(evaluation["metric"] == metric) & ~evaluation["model"].isin(controls)]
    scores = rows[rows["model"] == selected]
    conditions = scores["condition"].tolist()
    conditions.sort(key=lambda condition: condition.startswith("stress"))
    scores = scores.set_index("condition").loc[conditions]
    others = rows[rows["model"] != selected]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.8, 0.9 + 0.36 * len(conditions)))
        axes.axvline(scores.at["all", "score"], color="#BBBBBB", linewidth=0.9, zorder=0)
        for y, condition in enumerate(conditions):
            values = others.loc[others["condition"] == condition, "score"]
            axes.plot(
                values, np.full(len(values), y), "|", color="#999999", markersize=9,
                label="other models" if y == 0 and len(values) else None,
            )  # fmt: skip
            score = scores.at[condition, "score"]
            axes.text(
                score, y - 0.28, f"{score:.2f}", ha="center", va="center", fontsize=8,
                bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4},
            )  # fmt: skip
        axes.errorbar(
            scores["score"], range(len(conditions)), xerr=interval_lengths(scores), fmt="o",
            color=BLUE, label=f"{words(selected)} (chosen): 95 % interval",
        )  # fmt: skip
        axes.set_yticks(range(len(conditions)), [condition_words(name) for name in conditions])
        axes.set(ylim=(len(conditions) - 0.4, -0.7))
        if metric in LOSSES:
            axes.set_xlim(left=0)
        elif metric in SHARES:
            axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel(f"{metric_words(metric)}{unit} on the vault")
        figure.legend(loc="outside upper center", ncols=2, fontsize=8)
    return figure
