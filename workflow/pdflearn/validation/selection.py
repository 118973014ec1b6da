"""Which settings of a model, and which model of a task, cross-validation speaks for.

Apart from `validation`, which learns: tables of scores are all that is needed here, and importing
the models takes longer than choosing.
"""

import json
from typing import Any

import pandas as pd

from pdflearn.core.tasks import gain
from pdflearn.models.registry import complexity, is_control


def summarise(validation: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Mean and standard error over the folds of each model's candidates, best candidate first."""
    table = validation[(validation["metric"] == metric) & (validation["split"] == "validation")]
    means = table.groupby(["model", "params_id", "params"])["score"].agg(["mean", "sem"])
    best_first = [gain(metric) < 0, True]
    return means.reset_index().sort_values(["mean", "params_id"], ascending=best_first)


def best_params(validation: pd.DataFrame, metric: str) -> dict[str, Any]:
    """Settings of a model's best candidate with the mean and standard error of its score."""
    best = summarise(validation, metric).iloc[0]
    return {
        "params": json.loads(best["params"]),
        "metric": metric,
        "mean": float(best["mean"]),
        "standard_error": float(best["sem"]),
    }


def best_of_each(validation: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Mean and standard error, in training and validation, of each model's best candidate."""
    best = summarise(validation, metric).drop_duplicates("model")[["model", "params_id"]]
    rows = validation[validation["metric"] == metric].merge(best, on=["model", "params_id"])
    return rows.groupby(["model", "split"])["score"].agg(["mean", "sem"]).reset_index()


def select_model(summary: pd.DataFrame, estimators: dict[str, str], metric: str) -> dict[str, Any]:
    """The simplest model within one standard error of the best, controls left aside; of those that
    are equally simple the best.

    Parameters
    ----------
    summary : DataFrame
        One row a model: model, mean, sem (of its best candidate).
    estimators : dict
        The estimator of each model; the registry ranks them from simple to complex.
    metric : str
        What mean and sem are of.

    Notes
    -----
    L. Breiman et al., Classification and Regression Trees (1984), section 3.4.3.
    """
    learned = [name for name in estimators if not is_control(estimators[name])]
    real = summary[summary["model"].isin(learned)].set_index("model").sort_index()
    value = gain(metric) * real["mean"]
    best = value.idxmax()
    # One scored fold has no standard error.
    margin = real["sem"].fillna(0.0)[best]
    near = value.index[value >= value[best] - margin]
    chosen = min(near, key=lambda name: (complexity(estimators[name]), -value[name]))
    return {
        "model": chosen,
        "mean": float(real.at[chosen, "mean"]),
        "standard_error": float(real.at[chosen, "sem"]),
        "best": best,
        "best_mean": float(real.at[best, "mean"]),
        "rule": "simplest model within one standard error of the best in cross-validation",
    }
