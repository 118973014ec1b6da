"""Pair distances of a crystal: one atom of each orbit against the whole lattice."""

from typing import NamedTuple

import numpy as np
from numba import njit

from pdflearn.simulation.kernels import crystal_moments
from pdflearn.simulation.pairs import (
    PairHistogram,
    bin_count,
    partial_table,
    shortest_distance,
    variance_levels,
)

# Offsets this close (in lattice vectors) to none or to half a lattice vector count as that.
_HALF_VECTOR = 1e-7


class OrbitPairs(NamedTuple):
    """Pairs of atoms whose distances are summed over the lattice.

    One atom of the larger of two orbits is combined with all atoms of the smaller one; the weight
    makes up for the others.

    Attributes
    ----------
    centre, partner : array of int (n,)
        Indices of both atoms.
    partial : array of int (n,)
        Index of the partial, see `pairs.partial_table`.
    symmetric : array of bool (n,)
        Whether each lattice vector between the atoms has its opposite: the offset then is zero
        or half a lattice vector along each axis.
    offset : array (n, 3)
        From centre to partner, in lattice vectors, 0 to 1.
    weight : array (n,)
        Of each distance: occupancies times the number of equivalent pairs.
    """

    centre: np.ndarray
    partner: np.ndarray
    partial: np.ndarray
    symmetric: np.ndarray
    offset: np.ndarray
    weight: np.ndarray


@njit(cache=True)
def _images(
    frac: np.ndarray,
    site_type: np.ndarray,
    shift: np.ndarray,
    tolerance: float,
    metric: np.ndarray,
) -> np.ndarray:
    """The atom onto which a shift maps each atom; empty where it maps one of them onto none."""
    image = np.empty(frac.shape[0], dtype=np.int64)
    for i in range(frac.shape[0]):
        mapped = False
        for j in range(frac.shape[0]):
            if site_type[i] != site_type[j]:
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
                mapped = True
                break
        if not mapped:
            return image[:0]
    return image


@njit(cache=True)
def _translation_orbits(
    frac: np.ndarray,
    site_type: np.ndarray,
    candidates: np.ndarray,
    tolerance: float,
    metric: np.ndarray,
) -> np.ndarray:
    """Merge the orbits of atoms that a shift from the first candidate to another one maps."""
    orbit = np.arange(frac.shape[0])
    first = candidates[0]
    for c in candidates[1:]:
        image = _images(frac, site_type, frac[c] - frac[first], tolerance, metric)
        if image.size == 0:
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
    frac: np.ndarray, site_type: np.ndarray, basis: np.ndarray, tolerance: float = 1e-3
) -> np.ndarray:
    """Label atoms that a translation within the cell (centring, supercell) maps onto each other.

    Parameters
    ----------
    frac : array (n, 3)
        Fractional coordinates.
    site_type : array of int (n,)
        Atoms of different types are never equivalent.
    basis : array (3, 3)
        Lattice vectors as rows, angstrom.
    tolerance : float
        Greatest distance of an atom from the image of its equivalent, angstrom.

    Returns
    -------
    array of int (n,)
        Atoms with the same label are equivalent.
    """
    counts = np.bincount(site_type)
    rarest = np.flatnonzero(counts)[np.argmin(counts[counts > 0])]
    candidates = np.flatnonzero(site_type == rarest)
    return _translation_orbits(frac, site_type, candidates, tolerance, basis @ basis.T)


@njit(cache=True)
def count_translations(
    frac: np.ndarray, site_type: np.ndarray, basis: np.ndarray, tolerance: float
) -> int:
    """Number of translations within the cell, none included, that map all atoms onto others.

    Parameters
    ----------
    frac : array (n, 3)
        Fractional coordinates.
    site_type : array of int (n,)
        Atoms of different types are never equivalent.
    basis : array (3, 3)
        Lattice vectors as rows, angstrom.
    tolerance : float
        Greatest distance of an atom from the image of its equivalent, angstrom.

    Examples
    --------
    >>> centred = np.array([[0.0, 0.0, 0.0], [0.5, 0.5, 0.49]])
    >>> one = np.zeros(2, dtype=int)
    >>> [count_translations(centred, one, 5.0 * np.eye(3), limit) for limit in (0.01, 0.2)]
    [1, 2]
    """
    counts = np.bincount(site_type)
    rarest = site_type[0]
    for k in site_type:
        if counts[k] < counts[rarest]:
            rarest = k
    metric = basis @ basis.T
    first = -1
    found = 0
    for c in range(site_type.size):
        if site_type[c] == rarest:
            if first < 0:
                first = c
            image = _images(frac, site_type, frac[c] - frac[first], tolerance, metric)
            found += image.size > 0
    return found


