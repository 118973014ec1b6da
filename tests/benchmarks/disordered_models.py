"""Models of glasses, liquids and molecules, for bench_none.py: G(r) of what is no crystal.

Five of them rest on closed formulae (liquids of hard spheres, molecules in a liquid, shells that
widen with distance), three on atoms that were moved until they no longer overlap (random close
packings and a random network). None uses this project's simulator. Everything follows from the
generator that is handed in.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import minimize
from scipy.spatial import cKDTree
from verdict_files import c60, hard_spheres

R_MAX, R_STEP = 30.0, 0.01
Q_STEP = 0.02
N_SPHERES, N_CELLS = 3000, 5  # spheres of a packing; edge of the network in cells of diamond
TETRAHEDRON = np.array([(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)]) / 3**0.5

Curve = tuple[np.ndarray, np.ndarray, float]  # r (angstrom), G (1/angstrom^2), q_max (1/angstrom)


def grid() -> np.ndarray:
    """The distances of all models, angstrom."""
    return np.arange(R_STEP, R_MAX, R_STEP)


def transform(q: np.ndarray, f: np.ndarray, r: np.ndarray) -> np.ndarray:
    """G(r) = 2/pi times the sine transform of F(Q)."""
    return 2 / np.pi * (q[1] - q[0]) * (f @ np.sin(np.outer(q, r)))


def limited(r: np.ndarray, g: np.ndarray, q_max: float) -> np.ndarray:
    """A curve without frequencies above q_max."""
    even = np.concatenate([-g[::-1], [0.0], g])  # G is odd
    spectrum = np.fft.rfft(even)
    spectrum[2 * np.pi * np.fft.rfftfreq(len(even), R_STEP) > q_max] = 0
    return np.fft.irfft(spectrum, len(even))[len(r) + 1 :]


def liquid_metal(random: np.random.Generator) -> Curve:
    """A Percus-Yevick liquid of hard spheres at the packing of molten metals."""
    r, q_max = grid(), random.uniform(14, 24)
    return r, hard_spheres(r, random.uniform(2.3, 3.6), random.uniform(0.38, 0.50), q_max), q_max


def molecular_liquid(random: np.random.Generator) -> Curve:
    """Molecules of one kind that are turned at random: hard spheres between their centres [1]_.

    .. [1] P. A. Egelstaff, An Introduction to the Liquid State, 2nd ed., Oxford 1994, ch. 7.
    """
    shapes: dict[str, tuple[np.ndarray, float]] = {
        "ring": (1.39 * _ring(6), 5.2),
        "XY4": (np.vstack([np.zeros(3), 1.77 * TETRAHEDRON]), 5.3),
        "P4": (2.21 * (3 / 8) ** 0.5 * TETRAHEDRON, 4.6),
        "S8": (_crown(), 6.4),
        "C60": (c60(), 10.0),
        "X2": (np.array([(0.0, 0, -1), (0, 0, 1)]) * random.uniform(0.72, 1.35), 3.9),
    }
    atoms, apart = shapes[str(random.choice(sorted(shapes)))]
    weights = np.ones(len(atoms))
    if len(atoms) == 5:
        weights[0] = 0.4  # CCl4
    return _molecules(random, atoms, weights, apart * random.uniform(0.95, 1.05))


def shell_glass(random: np.random.Generator) -> Curve:
    """Shells of neighbours as of one network glass or amorphous salt; they widen with distance."""
    kinds = {
        "SiO2": [(1.61, 4, 0.05), (2.63, 3.4, 0.10), (3.08, 2.2, 0.12), (4.1, 3, 0.28),
                 (5.05, 5, 0.33), (6.4, 4, 0.45), (7.6, 4, 0.55)],
        "GeSe2": [(2.36, 4, 0.08), (3.02, 1, 0.15), (3.57, 2.5, 0.20), (3.88, 6, 0.24),
                  (5.8, 5, 0.45), (7.4, 5, 0.6)],
        "CaCO3": [(1.28, 0.8, 0.05), (2.20, 1.0, 0.09), (2.41, 3.0, 0.13), (3.05, 1.5, 0.22),
                  (4.05, 3.5, 0.30), (4.9, 2.5, 0.38), (6.2, 2.5, 0.5)],
        "B2O3": [(1.37, 3, 0.05), (2.38, 4, 0.09), (2.75, 2, 0.11), (3.6, 3, 0.22),
                 (4.2, 3, 0.30), (5.3, 3, 0.45)],
        "FePO4": [(1.53, 2.2, 0.05), (1.95, 2.4, 0.10), (2.52, 3, 0.12), (3.2, 3.2, 0.18),
                  (4.6, 4, 0.40), (6.0, 3, 0.55)],
    }  # fmt: skip
    shells = kinds[str(random.choice(sorted(kinds)))]
    q_max, r = random.uniform(18, 35), grid()
    stretch, broader = random.uniform(0.97, 1.03), random.uniform(0.9, 1.2)
    total = np.zeros_like(r)
    for at, n, width in shells:
        position, sigma = stretch * at, broader * width
        number = n * random.uniform(0.85, 1.15)
        total += number * np.exp(-((r - position) ** 2) / 2 / sigma**2) / sigma / r
    # What shells hold in excess of the mean is as much as the hole below them: no net charge.
    rest = total / (2 * np.pi) ** 0.5
    last = stretch * shells[-1][0]
    hole = r * np.exp(-((r / last) ** 6))
    share = np.sum(rest * r) / np.sum(hole * r)
    return r, limited(r, rest - share * hole, q_max), q_max


def random_packing(random: np.random.Generator) -> Curve:
    """Spheres of one size that were pushed apart from random places: a metallic glass."""
    diameter = random.uniform(2.3, 2.9)
    return _packing(random, np.full(N_SPHERES, diameter), np.ones(N_SPHERES))


def binary_glass(random: np.random.Generator) -> Curve:
    """Spheres of two sizes and two scattering lengths: a metallic glass of two elements."""
    large = random.random(N_SPHERES) < random.uniform(0.3, 0.8)
    diameters = np.where(large, 1.0, random.uniform(0.7, 0.9)) * random.uniform(2.4, 3.2)
    return _packing(random, diameters, np.where(large, 1.0, random.uniform(0.5, 1.5)))


def random_network(random: np.random.Generator) -> Curve:
    """A network of corner-sharing tetrahedra whose bonds were switched at random [1]_.

    .. [1] F. Wooten, K. Winer and D. Weaire, Phys. Rev. Lett. 54 (1985) 1392.
    """
    apart = random.uniform(3.0, 3.2)
    cell = 4 / 3**0.5 * apart
    nodes, box = _diamond(N_CELLS) * cell, N_CELLS * cell
    pairs = _tree(nodes, box).query_pairs(1.1 * apart, output_type="ndarray")
    neighbours = [set() for _ in nodes]
    for one, other in pairs:
        neighbours[one].add(int(other))
        neighbours[other].add(int(one))
    _switch_bonds(random, neighbours, len(nodes) // 2)
    bonds = np.array([(i, j) for i, near in enumerate(neighbours) for j in near if i < j])
    nodes = _relaxed_network(nodes, bonds, neighbours, apart, box)
    step = _nearest(nodes[bonds[:, 1]] - nodes[bonds[:, 0]], box)
    middle = nodes[bonds[:, 0]] + step / 2
    across = np.cross(step, random.normal(size=step.shape))
    across /= np.linalg.norm(across, axis=1)[:, None]
    bridge = 0.52 * apart  # a bridging atom between two nodes, off their line
    aside = np.sqrt(np.maximum(bridge**2 - (step**2).sum(1) / 4, 0.0))
    atoms = np.vstack([nodes, middle + aside[:, None] * across])
    atoms += random.normal(0, 0.04, atoms.shape)
    lengths = np.r_[np.ones(len(nodes)), np.full(len(bonds), random.uniform(0.55, 1.4))]
    return _of_atoms(random, atoms % box, lengths, box)


def amorphous_salt(random: np.random.Generator) -> Curve:
    """A packing of large and small spheres, the small ones planar XY3 groups: amorphous CaCO3."""
    n = N_SPHERES // 4
    group = np.arange(2 * n) % 2 == 0
    diameters = np.where(group, random.uniform(3.6, 4.0), random.uniform(3.2, 3.6))
    centres, box = _relaxed_spheres(random, diameters, 0.60)
    ring = 1.28 * _ring(3)
    corners = [centres[k] + ring @ _rotation(random).T for k in np.flatnonzero(group)]
    atoms = np.vstack([centres, *corners]) + 0.0
    lengths = np.r_[np.where(group, 0.35, 1.1), np.full(3 * int(group.sum()), 0.45)]
    atoms += random.normal(0, 0.05, atoms.shape)
    return _of_atoms(random, atoms % box, lengths, box)


MODELS: dict[str, Callable[[np.random.Generator], Curve]] = {
    "liquid metal": liquid_metal,
    "molecular liquid": molecular_liquid,
    "network glass": shell_glass,
    "random close packing": random_packing,
    "binary metallic glass": binary_glass,
    "random network": random_network,
    "amorphous salt": amorphous_salt,
}


def _ring(n: int) -> np.ndarray:
    angles = 2 * np.pi * np.arange(n) / n
    return np.column_stack([np.cos(angles), np.sin(angles), np.zeros(n)])


def _crown() -> np.ndarray:
    """The eight atoms of S8: bonds of 2.06 angstrom, angles of 108 degrees."""
    ring = 2.35 * _ring(8)
    ring[:, 2] = 0.50 * (1 - 2 * (np.arange(8) % 2))
    return ring


def _rotation(random: np.random.Generator) -> np.ndarray:
    turn, upper = np.linalg.qr(random.normal(size=(3, 3)))
    return turn * np.sign(np.diag(upper))


def _molecules(
    random: np.random.Generator, atoms: np.ndarray, weights: np.ndarray, apart: float
) -> Curve:
    """One molecule's distances, and those between molecules as hard spheres leave them."""
    q_max, r = random.uniform(16, 30), grid()
    q = np.arange(Q_STEP, q_max, Q_STEP)
    width, packing = random.uniform(0.04, 0.08), random.uniform(0.38, 0.48)
    distance = np.linalg.norm(atoms[:, None] - atoms[None], axis=-1)
    pair = np.triu_indices(len(atoms), 1)
    sums = np.sinc(np.outer(q, distance[pair]) / np.pi) @ (2 * np.outer(weights, weights)[pair])
    within = sums * np.exp(-((q * width) ** 2) / 2) / (weights**2).sum()
    centre = np.linalg.norm(atoms - atoms.mean(0), axis=1)
    form = np.sinc(np.outer(q, centre) / np.pi) @ weights * np.exp(-((q * width) ** 2) / 4)
    fine = np.arange(0.01, 80.0, 0.01)
    between = hard_spheres(fine, apart, packing, 12.0)
    structure = 0.01 * np.sin(np.outer(q, fine)) @ (between * np.exp(-((fine / 40) ** 2))) / q
    f = q * (within + form**2 / (weights**2).sum() * structure)
    return r, transform(q, f, r), q_max


