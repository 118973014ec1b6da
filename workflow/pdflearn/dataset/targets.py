"""The labels of a learning task: a class or a number of each pattern, and which ones train."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from pdflearn.core.errors import PdflearnError
from pdflearn.core.tasks import CLASSIFICATION, REGRESSION

# How an unknown label is written, by task type.
UNKNOWN: dict[str, Any] = {CLASSIFICATION: "", REGRESSION: np.nan}


class TargetError(PdflearnError):
    """A task's label is not what the task needs."""


@dataclass(frozen=True)
class Target:
    """The labels of one task.

    Attributes
    ----------
    task_type : {"classification", "regression"}
    y_true : array (n,) of str or float
        The true labels, which scores compare predictions with; "" or NaN where unknown.
    y_visible : array (n,)
        Labels that training may use: the true ones, or fewer where a task hides some.
    y_train : array (n,)
        Labels that a model learns from: of the visible ones, at most as many as the task says.
    evaluated : array (n,) of bool
        Patterns that are predicted and scored: with a known label, and evaluated by the split.
    """

    task_type: str
    y_true: np.ndarray
    y_visible: np.ndarray
    y_train: np.ndarray
    evaluated: np.ndarray

    def take(self, rows: np.ndarray) -> Self:
        """The labels of these rows (indices or a mask)."""
        return replace(
            self,
            y_true=self.y_true[rows],
            y_visible=self.y_visible[rows],
            y_train=self.y_train[rows],
            evaluated=self.evaluated[rows],
        )

    @property
    def classes(self) -> np.ndarray:
        """The columns of predictions: every class in training, or one column of numbers."""
        if self.task_type == REGRESSION:
            return np.array(["value"])
        return np.unique(self.y_train[known(self.y_train)])


def known(values: np.ndarray) -> np.ndarray:
    """Which labels are known.

    Parameters
    ----------
    values : array (n,) of str or float
        "" and NaN are unknown.

    Returns
    -------
    array (n,) of bool

    Examples
    --------
    >>> known(np.array(["fcc", "", "bcc"])).tolist()
    [True, False, True]
    """
    return np.isfinite(values) if values.dtype.kind == "f" else values != ""


def true_labels(index: pd.DataFrame, task: dict[str, Any]) -> np.ndarray:
    """The true labels of a task.

    Parameters
    ----------
    index : DataFrame
        One row for each pattern, with the label's column.
    task : dict
        An entry of `tasks` in the config: label, and optionally task_type.

    Returns
    -------
    array (n,) of str or float
        "" or NaN where the label is unknown.

    Raises
    ------
    TargetError
        For a label that is no column, or that is no number where one is needed.
    """
    label = task["label"]
    if label not in index:
        raise TargetError(
            f"tasks: label {label!r} is no column of the dataset. Expected a column of your "
            f"labels.csv or one of {', '.join(sorted(index.columns))}"
        )
    regression = task.get("task_type", CLASSIFICATION) == REGRESSION
    return _numbers(index, label) if regression else _words(index[label])


def target(index: pd.DataFrame, task: dict[str, Any], seed: int) -> Target:
    """Read a task's labels from the index of the patterns.

    Parameters
    ----------
    index : DataFrame
        One row for each pattern: the label's column, group and evaluated.
    task : dict
        An entry of `tasks` in the config: label, and optionally task_type ("classification", the
        default, or "regression"), labelled_fraction (share of the groups whose labels training
        may use, 1.0), max_patterns (patterns with a label in training: the evaluated ones first,
        then an even choice of the others; all).
    seed : int
        Decides, with a group's name, which groups' labels are hidden.

    Returns
    -------
    Target

    Raises
    ------
    TargetError
        For a label that is no column, that is no number where one is needed, or that has fewer
        than two values among the evaluated patterns.

    Examples
    --------
    >>> index = pd.DataFrame({
    ...     "group": ["NaCl", "ZnS", "Cu"],
    ...     "structure_type": ["rocksalt", "zincblende", ""],
    ...     "evaluated": [True, True, True],
    ... })
    >>> labels = target(index, {"label": "structure_type"}, seed=0)
    >>> labels.classes.tolist(), labels.evaluated.tolist()
    (['rocksalt', 'zincblende'], [True, True, False])
    """
    label, y_true = task["label"], true_labels(index, task)
    task_type = task.get("task_type", CLASSIFICATION)
    evaluated = index["evaluated"].to_numpy(dtype=bool) & known(y_true)
    values = np.unique(y_true[evaluated])
    if len(values) < 2:
        raise TargetError(
            f"tasks: label {label!r} has {len(values)} value(s) among the evaluated patterns; at "
            "least 2 are needed. Label more structures of types with at least split.min_groups "
            "groups"
        )
    # Labels of a million patterns take some 0.2 GB: what hides none is not copied.
    y_visible = y_true
    if task.get("labelled_fraction", 1.0) < 1.0:
        groups = _labelled_groups(index["group"], y_true, task["labelled_fraction"], seed)
        y_visible = y_true.copy()
        y_visible[~index["group"].isin(groups).to_numpy()] = UNKNOWN[task_type]
    y_train = y_visible
    surplus = _surplus(known(y_visible), evaluated, task.get("max_patterns", len(y_visible)))
    if len(surplus):
        y_train = y_visible.copy()
        y_train[surplus] = UNKNOWN[task_type]
    return Target(task_type, y_true, y_visible, y_train, evaluated)


