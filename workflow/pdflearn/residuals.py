"""How far predicted numbers are from the true ones."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Residuals:
    """True and predicted numbers, so that resampling costs no model again; arrays (n,)."""

    truth: np.ndarray
    predicted: np.ndarray

    def scores(self, weights: np.ndarray) -> dict[str, float]:
        """All scores, each prediction counted `weights` times.

        Returns
        -------
        dict
            rmse (root mean square error) and mae (mean absolute error), in the label's unit, and
            r2 (share of the variance explained: 1 is perfect, 0 as good as the mean of the truth,
            below 0 worse; 0 where the truth does not vary).
        """
        error = self.predicted - self.truth
        total = weights.sum()
        squares = weights @ error**2
        spread = weights @ (self.truth - weights @ self.truth / total) ** 2
        return {
            "rmse": float(np.sqrt(squares / total)),
            "mae": float(weights @ np.abs(error) / total),
            "r2": float(1.0 - squares / spread) if spread > 0 else 0.0,
        }
