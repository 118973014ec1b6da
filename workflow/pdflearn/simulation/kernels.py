"""Compiled loops over pairs of atoms that fill the bins of a `pairs.PairHistogram`.

They stand in one file, with the constants they use, for numba's cache: it notices a change of the
file that a function stands in, but not of a function or a constant that comes from another file.
For the same reason, and because numba recognises them faster, related arguments are grouped in
plain tuples: the fields of `pairs.VarianceLevels`, `crystal_pairs.OrbitPairs` and
`cluster_pairs.CellList`. The inner loops (`_add_...`, `_squared_distances`) write into arrays of
their caller: they run for each atom, where a new array would cost more than the sum.

Every loop takes the number of bins and of partials, and returns

- moments, array (partials, bins, 4) or, with n levels of variance, (partials * n, bins, 5),
- shortest, the shortest distance in angstrom; inf where none is below NEAR (with levels: at all).

In a cluster, atoms of one site type share species and occupancy, and `table` (site types, site
types) holds the partial of two of them. Positions are xyz (3, n), all lengths are in angstrom.
"""

import numpy as np
from numba import njit

# Atoms closer than this (angstrom) are alternatives on one site, never neighbours.
SAME_SITE = 0.3
# Widths of the bins below and above NEAR, angstrom; NEAR is N_FINE * FINE.
NEAR = 4.0
FINE = 0.01
COARSE = 0.05
N_FINE = 400
# So many distances are calculated before they are sorted into bins.
_BLOCK = 512


@njit(cache=True, fastmath=True)
def _add_distances(
    d2: np.ndarray, bins: np.ndarray, n: int, weight: float, moments: np.ndarray
) -> float:
    """Add n squared distances (overwritten) to the moments (bins, 4); return the shortest.

    A first loop puts the bins into the int32 array `bins`, a second one adds the moments: the
    first vectorises, so both together take half the time of a single loop.
    """
    for k in range(n):
        d = np.sqrt(d2[k])
        # NEAR is FINE * N_FINE, so both scales meet there
        u = min(d * (1.0 / FINE), d * (1.0 / COARSE) + (N_FINE - NEAR / COARSE))
        whole = np.int32(u)
        bins[k] = whole
        d2[k] = u - whole
    least = np.inf
    for k in range(n):
        f = d2[k]
        whole = bins[k]
        if whole < N_FINE:
            if whole + f < SAME_SITE / FINE:
                continue
            least = min(least, whole + f)
        # an unsigned index skips the check for negative ones
        at = np.uint64(np.uint32(whole))
        wf = weight * f
        wff = wf * f
        moments[at, 0] += weight
        moments[at, 1] += wf
        moments[at, 2] += wff
        moments[at, 3] += wff * f
    return least * FINE


@njit(cache=True)
def _add_distances_with_variance(
    d2: np.ndarray,
    variance: np.ndarray,
    n: int,
    weight: float,
    low: float,
    scale: float,
    moments: np.ndarray,
) -> float:
    """As `_add_distances`, into moments (levels, bins, 5).

    `variance` is the mean squared relative displacement along each pair, angstrom^2; low is that
    of the lowest level and scale the levels per angstrom^2.
    """
    least = np.inf
    levels = moments.shape[0]
    for k in range(n):
        d = np.sqrt(d2[k])
        u = min(d * (1.0 / FINE), d * (1.0 / COARSE) + (N_FINE - NEAR / COARSE))
        if u < SAME_SITE / FINE:
            continue
        least = min(least, d)
        b = int(u)
        f = u - b
        m = moments[min(max(int((variance[k] - low) * scale), 0), levels - 1), b]
        m[0] += weight
        m[1] += weight * f
        m[2] += weight * f * f
        m[3] += weight * f * f * f
        m[4] += weight * variance[k]
    return least