def class_names_in(
    classes: np.ndarray, index: pd.DataFrame, class_task: dict[str, Any], task: dict[str, Any]
) -> list[str]:
    """The names that classes of one task have in another: the same, or coarser ones.

    Parameters
    ----------
    classes : array (n_classes,)
        Of the task `class_task`.
    index : DataFrame
        One row for each pattern, with both tasks' labels.
    class_task, task : dict
        Entries of `tasks` in the config.
    """
    if class_task["label"] == task["label"]:
        return list(classes)
    names = coarser(true_labels(index, class_task), true_labels(index, task), task["label"])
    return [names[name] for name in classes]


def coarser(fine: np.ndarray, coarse: np.ndarray, label: str) -> dict[str, str]:
    """The coarse class that each fine class belongs to.

    Parameters
    ----------
    fine, coarse : arrays (n,) of str
        Two labels of the same patterns; "" where unknown.
    label : str
        The coarse label's name, for the error.

    Raises
    ------
    TargetError
        Where patterns of one fine class have several coarse ones, or none.

    Examples
    --------
    >>> coarser(np.array(["CsCl", "B2", ""]), np.array(["cubic", "cubic", ""]), "crystal_system")
    {'CsCl': 'cubic', 'B2': 'cubic'}
    """
    pairs = pd.DataFrame({"fine": fine, "coarse": coarse})[known(fine)].drop_duplicates()
    several = pairs[pairs["fine"].duplicated(keep=False) | (pairs["coarse"] == "")]
    if len(several):
        name = several["fine"].iloc[0]
        values = ", ".join(repr(k) for k in sorted(several["coarse"][several["fine"] == name]))
        raise TargetError(
            f"tasks: {name!r} has no one {label} (found: {values}), so answers in such classes "
            "cannot be summed to it. An average's members from another task need a label there "
            "that says at least as much"
        )
    return dict(zip(pairs["fine"], pairs["coarse"], strict=True))


def _words(column: pd.Series) -> np.ndarray:
    """A column as str, "" where empty."""
    return column.astype(object).where(column.notna(), "").astype(str).to_numpy(dtype=str)


def _numbers(index: pd.DataFrame, label: str) -> np.ndarray:
    """A column as float, NaN where empty; any other text is refused."""
    column = index[label]
    values = pd.to_numeric(column, errors="coerce").to_numpy(dtype=np.float64)
    wrong = np.flatnonzero(np.isnan(values) & column.notna().to_numpy() & (column != "").to_numpy())
    if len(wrong):
        raise TargetError(
            f"tasks: label {label!r} of {index['name'].iloc[wrong[0]]!r} is "
            f"{column.iloc[wrong[0]]!r}; a regression expects a number in every row, or nothing. "
            "Correct labels.csv, or make the task a classification"
        )
    return np.where(np.isfinite(values), values, np.nan)


def _surplus(usable: np.ndarray, evaluated: np.ndarray, max_patterns: int) -> np.ndarray:
    """Indices of the usable patterns beyond `max_patterns`; evaluated ones are kept first."""
    surplus = []
    for rows in (np.flatnonzero(usable & evaluated), np.flatnonzero(usable & ~evaluated)):
        size = min(len(rows), max_patterns)
        kept = np.linspace(0, len(rows) - 1, size).round().astype(int) if size else []
        surplus.append(np.delete(rows, kept))
        max_patterns -= size
    return np.concatenate(surplus)


def _labelled_groups(groups: pd.Series, y_true: np.ndarray, fraction: float, seed: int) -> set[str]:
    """Groups whose labels training may use: this fraction of each class, at least one group."""

    def rank(name: str) -> bytes:
        return hashlib.sha256(f"{seed}\0{name}".encode()).digest()

    labelled: set[str] = set()
    rows = known(y_true)
    strata = y_true[rows] if y_true.dtype.kind == "U" else np.zeros(rows.sum())
    for _, names in groups[rows].groupby(strata):
        order = sorted(names.unique(), key=rank)
        labelled.update(order[: max(1, round(fraction * len(order)))])
    return labelled
