"""Controls bound every score: from above by the true labels, from below by blind guesses."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.utils import Tags, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data


class PerfectControl(ClassifierMixin, BaseEstimator):
    """A control that is told the true labels: the upper bound of every score, and a test of them.

    `predict_proba` takes the true labels beside the samples. A label that was not in training has
    probability zero for every class, as it would have for any classifier.

    Examples
    --------
    >>> control = PerfectControl().fit(np.zeros((2, 1)), np.array(["bcc", "fcc"]))
    >>> control.predict_proba(np.zeros((2, 1)), np.array(["fcc", "hcp"]))
    array([[0., 1.],
           [0., 0.]])
    """

    knows_truth = True

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Remember the classes."""
        self.classes_ = np.unique(y)
        return self

    def predict_proba(self, X: np.ndarray, y_true: np.ndarray) -> np.ndarray:
        """1 for the true class, 0 for all others: (n, n_classes)."""
        check_is_fitted(self)
        return (np.asarray(y_true)[:, None] == self.classes_[None, :]).astype(float)


class PerfectNumber(RegressorMixin, BaseEstimator):
    """A control that is told the true numbers: `predict` takes them beside the samples."""

    knows_truth = True

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Nothing is learned."""
        self.fitted_ = True
        return self

    def predict(self, X: np.ndarray, y_true: np.ndarray) -> np.ndarray:
        """The true numbers (n,)."""
        check_is_fitted(self)
        return np.asarray(y_true, dtype=float)


class RandomNumber(RegressorMixin, BaseEstimator):
    """A number of the training data drawn at random, whatever the sample.

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
        """One drawn number for each sample, (n,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False)
        return check_random_state(self.random_state).choice(self.values_, len(X))
