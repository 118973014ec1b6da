"""Pair distances of crystals and clusters, gathered into histograms that keep their moments.

A distance d that falls into a bin [k h, (k + 1) h) adds w, w t, w t^2 and w t^3 (t = d / h - k) to
that bin. A bin is then replaced by the two-point Gauss quadrature with these four moments (G. H.
Golub and J. H. Welsch, Math. Comp. 23 (1969) 221), or by one point where all its distances are
equal. Any smooth peak shape summed over the points equals the sum over the pairs up to
h^4 / 4320 times its fourth derivative, so bins of 0.05 angstrom do what nearest-bin histograms
cannot do with 0.001 angstrom.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

# Sites closer than this (angstrom) are alternatives at one place, never neighbours.
SAME_SITE = 0.3
# Clusters with more atoms than this walk through a cell list, so far pairs cost nothing.
_CELL_LIST_ATOMS = 3000


class PairHistogram(NamedTuple):
    """Moments of the pair distances, weighted by occupancies, per class of pair.

    moments : array (rows * levels, bins, 4 or 5); rows as in `pair_rows`; levels divide the
        relative displacement where there is one, and the fifth column then sums it
    step : width of a bin, angstrom
    r_max : distances up to here are complete, angstrom
    levels : number of levels; 0 where displacements play no part
    shortest : shortest distance, angstrom (inf without pairs)
    """

    moments: np.ndarray
    step: float
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


def pair_rows(n_species: int) -> np.ndarray:
    """Number the unordered pairs of species: a symmetric table (n_species, n_species)."""
    table = np.zeros((n_species, n_species), dtype=np.int64)
    upper = np.triu_indices(n_species)
    table[upper] = np.arange(len(upper[0]))
    return np.maximum(table, table.T)


@njit(cache=True)
def _maps_onto_itself(frac, kind, shift, tolerance, metric, image):
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
def _translation_orbits(frac, kind, candidates, tolerance, metric):
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


@njit(cache=True, inline="always")
def _variance_bin(dx, dy, dz, d2, tensor, low, scale, bins):
    """Relative displacement along the pair, and its bin."""
    s = (
        tensor[0, 0] * dx * dx + tensor[1, 1] * dy * dy + tensor[2, 2] * dz * dz
        + 2 * (tensor[0, 1] * dx * dy + tensor[0, 2] * dx * dz + tensor[1, 2] * dy * dz)
    ) / d2  # fmt: skip
    k = int((s - low) * scale)
    return s, min(max(k, 0), bins - 1)


@njit(cache=True)
def _crystal(basis, xyz, tasks, weights, r_max, h, tensors, low, scale, bins, n_rows):
    """Moments (n_rows * bins, n, 4 or 5) of all pairs up to r_max; bins is 0 without tensors.

    tasks holds (centre, partner, row, half): a half task stands for both directions, so only half
    of the lattice is walked. Lattice rows run along the third vector, and their ends are solved
    for, so no candidate is rejected.
    """
    n_bins = int(r_max / h) + 1
    with_variance = bins > 0
    moments = np.zeros((n_rows * max(bins, 1), n_bins, 5 if with_variance else 4))
    shortest = np.inf
    a = basis[0]
    b = basis[1]
    c = basis[2]
    cc = c[0] * c[0] + c[1] * c[1] + c[2] * c[2]
    # components of a and b perpendicular to c, and of a perpendicular to both
    fb = (b[0] * c[0] + b[1] * c[1] + b[2] * c[2]) / cc
    bp = b - fb * c
    bb = bp[0] * bp[0] + bp[1] * bp[1] + bp[2] * bp[2]
    normal = np.cross(b, c)
    normal = normal / np.sqrt(np.sum(normal * normal))
    an = a[0] * normal[0] + a[1] * normal[1] + a[2] * normal[2]
    r2 = r_max * r_max
    inv_h = 1.0 / h
    delta = np.zeros(3)
    p = np.zeros(3)
    for t in range(tasks.shape[0]):
        i = tasks[t, 0]
        j = tasks[t, 1]
        row = tasks[t, 2] * max(bins, 1)
        half = tasks[t, 3] == 1
        w = weights[t]
        tensor = tensors[i] + tensors[j] if with_variance else tensors[0]
        for k in range(3):
            delta[k] = xyz[j, k] - xyz[i, k]
        dn = delta[0] * normal[0] + delta[1] * normal[1] + delta[2] * normal[2]
        lo1 = int(np.ceil((-r_max - dn) / an)) if an > 0 else int(np.ceil((r_max - dn) / an))
        hi1 = int(np.floor((r_max - dn) / an)) if an > 0 else int(np.floor((-r_max - dn) / an))
        if half:
            lo1 = 0
        for n1 in range(lo1, hi1 + 1):
            q0 = delta[0] + n1 * a[0]
            q1 = delta[1] + n1 * a[1]
            q2 = delta[2] + n1 * a[2]
            # foot of the perpendicular on the line q + n2 bp (within the plane normal to c)
            s2 = (q0 * bp[0] + q1 * bp[1] + q2 * bp[2]) / bb
            height = dn + n1 * an
            room = r2 - height * height
            if room < 0.0:
                continue
            reach2 = np.sqrt(room / bb)
            lo2 = int(np.ceil(-s2 - reach2))
            hi2 = int(np.floor(-s2 + reach2))
            if half and n1 == 0:
                lo2 = 0
            for n2 in range(lo2, hi2 + 1):
                p[0] = q0 + n2 * b[0]
                p[1] = q1 + n2 * b[1]
                p[2] = q2 + n2 * b[2]
                s3 = (p[0] * c[0] + p[1] * c[1] + p[2] * c[2]) / cc
                perp2 = bb * (s2 + n2) * (s2 + n2) + height * height
                left = r2 - perp2
                if left < 0.0:
                    continue
                reach3 = np.sqrt(left / cc)
                lo3 = int(np.ceil(-s3 - reach3))
                hi3 = int(np.floor(-s3 + reach3))
                if half and n1 == 0 and n2 == 0:
                    lo3 = 1
                for n3 in range(lo3, hi3 + 1):
                    along = s3 + n3
                    d2 = perp2 + cc * along * along
                    if d2 < SAME_SITE * SAME_SITE:
                        continue
                    d = np.sqrt(d2)
                    shortest = min(shortest, d)
                    u = d * inv_h
                    k = int(u)
                    f = u - k
                    if with_variance:
                        s, level = _variance_bin(
                            p[0] + n3 * c[0], p[1] + n3 * c[1], p[2] + n3 * c[2],
                            d2, tensor, low, scale, bins,
                        )  # fmt: skip
                        m = moments[row + level, k]
                        m[4] += w * s
                    else:
                        m = moments[row, k]
                    m[0] += w
                    m[1] += w * f
                    m[2] += w * f * f
                    m[3] += w * f * f * f
    return moments, shortest


def crystal_pairs(
    basis: np.ndarray,
    frac: np.ndarray,
    species: np.ndarray,
    occupancy: np.ndarray,
    orbits: np.ndarray,
    r_max: float,
    step: float,
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
    r_max, step : float
        Largest distance and width of the bins, angstrom.
    displacements : array (n, 3, 3), optional
        Cartesian U tensors, angstrom^2; the points then carry variances.

    Returns
    -------
    PairHistogram
    """
    # rows of the lattice are walked along the shortest vector, where they hold most points
    order = np.argsort(-np.einsum("ij,ij->i", basis, basis), kind="stable")
    xyz = frac @ basis
    basis = np.ascontiguousarray(basis[order])
    table = pair_rows(int(species.max()) + 1)
    tasks, weights = _tasks(species, occupancy, orbits, table)
    n_rows = int(table.max()) + 1
    tensors, low, scale, bins = _variance_bins(displacements, n_rows, r_max / step)
    moments, shortest = _crystal(
        basis, xyz, tasks, weights, r_max, step, tensors, low, scale, bins, n_rows
    )
    return PairHistogram(moments, step, r_max, bins, float(shortest))