@njit(cache=True, fastmath=True)
def environments(
    basis: np.ndarray, frac: np.ndarray, weight: np.ndarray, radius: float
) -> np.ndarray:
    """A fingerprint of the surroundings of each atom; equivalent atoms have equal ones.

    Parameters
    ----------
    basis : array (3, 3)
        Lattice vectors as rows, angstrom.
    frac : array (n, 3)
        Fractional coordinates.
    weight : array (n,)
        Differs between atoms of different species.
    radius : float
        Of the surroundings, angstrom.

    Returns
    -------
    array (n,)
        sum_j weight[j] (1 - d^2 / radius^2)^2 over the neighbours j at distances d.
    """
    inverse = np.linalg.inv(basis)
    shrink = 1.0 / (radius * radius)
    reach = np.empty(3, dtype=np.int64)
    for k in range(3):
        # the spacing of lattice planes is one over the length of their reciprocal vector
        reach[k] = int(np.ceil(radius * np.sqrt((inverse[:, k] ** 2).sum()) + 0.5))
    fingerprint = np.zeros(frac.shape[0])
    for i in range(frac.shape[0]):
        for j in range(i, frac.shape[0]):
            # the images of i around j are as far as those of j around i
            total = 0.0
            offset = frac[j] - frac[i]
            offset -= np.rint(offset)
            for n1 in range(-reach[0], reach[0] + 1):
                for n2 in range(-reach[1], reach[1] + 1):
                    u = offset[0] + n1
                    v = offset[1] + n2
                    x0 = u * basis[0, 0] + v * basis[1, 0]
                    y0 = u * basis[0, 1] + v * basis[1, 1]
                    z0 = u * basis[0, 2] + v * basis[1, 2]
                    for n3 in range(-reach[2], reach[2] + 1):
                        w = offset[2] + n3
                        x = x0 + w * basis[2, 0]
                        y = y0 + w * basis[2, 1]
                        z = z0 + w * basis[2, 2]
                        near = max(1.0 - (x * x + y * y + z * z) * shrink, 0.0)
                        total += near * near
            fingerprint[i] += weight[j] * total
            if j > i:
                fingerprint[j] += weight[i] * total
    return fingerprint


def crystal_pairs(
    basis: np.ndarray,
    frac: np.ndarray,
    species: np.ndarray,
    occupancy: np.ndarray,
    orbits: np.ndarray,
    r_max: float,
    displacements: np.ndarray | None = None,
) -> PairHistogram:
    """Pair distances of a crystal up to r_max, summed over the atoms of one unit cell.

    Parameters
    ----------
    basis : array (3, 3)
        Lattice vectors as rows, angstrom.
    frac : array (n, 3)
        Fractional coordinates.
    species : array of int (n,)
        Numbered from 0; their pairs are the partials of `pairs.partial_table`.
    occupancy : array (n,)
        0 to 1.
    orbits : array of int (n,)
        Equivalent atoms share a label: one of them stands for all.
    r_max : float
        Largest distance, angstrom.
    displacements : array (n, 3, 3), optional
        Cartesian U tensors, angstrom^2; the points then carry variances.

    Returns
    -------
    PairHistogram

    See Also
    --------
    cluster_pairs.cluster_pairs : the same of a cluster.
    pairs.pair_points : points that stand for the pairs of a histogram.

    Examples
    --------
    The shells of a simple cubic lattice: 6 neighbours, 12 along the diagonals of the faces, 8 along
    those of the cube.

    >>> from pdflearn.simulation.pairs import pair_points
    >>> one, first = np.ones(1), np.zeros(1, dtype=int)
    >>> histogram = crystal_pairs(3.0 * np.eye(3), np.zeros((1, 3)), first, one, first, r_max=5.5)
    >>> points = pair_points(histogram)
    >>> points.distance.round(3), points.weight.round(6)
    (array([3.   , 4.243, 5.196]), array([ 6., 12.,  8.]))
    """
    # rows of the lattice run along the shortest vector, where they are the longest
    squares = [x * x + y * y + z * z for x, y, z in basis.tolist()]
    order = sorted(range(3), key=lambda k: -squares[k])
    basis = np.ascontiguousarray(basis[order])
    table = partial_table(int(species.max()) + 1)
    pairs = orbit_pairs(np.ascontiguousarray(frac[:, order]), species, occupancy, orbits, table)
    n_partials = int(table[-1, -1]) + 1
    n_bins = bin_count(r_max)
    levels = variance_levels(displacements, n_partials, n_bins)
    moments, nearest = crystal_moments(basis, pairs, r_max, n_bins, n_partials, tuple(levels))
    return PairHistogram(moments, r_max, levels.number, shortest_distance(nearest, moments))


@njit(cache=True)
def orbit_pairs(
    frac: np.ndarray,
    species: np.ndarray,
    occupancy: np.ndarray,
    orbits: np.ndarray,
    table: np.ndarray,
) -> tuple[np.ndarray, ...]:
    """Pairs of one atom of the larger orbit with all of the smaller: fields of `OrbitPairs`."""
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
    centre = np.empty(total, dtype=np.int64)
    partner = np.empty(total, dtype=np.int64)
    partial = np.empty(total, dtype=np.int64)
    symmetric = np.empty(total, dtype=np.bool_)
    offset = np.empty((total, 3))
    weight = np.empty(total)
    t = 0
    for x in range(count):
        for y in range(x, count):
            large, small = (x, y) if size[x] >= size[y] else (y, x)
            i = heads[large]
            for m in range(start[small], start[small + 1]):
                j = members[m]
                centre[t] = i
                partner[t] = j
                partial[t] = table[species[i], species[j]]
                # an offset of half a lattice vector, or none, leads to the same atoms backwards
                half = True
                for k in range(3):
                    step = frac[j, k] - frac[i, k]
                    step -= np.floor(step + _HALF_VECTOR)
                    offset[t, k] = step
                    half = half and abs(2 * step - np.rint(2 * step)) < 2 * _HALF_VECTOR
                if half:
                    for k in range(3):
                        offset[t, k] = 0.5 * np.rint(2 * offset[t, k])
                symmetric[t] = half
                weight[t] = size[large] * occupancy[i] * occupancy[j]
                weight[t] *= (1.0 if x == y else 2.0) * (2.0 if half else 1.0)
                t += 1
    return centre, partner, partial, symmetric, offset, weight