@njit(cache=True, inline="always")
def _projected(dx: float, dy: float, dz: float, d2: float, tensor: np.ndarray) -> float:
    """A displacement tensor (angstrom^2) along the vector (dx, dy, dz) of squared length d2."""
    if d2 == 0.0:  # alternatives on one site have no direction
        return 0.0
    return (
        tensor[0, 0] * dx * dx + tensor[1, 1] * dy * dy + tensor[2, 2] * dz * dz
        + 2 * (tensor[0, 1] * dx * dy + tensor[0, 2] * dx * dz + tensor[1, 2] * dy * dz)
    ) / d2  # fmt: skip


@njit(cache=True)
def crystal_moments(
    basis: np.ndarray,
    pairs: tuple[np.ndarray, ...],
    r_max: float,
    n_bins: int,
    n_partials: int,
    levels: tuple[np.ndarray, float, float, int],
) -> tuple[np.ndarray, float]:
    """Moments of all pairs of a crystal up to r_max, and the shortest distance.

    Lattice rows run along the third vector of the basis, best the shortest. Both ends of each row
    within r_max are solved for, so no distance is calculated and then rejected. Where a pair is
    `symmetric`, every vector has its opposite, and only half of the lattice is walked.
    """
    centre, partner, partial, symmetric, offset, weight = pairs
    tensors, low, scale, n_levels = levels
    with_variance = n_levels > 0
    depth = max(n_levels, 1)
    moments = np.zeros((n_partials * depth, n_bins, 5 if with_variance else 4))
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
    max_rows = (int(2 * r_max / abs(an)) + 3) * (int(2 * r_max / np.sqrt(bb)) + 3)
    slab = np.empty(max_rows, dtype=np.int32)
    line = np.empty(max_rows, dtype=np.int32)
    perp2 = np.empty(max_rows)
    first = np.empty(max_rows)
    count = np.empty(max_rows)
    d2 = np.empty(longest + 1024)
    variance = np.empty(d2.size if with_variance else 1)
    bins = np.empty(d2.size, dtype=np.int32)
    full = d2.size - longest
    shortest = np.inf
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)
    for t in range(centre.size):
        i = centre[t]
        j = partner[t]
        row = partial[t] * depth
        block = slice(row, row + depth)
        half = symmetric[t]
        w = weight[t]
        tensor = tensors[i] + tensors[j] if with_variance else tensors[0]
        u, v, q = offset[t]
        x0 = u * a[0] + v * b[0] + q * c[0]
        y0 = u * a[1] + v * b[1] + q * c[1]
        z0 = u * a[2] + v * b[2] + q * c[2]
        # components of the offset: normal to b and c, along b's component normal to c, along c
        dn = x0 * normal[0] + y0 * normal[1] + z0 * normal[2]
        db = (x0 * bp[0] + y0 * bp[1] + z0 * bp[2]) / bb
        dc = (x0 * c[0] + y0 * c[1] + z0 * c[2]) / cc
        rows = 0
        origin = -1
        ends = ((-r_max - dn) / an, (r_max - dn) / an)
        lo1 = 0 if half else int(np.ceil(min(ends)))
        for n1 in range(lo1, int(np.floor(max(ends))) + 1):
            height = dn + n1 * an
            room = r2 - height * height
            if room < 0.0:
                continue
            s2 = db + n1 * ab
            s3 = dc + n1 * ac
            reach2 = np.sqrt(room / bb)
            middle = half and n1 == 0 and u == 0.0
            lo2 = 0 if middle else int(np.ceil(-s2 - reach2))
            if middle and v == 0.0:
                origin = rows
            for n2 in range(lo2, int(np.floor(reach2 - s2)) + 1):
                along2 = s2 + n2
                slab[rows] = n1
                line[rows] = n2
                perp2[rows] = bb * along2 * along2 + height * height
                first[rows] = s3 + n2 * fb
                rows += 1
        # the ends of all rows, in a loop that vectorises
        for k in range(rows):
            s3 = first[k]
            reach3 = np.sqrt(max(r2 - perp2[k], 0.0)) * inv_c
            lo3 = np.ceil(-s3 - reach3)
            first[k] = s3 + lo3
            count[k] = np.floor(reach3 - s3) - lo3 + 1.0
        if origin >= 0:
            # the row through the atom itself: only the half ahead of it
            first[origin] = q if q > 0.0 else 1.0
            count[origin] = np.floor(r_max * inv_c - first[origin]) + 1.0
        n = 0
        for k in range(rows):
            points = int(count[k])
            across = perp2[k]
            along3 = first[k]
            # unsigned indices skip the check for negative ones
            for m in range(0, points, 4):  # up to three too many, which the next row overwrites
                at = np.uint64(n + m)
                d2[at] = across + cc * along3 * along3
                d2[at + one] = across + cc * (along3 + 1.0) * (along3 + 1.0)
                d2[at + two] = across + cc * (along3 + 2.0) * (along3 + 2.0)
                d2[at + three] = across + cc * (along3 + 3.0) * (along3 + 3.0)
                along3 += 4.0
            if with_variance:
                # from the position along c back to the vector
                n1 = float(slab[k])
                n2 = float(line[k])
                n3 = first[k] - (dc + n1 * ac + n2 * fb)
                x1 = x0 + n1 * a[0] + n2 * b[0] + n3 * c[0]
                y1 = y0 + n1 * a[1] + n2 * b[1] + n3 * c[1]
                z1 = z0 + n1 * a[2] + n2 * b[2] + n3 * c[2]
                for m in range(points):
                    variance[n + m] = _projected(
                        x1 + m * c[0], y1 + m * c[1], z1 + m * c[2], d2[n + m], tensor
                    )
            n += max(points, 0)
            if n >= full:
                if with_variance:
                    nearest = _add_distances_with_variance(
                        d2, variance, n, w, low, scale, moments[block]
                    )
                else:
                    nearest = _add_distances(d2, bins, n, w, moments[row])
                shortest = min(shortest, nearest)
                n = 0
        if with_variance:
            nearest = _add_distances_with_variance(d2, variance, n, w, low, scale, moments[block])
        else:
            nearest = _add_distances(d2, bins, n, w, moments[row])
        shortest = min(shortest, nearest)
    return moments, shortest


