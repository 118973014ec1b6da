"""Probabilities of classes: merged, weighted anew, made softer or sharper, restricted."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd


def merge(
    probabilities: np.ndarray, names: Sequence[str] | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of merged classes (n, n_merged), and these classes in alphabetical order.

    Parameters
    ----------
    probabilities : array (n, n_classes)
    names : sequence (n_classes,)
        What each class is merged into.
    """
    merged, codes = np.unique(names, return_inverse=True)
    together = np.zeros((len(probabilities), len(merged)), dtype=probabilities.dtype)
    np.add.at(together.T, codes, probabilities.T)
    return together, merged


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
    """Probabilities (n, n_classes) at another temperature: above one less sure, below one surer."""
    if temperature == 1.0:
        return probabilities
    return softmax(np.log(np.clip(probabilities, 1e-12, 1.0)) / temperature)


def restrict(scores: np.ndarray, classes: np.ndarray, possible: list[set[str]]) -> np.ndarray:
    """Probabilities where only some classes are possible for each pattern, summing to one again."""
    allowed = np.array([[label in labels for label in classes] for labels in possible])
    kept = np.where(allowed, np.clip(scores, 1e-12, None), 0.0)
    return kept / kept.sum(axis=1, keepdims=True)


class Classifier(Protocol):
    """What is asked of a model here: any that scikit-learn knows can do it."""

    classes_: np.ndarray

    def predict_proba(self, patterns: np.ndarray) -> np.ndarray:
        """Probability of each class (columns) for each pattern (rows)."""


def type_probabilities(patterns: np.ndarray, model: Classifier) -> pd.DataFrame:
    """Probability of each type (columns) for each pattern (rows) on the study's grid."""
    classes = [str(name) for name in model.classes_]
    if len(patterns) == 0:
        return pd.DataFrame(columns=classes, dtype=float)
    return pd.DataFrame(model.predict_proba(patterns), columns=classes)
