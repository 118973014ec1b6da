"""Pair distances of crystals and clusters, in histograms that keep the moments of each bin.

A distance d in a bin of width h that starts at r_k adds w, w t, w t^2 and w t^3 to that bin, with
t = (d - r_k) / h. A bin is then replaced by the two-point Gauss quadrature of these moments, or by
one point where all its distances are equal. A smooth peak shape summed over the points equals the
sum over the pairs up to h^4 / 4320 times its fourth derivative. So bins of 0.05 angstrom are more
accurate than plain histograms with bins of 0.001 angstrom. Bins are finer for near neighbours,
whose peaks are the narrowest.

References
----------
G. H. Golub and J. H. Welsch, Math. Comp. 23 (1969) 221.
"""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit

from pdflearn.simulation.kernels import COARSE, FINE, N_FINE, NEAR


class PairHistogram(NamedTuple):
    """Moments of the pair distances, weighted by occupancies, of each partial.

    Attributes
    ----------
    moments : array (partials * max(levels, 1), bins, 4 or 5)
        Partials are numbered by `partial_table`. Levels divide the pairs of a partial by their
        relative displacement; the fifth column then sums it, in angstrom^2.
    r_max : float
        Distances up to here are complete, angstrom; infinite where all pairs are counted.
    levels : int
        Number of levels; 0 where displacements play no part.
    shortest : float
        Shortest distance, angstrom; infinite without pairs. Beyond `kernels.NEAR` it is known
        within the width of a bin.
    """

    moments: np.ndarray
    r_max: float
    levels: int
    shortest: float


class PairPoints(NamedTuple):
    """Quadrature points that stand for all pairs of a structure.

    Attributes
    ----------
    distance : array (n,)
        Angstrom.
    weight : array (n,)
        Product of the occupancies, summed over ordered pairs, times the partial's coefficient.
    partial : array of int (n,)
        Index of the partial, see `partial_table`.
    variance : array (n,)
        Mean squared relative displacement along the pair, angstrom^2; zero unless displacements
        were given.
    """

    distance: np.ndarray
    weight: np.ndarray
    partial: np.ndarray
    variance: np.ndarray


class VarianceLevels(NamedTuple):
    """Levels that divide pairs by their mean squared relative displacement.

    Attributes
    ----------
    tensors : array (n, 3, 3)
        Cartesian U tensor of each atom, angstrom^2.
    low : float
        Lower end of the lowest level, angstrom^2.
    scale : float
        Levels per angstrom^2.
    number : int
        Number of levels; 0 where displacements play no part.
    """

    tensors: np.ndarray
    low: float
    scale: float
    number: int


@lru_cache(maxsize=64)
def partial_table(n_species: int) -> np.ndarray:
    """Index of the partial of two species: symmetric array of int (n_species, n_species).

    Examples
    --------
    >>> partial_table(2)
    array([[0, 1],
           [1, 2]])
    """
    table = np.zeros((n_species, n_species), dtype=np.int64)
    upper = np.triu_indices(n_species)
    table[upper] = np.arange(len(upper[0]))
    return np.maximum(table, table.T)


def bin_count(r_max: float) -> int:
    """Number of bins that hold all distances up to r_max (angstrom)."""
    return N_FINE + max(int((r_max - NEAR) / COARSE), 0) + 2


@lru_cache(maxsize=64)
def bin_edges(n_bins: int) -> tuple[np.ndarray, np.ndarray]:
    """Start and width of each bin, angstrom: two arrays (n_bins,)."""
    k = np.arange(n_bins)
    fine = k < N_FINE
    start = np.where(fine, k * FINE, NEAR + (k - N_FINE) * COARSE)
    return start, np.where(fine, FINE, COARSE)


