"""What a task asks of every pattern: a class or a number, where it is known and is taught."""

import hashlib
from dataclasses import dataclass, replace
from typing import Any, Self

import numpy as np
import pandas as pd

from pdflearn.core.errors import PdflearnError
from pdflearn.core.tasks import CLASSIFICATION, REGRESSION

# How a label that nobody knows is written, by kind of task.
UNKNOWN: dict[str, Any] = {CLASSIFICATION: "", REGRESSION: np.nan}


class TargetError(PdflearnError):
    """A task's label is not what the task needs."""


@dataclass(frozen=True)
class Target:
    """The answers of one task.

    Attributes
    ----------
    kind : {"classification", "regression"}
    truth : array (n,) of str or float
        What scores are held against; "" or NaN where it is not known.
    told : array (n,)
        What training may be told: the truth, or less of it where a task hides labels.
    taught : array (n,)
        What is learned from: of that, at most as many patterns as the task says.
    tested : array (n,) of bool
        Patterns that validate: known, and tested as the split says.
    """

    kind: str
    truth: np.ndarray
    told: np.ndarray
    taught: np.ndarray
    tested: np.ndarray

    def take(self, rows: np.ndarray) -> Self:
        """The labels of these rows (indices or a mask)."""
        return replace(
            self,
            truth=self.truth[rows],
            told=self.told[rows],
            taught=self.taught[rows],
            tested=self.tested[rows],
        )

    @property
    def classes(self) -> np.ndarray:
        """The columns of predictions: every class that is learned, or one nameless number."""
        if self.kind == REGRESSION:
            return np.array(["value"])
        return np.unique(self.taught[known(self.taught)])


def known(values: np.ndarray) -> np.ndarray:
    """Which labels are known: (n,) of bool."""
    return np.isfinite(values) if values.dtype.kind == "f" else values != ""


def truth_of(index: pd.DataFrame, task: dict[str, Any]) -> np.ndarray:
    """The true answers (n,) of a task, str or float; "" or NaN where not known. See `target`."""
    label = task["label"]
    if label not in index:
        raise TargetError(
            f"tasks: label {label!r} is no column of the dataset. Expected a column of your "
            f"labels.csv or one of {', '.join(sorted(index.columns))}"
        )
    regression = task.get("task_type", CLASSIFICATION) == REGRESSION
    return _numbers(index, label) if regression else _words(index[label])


def target(index: pd.DataFrame, task: dict[str, Any], seed: int) -> Target:
    """Read a task's answers from the index of the patterns.

    Parameters
    ----------
    index : DataFrame
        One row a pattern: the label's column, group and tested.
    task : dict
        An entry of `tasks` in the config: label, and optionally kind ("classification" or
        "regression"), labelled (share of the groups whose labels training is told), patterns
        (how many are taught at most: the tested first, of the others evenly many).
    seed : int
        Decides, with a group's name, which groups' labels are hidden.

    Raises
    ------
    TargetError
        For a label that is no column, no number where one is needed, or that no tested pattern
        has.
    """
    label, kind, truth = task["label"], task.get("task_type", CLASSIFICATION), truth_of(index, task)
    tested = index["tested"].to_numpy(dtype=bool) & known(truth)
    values = np.unique(truth[tested])
    if len(values) < 2:
        raise TargetError(
            f"tasks: label {label!r} has {len(values)} value(s) among the tested patterns; at "
            "least 2 are needed. Label more structures of types with at least split.min_groups "
            "groups"
        )
    told = truth.copy()
    if task.get("labelled_fraction", 1.0) < 1.0:
        shown = _shown_groups(index["group"], truth, task["labelled_fraction"], seed)
        told[~index["group"].isin(shown).to_numpy()] = UNKNOWN[kind]
    taught = told.copy()
    taught[_beyond(known(told), tested, task.get("max_patterns", len(told)))] = UNKNOWN[kind]
    return Target(kind, truth, told, taught, tested)


def read_as(
    classes: np.ndarray, index: pd.DataFrame, own: dict[str, Any], task: dict[str, Any]
) -> list[str]:
    """What the classes of one task are called in another: their own names, or coarser ones.

    Parameters
    ----------
    classes : array (n_classes,)
        Of the task `own`.
    index : DataFrame
        One row a pattern, with both tasks' labels.
    own, task : dict
        Entries of `tasks` in the config.
    """
    if own["label"] == task["label"]:
        return list(classes)
    names = coarser(truth_of(index, own), truth_of(index, task), task["label"])
    return [names[name] for name in classes]


def coarser(fine: np.ndarray, coarse: np.ndarray, label: str) -> dict[str, str]:
    """The coarse class that each fine one belongs to.

    Parameters
    ----------
    fine, coarse : arrays (n,) of str
        Two labels of the same patterns; "" where not known.
    label : str
        The coarse label's name, for the error.

    Raises
    ------
    TargetError
        Where patterns of one fine class have several coarse ones, or none.
    """
    pairs = pd.DataFrame({"fine": fine, "coarse": coarse})[known(fine)].drop_duplicates()
    several = pairs[pairs["fine"].duplicated(keep=False) | (pairs["coarse"] == "")]
    if len(several):
        name = several["fine"].iloc[0]
        found = ", ".join(repr(k) for k in sorted(several["coarse"][several["fine"] == name]))
        raise TargetError(
            f"tasks: {name!r} has no one {label} (found: {found}), so answers in such classes "
            "cannot be summed to it. An average's members from another task need a label there "
            "that says at least as much"
        )
    return dict(zip(pairs["fine"], pairs["coarse"], strict=True))


def _words(column: pd.Series) -> np.ndarray:
    return column.astype(object).where(column.notna(), "").astype(str).to_numpy(dtype=str)


def _numbers(index: pd.DataFrame, label: str) -> np.ndarray:
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


def _beyond(usable: np.ndarray, tested: np.ndarray, most: int) -> np.ndarray:
    """Places of the usable patterns beyond so many; those that are tested come first."""
    beyond = []
    for part in (np.flatnonzero(usable & tested), np.flatnonzero(usable & ~tested)):
        size = min(len(part), most)
        kept = np.linspace(0, len(part) - 1, size).round().astype(int) if size else []
        beyond.append(np.delete(part, kept))
        most -= size
    return np.concatenate(beyond)


def _shown_groups(groups: pd.Series, truth: np.ndarray, share: float, seed: int) -> set[str]:
    """Groups whose labels are told: of each class so large a share, at least one."""

    def place(name: str) -> bytes:
        return hashlib.sha256(f"{seed}\0{name}".encode()).digest()

    shown: set[str] = set()
    labels = known(truth)
    strata = truth[labels] if truth.dtype.kind == "U" else np.zeros(labels.sum())
    for _, names in groups[labels].groupby(strata):
        order = sorted(names.unique(), key=place)
        shown.update(order[: max(1, round(share * len(order)))])
    return shown
