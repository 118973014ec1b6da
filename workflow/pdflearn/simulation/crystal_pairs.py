"""Pairs of a crystal: one atom of each orbit against the lattice, no candidate rejected."""

import numpy as np
from numba import njit

from pdflearn.simulation.kernels import crystal_moments
from pdflearn.simulation.pairs import (
    PairHistogram,
    bin_count,
    pair_rows,
    shortest_distance,
    variance_levels,
)

# Places this close, in lattice vectors, to a half of one or to none are taken to be there.
_HALF_WAY = 1e-7


@njit(cache=True)
def _maps_onto_itself(
    frac: np.ndarray,
    kind: np.ndarray,
    shift: np.ndarray,
    tolerance: float,
    metric: np.ndarray,
    image: np.ndarray,
) -> bool:
    """Whether frac + shift is the same set of atoms, kinds included; image[i] is i's partner."""
    for i in range(frac.shape[0]):
        found = False
        for j in range(frac.shape[0]):
            if kind[i] != kind[j]:
                continue
            u = frac[i, 0] + shift[0] - frac[j, 0]
            v = frac[i, 1] + shift[1] - frac[j, 1]
            w = frac[i, 2] + shift[2] - frac[j, 2]
            u -= np.rint(u)
            v -= np.rint(v)
            w -= np.rint(w)
            d2 = (
                metric[0, 0] * u * u + metric[1, 1] * v * v + metric[2, 2] * w * w
                + 2 * (metric[0, 1] * u * v + metric[0, 2] * u * w + metric[1, 2] * v * w)
            )  # fmt: skip
            if d2 < tolerance * tolerance:
                image[i] = j
                found = True
                break
        if not found:
            return False
    return True


@njit(cache=True)
def _translation_orbits(
    frac: np.ndarray,
    kind: np.ndarray,
    candidates: np.ndarray,
    tolerance: float,
    metric: np.ndarray,
) -> np.ndarray:
    orbit = np.arange(frac.shape[0])
    image = np.zeros(frac.shape[0], dtype=np.int64)
    first = candidates[0]
    for c in candidates[1:]:
        if not _maps_onto_itself(frac, kind, frac[c] - frac[first], tolerance, metric, image):
            continue
        for i in range(frac.shape[0]):
            a = orbit[i]
            b = orbit[image[i]]
            if a != b:
                low = min(a, b)
                high = max(a, b)
                for k in range(orbit.size):
                    if orbit[k] == high:
                        orbit[k] = low
    return orbit


def translation_orbits(
    frac: np.ndarray, kind: np.ndarray, basis: np.ndarray, tolerance: float = 1e-3
) -> np.ndarray:
    """Label atoms that a pure translation (centring, supercell) maps onto each other.

    Parameters
    ----------
    frac : array (n, 3)
        Fractional coordinates.
    kind : array of int (n,)
        Atoms of different kind are never equivalent.
    basis : array (3, 3)
        Lattice vectors as rows, angstrom.
    tolerance : float
        In angstrom.

    Returns
    -------
    array of int (n,)
        Atoms with the same label are equivalent.
    """
    counts = np.bincount(kind)
    rarest = np.flatnonzero(counts)[np.argmin(counts[counts > 0])]
    candidates = np.flatnonzero(kind == rarest)
    return _translation_orbits(frac, kind, candidates, tolerance, basis @ basis.T)


@njit(cache=True)
def environments(
    basis: np.ndarray, frac: np.ndarray, weight: np.ndarray, radius: float
) -> np.ndarray:
    """One number for the surroundings of each atom; equivalent atoms have equal ones.

    Parameters
    ----------
    basis : array (3, 3)
        Lattice vectors as rows, angstrom.
    frac : array (n, 3)
        Fractional coordinates.
    weight : array (n,)
        Tells atoms of different kinds apart.
    radius : float
        How far the surroundings reach, angstrom.

    Returns
    -------
    array (n,)
        sum_j weight[j] (1 - d^2 / radius^2)^2 over the neighbours j at distances d.
    """
    inverse = np.linalg.inv(basis)
    reach = np.empty(3, dtype=np.int64)
    for k in range(3):
        # a plane's distance is one over the length of its reciprocal vector
        reach[k] = int(np.ceil(radius * np.sqrt((inverse[:, k] ** 2).sum()) + 0.5))
    found = np.zeros(frac.shape[0])
    for i in range(frac.shape[0]):
        for j in range(frac.shape[0]):
            way = frac[j] - frac[i]
            way -= np.rint(way)
            for n1 in range(-reach[0], reach[0] + 1):
                for n2 in range(-reach[1], reach[1] + 1):
                    u = way[0] + n1
                    v = way[1] + n2
                    x0 = u * basis[0, 0] + v * basis[1, 0]
                    y0 = u * basis[0, 1] + v * basis[1, 1]
                    z0 = u * basis[0, 2] + v * basis[1, 2]
                    for n3 in range(-reach[2], reach[2] + 1):
                        w = way[2] + n3
                        x = x0 + w * basis[2, 0]
                        y = y0 + w * basis[2, 1]
                        z = z0 + w * basis[2, 2]
                        near = 1.0 - (x * x + y * y + z * z) / (radius * radius)
                        if near > 0.0:
                            found[i] += weight[j] * near * near
    return found


