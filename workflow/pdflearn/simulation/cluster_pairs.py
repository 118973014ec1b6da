"""Pair distances of a cluster: of all pairs, or of near pairs and a sample of far ones."""

from typing import NamedTuple

import numpy as np

from pdflearn.simulation.kernels import all_pairs_moments, cell_list_moments, sampled_moments
from pdflearn.simulation.pairs import (
    PairHistogram,
    bin_count,
    partial_table,
    shortest_distance,
    variance_levels,
)

# Up to so many atoms every pair is counted; above, pairs beyond r_max are sampled.
ALL_PAIRS_ATOMS = 25_000
# Number of atoms in the sample for far pairs.
_SAMPLED_CENTRES = 2000


class CellList(NamedTuple):
    """Atoms divided into cubic cells, so that near pairs are found in neighbouring cells alone.

    Attributes
    ----------
    bounds : array of int (cells * site types + 1,)
        Atoms are sorted by cell, then by site type: those of type k in cell c are
        bounds[c * n_types + k] to bounds[c * n_types + k + 1].
    n_types : int
        Number of site types.
    shape : three int
        Number of cells along x, y and z.
    neighbours : array of int (n, 3)
        Steps to the neighbouring cells, one of each opposite two, and the cell itself.
    """

    bounds: np.ndarray
    n_types: int
    shape: tuple[int, int, int]
    neighbours: np.ndarray


