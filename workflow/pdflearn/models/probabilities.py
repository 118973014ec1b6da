"""Class probabilities: merged, reweighted, tempered, restricted, and as a table."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd


def merge(
    probabilities: np.ndarray, names: Sequence[str] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Sum the probabilities of classes that are merged into one.

    Parameters
    ----------
    probabilities : array (n, n_classes)
    names : sequence (n_classes,)
        The merged class of each class.

    Returns
    -------
    probabilities : array (n, n_merged)
    classes : array (n_merged,)
        In alphabetical order.

    Examples
    --------
    >>> merge(np.array([[0.5, 0.25, 0.25]]), ["fcc", "bcc", "fcc"])
    (array([[0.25, 0.75]]), array(['bcc', 'fcc'], dtype='<U3'))
    """
    classes, codes = np.unique(names, return_inverse=True)
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], np.arange(len(classes)))
    return np.add.reduceat(probabilities[:, order], starts, axis=1), classes


def reweight(probabilities: np.ndarray, weights: np.ndarray | None) -> np.ndarray:
    """Probabilities (n, n_classes) times weights (n_classes,), with rows that sum to one."""
    if weights is None:
        return probabilities
    weighted = probabilities * weights
    return weighted / weighted.sum(axis=1, keepdims=True)


def softmax(scores: np.ndarray) -> np.ndarray:
    """exp(scores) with rows that sum to one."""
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True)


def temper(probabilities: np.ndarray, temperature: float) -> np.ndarray:
    """Probabilities (n, n_classes) at another temperature: above 1 less confident, below 1 more."""
    if temperature == 1.0:
        return probabilities
    return softmax(np.log(np.clip(probabilities, 1e-12, 1.0)) / temperature)


def restrict(scores: np.ndarray, classes: np.ndarray, possible: list[set[str]]) -> np.ndarray:
    """Probabilities where only some classes are possible for each pattern; rows sum to one again.

    Parameters
    ----------
    scores : array (n, n_classes)
        Probabilities.
    classes : array (n_classes,)
    possible : list of set of str
        The possible classes of each of the n patterns.
    """
    positions = {id(labels): k for k, labels in enumerate(possible)}
    rows, of_pattern = np.unique(
        [positions[id(labels)] for labels in possible], return_inverse=True
    )
    names = np.asarray(classes).tolist()
    allowed = np.array([[name in possible[row] for name in names] for row in rows])[of_pattern]
    kept = np.where(allowed, np.clip(scores, 1e-12, None), 0.0)
    return kept / kept.sum(axis=1, keepdims=True)


class Classifier(Protocol):
    """Any trained classifier with probabilities."""

    classes_: np.ndarray

    def predict_proba(self, patterns: np.ndarray) -> np.ndarray:
        """Probability of each class (columns) for each pattern (rows)."""


def type_probabilities(patterns: np.ndarray, model: Classifier) -> pd.DataFrame:
    """Probability of each class (columns) for each pattern (rows) on the study's grid."""
    classes = [str(name) for name in model.classes_]
    if len(patterns) == 0:
        return pd.DataFrame(columns=classes, dtype=float)
    return pd.DataFrame(model.predict_proba(patterns), columns=classes)
