"""Pairs of a finite set of atoms: all of them, or near ones by a cell list and far ones sampled."""

import numpy as np
from numba import njit

from pdflearn.pairs import (
    PairHistogram,
    bin_count,
    gather,
    gather_with_variance,
    pair_rows,
    projected,
    shortest_distance,
    variance_levels,
)

# Up to so many atoms every pair is looked at; above, pairs beyond r_max are sampled.
ALL_PAIRS_ATOMS = 25_000
# Centres that stand for all where far pairs are sampled.
_SAMPLED_CENTRES = 2000
# Distances made at a time.
_BLOCK = 512


@njit(cache=True, fastmath=True)
def _squares(
    x: np.ndarray, y: np.ndarray, z: np.ndarray, i: int, lo: int, n: int, d2: np.ndarray
) -> None:
    """Squared distances of atom i to the n atoms from lo on."""
    xi, yi, zi = x[i], y[i], z[i]
    # slices start at zero, which lets the loop vectorise
    x, y, z = x[lo : lo + n], y[lo : lo + n], z[lo : lo + n]
    for j in range(n):
        dx = x[j] - xi
        dy = y[j] - yi
        dz = z[j] - zi
        d2[j] = dx * dx + dy * dy + dz * dz


@njit(cache=True)
def _all_pairs(
    xyz: np.ndarray, bounds: np.ndarray, table: np.ndarray, n_bins: int, n_rows: int
) -> tuple[np.ndarray, float]:
    """Moments of all pairs i < j; atoms sorted by kind, so each class is a block."""
    moments = np.zeros((n_rows, n_bins, 4))
    shortest = np.inf
    d2 = np.empty(_BLOCK)
    bins = np.empty(_BLOCK, dtype=np.int32)
    x_, y_, z_ = xyz[0], xyz[1], xyz[2]
    for x in range(bounds.size - 1):
        for i in range(bounds[x], bounds[x + 1]):
            for y in range(x, bounds.size - 1):
                m = moments[table[x, y]]
                for lo in range(max(i + 1, bounds[y]), bounds[y + 1], _BLOCK):
                    n = min(_BLOCK, bounds[y + 1] - lo)
                    _squares(x_, y_, z_, i, lo, n, d2)
                    shortest = min(shortest, gather(d2, bins, n, 1.0, m))
    return moments, shortest


@njit(cache=True)
def _near_pairs(
    xyz: np.ndarray,
    cells: np.ndarray,
    n_kinds: int,
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
    """Moments of all pairs closer than r_max by a cell list.

    Atoms are sorted by cell, then kind: those of kind k in cell c are cells[c * n_kinds + k] to
    cells[c * n_kinds + k + 1].
    """
    with_variance = levels > 0
    depth = max(levels, 1)
    moments = np.zeros((n_rows * depth, n_bins, 5 if with_variance else 4))
    shortest = np.inf
    r2 = r_max * r_max
    d2 = np.empty(_BLOCK)
    bins = np.empty(_BLOCK, dtype=np.int32)
    x_, y_, z_ = xyz[0], xyz[1], xyz[2]
    s = np.empty(_BLOCK)
    n_a, n_b, n_c = shape
    for cell in range(n_a * n_b * n_c):
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
            for x in range(n_kinds):
                for i in range(cells[cell * n_kinds + x], cells[cell * n_kinds + x + 1]):
                    for y in range(n_kinds):
                        row = table[x, y] * depth
                        first = cells[other * n_kinds + y]
                        last = cells[other * n_kinds + y + 1]
                        if other == cell:
                            first = max(first, i + 1)
                        for lo in range(first, last, _BLOCK):
                            n = min(_BLOCK, last - lo)
                            _squares(x_, y_, z_, i, lo, n, d2)
                            if with_variance:
                                for j in range(n):
                                    s[j] = projected(
                                        xyz[0, lo + j] - xyz[0, i],
                                        xyz[1, lo + j] - xyz[1, i],
                                        xyz[2, lo + j] - xyz[2, i],
                                        d2[j],
                                        tensors[i] + tensors[lo + j],
                                    )
                            kept = 0
                            for j in range(n):
                                d2[kept] = d2[j]
                                s[kept] = s[j]
                                kept += d2[j] < r2
                            if with_variance:
                                m = moments[row : row + depth]
                                least = gather_with_variance(d2, s, kept, 1.0, low, scale, m)
                            else:
                                least = gather(d2, bins, kept, 1.0, moments[row])
                            shortest = min(shortest, least)
    return moments, shortest


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
    every = np.empty(1)
    bins = np.empty(1, dtype=np.int32)
    x_, y_, z_ = xyz[0], xyz[1], xyz[2]
    for i in centres:
        rows = table[kind[i]]
        for j in range(xyz.shape[1]):
            _squares(x_, y_, z_, i, j, 1, every)
            if every[0] >= r_min * r_min:
                gather(every, bins, 1, 1.0, moments[rows[kind[j]]])
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
        moments, shortest = _near_pairs(
            columns, cells, n_kinds, tuple(int(n) for n in shape),
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
