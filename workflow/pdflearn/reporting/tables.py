"""Rows of the report's tables: numbers as text, settings, models."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from pdflearn.models.registry import REGISTRY
from pdflearn.reporting.names import words


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
        {"model": model_title(name, spec), "meaning": REGISTRY[spec["estimator"]].description}
        for name, spec in models.items()
    ]
