"""Template matching: the best correlation with any known pattern over a range of stretches."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data


class TemplateClassifier(ClassifierMixin, BaseEstimator):
    """The class of the known pattern that correlates best, at any stretch within limits.

    Works on patterns against the logarithm of r, where a stretch is a shift.

    Parameters
    ----------
    shifts : int
        Largest shift to either side, in points.
    per_class : int
        At most this many templates for each class, evenly taken from the training patterns.
    sharpness : float
        Probabilities are the softmax of sharpness times the classes' best correlations.

    Attributes
    ----------
    templates_ : array (m, points), each of zero mean and unit length
    labels_ : array (m,), index of each template's class
    """

    def __init__(self, shifts: int = 8, per_class: int = 60, sharpness: float = 30.0) -> None:
        self.shifts = shifts
        self.per_class = per_class
        self.sharpness = sharpness

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Keep the templates."""
        X, y = validate_data(self, X, y, dtype=np.float32)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        rows = []
        for code in range(len(self.classes_)):
            members = np.flatnonzero(codes == code)
            most = min(len(members), self.per_class)
            rows.append(members[np.linspace(0, len(members) - 1, most).round().astype(int)])
        chosen = np.concatenate(rows)
        self.templates_ = _unit(X[chosen])
        self.labels_ = codes[chosen]
        return self

    def correlations(self, X: np.ndarray) -> np.ndarray:
        """Best Pearson correlation over all shifts with each class: (n, n_classes)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float32)
        points = X.shape[1]
        best = np.full((len(X), len(self.classes_)), -1.0, dtype=np.float32)
        starts = np.flatnonzero(np.diff(self.labels_, prepend=-1))
        for shift in range(-min(self.shifts, points - 2), min(self.shifts, points - 2) + 1):
            low, high = max(0, shift), min(points, points + shift)
            window = _unit(X[:, low:high])
            known = _unit(self.templates_[:, low - shift : high - shift])
            found = np.maximum.reduceat(window @ known.T, starts, axis=1)
            np.maximum(best, found, out=best)
        return best

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Softmax of the correlations (n, n_classes)."""
        scores = self.sharpness * self.correlations(X).astype(np.float64)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The class with the best correlation."""
        return self.classes_[self.correlations(X).argmax(axis=1)]


def _unit(x: np.ndarray) -> np.ndarray:
    """Rows with zero mean and unit length; constant rows become zero."""
    x = x - x.mean(axis=1, keepdims=True)
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)