@njit(cache=True)
def _tasks(species, occupancy, orbits, table):
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
                tasks[t, 3] = 1 if i == j else 0
                both = 2.0 if (x != y or i == j) else 1.0
                weights[t] = both * size[large] * occupancy[i] * occupancy[j]
                t += 1
    return tasks, weights


def _variance_bins(
    displacements: np.ndarray | None, n_rows: int, n_bins: float
) -> tuple[np.ndarray, float, float, int]:
    """Bins of the relative displacement, 5 % of its least value wide where memory allows."""
    if displacements is None:
        return np.zeros((1, 3, 3)), 0.0, 0.0, 0
    eigenvalues = np.linalg.eigvalsh(displacements)
    low, high = 2 * float(eigenvalues.min()), 2 * float(eigenvalues.max())
    width = max(high - low, 1e-9)
    room = int(64e6 / (40 * n_rows * n_bins))
    bins = int(np.clip(width / (0.05 * low), 1, max(1, min(64, room))))
    return np.ascontiguousarray(displacements), low, bins / width, bins


@njit(cache=True, inline="always")
def _add(moments, row, d, inv_h):
    u = d * inv_h
    k = int(u)
    f = u - k
    moments[row, k, 0] += 1.0
    moments[row, k, 1] += f
    moments[row, k, 2] += f * f
    moments[row, k, 3] += f * f * f


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
                        _add(moments, row, np.sqrt(d2), inv_h)
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
                        s, level = _variance_bin(
                            dx, dy, dz, d2, tensors[i] + tensors[j], low, scale, bins
                        )
                        moments[row * levels + level, int(d * inv_h), 4] += s
                        row = row * levels + level
                    _add(moments, row, d, inv_h)
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
        tensors, low, scale, bins = _variance_bins(
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


@njit(cache=True)
def _quadrature(moments, h, bins):
    """Replace each bin by the one or two points that have its moments."""
    n = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            if moments[row, k, 0] != 0.0:
                n += 2
    distance = np.empty(n)
    weight = np.empty(n)
    index = np.empty(n, dtype=np.int64)
    variance = np.zeros(n)
    n = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            m0 = moments[row, k, 0]
            if m0 == 0.0:
                continue
            mean = moments[row, k, 1] / m0
            second = moments[row, k, 2] / m0
            spread = second - mean * mean
            s = moments[row, k, 4] / m0 if bins > 0 else 0.0
            if spread < 1e-9:
                distance[n] = (k + mean) * h
                weight[n] = m0
                index[n] = row // max(bins, 1)
                variance[n] = s
                n += 1
                continue
            third = moments[row, k, 3] / m0 - 3 * mean * second + 2 * mean * mean * mean
            # points mean + x with x^2 - (third / spread) x - spread = 0
            skew = 0.5 * third / spread
            root = np.sqrt(skew * skew + spread)
            x_hi = skew + root
            x_lo = skew - root
            share = -x_lo / (x_hi - x_lo)
            for x, w in ((x_lo, m0 * (1 - share)), (x_hi, m0 * share)):
                distance[n] = (k + mean + x) * h
                weight[n] = w
                index[n] = row // max(bins, 1)
                variance[n] = s
                n += 1
    return distance[:n], weight[:n], index[:n], variance[:n]


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
        return PairPoints(*_quadrature(moments, histogram.step, levels))
    if (coefficients >= 0).all():
        shape = (len(coefficients), max(levels, 1), *moments.shape[1:])
        moments = np.tensordot(coefficients, moments.reshape(shape), 1)
        return PairPoints(*_quadrature(moments, histogram.step, levels))
    distance, weight, row, variance = _quadrature(moments, histogram.step, levels)
    return PairPoints(distance, weight * coefficients[row], np.zeros_like(row), variance)