def crystal_pairs(
    basis: np.ndarray,
    frac: np.ndarray,
    species: np.ndarray,
    occupancy: np.ndarray,
    orbits: np.ndarray,
    r_max: float,
    displacements: np.ndarray | None = None,
) -> PairHistogram:
    """Pairs of a crystal up to r_max, summed over the atoms of one unit cell.

    Parameters
    ----------
    basis : array (3, 3)
        Lattice vectors as rows, angstrom.
    frac : array (n, 3)
        Fractional coordinates.
    species : array of int (n,)
        Numbered from 0; pair classes are those of `pair_rows`.
    occupancy : array (n,)
    orbits : array of int (n,)
        Equivalent atoms share a label: one of them stands for all.
    r_max : float
        Largest distance, angstrom.
    displacements : array (n, 3, 3), optional
        Cartesian U tensors, angstrom^2; the points then carry variances.

    Returns
    -------
    PairHistogram
    """
    # rows of the lattice are walked along the shortest vector, where they hold most points
    order = np.argsort(-np.einsum("ij,ij->i", basis, basis), kind="stable")
    basis = np.ascontiguousarray(basis[order])
    table = pair_rows(int(species.max()) + 1)
    tasks, offsets, weights = _tasks(
        np.ascontiguousarray(frac[:, order]), species, occupancy, orbits, table
    )
    n_rows = int(table.max()) + 1
    n_bins = bin_count(r_max)
    tensors, low, scale, levels = variance_levels(displacements, n_rows, n_bins)
    moments, shortest = crystal_moments(
        basis, tasks, offsets, weights, r_max, n_bins, tensors, low, scale, levels, n_rows
    )
    return PairHistogram(moments, r_max, levels, shortest_distance(shortest, moments))


@njit(cache=True)
def _tasks(
    frac: np.ndarray,
    species: np.ndarray,
    occupancy: np.ndarray,
    orbits: np.ndarray,
    table: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Pairs of atoms to walk: one atom of the larger orbit against all atoms of the smaller."""
    n = species.size
    label = np.full(n, -1, dtype=np.int64)
    heads = np.empty(n, dtype=np.int64)
    count = 0
    # an orbit whose atoms differ in species or occupancy is not one
    for i in range(n):
        for k in range(count):
            j = heads[k]
            if (
                orbits[i] == orbits[j]
                and species[i] == species[j]
                and abs(occupancy[i] - occupancy[j]) < 1e-9
            ):
                label[i] = k
                break
        if label[i] < 0:
            label[i] = count
            heads[count] = i
            count += 1
    size = np.zeros(count, dtype=np.int64)
    for i in range(n):
        size[label[i]] += 1
    start = np.zeros(count + 1, dtype=np.int64)
    for k in range(count):
        start[k + 1] = start[k] + size[k]
    members = np.empty(n, dtype=np.int64)
    fill = start[:-1].copy()
    for i in range(n):
        members[fill[label[i]]] = i
        fill[label[i]] += 1
    total = 0
    for x in range(count):
        for y in range(x, count):
            total += min(size[x], size[y])
    tasks = np.empty((total, 4), dtype=np.int64)
    offsets = np.empty((total, 3))
    weights = np.empty(total)
    t = 0
    for x in range(count):
        for y in range(x, count):
            large, small = (x, y) if size[x] >= size[y] else (y, x)
            i = heads[large]
            for m in range(start[small], start[small + 1]):
                j = members[m]
                tasks[t, 0] = i
                tasks[t, 1] = j
                tasks[t, 2] = table[species[i], species[j]]
                # a way of half a lattice vector, or none, leads to the same atoms backwards
                half = True
                for k in range(3):
                    way = frac[j, k] - frac[i, k]
                    way -= np.floor(way + _HALF_WAY)
                    offsets[t, k] = way
                    half = half and abs(2 * way - np.rint(2 * way)) < 2 * _HALF_WAY
                if half:
                    for k in range(3):
                        offsets[t, k] = 0.5 * np.rint(2 * offsets[t, k])
                tasks[t, 3] = half
                weights[t] = size[large] * occupancy[i] * occupancy[j]
                weights[t] *= (1.0 if x == y else 2.0) * (2.0 if half else 1.0)
                t += 1
    return tasks, offsets, weights
