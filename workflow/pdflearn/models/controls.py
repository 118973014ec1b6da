"""Controls bound every score: from below by knowing nothing, from above by being told the truth."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import Tags, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data


class PerfectControl(ClassifierMixin, BaseEstimator):
    """A control that is told the truth: the upper bound of every score, and a test of the scores.

    `predict_proba` takes the true labels beside the samples. A label that was not in training gets
    probability zero everywhere, as any classifier would have to.
    """

    knows_truth = True

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Remember the classes."""
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: np.ndarray, truth: np.ndarray) -> np.ndarray:
        """One where the class is the true one, else zero: (n, n_classes)."""
        check_is_fitted(self)
        return (np.asarray(truth)[:, None] == self.classes_[None, :]).astype(float)


class PerfectNumber(RegressorMixin, BaseEstimator):
    """The same for numbers: `predict` takes the true ones beside the samples."""

    knows_truth = True

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Nothing is learned."""
        self.fitted_ = True
        return self

    def predict(self, X: np.ndarray, truth: np.ndarray) -> np.ndarray:
        """The truth, (n,)."""
        check_is_fitted(self)
        return np.asarray(truth, dtype=float)


class RandomNumber(RegressorMixin, BaseEstimator):
    """A value of the training data drawn at random, whatever the sample: it knows the frequencies.

    Parameters
    ----------
    random_state : int, RandomState or None
    """

    def __init__(self, random_state: int | np.random.RandomState | None = None) -> None:
        self.random_state = random_state

    def __sklearn_tags__(self) -> Tags:
        tags = super().__sklearn_tags__()
        tags.regressor_tags.poor_score = True
        return tags

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Remember the values."""
        _, y = validate_data(self, X, y, y_numeric=True)
        self.values_ = np.sort(np.asarray(y, dtype=float))
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """One drawn value a sample, (n,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        return check_random_state(self.random_state).choice(self.values_, len(X))