@njit(cache=True, fastmath=True)
def _squared_distances(
    x: np.ndarray, y: np.ndarray, z: np.ndarray, i: int, lo: int, n: int, d2: np.ndarray
) -> None:
    """Write the squared distances of atom i to the n atoms from lo on into d2."""
    xi, yi, zi = x[i], y[i], z[i]
    # slices start at zero, which lets the loop vectorise
    x, y, z = x[lo : lo + n], y[lo : lo + n], z[lo : lo + n]
    for j in range(n):
        dx = x[j] - xi
        dy = y[j] - yi
        dz = z[j] - zi
        d2[j] = dx * dx + dy * dy + dz * dz


@njit(cache=True)
def all_pairs_moments(
    xyz: np.ndarray, bounds: np.ndarray, table: np.ndarray, n_bins: int, n_partials: int
) -> tuple[np.ndarray, float]:
    """Moments of all pairs i < j of a cluster, and the shortest distance.

    Atoms are sorted by site type: those of type k are bounds[k] to bounds[k + 1].
    """
    moments = np.zeros((n_partials, n_bins, 4))
    shortest = np.inf
    d2 = np.empty(_BLOCK)
    bins = np.empty(_BLOCK, dtype=np.int32)
    x, y, z = xyz[0], xyz[1], xyz[2]
    for one in range(bounds.size - 1):
        for i in range(bounds[one], bounds[one + 1]):
            for two in range(one, bounds.size - 1):
                m = moments[table[one, two]]
                for lo in range(max(i + 1, bounds[two]), bounds[two + 1], _BLOCK):
                    n = min(_BLOCK, bounds[two + 1] - lo)
                    _squared_distances(x, y, z, i, lo, n, d2)
                    shortest = min(shortest, _add_distances(d2, bins, n, 1.0, m))
    return moments, shortest


