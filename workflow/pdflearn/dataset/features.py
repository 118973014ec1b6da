"""From patterns on the study's grid to what a model sees: window, scale, length scale."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_array

from pdflearn.core.grid import Grid
from pdflearn.dataset.representation import REPRESENTATIONS, represent

# The grid unless a study gives one, in angstrom.
GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)


class PatternFeatures(TransformerMixin, BaseEstimator):
    """Choose a window of r, the scale and the axis of patterns.

    Parameters
    ----------
    representation : str, default "raw"
        "raw": G on the study's grid. "first_peak": G against r / (first peak's position), which
        removes the length scale; what is left is the arrangement of the atoms. "log_r": G against
        the logarithm of r, where a stretch is a shift. "scale_free": "first_peak", and after it
        magnitudes of the Fourier transform of G along the logarithm of r [1]_, which a shift does
        not change: they need no first peak. "envelope": the logarithm of the local size of G in
        overlapping windows of r, up to the end of the grid: where a curve fades tells a particle's
        size. "first_shells": G up to 7.5 angstrom, and where its first maxima and minima of several
        heights stand.
    grid : Grid
        The grid that patterns stand on, in angstrom. The default is 1 to 30 in steps of 0.1.
    window : tuple (low, high), default (1.5, 20.0)
        The r that is used, in angstrom. Below 1.5 angstrom measured files can hold anything.

    See Also
    --------
    pdflearn.dataset.representation.first_peaks : The position that scales a pattern.
    pdflearn.dataset.axes.feature_axis : Where the features stand.

    References
    ----------
    .. [1] The Mellin transform: D. Casasent and D. Psaltis, Appl. Opt. 15 (1976) 1795.

    Examples
    --------
    A pattern stretched by 10 % looks the same against the reduced distance:

    >>> r = GRID.r
    >>> def shells(a):
    ...     distances = a * np.sqrt([1, 2, 3, 4, 5])
    ...     return np.exp(-((r[:, None] - distances) ** 2) / (0.002 * a**2)).sum(axis=1)
    >>> patterns = np.array([shells(2.5), shells(2.75)])
    >>> features = PatternFeatures("first_peak").fit_transform(patterns)
    >>> features.shape
    (2, 300)
    >>> bool(np.corrcoef(patterns)[0, 1] < 0.6), bool(np.corrcoef(features)[0, 1] > 0.98)
    (True, True)
    """

    def __init__(
        self,
        representation: str = "raw",
        grid: Grid = GRID,
        window: tuple[float, float] = (1.5, 20.0),
    ) -> None:
        self.representation = representation
        self.grid = grid
        self.window = window

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Self:
        """Check the parameters; nothing is learned from the data."""
        if self.representation not in REPRESENTATIONS:
            raise ValueError(
                f"features: {self.representation!r}; expected one of {', '.join(REPRESENTATIONS)}"
            )
        self.n_features_in_ = self.grid.points
        return self

    def transform(self, X: np.ndarray, stretch: np.ndarray | None = None) -> np.ndarray:
        """Patterns on the grid to features.

        Parameters
        ----------
        X : array (n, points)
        stretch : array (n,) or None
            Factors that stretch the patterns along r, for augmentation. On the reduced axis a
            factor stands for an error of the first peak's position.

        Returns
        -------
        array (n, m), float32
        """
        X = check_array(X, dtype=np.float32)
        if X.shape[1] != self.grid.points:
            raise ValueError(
                f"patterns have {X.shape[1]} points; the grid has {self.grid.points}: bring them "
                "onto the grid first"
            )
        return represent(X, self.representation, self.grid, self.window, stretch)
