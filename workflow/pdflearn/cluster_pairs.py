"""Pairs of a finite set of atoms, all of them or through a cell list."""

import numpy as np
from numba import njit

from pdflearn.pairs import (
    SAME_SITE,
    PairHistogram,
    add_distance,
    pair_rows,
    variance_level,
    variance_levels,
)

# Clusters with more atoms than this walk through a cell list, so far pairs cost nothing.
_CELL_LIST_ATOMS = 3000


@njit(cache=True)
def _cluster_all(xyz, bounds, table, r_max, h, n_rows):
    """Moments of all pairs i < j closer than r_max; atoms sorted so that classes are blocks."""
    moments = np.zeros((n_rows, int(r_max / h) + 1, 4))
    shortest2 = np.inf
    r2 = r_max * r_max
    inv_h = 1.0 / h
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
                    if d2 < r2 and d2 >= SAME_SITE * SAME_SITE:
                        shortest2 = min(shortest2, d2)
                        add_distance(moments, row, np.sqrt(d2), inv_h)
    return moments, np.sqrt(shortest2)


@njit(cache=True)
def _cluster_cells(
    xyz, kind, start, shape, offsets, table, r_max, h, n_rows, tensors, low, scale, bins
):
    """Moments of all pairs closer than r_max by a cell list; atoms sorted by cell."""
    with_variance = bins > 0
    levels = max(bins, 1)
    moments = np.zeros((n_rows * levels, int(r_max / h) + 1, 5 if with_variance else 4))
    shortest2 = np.inf
    r2 = r_max * r_max
    inv_h = 1.0 / h
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
                    if d2 >= r2 or d2 < SAME_SITE * SAME_SITE:
                        continue
                    shortest2 = min(shortest2, d2)
                    row = rows[kind[j]]
                    d = np.sqrt(d2)
                    if with_variance:
                        s, level = variance_level(
                            dx, dy, dz, d2, tensors[i] + tensors[j], low, scale, bins
                        )
                        moments[row * levels + level, int(d * inv_h), 4] += s
                        row = row * levels + level
                    add_distance(moments, row, d, inv_h)
    return moments, np.sqrt(shortest2)


def cluster_pairs(
    xyz: np.ndarray,
    species: np.ndarray,
    occupancy: np.ndarray,
    r_max: float,
    step: float,
    displacements: np.ndarray | None = None,
) -> PairHistogram:
    """Pairs of a finite set of atoms up to r_max; memory grows with the atoms, not the pairs.

    Parameters
    ----------
    xyz : array (n, 3), angstrom
    species, occupancy, r_max, step, displacements
        As for `crystal_pairs`.

    Returns
    -------
    PairHistogram
    """
    xyz = xyz - xyz.mean(axis=0)
    reach = r_max
    r_max = min(r_max, 2 * float(np.sqrt((xyz**2).sum(axis=1).max())) + 2 * step)
    n_species = int(species.max()) + 1
    # atoms of one kind share species and occupancy, so plain counts per pair of kinds suffice
    kinds, kind = np.unique(np.stack([species, occupancy]), axis=1, return_inverse=True)
    kind = kind.ravel()
    kind_table = pair_rows(kinds.shape[1])
    n_rows = int(kind_table.max()) + 1
    if displacements is None and len(xyz) <= _CELL_LIST_ATOMS:
        order = np.argsort(kind, kind="stable")
        bounds = np.searchsorted(kind[order], np.arange(kinds.shape[1] + 1))
        bins = 0
        moments, shortest = _cluster_all(
            np.ascontiguousarray(xyz[order].T), bounds, kind_table, r_max, step, n_rows
        )
    else:
        side = max(r_max / 4, 4.0)
        cell = ((xyz - xyz.min(axis=0)) / side).astype(np.int64)
        shape = cell.max(axis=0) + 1
        flat = (cell[:, 0] * shape[1] + cell[:, 1]) * shape[2] + cell[:, 2]
        order = np.argsort(flat, kind="stable")
        start = np.searchsorted(flat[order], np.arange(int(shape.prod()) + 1))
        tensors, low, scale, bins = variance_levels(
            None if displacements is None else displacements[order], n_rows, r_max / step
        )
        moments, shortest = _cluster_cells(
            np.ascontiguousarray(xyz[order].T), kind[order], start, tuple(int(n) for n in shape),
            _forward_offsets(r_max, side, shape), kind_table, r_max, step, n_rows,
            tensors, low, scale, bins,
        )  # fmt: skip
    table = pair_rows(n_species)
    levels = max(bins, 1)
    merged = np.zeros(((int(table.max()) + 1) * levels, *moments.shape[1:]))
    for x in range(kinds.shape[1]):
        for y in range(x, kinds.shape[1]):
            row = table[int(kinds[0, x]), int(kinds[0, y])]
            weight = 2 * kinds[1, x] * kinds[1, y]
            source = kind_table[x, y] * levels
            merged[row * levels : (row + 1) * levels] += weight * moments[source : source + levels]
    return PairHistogram(merged, step, reach, bins, float(shortest))


def _forward_offsets(r_max: float, side: float, shape: np.ndarray) -> np.ndarray:
    """Neighbour cells closer than r_max, one of each opposite two, and the cell itself."""
    reach = np.minimum(int(np.ceil(r_max / side)), shape - 1)
    grid = np.stack(
        np.meshgrid(*[np.arange(-n, n + 1) for n in reach], indexing="ij"), axis=-1
    ).reshape(-1, 3)
    gap = np.maximum(np.abs(grid) - 1, 0) * side
    near = (gap**2).sum(axis=1) < r_max**2
    ahead = (grid[:, 0] > 0) | (
        (grid[:, 0] == 0) & ((grid[:, 1] > 0) | ((grid[:, 1] == 0) & (grid[:, 2] >= 0)))
    )
    return np.ascontiguousarray(grid[near & ahead])
