"""Pairs of a finite set of atoms: all of them, or near ones by a cell list and far ones sampled."""

import numpy as np

from pdflearn.simulation.kernels import all_pairs, far_pairs, near_pairs
from pdflearn.simulation.pairs import (
    PairHistogram,
    bin_count,
    pair_rows,
    shortest_distance,
    variance_levels,
)

# Up to so many atoms every pair is looked at; above, pairs beyond r_max are sampled.
ALL_PAIRS_ATOMS = 25_000
# Centres that stand for all where far pairs are sampled.
_SAMPLED_CENTRES = 2000


def cluster_pairs(
    xyz: np.ndarray,
    species: np.ndarray,
    occupancy: np.ndarray,
    r_max: float,
    displacements: np.ndarray | None = None,
) -> PairHistogram:
    """Pairs of a finite set of atoms; memory grows with the atoms, not with the pairs.

    Every pair is counted in clusters of up to `ALL_PAIRS_ATOMS` atoms. In larger ones that holds
    up to r_max; farther pairs, which reach the range below r_max only as a smooth slope through
    q_min, are those of 2,000 evenly chosen centres.

    Parameters
    ----------
    xyz : array (n, 3), angstrom
    species, occupancy, r_max, displacements
        As for `crystal_pairs`.

    Returns
    -------
    PairHistogram
    """
    xyz = xyz - xyz.mean(axis=0)
    widest = 2 * float(np.sqrt((xyz**2).sum(axis=1).max())) + 0.1
    few = len(xyz) <= ALL_PAIRS_ATOMS
    reach = widest if few else min(r_max, widest)
    n_bins = bin_count(widest)
    # atoms of one kind share species and occupancy, so plain counts for pairs of kinds suffice
    kinds, kind = np.unique(np.stack([species, occupancy]), axis=1, return_inverse=True)
    kind = kind.ravel()
    kind_table = pair_rows(kinds.shape[1])
    n_rows = int(kind_table.max()) + 1
    levels = 0
    if few and displacements is None:
        order = np.argsort(kind, kind="stable")
        bounds = np.searchsorted(kind[order], np.arange(kinds.shape[1] + 1))
        moments, shortest = all_pairs(
            np.ascontiguousarray(xyz[order].T), bounds, kind_table, n_bins, n_rows
        )
    else:
        side = max(reach / 4, 8.0)
        cell = ((xyz - xyz.min(axis=0)) / side).astype(np.int64)
        shape = cell.max(axis=0) + 1
        flat = (cell[:, 0] * shape[1] + cell[:, 1]) * shape[2] + cell[:, 2]
        n_kinds = kinds.shape[1]
        slot = flat * n_kinds + kind
        order = np.argsort(slot, kind="stable")
        cells = np.searchsorted(slot[order], np.arange(int(shape.prod()) * n_kinds + 1))
        tensors, low, scale, levels = variance_levels(
            None if displacements is None else displacements[order], n_rows, n_bins
        )
        columns = np.ascontiguousarray(xyz[order].T)
        moments, shortest = near_pairs(
            columns, cells, n_kinds, tuple(int(n) for n in shape),
            _forward_offsets(reach, side, shape), kind_table, reach, n_bins, n_rows,
            tensors, low, scale, levels,
        )  # fmt: skip
        if reach < widest:
            # evenly through the cells, so every part of the cluster is heard
            centres = np.linspace(0, len(xyz) - 1, _SAMPLED_CENTRES).astype(np.int64)
            far = far_pairs(columns, kind[order], centres, kind_table, reach, n_bins, n_rows)
            far *= 0.5 * len(xyz) / len(centres)
            # a sampled class takes the middle level: far peaks are not resolved anyway
            moments[levels // 2 :: max(levels, 1), :, :4] += far
            if levels:
                moments[levels // 2 :: levels, :, 4] += far[..., 0] * (
                    low + (levels // 2 + 0.5) / scale
                )
    table = pair_rows(int(species.max()) + 1)
    depth = max(levels, 1)
    merged = np.zeros(((int(table.max()) + 1) * depth, *moments.shape[1:]))
    for x in range(kinds.shape[1]):
        for y in range(x, kinds.shape[1]):
            row = table[int(kinds[0, x]), int(kinds[0, y])] * depth
            source = kind_table[x, y] * depth
            weight = 2 * kinds[1, x] * kinds[1, y]
            merged[row : row + depth] += weight * moments[source : source + depth]
    shortest = shortest_distance(shortest, merged)
    return PairHistogram(merged, np.inf if few else reach, levels, shortest)


def _forward_offsets(r_max: float, side: float, shape: np.ndarray) -> np.ndarray:
    """Neighbour cells closer than r_max, one of each opposite two, and the cell itself."""
    reach = np.minimum(int(np.ceil(r_max / side)), shape - 1)
    axes = [np.arange(-n, n + 1) for n in reach]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3)
    gap = np.maximum(np.abs(grid) - 1, 0) * side
    near = (gap**2).sum(axis=1) < r_max**2
    ahead = (grid[:, 0] > 0) | (
        (grid[:, 0] == 0) & ((grid[:, 1] > 0) | ((grid[:, 1] == 0) & (grid[:, 2] >= 0)))
    )
    return np.ascontiguousarray(grid[near & ahead])