def _nearest(step: np.ndarray, box: float) -> np.ndarray:
    return step - box * np.round(step / box)


def _tree(points: np.ndarray, box: float) -> cKDTree:
    """A tree of the points folded into their box; rounding may leave one on its far side."""
    folded = points % box
    return cKDTree(np.where(folded >= box, 0.0, folded), boxsize=box)


def _relaxed_spheres(
    random: np.random.Generator, diameters: np.ndarray, packing: float
) -> tuple[np.ndarray, float]:
    """Centres of spheres that hardly overlap, and the edge of their periodic box."""
    n = len(diameters)
    box = float((np.pi / 6 * (diameters**3).sum() / packing) ** (1 / 3))

    def energy(flat: np.ndarray) -> tuple[float, np.ndarray]:
        points = flat.reshape(n, 3) % box
        pairs = _tree(points, box).query_pairs(diameters.max(), output_type="ndarray")
        step = _nearest(points[pairs[:, 0]] - points[pairs[:, 1]], box)
        length = np.maximum(np.linalg.norm(step, axis=1), 1e-9)
        overlap = np.maximum(1 - length / diameters[pairs].mean(axis=1), 0.0)
        slope = (-2 * overlap / diameters[pairs].mean(axis=1) / length)[:, None] * step
        gradient = np.zeros((n, 3))
        np.add.at(gradient, pairs[:, 0], slope)
        np.add.at(gradient, pairs[:, 1], -slope)
        return float((overlap**2).sum()), gradient.ravel()

    start = random.uniform(0, box, 3 * n)
    result = minimize(energy, start, jac=True, method="L-BFGS-B", options={"maxiter": 150})
    return result.x.reshape(n, 3) % box, box


