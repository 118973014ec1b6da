"""Pairs of a finite set of atoms: all of them, or near ones by a cell list and far ones sampled."""

import numpy as np
from numba import njit

from pdflearn.pairs import (
    SAME_SITE,
    PairHistogram,
    bin_count,
    locate,
    pair_rows,
    variance_level,
    variance_levels,
)

# Up to so many atoms every pair is looked at; above, pairs beyond r_max are sampled.
ALL_PAIRS_ATOMS = 25_000
# Centres that stand for all where far pairs are sampled.
_SAMPLED_CENTRES = 2000


@njit(cache=True, inline="always")
def _count(moments: np.ndarray, row: int, d2: float) -> int:
    """Add one distance to its bin, and say which that is."""
    k, t = locate(np.sqrt(d2))
    m = moments[row, k]
    m[0] += 1.0
    m[1] += t
    m[2] += t * t
    m[3] += t * t * t
    return k


@njit(cache=True)
def _all_pairs(
    xyz: np.ndarray, bounds: np.ndarray, table: np.ndarray, n_bins: int, n_rows: int
) -> tuple[np.ndarray, float]:
    """Moments of all pairs i < j; atoms sorted by kind, so each class is a block."""
    moments = np.zeros((n_rows, n_bins, 4))
    shortest2 = np.inf
    for x in range(bounds.size - 1):
        for y in range(x, bounds.size - 1):
            row = table[x, y]
            for i in range(bounds[x], bounds[x + 1]):
                xi = xyz[0, i]
                yi = xyz[1, i]
                zi = xyz[2, i]
                for j in range(i + 1 if x == y else bounds[y], bounds[y + 1]):
                    dx = xyz[0, j] - xi
                    dy = xyz[1, j] - yi
                    dz = xyz[2, j] - zi
                    d2 = dx * dx + dy * dy + dz * dz
                    if d2 >= SAME_SITE * SAME_SITE:
                        shortest2 = min(shortest2, d2)
                        _count(moments, row, d2)
    return moments, np.sqrt(shortest2)


@njit(cache=True)
def _near_pairs(
    xyz: np.ndarray,
    kind: np.ndarray,
    start: np.ndarray,
    shape: tuple[int, int, int],
    offsets: np.ndarray,
    table: np.ndarray,
    r_max: float,
    n_bins: int,
    n_rows: int,
    tensors: np.ndarray,
    low: float,
    scale: float,
    levels: int,
) -> tuple[np.ndarray, float]:
    """Moments of all pairs closer than r_max by a cell list; atoms sorted by cell."""
    with_variance = levels > 0
    moments = np.zeros((n_rows * max(levels, 1), n_bins, 5 if with_variance else 4))
    shortest2 = np.inf
    r2 = r_max * r_max
    n_a, n_b, n_c = shape
    for cell in range(n_a * n_b * n_c):
        if start[cell] == start[cell + 1]:
            continue
        ca = cell // (n_b * n_c)
        cb = (cell // n_c) % n_b
        cc = cell % n_c
        for o in range(offsets.shape[0]):
            oa = ca + offsets[o, 0]
            ob = cb + offsets[o, 1]
            oc = cc + offsets[o, 2]
            if oa < 0 or ob < 0 or oc < 0 or oa >= n_a or ob >= n_b or oc >= n_c:
                continue
            other = (oa * n_b + ob) * n_c + oc
            for i in range(start[cell], start[cell + 1]):
                xi = xyz[0, i]
                yi = xyz[1, i]
                zi = xyz[2, i]
                rows = table[kind[i]]
                for j in range(i + 1 if other == cell else start[other], start[other + 1]):
                    dx = xyz[0, j] - xi
                    dy = xyz[1, j] - yi
                    dz = xyz[2, j] - zi
                    d2 = dx * dx + dy * dy + dz * dz
                    if d2 > r2 or d2 < SAME_SITE * SAME_SITE:
                        continue
                    shortest2 = min(shortest2, d2)
                    row = rows[kind[j]]
                    if with_variance:
                        tensor = tensors[i] + tensors[j]
                        s, level = variance_level(dx, dy, dz, d2, tensor, low, scale, levels)
                        row = row * levels + level
                        moments[row, _count(moments, row, d2), 4] += s
                    else:
                        _count(moments, row, d2)
    return moments, np.sqrt(shortest2)


@njit(cache=True)
def _far_pairs(
    xyz: np.ndarray,
    kind: np.ndarray,
    centres: np.ndarray,
    table: np.ndarray,
    r_min: float,
    n_bins: int,
    n_rows: int,
) -> np.ndarray:
    """Moments of the pairs farther than r_min between the centres and all atoms."""
    moments = np.zeros((n_rows, n_bins, 4))
    for i in centres:
        rows = table[kind[i]]
        for j in range(xyz.shape[1]):
            dx = xyz[0, j] - xyz[0, i]
            dy = xyz[1, j] - xyz[1, i]
            dz = xyz[2, j] - xyz[2, i]
            d2 = dx * dx + dy * dy + dz * dz
            if d2 > r_min * r_min:
                _count(moments, rows[kind[j]], d2)
    return moments


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
        moments, shortest = _all_pairs(
            np.ascontiguousarray(xyz[order].T), bounds, kind_table, n_bins, n_rows
        )
    else:
        side = max(reach / 4, 4.0)
        cell = ((xyz - xyz.min(axis=0)) / side).astype(np.int64)
        shape = cell.max(axis=0) + 1
        flat = (cell[:, 0] * shape[1] + cell[:, 1]) * shape[2] + cell[:, 2]
        order = np.argsort(flat, kind="stable")
        start = np.searchsorted(flat[order], np.arange(int(shape.prod()) + 1))
        tensors, low, scale, levels = variance_levels(
            None if displacements is None else displacements[order], n_rows, n_bins
        )
        columns = np.ascontiguousarray(xyz[order].T)
        moments, shortest = _near_pairs(
            columns, kind[order], start, tuple(int(n) for n in shape),
            _forward_offsets(reach, side, shape), kind_table, reach, n_bins, n_rows,
            tensors, low, scale, levels,
        )  # fmt: skip
        if reach < widest:
            # evenly through the cells, so every part of the cluster is heard
            centres = np.linspace(0, len(xyz) - 1, _SAMPLED_CENTRES).astype(np.int64)
            far = _far_pairs(columns, kind[order], centres, kind_table, reach, n_bins, n_rows)
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
    return PairHistogram(merged, np.inf if few else reach, levels, float(shortest))


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
