"""Model selection: the best parameters of a model, and one model of a task, by cross-validation.

Tables of scores are all that is needed here. The module imports no model, which would take longer
than the selection.
"""

import json
from typing import Any

import pandas as pd

from pdflearn.core.tasks import gain
from pdflearn.models.registry import complexity, is_control


def summarise(validation: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Mean and standard error of a validation score over the folds, for all parameters tried.

    Parameters
    ----------
    validation : DataFrame
        Rows of `cross_validation.CrossValidation.table`, of any number of models.
    metric : str

    Returns
    -------
    DataFrame
        model, params_id, params, mean, sem; the best first.
    """
    table = validation[(validation["metric"] == metric) & (validation["split"] == "validation")]
    means = table.groupby(["model", "params_id", "params"])["score"].agg(["mean", "sem"])
    ascending = [gain(metric) < 0, True]
    return means.reset_index().sort_values(["mean", "params_id"], ascending=ascending)


def best_params(validation: pd.DataFrame, metric: str) -> dict[str, Any]:
    """The best parameters of one model, with the mean and the standard error of their score.

    Returns
    -------
    dict
        params, metric, mean, standard_error.

    Examples
    --------
    >>> validation = pd.DataFrame({
    ...     "model": "knn", "params_id": [0, 0, 1, 1], "metric": "accuracy",
    ...     "params": ['{"n_neighbors": 1}', '{"n_neighbors": 1}'] + ['{"n_neighbors": 3}'] * 2,
    ...     "split": "validation", "score": [0.5, 0.7, 0.75, 0.75],
    ... })
    >>> best_params(validation, "accuracy")["params"]
    {'n_neighbors': 3}
    """
    best = summarise(validation, metric).iloc[0]
    return {
        "params": json.loads(best["params"]),
        "metric": metric,
        "mean": float(best["mean"]),
        "standard_error": float(best["sem"]),
    }


def best_of_each(validation: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Training and validation score of each model with its best parameters.

    Returns
    -------
    DataFrame
        model, split ("train", "validation"), mean, sem (standard error over the folds).
    """
    best = summarise(validation, metric).drop_duplicates("model")[["model", "params_id"]]
    rows = validation[validation["metric"] == metric].merge(best, on=["model", "params_id"])
    return rows.groupby(["model", "split"])["score"].agg(["mean", "sem"]).reset_index()


def select_model(summary: pd.DataFrame, estimators: dict[str, str], metric: str) -> dict[str, Any]:
    """The simplest model within one standard error of the best.

    Controls cannot be selected. Of models that are equally simple the better one is.

    Parameters
    ----------
    summary : DataFrame
        One row a model: model, mean, sem (of its best parameters).
    estimators : dict
        Model -> its estimator; `models.registry` ranks estimators from simple to complex.
    metric : str
        What mean and sem are of.

    Returns
    -------
    dict
        model, mean, standard_error, best (the model with the best score), best_mean, rule.

    See Also
    --------
    summarise : makes the summary from tables of cross-validation.

    References
    ----------
    L. Breiman et al., Classification and Regression Trees (1984), section 3.4.3.

    Examples
    --------
    >>> summary = pd.DataFrame({
    ...     "model": ["network", "neighbours"], "mean": [0.92, 0.91], "sem": [0.02, 0.02],
    ... })
    >>> selected = select_model(summary, {"network": "mlp", "neighbours": "knn"}, "accuracy")
    >>> selected["model"], selected["best"]
    ('neighbours', 'network')
    """
    learners = [name for name in estimators if not is_control(estimators[name])]
    table = summary[summary["model"].isin(learners)].set_index("model").sort_index()
    value = gain(metric) * table["mean"]
    best = value.idxmax()
    # One scored fold has no standard error.
    margin = table["sem"].fillna(0.0)[best]
    within = value.index[value >= value[best] - margin]
    selected = min(within, key=lambda name: (complexity(estimators[name]), -value[name]))
    return {
        "model": selected,
        "mean": float(table.at[selected, "mean"]),
        "standard_error": float(table.at[selected, "sem"]),
        "best": best,
        "best_mean": float(table.at[best, "mean"]),
        "rule": "simplest model within one standard error of the best in cross-validation",
    }
