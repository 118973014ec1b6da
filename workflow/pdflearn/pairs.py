"""Pair distances of crystals and clusters, gathered into histograms that keep their moments.

A distance d in a bin of width h that starts at r_k adds w, w t, w t^2 and w t^3 to that bin, with
t = (d - r_k) / h. A bin is then replaced by the two-point Gauss quadrature of these moments (G. H.
Golub and J. H. Welsch, Math. Comp. 23 (1969) 221), or by one point where all its distances are
equal. Any smooth peak shape summed over the points equals the sum over the pairs up to
h^4 / 4320 times its fourth derivative, so bins of 0.05 angstrom do what nearest-bin histograms
cannot do with 0.001 angstrom. Bins are finer for neighbours, whose peaks are the narrowest.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit

# Sites closer than this (angstrom) are alternatives at one place, never neighbours.
SAME_SITE = 0.3
# Widths of the bins below and above NEAR, angstrom.
NEAR = 4.0
FINE = 0.01
COARSE = 0.05
N_FINE = 400


class PairHistogram(NamedTuple):
    """Moments of the pair distances, weighted by occupancies, per class of pair.

    moments : array (rows * levels, bins, 4 or 5); rows as in `pair_rows`; levels divide the
        relative displacement where there is one, and the fifth column then sums it
    r_max : distances up to here are complete, angstrom
    levels : number of levels; 0 where displacements play no part
    shortest : shortest distance, angstrom (inf without pairs; beyond NEAR within a bin's width)
    """

    moments: np.ndarray
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


@lru_cache(maxsize=64)
def pair_rows(n_species: int) -> np.ndarray:
    """Number the unordered pairs of species: a symmetric table (n_species, n_species)."""
    table = np.zeros((n_species, n_species), dtype=np.int64)
    upper = np.triu_indices(n_species)
    table[upper] = np.arange(len(upper[0]))
    return np.maximum(table, table.T)


def bin_count(r_max: float) -> int:
    """Number of bins that hold all distances up to r_max (angstrom)."""
    return N_FINE + max(int((r_max - NEAR) / COARSE), 0) + 2


@njit(cache=True, fastmath=True)
def gather(d2: np.ndarray, bins: np.ndarray, n: int, weight: float, moments: np.ndarray) -> float:
    """Add the first n squared distances of d2, which is used up, to moments (bins, 4).

    First a loop that vectorises and leaves the bins in the scratch array `bins` (int32), then one
    that scatters: half the time of a single loop.

    Returns
    -------
    float
        The shortest of them, angstrom, where it is below NEAR; else inf.
    """
    for k in range(n):
        d = np.sqrt(d2[k])
        # NEAR is FINE * N_FINE, so both scales meet there
        u = min(d * (1.0 / FINE), d * (1.0 / COARSE) + (N_FINE - NEAR / COARSE))
        whole = np.int32(u)
        bins[k] = whole
        d2[k] = u - whole
    least = np.inf
    for k in range(n):
        f = d2[k]
        whole = bins[k]
        if whole < N_FINE:
            if whole + f < SAME_SITE / FINE:
                continue
            least = min(least, whole + f)
        # an unsigned index skips the check for negative ones
        at = np.uint64(np.uint32(whole))
        wf = weight * f
        wff = wf * f
        moments[at, 0] += weight
        moments[at, 1] += wf
        moments[at, 2] += wff
        moments[at, 3] += wff * f
    return least * FINE


@njit(cache=True)
def gather_with_variance(
    d2: np.ndarray,
    s: np.ndarray,
    n: int,
    weight: float,
    low: float,
    scale: float,
    moments: np.ndarray,
) -> float:
    """As `gather`, into moments (levels, bins, 5), by the relative displacements s too."""
    least = np.inf
    levels = moments.shape[0]
    for k in range(n):
        d = np.sqrt(d2[k])
        u = min(d * (1.0 / FINE), d * (1.0 / COARSE) + (N_FINE - NEAR / COARSE))
        if u < SAME_SITE / FINE:
            continue
        least = min(least, d)
        b = int(u)
        f = u - b
        m = moments[min(max(int((s[k] - low) * scale), 0), levels - 1), b]
        m[0] += weight
        m[1] += weight * f
        m[2] += weight * f * f
        m[3] += weight * f * f * f
        m[4] += weight * s[k]
    return least


@njit(cache=True, inline="always")
def projected(dx: float, dy: float, dz: float, d2: float, tensor: np.ndarray) -> float:
    """Displacement tensor along a direction, angstrom^2."""
    return (
        tensor[0, 0] * dx * dx + tensor[1, 1] * dy * dy + tensor[2, 2] * dz * dz
        + 2 * (tensor[0, 1] * dx * dy + tensor[0, 2] * dx * dz + tensor[1, 2] * dy * dz)
    ) / d2  # fmt: skip


def shortest_distance(near: float, moments: np.ndarray) -> float:
    """Shortest distance where none is below NEAR: the mean of the first bin that holds any."""
    if np.isfinite(near):
        return float(near)
    total = moments[..., :2].sum(axis=0)
    used = np.flatnonzero(total[:, 0])
    if used.size == 0:
        return np.inf
    k = int(used[0])
    return NEAR + (k - N_FINE + float(total[k, 1] / total[k, 0])) * COARSE


def variance_levels(
    displacements: np.ndarray | None, n_rows: int, n_bins: int
) -> tuple[np.ndarray, float, float, int]:
    """Levels of the relative displacement, 5 % of its least value wide where memory allows.

    Returns
    -------
    tensors, low, scale, levels
        The tensors, the least displacement, levels per angstrom^2, and their number, which is 0
        without displacements.
    """
    if displacements is None:
        return np.zeros((1, 3, 3)), 0.0, 0.0, 0
    eigenvalues = np.linalg.eigvalsh(displacements)
    low, high = 2 * float(eigenvalues.min()), 2 * float(eigenvalues.max())
    width = max(high - low, 1e-9)
    room = int(64e6 / (40 * n_rows * n_bins))
    levels = int(np.clip(width / (0.05 * low), 1, max(1, min(64, room))))
    return np.ascontiguousarray(displacements), low, levels / width, levels


@njit(cache=True)
def _quadrature(
    moments: np.ndarray, levels: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Replace each bin by the one or two points that have its moments."""
    count = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            if moments[row, k, 0] != 0.0:
                count += 2
    distance = np.empty(count)
    weight = np.empty(count)
    index = np.empty(count, dtype=np.int64)
    variance = np.zeros(count)
    n = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            m0 = moments[row, k, 0]
            if m0 == 0.0:
                continue
            if k < N_FINE:
                h = FINE
                start = k * FINE
            else:
                h = COARSE
                start = NEAR + (k - N_FINE) * COARSE
            mean = moments[row, k, 1] / m0
            second = moments[row, k, 2] / m0
            spread = second - mean * mean
            if spread < 1e-9:
                low = high = 0.0
                share = 0.0
            else:
                # points mean + x with x^2 - (third / spread) x - spread = 0
                third = moments[row, k, 3] / m0 - 3 * mean * second + 2 * mean * mean * mean
                skew = 0.5 * third / spread
                root = np.sqrt(skew * skew + spread)
                low = skew - root
                high = skew + root
                share = -low / (high - low)
            for x, part in ((low, 1.0 - share), (high, share)):
                if part > 0.0:
                    distance[n] = start + (mean + x) * h
                    weight[n] = m0 * part
                    index[n] = row // max(levels, 1)
                    if levels > 0:
                        variance[n] = moments[row, k, 4] / m0
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
        return PairPoints(*_quadrature(moments, levels))
    if (coefficients >= 0).all():
        shape = (max(levels, 1), *moments.shape[1:])
        moments = (coefficients @ moments.reshape(len(coefficients), -1)).reshape(shape)
        return PairPoints(*_quadrature(moments, levels))
    distance, weight, row, variance = _quadrature(moments, levels)
    return PairPoints(distance, weight * coefficients[row], np.zeros_like(row), variance)
