"""Compiled loops over pairs of atoms, and the bins that they fill (module `pairs`).

They stand in one file: numba's cache notices a change of the file that a function stands in, not
of those it calls.
"""

import numpy as np
from numba import njit

# Sites closer than this (angstrom) are alternatives at one place, never neighbours.
SAME_SITE = 0.3
# Widths of the bins below and above NEAR, angstrom.
NEAR = 4.0
FINE = 0.01
COARSE = 0.05
N_FINE = 400
# Distances made at a time.
_BLOCK = 512


@njit(cache=True, fastmath=True)
def gather(d2: np.ndarray, bins: np.ndarray, n: int, weight: float, moments: np.ndarray) -> float:
    """Add the first n squared distances of d2, which is used up, to moments (bins, 4).

    First a loop that vectorises and leaves the bins in the scratch array `bins` (int32), then one
    that scatters: half the time of a single loop.

    Returns
    -------
    float
        The shortest of them, angstrom, where it is below NEAR; else inf.
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
def gather_with_variance(
    d2: np.ndarray,
    s: np.ndarray,
    n: int,
    weight: float,
    low: float,
    scale: float,
    moments: np.ndarray,
) -> float:
    """As `gather`, into moments (levels, bins, 5), by the relative displacements s too."""
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
        m = moments[min(max(int((s[k] - low) * scale), 0), levels - 1), b]
        m[0] += weight
        m[1] += weight * f
        m[2] += weight * f * f
        m[3] += weight * f * f * f
        m[4] += weight * s[k]
    return least


@njit(cache=True, inline="always")
def projected(dx: float, dy: float, dz: float, d2: float, tensor: np.ndarray) -> float:
    """Displacement tensor along a direction of squared length d2, angstrom^2; 0 without one."""
    if d2 == 0.0:  # alternatives at one place
        return 0.0
    return (
        tensor[0, 0] * dx * dx + tensor[1, 1] * dy * dy + tensor[2, 2] * dz * dz
        + 2 * (tensor[0, 1] * dx * dy + tensor[0, 2] * dx * dz + tensor[1, 2] * dy * dz)
    ) / d2  # fmt: skip


@njit(cache=True)
def quadrature(
    moments: np.ndarray, levels: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Replace each bin by the one or two points that have its moments."""
    count = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            if moments[row, k, 0] != 0.0:
                count += 2
    distance = np.empty(count)
    weight = np.empty(count)
    index = np.empty(count, dtype=np.int64)
    variance = np.zeros(count)
    n = 0
    for row in range(moments.shape[0]):
        for k in range(moments.shape[1]):
            m0 = moments[row, k, 0]
            if m0 == 0.0:
                continue
            if k < N_FINE:
                h = FINE
                start = k * FINE
            else:
                h = COARSE
                start = NEAR + (k - N_FINE) * COARSE
            mean = moments[row, k, 1] / m0
            second = moments[row, k, 2] / m0
            spread = second - mean * mean
            if spread < 1e-9:
                low = high = 0.0
                share = 0.0
            else:
                # points mean + x with x^2 - (third / spread) x - spread = 0
                third = moments[row, k, 3] / m0 - 3 * mean * second + 2 * mean * mean * mean
                skew = 0.5 * third / spread
                root = np.sqrt(skew * skew + spread)
                low = skew - root
                high = skew + root
                share = -low / (high - low)
            for x, part in ((low, 1.0 - share), (high, share)):
                if part > 0.0:
                    distance[n] = start + (mean + x) * h
                    weight[n] = m0 * part
                    index[n] = row // max(levels, 1)
                    if levels > 0:
                        variance[n] = moments[row, k, 4] / m0
                    n += 1
    return distance[:n], weight[:n], index[:n], variance[:n]


@njit(cache=True)
def crystal_moments(
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
    most = (int(2 * r_max / abs(an)) + 3) * (int(2 * r_max / np.sqrt(bb)) + 3)
    slab = np.empty(most, dtype=np.int32)
    line = np.empty(most, dtype=np.int32)
    perp2 = np.empty(most)
    first = np.empty(most)
    count = np.empty(most)
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
        # all rows' ends, in a loop that vectorises
        for k in range(rows):
            s3 = first[k]
            reach3 = np.sqrt(max(r2 - perp2[k], 0.0)) * inv_c
            lo3 = np.ceil(-s3 - reach3)
            first[k] = s3 + lo3
            count[k] = np.floor(reach3 - s3) - lo3 + 1.0
        if origin >= 0:
            # the row through the atom itself: only what lies ahead
            first[origin] = q if q > 0.0 else 1.0
            count[origin] = np.floor(r_max * inv_c - first[origin]) + 1.0
        n = 0
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
                n1 = float(slab[k])
                n2 = float(line[k])
                n3 = first[k] - (dc + n1 * ac + n2 * fb)
                x1 = x0 + n1 * a[0] + n2 * b[0] + n3 * c[0]
                y1 = y0 + n1 * a[1] + n2 * b[1] + n3 * c[1]
                z1 = z0 + n1 * a[2] + n2 * b[2] + n3 * c[2]
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
def all_pairs(
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
def near_pairs(
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
def far_pairs(
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