def _packing(random: np.random.Generator, diameters: np.ndarray, lengths: np.ndarray) -> Curve:
    centres, box = _relaxed_spheres(random, diameters, random.uniform(0.61, 0.64))
    return _of_atoms(random, centres, lengths, box)


def _of_atoms(
    random: np.random.Generator, atoms: np.ndarray, lengths: np.ndarray, box: float
) -> Curve:
    """G(r) of atoms in a periodic box, to half its edge; beyond, order has ended: zero."""
    r, q_max = grid(), random.uniform(16, 28)
    n, end = len(atoms), 0.5 * box
    tree = _tree(atoms, box)
    pairs = tree.query_pairs(min(end, R_MAX), output_type="ndarray")
    distance = np.linalg.norm(_nearest(atoms[pairs[:, 0]] - atoms[pairs[:, 1]], box), axis=1)
    edges = np.r_[r - R_STEP / 2, r[-1] + R_STEP / 2]
    weights = 2 * lengths[pairs].prod(axis=1) / lengths.mean() ** 2 / n
    counts = np.histogram(distance, edges, weights=weights)[0] / R_STEP
    g = counts / r - 4 * np.pi * r * n / box**3
    fade = np.clip((end - r) / (0.15 * end), 0.0, 1.0)
    q = np.arange(Q_STEP, q_max, Q_STEP)
    smooth = random.uniform(0.003, 0.008)  # thermal motion, angstrom^2
    f = R_STEP * np.sin(np.outer(q, r)) @ (g * fade) * np.exp(-(q**2) * smooth)
    return r, transform(q, f, r), q_max


