"""The perceptron: take a random sample; where it is on the wrong side, add it to the weights."""

from typing import Self

import numpy as np
from numba import njit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

# Input is used as it comes: a copy of a million patterns in double precision takes gigabytes.
DTYPES = [np.float64, np.float32]


# Sums may be taken in any order: the machine's vector units then do several terms at once.
@njit(cache=True, fastmath={"reassoc", "contract"})
def _side(x: np.ndarray, weights: np.ndarray) -> float:
    """w . x + b; the bias b is the first of the weights."""
    total = 0.0
    for j in range(x.shape[0]):
        total += x[j] * weights[j + 1]
    return total + weights[0]


@njit(cache=True)
def perceptron_steps(
    x: np.ndarray, y: np.ndarray, order: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int]:
    """Run the perceptron rule [1]_ over samples in a given order.

    The rule: where y (w . x + b) <= 0, w <- w + y x and b <- b + y.

    Parameters
    ----------
    x : array (n, m)
        Features of the samples.
    y : array (n,) of -1.0 and +1.0
        The side on which each sample should be.
    order : array of int
        The sample of each step.
    weights : array (m + 1,)
        The weights to start from, the bias first; they are not changed.

    Returns
    -------
    weights : array (m + 1,)
        After the last step.
    total : array (m + 1,)
        Sum of the weights after each step.
    updates : int
        Number of steps whose sample was on the wrong side.

    See Also
    --------
    PerceptronClassifier : Repeats it until no sample is wrong.

    References
    ----------
    .. [1] F. Rosenblatt, Psychological Review 65 (1958) 386; Y. S. Abu-Mostafa, M. Magdon-Ismail
       and H.-T. Lin, Learning From Data (2012), section 1.1.2.

    Examples
    --------
    The first sample is added; the second is then on its right side:

    >>> x, y = np.array([[1.0, 2.0], [-1.0, -1.0]]), np.array([1.0, -1.0])
    >>> weights, total, updates = perceptron_steps(x, y, np.array([0, 1]), np.zeros(3))
    >>> weights, updates
    (array([1., 1., 2.]), 1)
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
def _count_wrong(x: np.ndarray, y: np.ndarray, weights: np.ndarray, enough: int) -> int:
    """Number of samples on the wrong side; counting ends where there are enough."""
    wrong = 0
    for i in range(len(x)):
        if y[i] * _side(x[i], weights) <= 0:
            wrong += 1
            if wrong == enough:
                break
    return wrong


class PerceptronClassifier(ClassifierMixin, BaseEstimator):
    """The perceptron learning algorithm: take random samples; where one is wrong, w <- w + y x.

    It ends when every sample is on its right side, or after `max_epochs`: on data that no plane
    separates the rule never ends by itself. More than two classes are learned one against the
    rest.

    Parameters
    ----------
    max_epochs : int, default 100
        One epoch takes as many random samples as there are.
    variant : {"last", "pocket", "averaged"}, default "last"
        The weights to keep: the last (as the rule states), those of the epoch with the fewest
        errors [1]_, or the average over all steps [2]_.
    random_state : int, RandomState or None
        Draws the samples.

    Attributes
    ----------
    coef_ : array (1 or n_classes, n_features)
    intercept_ : array (1 or n_classes,)
    n_updates_ : array of int
        Updates of each plane.
    separated_ : array of bool
        Whether the last weights put every sample on its right side.

    See Also
    --------
    perceptron_steps : The rule itself.
    pdflearn.models.gradient_descent.LogisticGradientClassifier : Has probabilities.

    References
    ----------
    .. [1] S. I. Gallant, IEEE Trans. Neural Networks 1 (1990) 179.
    .. [2] Y. Freund and R. E. Schapire, Machine Learning 37 (1999) 277.

    Examples
    --------
    >>> x = np.array([[0.0, 1.0], [1.0, 2.0], [0.0, -1.0], [1.0, -2.0]])
    >>> model = PerceptronClassifier(random_state=0).fit(x, ["up", "up", "down", "down"])
    >>> model.separated_.tolist(), model.predict([[5.0, 9.0]]).tolist()
    ([True], ['up'])
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
        """Learn one plane for two classes, else one for each class against the rest.

        Parameters
        ----------
        X : array (n, m)
        y : array (n,)
        """
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
            wrong = _count_wrong(x, y, weights, fewest if self.variant == "pocket" else 1)
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
        """The class on whose side a sample is; of several planes, the one it is furthest past."""
        scores = self.decision_function(X)
        index = (scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)
        return self.classes_[index]
