"""Peaks on a grid in r: one normal distribution for each point that stands for pairs."""

import numpy as np
from numba import njit


@njit(cache=True)
def peak_variances(
    distance: np.ndarray,
    u2: np.ndarray,
    stretch: float,
    delta1: float,
    delta2: float,
    q_broad: float,
    out: np.ndarray,
) -> tuple[float, float]:
    """Variance of each peak after correlated motion and broadening (module `scattering`).

    Zero where delta1 and delta2 leave none.

    Returns
    -------
    least, share
        Least of the variances above zero (angstrom^2), and least factor of any displacement.
    """
    least = np.inf
    share = np.inf
    for n in range(distance.size):
        d = distance[n] * stretch
        factor = 1.0 - delta1 / d - delta2 / (d * d) + q_broad * q_broad * d * d
        share = min(share, factor)
        if factor > 0.0:
            out[n] = u2[n] * factor
            least = min(least, out[n])
        else:
            out[n] = 0.0
    return least, share


@njit(cache=True, fastmath=True)
def add_peaks(
    distance: np.ndarray,
    weight: np.ndarray,
    row: np.ndarray,
    variance: np.ndarray,
    stretch: float,
    extra: float,
    step: float,
    reach: float,
    farthest: float,
    out: np.ndarray,
) -> None:
    """Add weight / d times a normal distribution for each point to out[row] on r = k step.

    Peaks of zero variance and those beyond `farthest` are left out; each ends at `reach` standard
    deviations. The division is by the pair's distance, not by r, as a shift of atoms demands.
    """
    top = out.shape[1] - 1
    per_step = 1.0 / step
    # a ramp of floats: turning a 64-bit counter into one would keep the loop from vectorising
    ramp = np.arange(out.shape[1]) * 1.0
    for n in range(distance.size):
        d = distance[n] * stretch
        if variance[n] == 0.0 or d > farthest:
            continue
        v = variance[n] + extra
        sigma = np.sqrt(v)
        centre = d * per_step
        half = reach * sigma * per_step
        lo = max(1, int(np.ceil(centre - half)))
        hi = min(top, int(centre + half))
        amplitude = weight[n] / (d * sigma * np.sqrt(2 * np.pi))
        # exp(-y) = exp(-y / 16)^16 by a short series: no library call either
        scale = step * step / (32.0 * v)
        start = lo - centre
        target = out[row[n], lo : hi + 1]
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
            target[k] += amplitude * e


@njit(cache=True)
def shape_rows(
    g: np.ndarray,
    step: float,
    scale: float,
    slopes: np.ndarray,
    start: float,
    end: float,
    diameter: float,
    q_damp: float,
) -> None:
    """Turn sums of peaks on r = k step into G: (scale * peaks - slope r), limited in r.

    It is multiplied by a cosine that fades from `start` to `end`; the shape function of a sphere,
    1 - 3/2 x + 1/2 x^3 with x = r / diameter (K. Kodama et al., Acta Cryst. A62 (2006) 444; 0: no
    sphere); the envelope exp(-(q_damp r)^2 / 2).
    """
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
            g[row, k] = (scale * g[row, k] - slopes[row] * r) * factor