def shortest_distance(nearest: float, moments: np.ndarray) -> float:
    """Shortest distance of a histogram, angstrom.

    Parameters
    ----------
    nearest : float
        Shortest distance below `kernels.NEAR`; infinite where there is none.
    moments : array (..., bins, 4 or 5)

    Returns
    -------
    float
        `nearest` where it is finite, or else the mean distance of the first bin with any pair.
    """
    if np.isfinite(nearest):
        return float(nearest)
    total = moments[..., :2].sum(axis=0)
    used = np.flatnonzero(total[:, 0])
    if used.size == 0:
        return np.inf
    k = int(used[0])
    return NEAR + (k - N_FINE + float(total[k, 1] / total[k, 0])) * COARSE


def variance_levels(
    displacements: np.ndarray | None, n_partials: int, n_bins: int
) -> VarianceLevels:
    """Choose levels as wide as 5 % of the least relative displacement, where memory allows.

    Parameters
    ----------
    displacements : array (n, 3, 3) or None
        Cartesian U tensors, angstrom^2; None gives no levels.
    n_partials, n_bins : int
        Size of the histogram: 64 MB and 64 levels are not exceeded.
    """
    if displacements is None:
        return VarianceLevels(np.zeros((1, 3, 3)), 0.0, 0.0, 0)
    eigenvalues = np.linalg.eigvalsh(displacements)
    low, high = 2 * float(eigenvalues.min()), 2 * float(eigenvalues.max())
    width = max(high - low, 1e-9)
    affordable = int(64e6 / (40 * n_partials * n_bins))
    number = int(np.clip(width / (0.05 * low), 1, max(1, min(64, affordable))))
    return VarianceLevels(np.ascontiguousarray(displacements), low, number / width, number)


def pair_points(histogram: PairHistogram, coefficients: np.ndarray | None = None) -> PairPoints:
    """Replace the bins of a histogram by quadrature points.

    Parameters
    ----------
    histogram : PairHistogram
    coefficients : array (partials,), optional
        Factor of each partial. Partials are then added up into number 0: before the quadrature
        where no factor is negative, which leaves fewer points, or else after it.

    Returns
    -------
    PairPoints
    """
    moments, levels = histogram.moments, histogram.levels
    edges = bin_edges(moments.shape[1])
    if coefficients is None:
        return PairPoints(*_quadrature(moments, levels, *edges))
    if (coefficients >= 0).all():
        shape = (max(levels, 1), *moments.shape[1:])
        moments = (coefficients @ moments.reshape(len(coefficients), -1)).reshape(shape)
        return PairPoints(*_quadrature(moments, levels, *edges))
    distance, weight, partial, variance = _quadrature(moments, levels, *edges)
    return PairPoints(distance, weight * coefficients[partial], np.zeros_like(partial), variance)


@njit(cache=True, fastmath=True, error_model="numpy")
def _quadrature(
    moments: np.ndarray, levels: int, bin_start: np.ndarray, bin_width: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Replace each bin by the one or two points that have its moments: fields of `PairPoints`."""
    size = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            if moments[row, k, 0] != 0.0:
                size += 2
    distance = np.empty(size)
    weight = np.empty(size)
    partial = np.empty(size, dtype=np.int64)
    variance = np.zeros(size)
    n = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            m0 = moments[row, k, 0]
            if m0 == 0.0:
                continue
            inverse = 1.0 / m0
            mean = moments[row, k, 1] * inverse
            second = moments[row, k, 2] * inverse
            spread = second - mean * mean
            if spread < 1e-9:
                low = high = 0.0
                share = 0.0
            else:
                # points mean + x with x^2 - (third / spread) x - spread = 0
                third = moments[row, k, 3] * inverse
                third -= mean * (3 * second - 2 * mean * mean)
                skew = 0.5 * third / spread
                root = np.sqrt(skew * skew + spread)
                low = skew - root
                high = skew + root
                share = -low / (high - low)
            for x, fraction in ((low, 1.0 - share), (high, share)):
                if fraction > 0.0:
                    distance[n] = bin_start[k] + (mean + x) * bin_width[k]
                    weight[n] = m0 * fraction
                    partial[n] = row // max(levels, 1)
                    if levels > 0:
                        variance[n] = moments[row, k, 4] / m0
                    n += 1
    return distance[:n], weight[:n], partial[:n], variance[:n]
