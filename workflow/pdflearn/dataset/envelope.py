"""The envelope of G along r: its local size, whatever its sign and phase."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

# Added under the logarithm, relative to a pattern of unit root mean square: where nothing was
# measured the envelope is zero.
FLOOR = 1e-3


class Envelope(TransformerMixin, BaseEstimator):
    """|G|, and the logarithm of the local root mean square of G in windows of equal width.

    G swings around zero, so a linear model of G itself cannot see how large G is. A spherical
    particle of diameter d multiplies G by 1 - 3 r / (2 d) + r^3 / (2 d^3) [2]_ and the resolution
    by exp(-(q_damp r)^2 / 2) [1]_: these factors are sums in the logarithm of the envelope.

    Parameters
    ----------
    envelope_width : int, default 0
        Points in a window; 0 leaves the patterns as they are.

    See Also
    --------
    pdflearn.models.linear_regression.LinearRegression : Learns numbers from it.

    References
    ----------
    .. [1] T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks (2012), chapter 3.
    .. [2] R. C. Howell et al., Phys. Rev. B 73 (2006) 094107.

    Examples
    --------
    A damped wave: the logarithm of its envelope falls along a line.

    >>> r = np.arange(1.0, 25.0, 0.1)
    >>> g = np.sin(20 * np.pi * r / 10) * np.exp(-r / 5.0)
    >>> features = Envelope(envelope_width=60).fit_transform(g[None])
    >>> features.shape
    (1, 244)
    >>> np.diff(features[0, 240:]).round(1)
    array([-1.2, -1.1, -1.1])
    """

    def __init__(self, envelope_width: int = 0) -> None:
        self.envelope_width = envelope_width

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Self:
        """Check the width; nothing is learned from the data."""
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        if not 0 <= self.envelope_width <= X.shape[1]:
            raise ValueError(
                f"envelope_width is {self.envelope_width!r}; expected 0 to {X.shape[1]}, the "
                "number of points"
            )
        self.fitted_ = True
        return self

    def transform(self, X: np.ndarray) -> np.ndarray:
        """Patterns (n, points) to features (n, points + windows).

        A last window that is not full is left out.
        """
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        width = self.envelope_width
        if width == 0:
            return X
        windows = X.shape[1] // width
        pieces = X[:, : windows * width].reshape(len(X), windows, width)
        local = np.sqrt(np.mean(pieces**2, axis=2))
        return np.hstack([np.abs(X), np.log(local + FLOOR)])
