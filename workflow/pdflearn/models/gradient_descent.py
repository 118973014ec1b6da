"""Logistic and linear regression by gradient descent: full batch, mini-batch or stochastic."""

import warnings
from collections.abc import Callable
from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils import check_random_state
from sklearn.utils.extmath import softmax
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from pdflearn.core.errors import PdflearnError

# Rows that are held in double precision at a time.
BLOCK = 8192

# Stochastic descent has failed where an epoch's loss is more than so many times that of zero
# weights: on labels that nothing explains it stays a little above it.
DIVERGED = 2.0

# From weights and rows to the sum of these rows' losses and its gradient.
Loss = Callable[[np.ndarray, np.ndarray], tuple[float, np.ndarray]]

# The loss of held-out samples, and their rows.
HeldOutLoss = tuple[Loss, np.ndarray]


class DivergenceError(PdflearnError):
    """The loss rose instead of falling; `loss_curve` holds it epoch by epoch."""

    def __init__(self, message: str, loss_curve: list[float]) -> None:
        super().__init__(message)
        self.loss_curve = loss_curve


class _Descent(BaseEstimator):
    """What both regressions share: parameters, steps, the record of the loss.

    Weights start at zero. An epoch is a pass over the training data in a new random order, in
    steps of batch_size samples: w <- w - rate * gradient of the mean loss of these samples.
    """

    def __init__(
        self,
        learning_rate: float | None = None,
        batch_size: int | None = None,
        max_epochs: int = 200,
        alpha: float = 1e-4,
        decay: float = 0.0,
        tol: float | None = None,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.max_epochs = max_epochs
        self.alpha = alpha
        self.decay = decay
        self.tol = tol
        self.random_state = random_state

    def _descend(
        self, loss: Loss, n: int, weights: np.ndarray, rate: float, held_out: HeldOutLoss | None
    ) -> np.ndarray:
        """Weights (m + 1, outputs) after the last epoch; the first row, the bias, is not
        penalised."""
        random = check_random_state(self.random_state)
        size = n if self.batch_size is None else min(self.batch_size, n)
        self.learning_rate_, self.loss_curve_, self.n_iter_ = rate, [], 0
        self.held_out_curve_: list[float] = []
        start = self._mean(loss, np.arange(n), weights)[0]
        for epoch in range(self.max_epochs):
            order = np.arange(n) if size == n else random.permutation(n)
            mean_loss = 0.0
            if held_out is not None:
                self.held_out_curve_.append(self._mean(*held_out, weights)[0])
            for low in range(0, n, size):
                chosen = order[low : low + size]
                value, gradient = self._mean(loss, chosen, weights)
                mean_loss += len(chosen) / n * value
                weights = weights - rate / (1.0 + self.decay * epoch) * gradient
            self.loss_curve_.append(mean_loss)
            self.n_iter_ = epoch + 1
            self._check_divergence(start, 1.0 if size == n else DIVERGED)
            if epoch and self.tol is not None and self.loss_curve_[-2] - mean_loss < self.tol:
                break
        if self.loss_curve_[-1] > start:
            warnings.warn(
                f"after {self.n_iter_} epochs the mean loss, {self.loss_curve_[-1]:.3g}, is above "
                f"{start:.3g}, that of zero weights: nothing learned at learning_rate {rate:.3g}",
                ConvergenceWarning,
                stacklevel=3,
            )
        return weights

    def _mean(self, loss: Loss, rows: np.ndarray, weights: np.ndarray) -> tuple[float, np.ndarray]:
        """Mean loss of the rows with the penalty, and its gradient."""
        value, gradient = 0.0, np.zeros_like(weights)
        for low in range(0, len(rows), BLOCK):
            part, slope = loss(weights, rows[low : low + BLOCK])
            value += part
            gradient += slope
        gradient /= len(rows)
        gradient[1:] += self.alpha * weights[1:]
        return value / len(rows) + 0.5 * self.alpha * float(np.sum(weights[1:] ** 2)), gradient

    def _check_divergence(self, start: float, factor: float) -> None:
        """Raise where the last epoch's loss is more than `factor` times that of the start."""
        last = self.loss_curve_[-1]
        if not np.isfinite(last) or last > factor * start * (1 + 1e-9):
            raise DivergenceError(
                f"gradient descent diverged in epoch {self.n_iter_}: the mean loss went from "
                f"{start:.3g} to {last:.3g} at learning_rate {self.learning_rate_:.3g}. Take a "
                "smaller one (None takes one that is safe), or bring the features to one scale",
                self.loss_curve_,
            )

    def _rate(self, X: np.ndarray, curvature: float) -> float:
        """The learning rate asked for, or one over the largest curvature that a step can meet.

        The loss of a sample bends at most by curvature * |x|^2, that of all samples together by
        curvature times the largest eigenvalue of X^T X / n.
        """
        for name, least in (("alpha", 0), ("decay", 0), ("max_epochs", 1)):
            value = getattr(self, name)
            if not value >= least:
                raise ValueError(f"{name} is {value!r}; expected a number, {least} or more")
        for name in ("learning_rate", "batch_size"):
            value = getattr(self, name)
            if value is not None and not value > 0:
                raise ValueError(f"{name} is {value!r}; expected a number above 0, or None")
        if self.learning_rate is not None:
            return self.learning_rate
        n, m = X.shape
        gram, longest = np.zeros((m + 1, m + 1)), 0.0
        for start in range(0, n, BLOCK):
            block = _with_ones(X[start : start + BLOCK])
            gram += block.T @ block
            longest = max(longest, float((block**2).sum(axis=1).max()))
        bend = np.linalg.eigvalsh(gram)[-1] / n if self.batch_size is None else longest
        return float(1.0 / (curvature * bend + self.alpha))


def _with_ones(x: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(x)), x])


