"""Rows of the report's tables: numbers as text, settings, models."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pdflearn.reporting.names import words

# What each estimator is, for a reader who meets it for the first time.
MODEL_WORDS = {
    "perfect": "control: is told the answer, the upper bound of every score",
    "random": "control: guesses, each answer as often as it occurs in training",
    "majority": "control: always the commonest answer",
    "mean": "control: always the mean of the numbers in training",
    "perceptron": "a weighted sum of the pattern for each class, corrected wherever it errs",
    "linear_regression": "a weighted sum of the pattern, with the least squared error",
    "linear_gradient": "the same, found in small steps downhill (gradient descent)",
    "ridge": "a weighted sum of the pattern, with small weights",
    "logistic_gradient": "weighted sums turned into probabilities, found in small steps downhill",
    "logistic_regression": "weighted sums turned into probabilities, found by a solver",
    "linear_svm": "weighted sums that keep the classes as far apart as can be",
    "knn": "the commonest answer among the most similar patterns learned from",
    "template": "the answer of the pattern that correlates best at any stretch",
    "self_training": "logistic regression that teaches itself on patterns without a label",
    "label_spreading": "labels that spread to similar patterns without one",
    "extra_trees": "many trees of yes-or-no questions, averaged",
    "gradient_boosting": "trees of yes-or-no questions, each on what those before left wrong",
    "mlp": "a neural network: layers of weighted sums of what the layer before found",
    "convolutions": "weighted sums of how often short motifs occur, wherever they stand",
    "average": "the mean of the answers of other models",
}


def format_number(value: float, form: str = "{:.2f}") -> str:
    """A number as text; an empty string for one that is missing.

    Examples
    --------
    >>> format_number(0.9234)
    '0.92'
    >>> format_number(float("nan"))
    ''
    """
    return "" if pd.isna(value) else form.format(value)


def format_interval(row: pd.Series) -> str:
    """A score with its confidence interval, as in 0.91 (0.88 to 0.94).

    Parameters
    ----------
    row : Series
        score, ci_low, ci_high.
    """
    return f"{row['score']:.2f} ({row['ci_low']:.2f} to {row['ci_high']:.2f})"


def table_rows(table: pd.DataFrame, **forms: str) -> list[dict[str, Any]]:
    """The rows of a table of the report.

    Parameters
    ----------
    table : DataFrame
    **forms : str
        The format of a column's numbers, such as ``share="{:.2f}"``. Other columns stay as they
        are.

    Returns
    -------
    list of dict
        One a row, with the columns as keys.
    """
    table = table.copy()
    for column, form in forms.items():
        table[column] = [format_number(value, form) for value in table[column]]
    return table.to_dict("records")


def settings_rows(config: dict[str, Any], prefix: str = "") -> Iterator[dict[str, str]]:
    """Every setting of the config: its key, joined with dots, and its value.

    Examples
    --------
    >>> list(settings_rows({"split": {"folds": 4}}))
    [{'key': 'split.folds', 'value': '4'}]
    """
    for key, value in config.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, dict) and value:
            yield from settings_rows(value, name)
        else:
            yield {"key": name, "value": str(value)}


def model_title(name: str, spec: dict[str, Any]) -> str:
    """A model in words; an average names the models that it averages.

    Parameters
    ----------
    name : str
    spec : dict
        The model's entry in the config.
    """
    members = [words(member.split("/")[-1]) for member in spec.get("members") or []]
    return f"{words(name)} (the mean of {' and '.join(members)})" if members else words(name)


def model_rows(models: dict[str, Any]) -> list[dict[str, str]]:
    """Each model of the config, and what it is."""
    return [
        {"model": model_title(name, spec), "meaning": MODEL_WORDS[spec["estimator"]]}
        for name, spec in models.items()
    ]
