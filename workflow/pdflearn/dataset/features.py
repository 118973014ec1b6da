"""From patterns on the study's grid to what a model sees: window, scale, length scale."""

from typing import Self

import numpy as np
from numba import njit
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_array

from pdflearn.core.first_peak import NEAR, TO_SCALE, first_maxima
from pdflearn.core.grid import Grid
from pdflearn.dataset.axes import feature_axis

# Shares of a step by which a place may lie beyond the ends, for rounding.
AT_END = 1e-6

# The grid unless a study gives one, in angstrom.
GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)

KINDS = ("raw", "first_peak", "log_r", "scale_free")

# Magnitudes of the transform along log r that `scale_free` adds, from the lowest frequency up, and
# the length that the curve is padded to with zeros.
MAGNITUDES = 100
PADDED = 450


def normalise(patterns: np.ndarray) -> np.ndarray:
    """Divide each pattern by its root mean square: measured files have an arbitrary scale."""
    scale = np.sqrt(np.einsum("ij,ij->i", patterns, patterns) / patterns.shape[1])
    return patterns / np.where(scale > 0, scale, patterns.dtype.type(1.0))[:, None]


@njit(cache=True)
def _interpolate(
    g: np.ndarray, axis: np.ndarray, factor: np.ndarray, start: float, step: float
) -> np.ndarray:
    """Rows of g (n, points), each at axis * its factor by straight lines; zero beyond the ends."""
    n, points = g.shape
    found = np.zeros((n, len(axis)), dtype=g.dtype)
    for k in range(n):
        for j in range(len(axis)):
            place = (axis[j] * factor[k] - start) / step
            if -AT_END <= place <= points - 1 + AT_END:
                left = min(max(int(place), 0), points - 2)
                share = place - left
                found[k, j] = (1.0 - share) * g[k, left] + share * g[k, left + 1]
    return found


def first_peaks(r: np.ndarray, patterns: np.ndarray) -> np.ndarray:
    """Position of each pattern's first peak, in angstrom, refined by a parabola.

    The first local maximum that reaches the share `TO_SCALE` of the highest one below 8 angstrom;
    where there is none, the place of the highest value.

    Parameters
    ----------
    r : array (points,)
    patterns : array (n, points)
    """
    g = patterns[:, r <= NEAR]
    place = first_maxima(g, TO_SCALE)
    place = np.where(place < 0, g.argmax(axis=1), place)
    place = np.clip(place, 1, g.shape[1] - 2)
    rows = np.arange(len(g))
    left, top, right = (g[rows, place + shift] for shift in (-1, 0, 1))
    bend = left - 2 * top + right
    with np.errstate(divide="ignore", invalid="ignore"):
        shift = np.where(bend < 0, 0.5 * (left - right) / bend, 0.0)
    return r[place] + np.clip(shift, -0.5, 0.5) * (r[1] - r[0])


class PatternFeatures(TransformerMixin, BaseEstimator):
    """Choose a window of r, set the scale and the axis.

    Parameters
    ----------
    kind : {"raw", "first_peak", "log_r", "scale_free"}
        "raw": G on the study's grid. "first_peak": G against r / (first peak's position), which
        takes the length scale away: what is left is the arrangement. "log_r": G against the
        logarithm of r, where a stretch is a shift. "scale_free": those of "first_peak", and
        magnitudes of the Fourier transform of G along the logarithm of r, which a shift does not
        change: they need no first peak (the Mellin transform: D. Casasent and D. Psaltis, Appl.
        Opt. 15 (1976) 1795).
    grid : Grid
        The grid that patterns stand on, in angstrom.
    window : tuple (low, high)
        Which r is used, in angstrom. Below 1.5 angstrom measured files can hold anything.
    """

    def __init__(
        self,
        kind: str = "raw",
        grid: Grid = GRID,
        window: tuple[float, float] = (1.5, 20.0),
    ) -> None:
        self.kind = kind
        self.grid = grid
        self.window = window

    def fit(self, X: np.ndarray, y: np.ndarray | None = None) -> Self:
        """Check the settings; nothing is learned from the data."""
        if self.kind not in KINDS:
            raise ValueError(f"features: kind is {self.kind!r}; expected one of {', '.join(KINDS)}")
        self.n_features_in_ = self.grid.points
        return self

    def transform(self, X: np.ndarray, stretch: np.ndarray | None = None) -> np.ndarray:
        """Patterns (n, points) on the grid to features (n, m), float32.

        Parameters
        ----------
        X : array (n, points)
        stretch : array (n,) or None
            Stretch each pattern's axis by such a factor: jitter for training. On reduced r it
            stands for an error in the first peak's position.
        """
        X = check_array(X, dtype=np.float32)
        if X.shape[1] != self.grid.points:
            raise ValueError(f"patterns have {X.shape[1]} points; the grid has {self.grid.points}")
        r = self.grid.r
        low, high = np.searchsorted(r, (self.window[0] - 1e-6, self.window[1] + 1e-6))
        r, g = r[low:high], normalise(X[:, low:high])
        if self.kind == "raw" and stretch is None:
            return g
        factor = np.ones(len(g)) if stretch is None else 1.0 / np.asarray(stretch)
        if self.kind in ("first_peak", "scale_free"):
            factor = factor * first_peaks(r, g)
        axis = feature_axis(self.kind, self.grid, self.window)
        values = normalise(_interpolate(g, axis, factor, r[0], self.grid.r_step))
        if self.kind == "scale_free":
            return np.hstack([values, self._magnitudes(g, r[0])])
        return values

    def _magnitudes(self, g: np.ndarray, start: float) -> np.ndarray:
        """log(1 + |Fourier transform of g along log r|), (n, MAGNITUDES)."""
        axis = feature_axis("log_r", self.grid, self.window)
        curves = normalise(_interpolate(g, axis, np.ones(len(g)), start, self.grid.r_step))
        found = np.abs(np.fft.rfft(curves, PADDED, axis=1)[:, :MAGNITUDES])
        return np.log1p(found).astype(np.float32)