def _cross_entropy(x: np.ndarray, codes: np.ndarray) -> Loss:
    """-log p of the true class, p the softmax of the scores."""

    def loss(weights: np.ndarray, rows: np.ndarray) -> tuple[float, np.ndarray]:
        block, samples = _with_ones(x[rows]), np.arange(len(rows))
        scores = block @ weights
        p = softmax(scores)
        scores -= scores.max(axis=1, keepdims=True)
        of_truth = scores[samples, codes[rows]] - np.log(np.exp(scores).sum(axis=1))
        p[samples, codes[rows]] -= 1.0
        return -float(of_truth.sum()), block.T @ p

    return loss


def _half_square(x: np.ndarray, y: np.ndarray) -> Loss:
    """Half the squared error."""

    def loss(weights: np.ndarray, rows: np.ndarray) -> tuple[float, np.ndarray]:
        block = _with_ones(x[rows])
        error = block @ weights - y[rows, None]
        return 0.5 * float(np.sum(error**2)), block.T @ error

    return loss


class LogisticGradientClassifier(ClassifierMixin, _Descent):
    """Multinomial logistic regression by gradient descent.

    Minimises the mean of -log p(true class) + alpha / 2 |w|^2 with p = softmax(W x + b). That is
    scikit-learn's LogisticRegression at C = 1 / (alpha n).

    Parameters
    ----------
    learning_rate : float or None, default None
        None takes one over the largest curvature, at which descent cannot diverge.
    batch_size : int or None, default None
        Samples in a step: None for all (batch), 1 for one (stochastic).
    max_epochs : int, default 200
    alpha : float, default 1e-4
        Penalty on the weights, not on the bias.
    decay : float, default 0
        The rate in epoch k (from 0) is learning_rate / (1 + decay k): stochastic steps of constant
        length never come to rest.
    tol : float or None, default None
        Ends early when the loss of an epoch fell by less; None for never. The losses of single
        samples go up and down, so it is for batch descent.
    random_state : int, RandomState or None
        Orders the samples.

    Attributes
    ----------
    coef_ : array (n_classes, n_features)
    intercept_ : array (n_classes,)
    loss_curve_ : list of float
        Mean loss of each epoch with the penalty, each sample at the weights of its step.
    held_out_curve_ : list of float
        Mean loss of the held-out samples before each epoch, penalty included.
    learning_rate_ : float
        The rate that was used.
    n_iter_ : int
        Epochs.

    See Also
    --------
    LinearGradientRegressor : The same for numbers.
    pdflearn.models.perceptron.PerceptronClassifier : Planes without probabilities.

    Notes
    -----
    Gradient descent: A. Cauchy (1847); stochastic: [1]_; of the softmax's loss: [2]_. The
    curvature of this loss is at most |x|^2 / 2 [3]_.

    References
    ----------
    .. [1] H. Robbins and S. Monro, Ann. Math. Stat. 22 (1951) 400.
    .. [2] C. M. Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.4.
    .. [3] D. Boehning, Ann. Inst. Stat. Math. 44 (1992) 197.

    Examples
    --------
    >>> x, y = np.array([[-2.0], [-1.0], [1.0], [2.0]]), ["low", "low", "high", "high"]
    >>> model = LogisticGradientClassifier(learning_rate=0.5, max_epochs=50).fit(x, y)
    >>> model.predict([[-3.0], [3.0]]).tolist()
    ['low', 'high']
    >>> model.loss_curve_[0] > model.loss_curve_[-1]
    True
    """

    def fit(
        self,
        X: np.ndarray,
        y: np.ndarray,
        held_out: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> Self:
        """Descend from zero weights.

        Parameters
        ----------
        X : array (n, m)
        y : array (n,)
        held_out : tuple (X, y) or None
            Samples whose loss is recorded and that are not learned from.

        Raises
        ------
        DivergenceError
            When the loss rises instead of falling.
        """
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32])
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(
                "LogisticGradientClassifier needs two classes; the data hold one class: "
                f"{self.classes_[0]!r}"
            )

        held_out_loss = None
        if held_out is not None:
            kept = np.isin(held_out[1], self.classes_)
            codes_of_kept = np.searchsorted(self.classes_, np.asarray(held_out[1])[kept])
            loss = _cross_entropy(np.asarray(held_out[0])[kept], codes_of_kept)
            held_out_loss = loss, np.arange(kept.sum())
        weights = np.zeros((X.shape[1] + 1, len(self.classes_)))
        rate = self._rate(X, curvature=0.5)
        with np.errstate(over="ignore", invalid="ignore"):
            weights = self._descend(_cross_entropy(X, codes), len(X), weights, rate, held_out_loss)
        self.intercept_, self.coef_ = weights[0], np.ascontiguousarray(weights[1:].T)
        return self

    def decision_function(self, X: np.ndarray) -> np.ndarray:
        """W x + b (n, n_classes); for two classes the second's minus the first's (n,)."""
        scores = self._scores(X)
        return scores[:, 1] - scores[:, 0] if len(self.classes_) == 2 else scores

    def _scores(self, X: np.ndarray) -> np.ndarray:
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        return X @ self.coef_.T.astype(X.dtype) + self.intercept_

    def predict_proba(self, X: np.ndarray) -> np.ndarray:
        """Class probabilities (n, n_classes)."""
        return softmax(self._scores(X))

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The most probable class."""
        best = self._scores(X).argmax(axis=1)
        return self.classes_[best]


class LinearGradientRegressor(RegressorMixin, _Descent):
    """Linear regression by gradient descent.

    Minimises the mean of (y - w . x - b)^2 / 2 + alpha / 2 |w|^2. `LinearRegression` solves the
    same at once where its alpha is n times this one. Parameters and attributes are those of
    `LogisticGradientClassifier`, but coef_ is (n_features,) and intercept_ a float.

    See Also
    --------
    pdflearn.models.linear_regression.LinearRegression : The normal equations.

    Examples
    --------
    >>> x, y = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 3.0, 5.0])
    >>> model = LinearGradientRegressor(alpha=0.0, max_epochs=2000).fit(x, y)
    >>> model.coef_.round(3), round(model.intercept_, 3)
    (array([2.]), 1.0)
    """

    def fit(
        self,
        X: np.ndarray,
        y: np.ndarray,
        held_out: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> Self:
        """Descend from zero weights.

        Parameters
        ----------
        X : array (n, m)
        y : array (n,)
        held_out : tuple (X, y) or None
            Samples whose loss is recorded and that are not learned from.

        Raises
        ------
        DivergenceError
            When the loss rises instead of falling.
        """
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], y_numeric=True)
        y = np.asarray(y, dtype=np.float64)

        held_out_loss = None
        if held_out is not None:
            held_out_loss = _half_square(*map(np.asarray, held_out)), np.arange(len(held_out[1]))
        weights, rate = np.zeros((X.shape[1] + 1, 1)), self._rate(X, curvature=1.0)
        with np.errstate(over="ignore", invalid="ignore"):
            weights = self._descend(_half_square(X, y), len(X), weights, rate, held_out_loss)
        self.intercept_, self.coef_ = float(weights[0, 0]), weights[1:, 0].copy()
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """w . x + b, (n,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        return X @ self.coef_.astype(X.dtype) + self.intercept_
