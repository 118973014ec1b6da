"""Linear regression by the normal equations: the weights with the least squared error."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

# Rows that are held in double precision at a time.
BLOCK = 8192


class LinearRegression(RegressorMixin, BaseEstimator):
    """Least squares: solve (X^T X + alpha 1) w = X^T y for centred X and y [1]_.

    X^T X is gathered block by block in double precision, so memory does not grow with the number
    of samples. Its condition number is the square of that of X: directions in which the data vary
    less than about 1e-8 of the largest variation get no weight (least norm), unless alpha is
    above 0.

    Parameters
    ----------
    alpha : float, default 0
        Ridge penalty: alpha |w|^2 is added to the sum of squared errors.

    Attributes
    ----------
    coef_ : array (n_features,)
    intercept_ : float

    See Also
    --------
    pdflearn.models.gradient_descent.LinearGradientRegressor : The same in small steps.

    References
    ----------
    .. [1] A. M. Legendre (1805); T. Hastie, R. Tibshirani and J. Friedman, The Elements of
       Statistical Learning (2009), sections 3.2 and 3.4.1.

    Examples
    --------
    >>> model = LinearRegression().fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0])
    >>> model.coef_.round(6), round(model.intercept_, 6)
    (array([2.]), 1.0)
    """

    def __init__(self, alpha: float = 0.0) -> None:
        self.alpha = alpha

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Gather X^T X and X^T y of samples X (n, m) with numbers y (n,), and solve."""
        if not self.alpha >= 0:
            raise ValueError(f"alpha is {self.alpha!r}; expected a number, zero or more")
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], y_numeric=True)
        y = np.asarray(y, dtype=np.float64)
        n, m = X.shape
        x_mean, y_mean = X.mean(axis=0, dtype=np.float64), y.mean()
        gram, moment = np.zeros((m, m)), np.zeros(m)
        for start in range(0, n, BLOCK):
            block = X[start : start + BLOCK] - x_mean
            gram += block.T @ block
            moment += block.T @ (y[start : start + BLOCK] - y_mean)
        gram[np.diag_indices(m)] += self.alpha
        self.coef_ = np.linalg.pinv(gram, hermitian=True) @ moment
        self.intercept_ = float(y_mean - x_mean @ self.coef_)
        return self

    def predict(self, X: np.ndarray) -> np.ndarray:
        """w . x + b, (n,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        return X @ self.coef_.astype(X.dtype) + self.intercept_
