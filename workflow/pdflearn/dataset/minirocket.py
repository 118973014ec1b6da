"""MiniRocket: fixed convolutions, whose features do not depend on where a motif stands."""

from itertools import combinations
from typing import Self

import numpy as np
from numba import njit
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

# Points of a kernel.
LENGTH = 9

# All ways to put three weights of 2 among nine, the others being -1: 84 kernels that sum to zero.
KERNELS = np.array(list(combinations(range(LENGTH), 3)), dtype=np.int32)


@njit(cache=True, fastmath=True)
def _shifted(row: np.ndarray, dilation: int, shifted: np.ndarray, total: np.ndarray) -> None:
    """The row moved by -4 to 4 dilations, zeros beyond its ends, and minus the sum of all nine."""
    n = len(row)
    shifted[:] = 0.0
    total[:] = 0.0
    for j in range(9):
        move = (j - 4) * dilation
        low, high = max(0, -move), min(n, n - move)
        shifted[j, low:high] = row[low + move : high + move]
        total -= shifted[j]


@njit(cache=True, fastmath=True)
def _convolution_values(
    x: np.ndarray, rows: np.ndarray, dilations: np.ndarray, kernels: np.ndarray
) -> np.ndarray:
    """For each dilation and kernel, the convolution of one chosen row: (combinations, points)."""
    points = x.shape[1]
    out = np.empty((len(dilations) * len(kernels), points), dtype=np.float32)
    shifted, total = np.empty((9, points), dtype=np.float32), np.empty(points, dtype=np.float32)
    three = np.float32(3.0)
    index = 0
    for dilation in dilations:
        for kernel in kernels:
            _shifted(x[rows[index]], dilation, shifted, total)
            a, b, c = shifted[kernel[0]], shifted[kernel[1]], shifted[kernel[2]]
            out[index] = total + three * (a + b + c)
            index += 1
    return out


@njit(cache=True, fastmath=True)
def _positive_fractions(
    x: np.ndarray, dilations: np.ndarray, kernels: np.ndarray, biases: np.ndarray
) -> np.ndarray:
    """Fraction of points whose convolution exceeds each bias: (n, combinations * biases)."""
    n, points = x.shape
    per = biases.shape[1]
    out = np.empty((n, biases.shape[0] * per), dtype=np.float32)
    shifted, total = np.empty((9, points), dtype=np.float32), np.empty(points, dtype=np.float32)
    values = np.empty(points, dtype=np.float32)
    three = np.float32(3.0)
    for i in range(n):
        index = 0
        for dilation in dilations:
            _shifted(x[i], dilation, shifted, total)
            for kernel in kernels:
                a, b, c = shifted[kernel[0]], shifted[kernel[1]], shifted[kernel[2]]
                for t in range(points):
                    values[t] = total[t] + three * (a[t] + b[t] + c[t])
                for k in range(per):
                    bias = biases[index, k]
                    count = 0
                    for t in range(points):
                        count += values[t] > bias
                    out[i, index * per + k] = count / points
                index += 1
    return out


class MiniRocket(TransformerMixin, BaseEstimator):
    """Fractions of positive values of 84 fixed convolutions at several dilations and biases [1]_.

    Parameters
    ----------
    biases : int, default 4
        Thresholds for each kernel and dilation, quantiles of its values for training patterns.
    random_state : int or None
        Chooses the training patterns that set the thresholds.

    Attributes
    ----------
    dilations_ : array (n_dilations,) of int
        Distances between neighbouring weights of a kernel, in points.
    biases_ : array (n_dilations * 84, biases)

    References
    ----------
    .. [1] A. Dempster, D. F. Schmidt and G. I. Webb, MiniRocket, Proc. KDD (2021) 248.

    Examples
    --------
    >>> patterns = np.sin(np.outer([2.0, 3.0, 4.0], np.arange(1.0, 20.0, 0.1)))
    >>> minirocket = MiniRocket(biases=2, random_state=0).fit(patterns)
    >>> minirocket.transform(patterns).shape == (3, len(minirocket.dilations_) * 84 * 2)
    True
    """

    def __init__(self, biases: int = 4, random_state: int | None = None) -> None:
        self.biases = biases
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Self:
        """Choose dilations that fit the length of X (n, points), and the biases."""
        X = validate_data(self, X, dtype=np.float32, ensure_min_features=LENGTH)
        longest = (X.shape[1] - 1) / (LENGTH - 1)
        steps = np.unique(np.logspace(0, np.log2(max(longest / 2, 1)), 5, base=2).astype(np.int64))
        self.dilations_ = steps
        random = np.random.default_rng(self.random_state)
        rows = random.integers(len(X), size=len(steps) * len(KERNELS))
        values = _convolution_values(X, rows, steps, KERNELS)
        levels = (np.arange(self.biases) + 0.5) / self.biases
        self.biases_ = np.quantile(values, levels, axis=1).T.astype(np.float32).copy()
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Patterns (n, points) to fractions (n, dilations * 84 * biases) from 0 to 1, float32."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=np.float32)
        return _positive_fractions(X, self.dilations_, KERNELS, self.biases_)
