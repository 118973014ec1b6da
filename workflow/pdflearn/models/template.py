"""Template matching: the best correlation with any training pattern, at any of many stretches."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data


class TemplateClassifier(ClassifierMixin, BaseEstimator):
    """The class of the training pattern that correlates best, at any stretch within limits.

    Works on patterns against the logarithm of r (features `log_r`), where a stretch is a shift.

    Parameters
    ----------
    shifts : int, default 8
        Largest shift to either side, in points.
    per_class : int, default 60
        Most templates of a class, evenly taken from its training patterns.
    sharpness : float, default 30
        Probabilities are the softmax of sharpness times the best correlation of each class.

    Attributes
    ----------
    classes_ : array (n_classes,)
    templates_ : array (m, points)
        Each of zero mean and unit length.
    labels_ : array (m,) of int
        Index of the class of each template.

    See Also
    --------
    pdflearn.dataset.features.PatternFeatures : Brings patterns onto the axis.

    Examples
    --------
    A shifted pattern is recognised:

    >>> t = np.linspace(0.0, 6.0, 200)
    >>> patterns = np.array([np.sin(9.0 * t), np.sin(t**2)])
    >>> model = TemplateClassifier(shifts=5).fit(patterns, ["wave", "chirp"])
    >>> model.predict(np.roll(patterns, 3, axis=1)).tolist()
    ['wave', 'chirp']
    """

    def __init__(self, shifts: int = 8, per_class: int = 60, sharpness: float = 30.0) -> None:
        self.shifts = shifts
        self.per_class = per_class
        self.sharpness = sharpness

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Keep templates of patterns X (n, points) with labels y (n,)."""
        X, y = validate_data(self, X, y, dtype=np.float32)
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        rows = []
        for code in range(len(self.classes_)):
            members = np.flatnonzero(codes == code)
            size = min(len(members), self.per_class)
            rows.append(members[np.linspace(0, len(members) - 1, size).round().astype(int)])
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
            templates = _unit(self.templates_[:, low - shift : high - shift])
            correlations = np.maximum.reduceat(window @ templates.T, starts, axis=1)
            np.maximum(best, correlations, out=best)
        return best

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Softmax of the correlations (n, n_classes)."""
        scores = self.sharpness * self.correlations(X).astype(np.float64)
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        return scores / scores.sum(axis=1, keepdims=True)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The class with the best correlation."""
        correlations = self.correlations(X)
        return self.classes_[correlations.argmax(axis=1)]


def _unit(x: np.ndarray) -> np.ndarray:
    """Rows with zero mean and unit length; constant rows become zero."""
    x = x - x.mean(axis=1, keepdims=True)
    length = np.linalg.norm(x, axis=1, keepdims=True)
    return np.divide(x, length, out=np.zeros_like(x), where=length > 0)
