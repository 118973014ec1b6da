"""Standardised features: zero mean and unit variance, block by block and in place."""

from typing import Self

import numpy as np
from sklearn.preprocessing import StandardScaler

# Rows that are held in double precision at a time.
BLOCK = 8192


class BlockScaler(StandardScaler):
    """scikit-learn's StandardScaler without its copies, which take gigabytes for many patterns.

    The mean and the variance are those of all samples [1]_. With copy=False `transform` works in
    place. Parameters and attributes are those of StandardScaler.

    References
    ----------
    .. [1] T. F. Chan, G. H. Golub and R. J. LeVeque, The American Statistician 37 (1983) 242.

    Examples
    --------
    >>> BlockScaler().fit_transform(np.array([[1.0, 5.0], [3.0, 9.0]]))
    array([[-1., -1.],
           [ 1.,  1.]])
    """

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Self:
        """Gather the mean and the variance of samples (n, m)."""
        if not isinstance(X, np.ndarray) or len(X) <= BLOCK:
            return super().fit(X, y)
        self._reset()
        for start in range(0, len(X), BLOCK):
            self.partial_fit(X[start : start + BLOCK])
        return self
