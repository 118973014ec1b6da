"""Peaks on a grid in r: one normal distribution for each point that stands for pairs.

The compiled functions here run once for each curve. Related arguments are plain tuples, because
numba takes several microseconds longer to recognise named ones.
"""

import numpy as np
from numba import njit


@njit(cache=True, fastmath={"nnan", "nsz", "reassoc", "contract", "arcp"}, error_model="numpy")
def peak_variances(
    distance: np.ndarray,
    u2: np.ndarray,
    stretch: float,
    delta1: float,
    delta2: float,
    q_broad: float,
) -> tuple[np.ndarray, float, float]:
    """Variance of each peak after correlated motion and broadening.

    It is u2 (1 - delta1 / r - delta2 / r^2 + q_broad^2 r^2), or zero where that is negative.

    Parameters
    ----------
    distance : array (n,)
        Angstrom, before the stretch.
    u2 : array (n,)
        Mean squared relative displacement of each pair without correlation, angstrom^2.
    stretch : float
        Factor of all distances.
    delta1, delta2, q_broad : float
        In angstrom, angstrom^2 and 1/angstrom.

    Returns
    -------
    variance : array (n,)
        Angstrom^2.
    least : float
        The least of them above zero, angstrom^2.
    least_share : float
        The least factor of any displacement; negative where a peak has no width.

    References
    ----------
    I.-K. Jeong et al., Phys. Rev. B 67 (2003) 104301. C. L. Farrow et al., J. Phys.: Condens.
    Matter 19 (2007) 335219.
    """
    variance = np.empty(distance.size)
    least = np.inf
    least_share = np.inf
    for n in range(distance.size):
        d = distance[n] * stretch
        inverse = 1.0 / d
        factor = 1.0 - (delta1 + delta2 * inverse) * inverse + q_broad * q_broad * d * d
        least_share = min(least_share, factor)
        v = u2[n] * max(factor, 0.0)
        variance[n] = v
        least = min(least, v if v > 0.0 else np.inf)
    return variance, least, least_share


@njit(cache=True, fastmath=True, error_model="numpy")
def sum_peaks(
    peaks: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    stretch: float,
    extra: float,
    step: float,
    cutoffs: tuple[float, float],
    shape: tuple[int, int],
) -> np.ndarray:
    """Sum weight / d times a normal distribution for each point, on r = k step.

    The division is by the pair's distance d, not by r: so the area of a peak does not depend on
    its width.

    Parameters
    ----------
    peaks : tuple of arrays (n,)
        Distance before the stretch (angstrom), weight, index of the partial, variance
        (angstrom^2). Peaks of zero variance are left out.
    stretch : float
        Factor of all distances.
    extra : float
        Added to every variance, angstrom^2.
    step : float
        Of the grid, angstrom.
    cutoffs : two floats
        Where a peak ends, in its standard deviations; the largest distance of a peak, angstrom.
    shape : two int
        Numbers of partials and of grid points.

    Returns
    -------
    array (partials, points)
        In angstrom^-2.
    """
    distance, weight, partial, variance = peaks
    reach, farthest = cutoffs
    # room for the points beyond a peak's end that are calculated and not added
    out = np.zeros((shape[0], shape[1] + 7))
    top = shape[1] - 1
    per_step = 1.0 / step
    # a ramp of floats: converting a 64-bit counter would keep the loop from vectorising
    ramp = np.arange(out.shape[1]) * 1.0
    # roots and quotients of all peaks, in a loop that vectorises
    halves = np.empty(distance.size)
    amplitudes = np.empty(distance.size)
    for n in range(distance.size):
        v = variance[n] + extra
        inverse = 1.0 / np.sqrt(v)
        halves[n] = reach * per_step * v * inverse
        amplitudes[n] = weight[n] * inverse / (distance[n] * (stretch * np.sqrt(2 * np.pi)))
    scale_of_half = reach * reach / 32.0
    for n in range(distance.size):
        d = distance[n] * stretch
        if variance[n] == 0.0 or d > farthest:
            continue
        centre = d * per_step
        half = halves[n]
        lo = max(1, int(np.ceil(centre - half)))
        hi = min(top, int(centre + half))
        if hi < lo:
            continue
        amplitude = amplitudes[n]
        # exp(-y) = exp(-y / 16)^16 by a short series: a call of exp would keep it from that too
        scale = scale_of_half / (half * half)
        start = lo - centre
        end = hi - centre
        # whole groups of eight, since a loop that vectorises is slow on what is left over
        target = out[partial[n], lo : lo + (hi - lo) // 8 * 8 + 8]
        for k in range(target.size):
            x = ramp[k] + start
            y = x * x * scale
            e = 1.0 - y * (
                1.0 - y * (0.5 - y * (1 / 6 - y * (1 / 24 - y * (1 / 120 - y * (1 / 720)))))
            )
            e *= e
            e *= e
            e *= e
            e *= e
            target[k] += amplitude * e if x <= end else 0.0
    return out[:, : shape[1]].copy()


@njit(cache=True)
def curves_from_sums(
    sums: np.ndarray,
    step: float,
    scale: float,
    slopes: np.ndarray,
    fade: tuple[float, float],
    diameter: float,
    q_damp: float,
) -> np.ndarray:
    """G(r) from sums of peaks: (scale * sums - slope r), limited in r.

    Parameters
    ----------
    sums : array (partials, points)
        Of `sum_peaks`, on r = k step.
    step : float
        Angstrom.
    scale : float
        Factor of the sums: one over the number of atoms.
    slopes : array (partials,)
        4 pi rho0 of each partial, angstrom^-3; zero for clusters.
    fade : two floats
        G falls as a cosine from the first to the second of these distances, angstrom.
    diameter : float
        Of a spherical particle, angstrom; 0 for bulk. See `shape.spherical_shape`.
    q_damp : float
        Width of the resolution in Q, 1/angstrom: multiplies by exp(-(q_damp r)^2 / 2).

    Returns
    -------
    array (partials, points)
        In angstrom^-2.

    References
    ----------
    K. Kodama et al., Acta Cryst. A62 (2006) 444, for the spherical particle.
    """
    start, end = fade
    g = np.empty(sums.shape)
    # cosines of equal steps by their recurrence
    first = g.shape[1]
    now = before = double = 0.0
    if start < first * step:
        turn = np.pi * step / max(end - start, step)
        first = int(start / step) + 1
        now = np.cos(turn * (first - start / step))
        before = np.cos(turn * (first - 1 - start / step))
        double = 2.0 * np.cos(turn)
    for k in range(g.shape[1]):
        r = k * step
        factor = 1.0
        if r >= end:
            factor = 0.0
        elif k >= first:
            factor = 0.5 + 0.5 * now
            now, before = double * now - before, now
        if diameter > 0.0:
            x = min(r / diameter, 1.0)
            factor *= 1.0 - 1.5 * x + 0.5 * x * x * x
        if q_damp > 0.0:
            factor *= np.exp(-0.5 * (q_damp * r) ** 2)
        for row in range(g.shape[0]):
            g[row, k] = (scale * sums[row, k] - slopes[row] * r) * factor
    return g