@njit(cache=True)
def cell_list_moments(
    xyz: np.ndarray,
    cells: tuple[np.ndarray, int, tuple[int, int, int], np.ndarray],
    table: np.ndarray,
    r_max: float,
    n_bins: int,
    n_partials: int,
    levels: tuple[np.ndarray, float, float, int],
) -> tuple[np.ndarray, float]:
    """Moments of all pairs of a cluster closer than r_max, and the shortest distance."""
    bounds, n_types, shape, neighbours = cells
    tensors, low, scale, n_levels = levels
    with_variance = n_levels > 0
    depth = max(n_levels, 1)
    moments = np.zeros((n_partials * depth, n_bins, 5 if with_variance else 4))
    shortest = np.inf
    r2 = r_max * r_max
    d2 = np.empty(_BLOCK)
    bins = np.empty(_BLOCK, dtype=np.int32)
    x, y, z = xyz[0], xyz[1], xyz[2]
    variance = np.empty(_BLOCK)
    n_a, n_b, n_c = shape
    for cell in range(n_a * n_b * n_c):
        ca = cell // (n_b * n_c)
        cb = (cell // n_c) % n_b
        cc = cell % n_c
        for o in range(neighbours.shape[0]):
            oa = ca + neighbours[o, 0]
            ob = cb + neighbours[o, 1]
            oc = cc + neighbours[o, 2]
            if oa < 0 or ob < 0 or oc < 0 or oa >= n_a or ob >= n_b or oc >= n_c:
                continue
            other = (oa * n_b + ob) * n_c + oc
            for one in range(n_types):
                for i in range(bounds[cell * n_types + one], bounds[cell * n_types + one + 1]):
                    for two in range(n_types):
                        row = table[one, two] * depth
                        first = bounds[other * n_types + two]
                        last = bounds[other * n_types + two + 1]
                        if other == cell:
                            first = max(first, i + 1)
                        for lo in range(first, last, _BLOCK):
                            n = min(_BLOCK, last - lo)
                            _squared_distances(x, y, z, i, lo, n, d2)
                            if with_variance:
                                for j in range(n):
                                    variance[j] = _projected(
                                        xyz[0, lo + j] - xyz[0, i],
                                        xyz[1, lo + j] - xyz[1, i],
                                        xyz[2, lo + j] - xyz[2, i],
                                        d2[j],
                                        tensors[i] + tensors[lo + j],
                                    )
                            kept = 0
                            for j in range(n):
                                d2[kept] = d2[j]
                                variance[kept] = variance[j]
                                kept += d2[j] < r2
                            if with_variance:
                                m = moments[row : row + depth]
                                nearest = _add_distances_with_variance(
                                    d2, variance, kept, 1.0, low, scale, m
                                )
                            else:
                                nearest = _add_distances(d2, bins, kept, 1.0, moments[row])
                            shortest = min(shortest, nearest)
    return moments, shortest


@njit(cache=True)
def sampled_moments(
    xyz: np.ndarray,
    site_type: np.ndarray,
    centres: np.ndarray,
    table: np.ndarray,
    r_min: float,
    n_bins: int,
    n_partials: int,
) -> np.ndarray:
    """Moments of the pairs farther than r_min between a sample of atoms and all atoms."""
    moments = np.zeros((n_partials, n_bins, 4))
    d2 = np.empty(1)
    bins = np.empty(1, dtype=np.int32)
    x, y, z = xyz[0], xyz[1], xyz[2]
    for i in centres:
        partials = table[site_type[i]]
        for j in range(xyz.shape[1]):
            _squared_distances(x, y, z, i, j, 1, d2)
            if d2[0] >= r_min * r_min:
                _add_distances(d2, bins, 1, 1.0, moments[partials[site_type[j]]])
    return moments
