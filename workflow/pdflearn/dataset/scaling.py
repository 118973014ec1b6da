"""Features of zero mean and unit variance, in place and block by block."""

from typing import Self

import numpy as np
from sklearn.preprocessing import StandardScaler

# Rows that are held in double precision at a time.
BLOCK = 8192


class BlockScaler(StandardScaler):
    """scikit-learn's StandardScaler without its copies: a million patterns of them take gigabytes.

    The mean and the variance are those of all samples (T. F. Chan, G. H. Golub and R. J. LeVeque,
    The American Statistician 37 (1983) 242). With copy=False `transform` works in place.
    """

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Self:
        """Gather mean and variance."""
        if not isinstance(X, np.ndarray) or len(X) <= BLOCK:
            return super().fit(X, y)
        self._reset()
        for start in range(0, len(X), BLOCK):
            self.partial_fit(X[start : start + BLOCK])
        return self
