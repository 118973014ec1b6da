"""What a model sees of a pattern, as functions of arrays: without scikit-learn, so a command starts
fast."""

from functools import cache

import numpy as np
from numba import njit

from pdflearn.core.first_peak import SCALING_SHARE, SEARCH_R_MAX, first_maxima
from pdflearn.core.grid import Grid
from pdflearn.dataset.axes import SHELLS_R_MAX, feature_axis
from pdflearn.dataset.local_size import extrema, log_envelopes

# How far beyond the ends of the grid a point may lie, in steps, for rounding.
AT_END = 1e-6

REPRESENTATIONS = ("raw", "first_peak", "log_r", "scale_free", "envelope", "first_shells")

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


def represent(
    patterns: np.ndarray,
    representation: str,
    grid: Grid,
    window: tuple[float, float],
    stretch: np.ndarray | None = None,
) -> np.ndarray:
    """Turn patterns on a grid into features, see `features.PatternFeatures`.

    Parameters
    ----------
    patterns : array (n, points), float32
    representation : str
        One of `REPRESENTATIONS`.
    grid : Grid
        The grid that the patterns stand on, angstrom.
    window : tuple (low, high)
        The r that is used, angstrom.
    stretch : array (n,) or None
        Factors that stretch the patterns along r.

    Returns
    -------
    array (n, m), float32
    """
    r = grid.r
    if representation == "envelope":  # sizes are told by where a curve fades: all of it is seen
        window = (window[0], float(r[-1]))
    low, high = np.searchsorted(r, (window[0] - 1e-6, window[1] + 1e-6))
    r, g = r[low:high], normalise(patterns[:, low:high])
    if representation == "envelope":
        return log_envelopes(g)
    if representation == "first_shells":
        return np.hstack([g[:, r <= SHELLS_R_MAX + 1e-6], extrema(r, g)])
    if representation == "raw" and stretch is None:
        return g
    factor = np.ones(len(g)) if stretch is None else 1.0 / np.asarray(stretch)
    if representation in ("first_peak", "scale_free"):
        factor = factor * first_peaks(r, g)
    axis = feature_axis(representation, grid, window)
    values = normalise(_interpolate(g, axis, factor, r[0], grid.r_step))
    if representation != "scale_free":
        return values
    axis = feature_axis("log_r", grid, window)
    curves = normalise(_interpolate(g, axis, np.ones(len(g)), r[0], grid.r_step))
    parts = curves @ _waves(len(axis))  # for so few frequencies faster than a fast transform
    parts *= parts
    # log(1 + |Fourier transform of g along log r|)
    return np.hstack([values, np.log1p(np.sqrt(parts[:, :MAGNITUDES] + parts[:, MAGNITUDES:]))])


@cache
def _waves(points: int) -> np.ndarray:
    """Cosines and sines of the Fourier transform of curves padded with zeros, float32."""
    angles = np.outer(np.arange(points), np.arange(MAGNITUDES)) * (2.0 * np.pi / PADDED)
    return np.hstack([np.cos(angles), np.sin(angles)]).astype(np.float32)
