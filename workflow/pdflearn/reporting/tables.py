"""Rows of the tables of the report: numbers as text, settings, models."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

# What stands behind the estimators of the config, for those who meet them for the first time.
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


def number(value: float, form: str = "{:.2f}") -> str:
    """A number for a table; nothing where there is none."""
    return "" if pd.isna(value) else form.format(value)


def records(table: pd.DataFrame, **forms: str) -> list[dict[str, Any]]:
    """Rows for a table of the report; columns named in `forms` are written in that form."""
    shown = table.copy()
    for column, form in forms.items():
        shown[column] = [number(value, form) for value in shown[column]]
    return shown.to_dict("records")


def interval(row: pd.Series) -> str:
    """A score with its interval, as in 0.91 (0.88 to 0.94)."""
    return f"{row['score']:.2f} ({row['ci_low']:.2f} to {row['ci_high']:.2f})"


def settings_rows(config: dict[str, Any], before: str = "") -> Iterator[dict[str, str]]:
    """Every setting as a key with dots and its value."""
    for key, value in config.items():
        name = f"{before}.{key}" if before else str(key)
        if isinstance(value, dict) and value:
            yield from settings_rows(value, name)
        else:
            yield {"key": name, "value": str(value)}


def title_of(name: str, spec: dict[str, Any]) -> str:
    """A model in words; an average names what it is the mean of."""
    members = [member.split("/")[-1].replace("_", " ") for member in spec.get("members") or []]
    title = name.replace("_", " ")
    return f"{title} (the mean of {' and '.join(members)})" if members else title


def model_rows(models: dict[str, Any]) -> list[dict[str, str]]:
    """Each model of the config and what it is."""
    return [
        {"model": title_of(name, spec), "meaning": MODEL_WORDS[spec["estimator"]]}
        for name, spec in models.items()
    ]
