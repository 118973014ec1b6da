"""From patterns on the study's grid to what a model sees: window, scale, length scale."""

from functools import cache
from typing import Self

import numpy as np
from numba import njit
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_array

from pdflearn.core.first_peak import SCALING_SHARE, SEARCH_R_MAX, first_maxima
from pdflearn.core.grid import Grid
from pdflearn.dataset.axes import feature_axis

# How far beyond the ends of the grid a point may lie, in steps, for rounding.
AT_END = 1e-6

# The grid unless a study gives one, in angstrom.
GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)

REPRESENTATIONS = ("raw", "first_peak", "log_r", "scale_free")

# The magnitudes of the Fourier transform along log r that `scale_free` adds, from the lowest
# frequency up, and the length that the curve is padded to with zeros.
MAGNITUDES = 100
PADDED = 450


def normalise(patterns: np.ndarray) -> np.ndarray:
    """Divide each pattern by its root mean square: measured files have an arbitrary scale.

    Parameters
    ----------
    patterns : array (n, points)

    Returns
    -------
    array (n, points)
        A pattern of zeros stays as it is.

    Examples
    --------
    >>> normalise(np.array([[3.0, -3.0], [0.0, 0.0]]))
    array([[ 1., -1.],
           [ 0.,  0.]])
    """
    scale = np.sqrt(np.einsum("ij,ij->i", patterns, patterns) / patterns.shape[1])
    return patterns / np.where(scale > 0, scale, patterns.dtype.type(1.0))[:, None]


@njit(cache=True)
def _interpolate(
    g: np.ndarray, axis: np.ndarray, factor: np.ndarray, start: float, step: float
) -> np.ndarray:
    """Rows of g (n, points), each at axis * its factor by straight lines; zero beyond the ends."""
    n, points = g.shape
    result = np.empty((n, len(axis)), dtype=g.dtype)
    for k in range(n):
        row, slope, shift = g[k], factor[k] / step, start / step
        for j in range(len(axis)):
            position = axis[j] * slope - shift
            left = min(max(int(position), 0), points - 2)
            share = g.dtype.type(position - left)
            value = row[left] + share * (row[left + 1] - row[left])
            inside = -AT_END <= position <= points - 1 + AT_END
            result[k, j] = value if inside else 0.0
    return result


def first_peaks(r: np.ndarray, patterns: np.ndarray) -> np.ndarray:
    """Position of each pattern's first peak, refined by a parabola.

    The first peak is the first local maximum that reaches `first_peak.SCALING_SHARE` times the
    highest value below 8 angstrom; without one, it is the highest value there.

    Parameters
    ----------
    r : array (points,)
        Even grid, in angstrom.
    patterns : array (n, points)
        G(r), in any unit.

    Returns
    -------
    array (n,)
        In angstrom.

    See Also
    --------
    PatternFeatures : Scales patterns by it.

    Examples
    --------
    A shell of neighbours at 2.56 angstrom, and one further out:

    >>> r = np.arange(1.0, 8.0, 0.1)
    >>> g = np.exp(-((r - 2.56) ** 2) / 0.02) + np.exp(-((r - 3.62) ** 2) / 0.02)
    >>> first_peaks(r, g[None]).round(2)
    array([2.56])
    """
    g = patterns[:, r <= SEARCH_R_MAX]
    top = first_maxima(g, SCALING_SHARE)
    top = np.where(top < 0, g.argmax(axis=1), top)
    top = np.clip(top, 1, g.shape[1] - 2)
    rows = np.arange(len(g))
    before, at_top, after = (g[rows, top + shift] for shift in (-1, 0, 1))
    bend = before - 2 * at_top + after
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.where(bend < 0, 0.5 * (before - after) / bend, 0.0)
    return r[top] + np.clip(shift, -0.5, 0.5) * (r[1] - r[0])


class PatternFeatures(TransformerMixin, BaseEstimator):
    """Choose a window of r, the scale and the axis of patterns.

    Parameters
    ----------
    representation : {"raw", "first_peak", "log_r", "scale_free"}, default "raw"
        "raw": G on the study's grid. "first_peak": G against r / (first peak's position), which
        removes the length scale; what is left is the arrangement of the atoms. "log_r": G against
        the logarithm of r, where a stretch is a shift. "scale_free": "first_peak", and after it
        magnitudes of the Fourier transform of G along the logarithm of r [1]_, which a shift does
        not change: they need no first peak.
    grid : Grid
        The grid that patterns stand on, in angstrom. The default is 1 to 30 in steps of 0.1.
    window : tuple (low, high), default (1.5, 20.0)
        The r that is used, in angstrom. Below 1.5 angstrom measured files can hold anything.

    See Also
    --------
    first_peaks : The position that scales a pattern.
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
        r = self.grid.r
        low, high = np.searchsorted(r, (self.window[0] - 1e-6, self.window[1] + 1e-6))
        r, g = r[low:high], normalise(X[:, low:high])
        if self.representation == "raw" and stretch is None:
            return g
        factor = np.ones(len(g)) if stretch is None else 1.0 / np.asarray(stretch)
        if self.representation in ("first_peak", "scale_free"):
            factor = factor * first_peaks(r, g)
        axis = feature_axis(self.representation, self.grid, self.window)
        values = normalise(_interpolate(g, axis, factor, r[0], self.grid.r_step))
        if self.representation == "scale_free":
            return np.hstack([values, self._magnitudes(g, r[0])])
        return values

    def _magnitudes(self, g: np.ndarray, start: float) -> np.ndarray:
        """log(1 + |Fourier transform of g along log r|), (n, MAGNITUDES)."""
        axis = feature_axis("log_r", self.grid, self.window)
        curves = normalise(_interpolate(g, axis, np.ones(len(g)), start, self.grid.r_step))
        parts = curves @ _waves(len(axis))  # for so few frequencies faster than a fast transform
        parts *= parts
        return np.log1p(np.sqrt(parts[:, :MAGNITUDES] + parts[:, MAGNITUDES:]))


@cache
def _waves(points: int) -> np.ndarray:
    """Cosines and sines of the Fourier transform of curves padded with zeros, float32."""
    angles = np.outer(np.arange(points), np.arange(MAGNITUDES)) * (2.0 * np.pi / PADDED)
    return np.hstack([np.cos(angles), np.sin(angles)]).astype(np.float32)
