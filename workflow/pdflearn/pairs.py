"""Pair distances of crystals and clusters, gathered into histograms that keep their moments.

A distance d that falls into a bin [k h, (k + 1) h) adds w, w t, w t^2 and w t^3 (t = d / h - k) to
that bin. A bin is then replaced by the two-point Gauss quadrature with these four moments (G. H.
Golub and J. H. Welsch, Math. Comp. 23 (1969) 221), or by one point where all its distances are
equal. Any smooth peak shape summed over the points equals the sum over the pairs up to
h^4 / 4320 times its fourth derivative, so bins of 0.05 angstrom do what nearest-bin histograms
cannot do with 0.001 angstrom.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

# Sites closer than this (angstrom) are alternatives at one place, never neighbours.
SAME_SITE = 0.3


class PairHistogram(NamedTuple):
    """Moments of the pair distances, weighted by occupancies, per class of pair.

    moments : array (rows * levels, bins, 4 or 5); rows as in `pair_rows`; levels divide the
        relative displacement where there is one, and the fifth column then sums it
    step : width of a bin, angstrom
    r_max : distances up to here are complete, angstrom
    levels : number of levels; 0 where displacements play no part
    shortest : shortest distance, angstrom (inf without pairs)
    """

    moments: np.ndarray
    step: float
    r_max: float
    levels: int
    shortest: float


class PairPoints(NamedTuple):
    """Quadrature points that stand for all pairs of a structure, each array (n,).

    distance : angstrom
    weight : sum over ordered pairs of the occupancies' product, times the class's coefficient
    row : class of the pair (int)
    variance : mean squared relative displacement along the pair, angstrom^2 (zero unless
        displacements were given)
    """

    distance: np.ndarray
    weight: np.ndarray
    row: np.ndarray
    variance: np.ndarray


def pair_rows(n_species: int) -> np.ndarray:
    """Number the unordered pairs of species: a symmetric table (n_species, n_species)."""
    table = np.zeros((n_species, n_species), dtype=np.int64)
    upper = np.triu_indices(n_species)
    table[upper] = np.arange(len(upper[0]))
    return np.maximum(table, table.T)


@njit(cache=True, inline="always")
def variance_level(dx, dy, dz, d2, tensor, low, scale, bins):
    """Relative displacement along the pair, and its bin."""
    s = (
        tensor[0, 0] * dx * dx + tensor[1, 1] * dy * dy + tensor[2, 2] * dz * dz
        + 2 * (tensor[0, 1] * dx * dy + tensor[0, 2] * dx * dz + tensor[1, 2] * dy * dz)
    ) / d2  # fmt: skip
    k = int((s - low) * scale)
    return s, min(max(k, 0), bins - 1)


@njit(cache=True, inline="always")
def add_distance(moments, row, d, inv_h):
    u = d * inv_h
    k = int(u)
    f = u - k
    moments[row, k, 0] += 1.0
    moments[row, k, 1] += f
    moments[row, k, 2] += f * f
    moments[row, k, 3] += f * f * f


def variance_levels(
    displacements: np.ndarray | None, n_rows: int, n_bins: float
) -> tuple[np.ndarray, float, float, int]:
    """Bins of the relative displacement, 5 % of its least value wide where memory allows."""
    if displacements is None:
        return np.zeros((1, 3, 3)), 0.0, 0.0, 0
    eigenvalues = np.linalg.eigvalsh(displacements)
    low, high = 2 * float(eigenvalues.min()), 2 * float(eigenvalues.max())
    width = max(high - low, 1e-9)
    room = int(64e6 / (40 * n_rows * n_bins))
    bins = int(np.clip(width / (0.05 * low), 1, max(1, min(64, room))))
    return np.ascontiguousarray(displacements), low, bins / width, bins


@njit(cache=True)
def _quadrature(moments, h, bins):
    """Replace each bin by the one or two points that have its moments."""
    n = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            if moments[row, k, 0] != 0.0:
                n += 2
    distance = np.empty(n)
    weight = np.empty(n)
    index = np.empty(n, dtype=np.int64)
    variance = np.zeros(n)
    n = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            m0 = moments[row, k, 0]
            if m0 == 0.0:
                continue
            mean = moments[row, k, 1] / m0
            second = moments[row, k, 2] / m0
            spread = second - mean * mean
            s = moments[row, k, 4] / m0 if bins > 0 else 0.0
            if spread < 1e-9:
                distance[n] = (k + mean) * h
                weight[n] = m0
                index[n] = row // max(bins, 1)
                variance[n] = s
                n += 1
                continue
            third = moments[row, k, 3] / m0 - 3 * mean * second + 2 * mean * mean * mean
            # points mean + x with x^2 - (third / spread) x - spread = 0
            skew = 0.5 * third / spread
            root = np.sqrt(skew * skew + spread)
            x_hi = skew + root
            x_lo = skew - root
            share = -x_lo / (x_hi - x_lo)
            for x, w in ((x_lo, m0 * (1 - share)), (x_hi, m0 * share)):
                distance[n] = (k + mean + x) * h
                weight[n] = w
                index[n] = row // max(bins, 1)
                variance[n] = s
                n += 1
    return distance[:n], weight[:n], index[:n], variance[:n]


def pair_points(histogram: PairHistogram, coefficients: np.ndarray | None = None) -> PairPoints:
    """Quadrature points of a histogram.

    Parameters
    ----------
    histogram : PairHistogram
    coefficients : array (rows,), optional
        Factor of each class. Classes are then added up into row 0, before the quadrature where
        no factor is negative, which leaves fewer points.

    Returns
    -------
    PairPoints
    """
    moments, levels = histogram.moments, histogram.levels
    if coefficients is None:
        return PairPoints(*_quadrature(moments, histogram.step, levels))
    if (coefficients >= 0).all():
        shape = (len(coefficients), max(levels, 1), *moments.shape[1:])
        moments = np.tensordot(coefficients, moments.reshape(shape), 1)
        return PairPoints(*_quadrature(moments, histogram.step, levels))
    distance, weight, row, variance = _quadrature(moments, histogram.step, levels)
    return PairPoints(distance, weight * coefficients[row], np.zeros_like(row), variance)
