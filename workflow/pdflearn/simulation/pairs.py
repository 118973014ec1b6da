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

from pdflearn.simulation.kernels import COARSE, N_FINE, NEAR, quadrature


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
        return PairPoints(*quadrature(moments, levels))
    if (coefficients >= 0).all():
        shape = (max(levels, 1), *moments.shape[1:])
        moments = (coefficients @ moments.reshape(len(coefficients), -1)).reshape(shape)
        return PairPoints(*quadrature(moments, levels))
    distance, weight, row, variance = quadrature(moments, levels)
    return PairPoints(distance, weight * coefficients[row], np.zeros_like(row), variance)