def _diamond(n: int) -> np.ndarray:
    """Sites of diamond in n x n x n cells of edge one."""
    face = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
    cell = np.vstack([face, face + 0.25])
    corners = np.array(list(np.ndindex(n, n, n)))
    return (cell[None] + corners[:, None]).reshape(-1, 3)


def _switch_bonds(random: np.random.Generator, neighbours: list[set[int]], n_moves: int) -> None:
    """Of a chain of bonds a-b-c-d make a-c and b-d of a-b and c-d, so many times."""
    for _ in range(n_moves):
        b = int(random.integers(len(neighbours)))
        c = int(random.choice(sorted(neighbours[b])))
        of_b = sorted(neighbours[b] - {c} - neighbours[c])
        of_c = sorted(neighbours[c] - {b} - neighbours[b])
        if not of_b or not of_c:
            continue
        a, d = int(random.choice(of_b)), int(random.choice(of_c))
        if a == d or a in neighbours[c] or d in neighbours[b]:
            continue
        for one, old, new in ((a, b, c), (d, c, b)):
            neighbours[one] ^= {old, new}
            neighbours[old].discard(one)
            neighbours[new].add(one)


def _relaxed_network(
    nodes: np.ndarray, bonds: np.ndarray, neighbours: list[set[int]], apart: float, box: float
) -> np.ndarray:
    """Nodes at the least of Keating's energy, with others kept away."""
    near = np.array([sorted(item) for item in neighbours])
    first, second = np.triu_indices(4, 1)
    centre = np.repeat(np.arange(len(nodes)), 6)
    ends = np.stack([near[:, first].ravel(), near[:, second].ravel()])
    bonded = {tuple(sorted(pair)) for pair in [*bonds.tolist(), *ends.T.tolist()]}

    def energy(flat: np.ndarray) -> tuple[float, np.ndarray]:
        points = flat.reshape(-1, 3)
        gradient = np.zeros_like(points)
        step = _nearest(points[bonds[:, 1]] - points[bonds[:, 0]], box)
        excess = (step**2).sum(1) / apart**2 - 1
        slope = (4 * excess / apart**2)[:, None] * step
        np.add.at(gradient, bonds[:, 1], slope)
        np.add.at(gradient, bonds[:, 0], -slope)
        to_one = _nearest(points[ends[0]] - points[centre], box)
        to_other = _nearest(points[ends[1]] - points[centre], box)
        bend = (to_one * to_other).sum(1) / apart**2 + 1 / 3
        slope = (0.3 * 2 * bend / apart**2)[:, None]
        np.add.at(gradient, ends[0], slope * to_other)
        np.add.at(gradient, ends[1], slope * to_one)
        np.add.at(gradient, centre, -slope * (to_one + to_other))
        pairs = _tree(points, box).query_pairs(1.35 * apart, output_type="ndarray")
        free = np.array([tuple(pair) not in bonded for pair in pairs.tolist()], dtype=bool)
        pairs = pairs[free]
        step = _nearest(points[pairs[:, 1]] - points[pairs[:, 0]], box)
        length = np.maximum(np.linalg.norm(step, axis=1), 1e-9)
        overlap = 1.35 - length / apart
        slope = (-2 * overlap / apart / length)[:, None] * step
        np.add.at(gradient, pairs[:, 1], slope)
        np.add.at(gradient, pairs[:, 0], -slope)
        total = (excess**2).sum() + 0.3 * (bend**2).sum() + (overlap**2).sum()
        return float(total), gradient.ravel()

    options = {"maxiter": 200}
    return minimize(energy, nodes.ravel(), jac=True, method="L-BFGS-B", options=options).x.reshape(
        -1, 3
    )
