"""The perceptron: look at a random sample; where it is wrong, add it to the weights."""

from typing import Self

import numpy as np
from numba import njit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

# Kept as they come: a copy in double precision of a million patterns takes gigabytes.
DTYPES = [np.float64, np.float32]


# Sums may be taken in any order: the machine's vector units then do several terms at once.
@njit(cache=True, fastmath={"reassoc", "contract"})
def _side(x: np.ndarray, weights: np.ndarray) -> float:
    """w . x with the bias first among the weights."""
    total = 0.0
    for j in range(x.shape[0]):
        total += x[j] * weights[j + 1]
    return total + weights[0]


@njit(cache=True)
def perceptron_steps(
    x: np.ndarray, y: np.ndarray, order: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int]:
    """Run the perceptron rule over samples in a given order: where y (w . x) <= 0, w <- w + y x.

    Parameters
    ----------
    x : array (n, m)
        Samples.
    y : array (n,) of -1.0 and +1.0
    order : array of int
        Which sample is looked at in each step.
    weights : array (m + 1,)
        Where to start, the bias first; not changed.

    Returns
    -------
    weights : array (m + 1,), after the last step
    total : array (m + 1,), the sum of the weights after each step
    updates : int, how many of the samples were on the wrong side when looked at

    Notes
    -----
    F. Rosenblatt, Psychological Review 65 (1958) 386; Y. S. Abu-Mostafa, M. Magdon-Ismail and
    H.-T. Lin, Learning From Data (2012), section 1.1.2.
    """
    weights = weights.copy()
    total = np.zeros_like(weights)
    updates, last = 0, 0
    for step, i in enumerate(order):
        if y[i] * _side(x[i], weights) <= 0:
            total += (step - last) * weights  # the weights stood since the last update
            last = step
            weights[0] += y[i]
            for j in range(x.shape[1]):
                weights[j + 1] += y[i] * x[i, j]
            updates += 1
    total += (len(order) - last) * weights
    return weights, total, updates


@njit(cache=True)
def _count_wrong(x: np.ndarray, y: np.ndarray, weights: np.ndarray) -> int:
    """How many samples lie on the wrong side."""
    wrong = 0
    for i in range(len(x)):
        if y[i] * _side(x[i], weights) <= 0:
            wrong += 1
    return wrong


class PerceptronClassifier(ClassifierMixin, BaseEstimator):
    """The perceptron learning algorithm: look at a random sample; where it is wrong, w <- w + y x.

    Ends when every sample is right, or at the limit: on data that no plane separates the rule
    never ends by itself. More than two classes are learned one against the rest.

    Parameters
    ----------
    max_epochs : int
        Limit; one epoch looks at as many random samples as there are.
    variant : {"last", "pocket", "averaged"}
        Which weights are kept: the last (as the rule states), those of the epoch with the fewest
        errors (S. I. Gallant, IEEE Trans. Neural Networks 1 (1990) 179), or the average over all
        steps (Y. Freund and R. E. Schapire, Machine Learning 37 (1999) 277).
    random_state : int, RandomState or None

    Attributes
    ----------
    coef_ : array (1 or n_classes, n_features)
    intercept_ : array (1 or n_classes,)
    n_updates_ : array of int, updates made for each plane
    separated_ : array of bool, whether the last weights put every sample on its right side
    """

    def __init__(
        self,
        max_epochs: int = 100,
        variant: str = "last",
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.max_epochs = max_epochs
        self.variant = variant
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Learn one plane for two classes, else one for each class against the rest."""
        if self.variant not in ("last", "pocket", "averaged"):
            raise ValueError(
                f"variant is {self.variant!r}; expected 'last', 'pocket' or 'averaged'"
            )
        X, y = validate_data(self, X, y, dtype=DTYPES, order="C")
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "PerceptronClassifier needs two classes; the data hold one class: "
                f"{self.classes_[0]!r}"
            )
        random = check_random_state(self.random_state)
        positive = [1] if len(self.classes_) == 2 else range(len(self.classes_))
        planes = [self._plane(X, np.where(codes == c, 1.0, -1.0), random) for c in positive]
        weights = np.array([plane[0] for plane in planes])
        self.intercept_, self.coef_ = weights[:, 0], weights[:, 1:]
        self.n_updates_ = np.array([plane[1] for plane in planes])
        self.separated_ = np.array([plane[2] for plane in planes])
        return self

    def _plane(
        self, x: np.ndarray, y: np.ndarray, random: np.random.RandomState
    ) -> tuple[np.ndarray, int, bool]:
        """Weights (bias first), number of updates, and whether all samples ended up right."""
        n = len(x)
        weights = np.zeros(x.shape[1] + 1)
        total, best, fewest = np.zeros_like(weights), weights, n + 1
        updates, steps = 0, 0
        for _ in range(self.max_epochs):
            weights, epoch_total, epoch_updates = perceptron_steps(
                x, y, random.randint(n, size=n), weights
            )
            total += epoch_total
            updates += epoch_updates
            steps += n
            wrong = _count_wrong(x, y, weights)
            if wrong < fewest:
                best, fewest = weights, wrong
            if wrong == 0:
                break
        chosen = {"last": weights, "pocket": best, "averaged": total / steps}
        return chosen[self.variant], updates, wrong == 0

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """w . x + b: (n,) for two classes, else (n, n_classes)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=DTYPES)
        scores = X @ self.coef_.T.astype(X.dtype) + self.intercept_
        return scores[:, 0] if len(self.classes_) == 2 else scores

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The class on whose side a sample lies; of several planes, the one it is furthest past."""
        scores = self.decision_function(X)
        index = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_[index]
