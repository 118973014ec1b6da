"""Features of a curve's local size: its envelope along r, and where its first extrema stand."""

import numpy as np

from pdflearn.core.first_peak import SEARCH_R_MAX, first_maxima
from pdflearn.dataset.axes import ENVELOPE_STEP, ENVELOPE_WIDTH

# Added under the logarithm, relative to a pattern of unit root mean square: where nothing was
# measured the envelope is zero.
FLOOR = 1e-3

# The first maximum and the first minimum that reach these shares of the largest one count. Atoms
# that scatter weakly have small peaks, and a pair with a negative neutron scattering length has a
# minimum where others have a peak.
SHARES = (0.1, 0.2, 0.3, 0.5, 0.8)


def log_envelopes(g: np.ndarray) -> np.ndarray:
    """The logarithm of the root mean square of G in overlapping windows.

    A spherical particle of diameter d multiplies G by 1 - 3 r / (2 d) + r^3 / (2 d^3) [1]_, the
    resolution by exp(-(q_damp r)^2 / 2): these factors are sums in the logarithm.

    Parameters
    ----------
    g : array (n, points)
        Patterns of unit root mean square, on an even grid of r.

    Returns
    -------
    array (n, windows), float32
        Windows of `ENVELOPE_WIDTH` points, `ENVELOPE_STEP` points apart.

    References
    ----------
    .. [1] R. C. Howell et al., Phys. Rev. B 73 (2006) 094107.

    Examples
    --------
    A wave that fades by a factor of e in 5 angstrom:

    >>> r = np.arange(1.0, 25.0, 0.1)
    >>> g = np.sin(2 * np.pi * r) * np.exp(-r / 5.0)
    >>> np.diff(log_envelopes(g[None])[0, :4]).round(1)
    array([-0.2, -0.2, -0.2], dtype=float32)
    """
    sums = np.cumsum(np.square(g, dtype=np.float64), axis=1)
    sums = np.hstack([np.zeros((len(g), 1)), sums])
    starts = np.arange(0, g.shape[1] - ENVELOPE_WIDTH + 1, ENVELOPE_STEP)
    squares = np.maximum(sums[:, starts + ENVELOPE_WIDTH] - sums[:, starts], 0.0)
    return np.log(np.sqrt(squares / ENVELOPE_WIDTH) + FLOOR).astype(np.float32)


def extrema(r: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Where the first maxima and minima of several heights stand.

    Parameters
    ----------
    r : array (points,)
        Even grid, angstrom.
    g : array (n, points)

    Returns
    -------
    array (n, 2 * len(SHARES)), float32
        Angstrom; 0 where there is none. A maximum and a minimum for each of `SHARES`.

    Examples
    --------
    A small peak at 2 angstrom, and a larger one at 3:

    >>> r = np.arange(1.5, 8.0, 0.1)
    >>> g = np.exp(-((r - 3.0) ** 2) / 0.02) + 0.4 * np.exp(-((r - 2.0) ** 2) / 0.02)
    >>> extrema(r, g[None])[0, ::2].round(1)
    array([2., 2., 2., 3., 3.], dtype=float32)
    """
    g = g[:, r <= SEARCH_R_MAX]
    places = []
    for share in SHARES:
        for sign in (1, -1):
            first = first_maxima(sign * g, share)
            places.append(np.where(first < 0, 0.0, r[first]))
    return np.column_stack(places).astype(np.float32)
