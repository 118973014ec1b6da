"""Derivatives of the peaks of `peaks.sum_peaks`, compiled.

With x = r - d and the variance v = u2 (1 - delta1 / d - delta2 / d^2 + q_broad^2 d^2), a peak
P = w / d N(x; v) has the derivatives

    dP / dv = P (x^2 / v - 1) / (2 v)
    dP / d ln d = P (x d / v - 1) + dP / dv u2 (delta1 / d + 2 delta2 / d^2 + 2 q_broad^2 d^2).
"""

import numpy as np
from numba import njit


@njit(cache=True, fastmath=True)
def sum_peak_slopes(
    peaks: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    lengths: tuple[float, float, float, float],
    linear: bool,
    extra: float,
    step: float,
    cutoffs: tuple[float, float],
    shape: tuple[int, int],
) -> np.ndarray:
    """Sums of peaks and of their derivatives, on r = k step.

    Parameters
    ----------
    peaks : tuple of arrays (n,)
        Distance before the stretch (angstrom), weight, index of the partial, mean squared relative
        displacement u2 (angstrom^2).
    lengths : four floats
        Stretch (factor of all distances), delta1 (angstrom), delta2 (angstrom^2), q_broad
        (1/angstrom).
    linear : bool
        Whether the last derivative is by delta1 in place of delta2.
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
    array (4, partials, points)
        The sums; their derivatives by the logarithm of all distances, by u2, by delta2 or delta1.
    """
    distance, weight, partial, u2 = peaks
    stretch, delta1, delta2, q_broad = lengths
    reach, farthest = cutoffs
    out = np.zeros((4, shape[0], shape[1]))
    top = shape[1] - 1
    ramp = np.arange(shape[1]) * 1.0
    for n in range(distance.size):
        d = distance[n] * stretch
        near = delta1 / d
        shrink = delta2 / (d * d)
        spread = q_broad * q_broad * d * d
        factor = 1.0 - near - shrink + spread
        if factor <= 0.0 or d > farthest:
            continue
        v = u2[n] * factor + extra
        sigma = np.sqrt(v)
        centre = d / step
        half = reach * sigma / step
        lo = max(1, int(np.ceil(centre - half)))
        hi = min(top, int(centre + half))
        amplitude = weight[n] / (d * sigma * np.sqrt(2 * np.pi))
        by_u2 = 0.5 * factor / v
        by_delta = -0.5 * u2[n] / (d * v if linear else d * d * v)
        by_length = u2[n] * (0.5 * near + shrink + spread) / v
        scale = step * step / v
        tilt = d * step / v
        start = lo - centre
        p = partial[n]
        sums = out[0, p, lo : hi + 1]
        length_slopes = out[1, p, lo : hi + 1]
        u2_slopes = out[2, p, lo : hi + 1]
        delta_slopes = out[3, p, lo : hi + 1]
        for k in range(sums.size):
            x = ramp[k] + start
            z = x * x * scale
            value = amplitude * _exp_half(z)
            bend = value * (z - 1.0)
            sums[k] += value
            length_slopes[k] += value * (x * tilt - 1.0) + by_length * bend
            u2_slopes[k] += by_u2 * bend
            delta_slopes[k] += by_delta * bend
    return out


@njit(cache=True, fastmath=True)
def sum_direction_slopes(
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray],
    lengths: tuple[float, float, float],
    extra: float,
    step: float,
    cutoffs: tuple[float, float],
    shape: tuple[int, int],
) -> np.ndarray:
    """Derivatives of sums of peaks whose distances change each by its own share.

    Parameters
    ----------
    pairs : tuple of arrays (n,), (n,), (n,) and (directions, n)
        Distance (angstrom), index of the partial, u2 (angstrom^2), and the changes of ln d times
        the weights, see `directions.PairChanges`.
    lengths : three floats
        delta1 (angstrom), delta2 (angstrom^2), q_broad (1/angstrom).
    extra, step, cutoffs, shape
        As in `sum_peak_slopes`.

    Returns
    -------
    array (directions, partials, points)
    """
    distance, partial, u2, changes = pairs
    delta1, delta2, q_broad = lengths
    reach, farthest = cutoffs
    out = np.zeros((changes.shape[0], shape[0], shape[1]))
    top = shape[1] - 1
    ramp = np.arange(shape[1]) * 1.0
    slope = np.empty(shape[1])
    for n in range(distance.size):
        d = distance[n]
        near = delta1 / d
        shrink = delta2 / (d * d)
        spread = q_broad * q_broad * d * d
        factor = 1.0 - near - shrink + spread
        if factor <= 0.0 or d > farthest:
            continue
        v = u2[n] * factor + extra
        if v <= 0.0:  # delta2 is about d squared, and the spread of the pair's distances is less
            continue
        sigma = np.sqrt(v)
        centre = d / step
        half = reach * sigma / step
        lo = max(1, int(np.ceil(centre - half)))
        hi = min(top, int(centre + half))
        amplitude = 1.0 / (d * sigma * np.sqrt(2 * np.pi))
        by_length = u2[n] * (0.5 * near + shrink + spread) / v
        scale = step * step / v
        tilt = d * step / v
        start = lo - centre
        size = hi + 1 - lo
        for k in range(size):
            x = ramp[k] + start
            z = x * x * scale
            value = amplitude * _exp_half(z)
            slope[k] = value * (x * tilt - 1.0 + by_length * (z - 1.0))
        for j in range(out.shape[0]):
            change = changes[j, n]
            target = out[j, partial[n], lo : hi + 1]
            for k in range(target.size):
                target[k] += change * slope[k]
    return out


@njit(cache=True, fastmath=True, inline="always")
def _exp_half(z: float) -> float:
    """exp(-z / 2), as in `peaks.sum_peaks`: exp(-z / 32)^16 by a short series, which vectorises."""
    y = z * (1.0 / 32.0)
    e = 1.0 - y * (1.0 - y * (0.5 - y * (1 / 6 - y * (1 / 24 - y * (1 / 120 - y * (1 / 720))))))
    e *= e
    e *= e
    e *= e
    e *= e
    return e