def cluster_pairs(
    xyz: np.ndarray,
    species: np.ndarray,
    occupancy: np.ndarray,
    r_max: float,
    displacements: np.ndarray | None = None,
) -> PairHistogram:
    """Pair distances of a cluster; memory grows with the atoms, not with the pairs.

    Every pair is counted in clusters of up to `ALL_PAIRS_ATOMS` atoms. In larger ones every pair
    up to r_max is counted. Farther pairs reach the range below r_max only as a smooth slope that
    q_min leaves, so they are estimated from 2,000 evenly chosen atoms.

    Parameters
    ----------
    xyz : array (n, 3)
        Cartesian positions, angstrom.
    species : array of int (n,)
        Numbered from 0; their pairs are the partials of `pairs.partial_table`.
    occupancy : array (n,)
        0 to 1.
    r_max : float
        Largest distance that must be complete, angstrom.
    displacements : array (n, 3, 3), optional
        Cartesian U tensors, angstrom^2; the histogram then divides pairs by their variance.

    Returns
    -------
    PairHistogram
        Its r_max is infinite where every pair was counted.

    See Also
    --------
    crystal_pairs.crystal_pairs : the same of a crystal.
    pairs.pair_points : points that stand for the pairs of a histogram.

    Examples
    --------
    The distances in a square of four atoms: four sides and two diagonals, each in both directions.

    >>> import numpy as np
    >>> from pdflearn.simulation.pairs import pair_points
    >>> xyz = np.array([[0, 0, 0], [3, 0, 0], [0, 3, 0], [3, 3, 0]], dtype=float)
    >>> histogram = cluster_pairs(xyz, np.zeros(4, dtype=int), np.ones(4), r_max=10.0)
    >>> histogram.shortest
    3.0
    >>> points = pair_points(histogram)
    >>> points.distance.round(4), points.weight
    (array([3.    , 4.2426]), array([8., 4.]))
    """
    xyz = xyz - xyz.mean(axis=0)
    widest = 2 * float(np.sqrt((xyz**2).sum(axis=1).max())) + 0.1
    few = len(xyz) <= ALL_PAIRS_ATOMS
    reach = widest if few else min(r_max, widest)
    n_bins = bin_count(widest)
    # atoms of one site type share species and occupancy, so their pairs need only be counted
    site_types, site_type = np.unique(np.stack([species, occupancy]), axis=1, return_inverse=True)
    site_type = site_type.ravel()
    n_types = site_types.shape[1]
    table = partial_table(n_types)
    n_partials = int(table.max()) + 1
    n_levels = 0
    if few and displacements is None:
        order = np.argsort(site_type, kind="stable")
        bounds = np.searchsorted(site_type[order], np.arange(n_types + 1))
        moments, nearest = all_pairs_moments(
            np.ascontiguousarray(xyz[order].T), bounds, table, n_bins, n_partials
        )
    else:
        order, cells = _cell_list(xyz, site_type, n_types, reach)
        levels = variance_levels(
            None if displacements is None else displacements[order], n_partials, n_bins
        )
        n_levels = levels.number
        columns = np.ascontiguousarray(xyz[order].T)
        moments, nearest = cell_list_moments(
            columns, tuple(cells), table, reach, n_bins, n_partials, tuple(levels)
        )
        if reach < widest:
            # evenly through the cells, so that every region of the cluster is in the sample
            centres = np.linspace(0, len(xyz) - 1, _SAMPLED_CENTRES).astype(np.int64)
            far = sampled_moments(
                columns, site_type[order], centres, table, reach, n_bins, n_partials
            )
            far *= 0.5 * len(xyz) / len(centres)
            # sampled pairs take the middle level: far peaks are not resolved anyway
            moments[n_levels // 2 :: max(n_levels, 1), :, :4] += far
            if n_levels:
                moments[n_levels // 2 :: n_levels, :, 4] += far[..., 0] * (
                    levels.low + (n_levels // 2 + 0.5) / levels.scale
                )
    merged = _merged_by_species(moments, site_types, max(n_levels, 1))
    shortest = shortest_distance(nearest, merged)
    return PairHistogram(merged, np.inf if few else reach, n_levels, shortest)


def _cell_list(
    xyz: np.ndarray, site_type: np.ndarray, n_types: int, reach: float
) -> tuple[np.ndarray, CellList]:
    """The order of the atoms by cell and site type, and the cells for pairs within `reach`."""
    side = max(reach / 4, 8.0)
    cell = ((xyz - xyz.min(axis=0)) / side).astype(np.int64)
    shape = cell.max(axis=0) + 1
    flat = (cell[:, 0] * shape[1] + cell[:, 1]) * shape[2] + cell[:, 2]
    slot = flat * n_types + site_type
    order = np.argsort(slot, kind="stable")
    bounds = np.searchsorted(slot[order], np.arange(int(shape.prod()) * n_types + 1))
    neighbours = _forward_neighbours(reach, side, shape)
    return order, CellList(bounds, n_types, tuple(int(n) for n in shape), neighbours)


def _merged_by_species(moments: np.ndarray, site_types: np.ndarray, depth: int) -> np.ndarray:
    """Moments of site types added up to those of species, weighted by occupancies.

    Parameters
    ----------
    moments : array (partials of site types * depth, bins, 4 or 5)
    site_types : array (2, site types)
        Species and occupancy of each.
    depth : int
        Levels of variance of each partial, or 1.
    """
    n_types = site_types.shape[1]
    of_types = partial_table(n_types)
    of_species = partial_table(int(site_types[0].max()) + 1)
    merged = np.zeros(((int(of_species.max()) + 1) * depth, *moments.shape[1:]))
    for x in range(n_types):
        for y in range(x, n_types):
            row = of_species[int(site_types[0, x]), int(site_types[0, y])] * depth
            source = of_types[x, y] * depth
            weight = 2 * site_types[1, x] * site_types[1, y]
            merged[row : row + depth] += weight * moments[source : source + depth]
    return merged


def _forward_neighbours(r_max: float, side: float, shape: np.ndarray) -> np.ndarray:
    """Steps to cells closer than r_max, one of each opposite two, and the cell itself: (n, 3)."""
    reach = np.minimum(int(np.ceil(r_max / side)), shape - 1)
    axes = [np.arange(-n, n + 1) for n in reach]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    gap = np.maximum(np.abs(grid) - 1, 0) * side
    near = (gap**2).sum(axis=1) < r_max**2
    ahead = (grid[:, 0] > 0) | (
        (grid[:, 0] == 0) & ((grid[:, 1] > 0) | ((grid[:, 1] == 0) & (grid[:, 2] >= 0)))
    )
    return np.ascontiguousarray(grid[near & ahead])
