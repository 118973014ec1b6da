"""Pairs of a crystal: one atom of each orbit against the lattice, no candidate rejected."""

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
def _crystal(
    basis: np.ndarray,
    tasks: np.ndarray,
    offsets: np.ndarray,
    weights: np.ndarray,
    r_max: float,
    n_bins: int,
    tensors: np.ndarray,
    low: float,
    scale: float,
    levels: int,
    n_rows: int,
) -> tuple[np.ndarray, float]:
    """Moments of all pairs up to r_max and the shortest distance; levels is 0 without tensors.

    tasks holds (centre, partner, row, half), offsets the way from centre to partner in units of
    the lattice vectors. In a half task every vector has its opposite, so only half of the lattice
    is walked: offsets are then 0 or 1/2. Lattice rows run along the third vector, and their ends
    are solved for, so no candidate is rejected.
    """
    with_variance = levels > 0
    moments = np.zeros((n_rows * max(levels, 1), n_bins, 5 if with_variance else 4))
    a = basis[0]
    b = basis[1]
    c = basis[2]
    cc = c[0] * c[0] + c[1] * c[1] + c[2] * c[2]
    # b = fb c + bp, and a = ac c + ab bp + an normal
    fb = (b[0] * c[0] + b[1] * c[1] + b[2] * c[2]) / cc
    bp = b - fb * c
    bb = bp[0] * bp[0] + bp[1] * bp[1] + bp[2] * bp[2]
    normal = np.cross(b, c)
    normal = normal / np.sqrt(np.sum(normal * normal))
    an = a[0] * normal[0] + a[1] * normal[1] + a[2] * normal[2]
    ab = (a[0] * bp[0] + a[1] * bp[1] + a[2] * bp[2]) / bb
    ac = (a[0] * c[0] + a[1] * c[1] + a[2] * c[2]) / cc
    r2 = r_max * r_max
    # distances wait in a buffer that outlasts the longest row of the lattice
    inv_c = 1.0 / np.sqrt(cc)
    longest = int(2 * r_max * inv_c) + 8
    n_rows2 = int(2 * r_max / np.sqrt(bb)) + 3
    ramp = np.arange(n_rows2) * 1.0
    perp2 = np.empty(n_rows2)
    first = np.empty(n_rows2)
    count = np.empty(n_rows2)
    d2 = np.empty(longest + 1024)
    s = np.empty(d2.size if with_variance else 1)
    bins = np.empty(d2.size, dtype=np.int32)
    full = d2.size - longest
    shortest = np.inf
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for t in range(tasks.shape[0]):
        i = tasks[t, 0]
        j = tasks[t, 1]
        row = tasks[t, 2] * max(levels, 1)
        block = slice(row, row + max(levels, 1))
        half = tasks[t, 3] == 1
        w = weights[t]
        tensor = tensors[i] + tensors[j] if with_variance else tensors[0]
        u, v, q = offsets[t]
        x0 = u * a[0] + v * b[0] + q * c[0]
        y0 = u * a[1] + v * b[1] + q * c[1]
        z0 = u * a[2] + v * b[2] + q * c[2]
        # components of the offset: normal to b and c, along b's part normal to c, along c
        dn = x0 * normal[0] + y0 * normal[1] + z0 * normal[2]
        db = (x0 * bp[0] + y0 * bp[1] + z0 * bp[2]) / bb
        dc = (x0 * c[0] + y0 * c[1] + z0 * c[2]) / cc
        n = 0
        ends = ((-r_max - dn) / an, (r_max - dn) / an)
        lo1 = 0 if half else int(np.ceil(min(ends)))
        for n1 in range(lo1, int(np.floor(max(ends))) + 1):
            height = dn + n1 * an
            room = r2 - height * height
            if room < 0.0:
                continue
            s2 = db + n1 * ab
            reach2 = np.sqrt(room / bb)
            middle = half and n1 == 0 and u == 0.0
            lo2 = 0 if middle else int(np.ceil(-s2 - reach2))
            rows = int(np.floor(reach2 - s2)) - lo2 + 1
            # first all rows' ends, in a loop that vectorises
            start2 = s2 + lo2
            start3 = dc + n1 * ac + lo2 * fb
            height2 = height * height
            for k in range(rows):
                along2 = start2 + ramp[k]
                across = bb * along2 * along2 + height2
                s3 = start3 + ramp[k] * fb
                reach3 = np.sqrt(max(r2 - across, 0.0)) * inv_c
                lo3 = np.ceil(-s3 - reach3)
                perp2[k] = across
                first[k] = s3 + lo3
                count[k] = np.floor(reach3 - s3) - lo3 + 1.0
            if middle and v == 0.0 and rows > 0:
                # the row through the atom itself: only what lies ahead
                first[0] = q if q > 0.0 else 1.0
                count[0] = np.floor(r_max * inv_c - first[0]) + 1.0
            for k in range(rows):
                points = int(count[k])
                across = perp2[k]
                along3 = first[k]
                # unsigned indices skip the check for negative ones
                for m in range(0, points, 4):  # a few too many, overwritten by the next row
                    at = np.uint64(n + m)
                    d2[at] = across + cc * along3 * along3
                    d2[at + one] = across + cc * (along3 + 1.0) * (along3 + 1.0)
                    d2[at + two] = across + cc * (along3 + 2.0) * (along3 + 2.0)
                    d2[at + three] = across + cc * (along3 + 3.0) * (along3 + 3.0)
                    along3 += 4.0
                if with_variance:
                    # back from the place along c to the vector
                    n3 = first[k] - (dc + n1 * ac + (lo2 + k) * fb)
                    x1 = x0 + n1 * a[0] + (lo2 + k) * b[0] + n3 * c[0]
                    y1 = y0 + n1 * a[1] + (lo2 + k) * b[1] + n3 * c[1]
                    z1 = z0 + n1 * a[2] + (lo2 + k) * b[2] + n3 * c[2]
                    for m in range(points):
                        s[n + m] = projected(
                            x1 + m * c[0], y1 + m * c[1], z1 + m * c[2], d2[n + m], tensor
                        )
                n += max(points, 0)
                if n >= full:
                    if with_variance:
                        least = gather_with_variance(d2, s, n, w, low, scale, moments[block])
                    else:
                        least = gather(d2, bins, n, w, moments[row])
                    shortest = min(shortest, least)
                    n = 0
        if with_variance:
            least = gather_with_variance(d2, s, n, w, low, scale, moments[block])
        else:
            least = gather(d2, bins, n, w, moments[row])
        shortest = min(shortest, least)
    return moments, shortest


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
    moments, shortest = _crystal(
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
