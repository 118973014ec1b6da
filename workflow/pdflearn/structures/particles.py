"""Shapes of metal particles that measured curves are compared with beside crystals.

Closed and twinned shapes with fcc packing are those of L. D. Marks, Rep. Prog. Phys. 57 (1994) 603:
icosahedra, decahedra, octahedra with and without their vertices, and octahedra with one twin plane.
Beside them stand spheres cut from the four simple packings. In X-ray and neutron curves of one
element all lengths scale with the bond, so one metal stands for all: identification stretches it.
"""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

import ase.cluster
import numpy as np
from diffpy.structure import Structure
from scipy.spatial.distance import pdist, squareform

from pdflearn.structures.clusters import (
    BONDED,
    SAME_GEOMETRY,
    Geometry,
    decahedra,
    make_cluster,
    without_error,
)

METAL = "Pt"  # its bond of 2.77 angstrom lies amid those of metals (Ni 2.49, Zr 3.18)
N_ATOMS = (13, 600)  # beyond, a particle of 25 angstrom or more is told by its crystal
# Spheres of one packing: so many, evenly over the logarithm of their size.
N_SPHERES = 20
# Decahedra with an axis of this share of their width: longer and flatter ones are rods and discs.
AXIS_OVER_WIDTH = (0.5, 2.0)
SPHERES = {
    # packing: lattice vectors, atoms and centres of spheres in their units; shortest distance one
    "fcc": (
        2**0.5 * np.eye(3),
        [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)],
        [(0, 0, 0), (0.5, 0.5, 0.5), (0.25, 0.25, 0.25)],
    ),
    "hcp": (
        np.array([[1, 0, 0], [-0.5, 0.75**0.5, 0], [0, 0, (8 / 3) ** 0.5]]),
        [(1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)],
        [(1 / 3, 2 / 3, 0.25), (0, 0, 0), (2 / 3, 1 / 3, 0.25)],
    ),
    "bcc": (
        2 / 3**0.5 * np.eye(3),
        [(0, 0, 0), (0.5, 0.5, 0.5)],
        [(0, 0, 0), (0.5, 0.5, 0), (0.5, 0.25, 0)],
    ),
    "sc": (np.eye(3), [(0, 0, 0)], [(0, 0, 0), (0.5, 0.5, 0.5), (0.5, 0.5, 0)]),
}
# The crystal that a shape is cut out of. An icosahedron and a decahedron are cut out of none.
PARENTS = {
    "octahedron": "fcc",
    "truncated octahedron": "fcc",
    "cuboctahedron": "fcc",
    "twinned octahedron": "fcc",
    **{f"{packing} sphere": packing for packing in SPHERES},
}
_FCC = 2**0.5  # lattice constant for a shortest distance of one


def _icosahedra() -> Iterator[tuple[str, str, np.ndarray]]:
    """Mackay icosahedra, whole and without their twelve vertices."""
    for shells in range(2, 7):
        xyz = ase.cluster.Icosahedron("Au", shells, latticeconstant=_FCC).positions
        distance = squareform(pdist(xyz))
        neighbours = ((distance > 0) & (distance < BONDED)).sum(axis=1)
        yield "icosahedron", f"{shells}", xyz
        yield "icosahedron", f"{shells}-vertices", xyz[neighbours > 6]


def _decahedra() -> Iterator[tuple[str, str, np.ndarray]]:
    """Ino's (r = 0) and Marks's: p along the edge, q along the axis, r the reentrance."""
    for label, xyz in decahedra(7, 9, 3, N_ATOMS[1]):
        if len(xyz) < N_ATOMS[0]:
            continue
        extent = np.ptp(xyz, axis=0)
        if AXIS_OVER_WIDTH[0] <= extent[2] / max(extent[:2]) <= AXIS_OVER_WIDTH[1]:
            yield "decahedron", label, xyz


@cache
def _octahedra() -> list[tuple[str, str, np.ndarray]]:
    """Whole and truncated ones, small enough that a twin of one may be kept."""
    shapes = []
    for length in range(3, 12):
        for cut in range(length):
            # those of all layers less six pyramids
            n = length * (2 * length**2 + 1) // 3 - cut * (cut + 1) * (2 * cut + 1)
            if n > 1.5 * N_ATOMS[1]:
                continue
            atoms = without_error(ase.cluster.Octahedron, "Au", length, cut, latticeconstant=_FCC)
            if atoms is None:
                continue
            shape = "truncated octahedron" if cut else "octahedron"
            shape = "cuboctahedron" if length == 2 * cut + 1 else shape
            shapes.append((shape, f"{length}-{cut}", atoms.positions))
    return shapes


def _twinned() -> Iterator[tuple[str, str, np.ndarray]]:
    """Octahedra of which one half is the mirror image of the other, at a close-packed layer."""
    normal = np.ones(3) / 3**0.5
    for _, label, xyz in _octahedra():
        height = (xyz - xyz.mean(axis=0)) @ normal
        layers = np.unique(height.round(6))
        # the layer in the middle, or the two beside it: with either a twin of another size
        n = len(layers)
        for k in sorted({(n - 1) // 2, n // 2}):
            below = height < layers[k] - 1e-3
            kept = height < layers[k] + 1e-3
            mirrored = xyz[below] + 2 * (layers[k] - height[below])[:, None] * normal
            yield "twinned octahedron", f"{label}-{k}", np.concatenate([xyz[kept], mirrored])


def _spheres() -> Iterator[tuple[str, str, np.ndarray]]:
    for packing, (lattice, atoms, centres) in SPHERES.items():
        cells = np.array(list(product(range(-9, 10), repeat=3)))
        sites = (cells[:, None] + np.array(atoms)).reshape(-1, 3) @ lattice
        by_size: dict[int, tuple[str, np.ndarray]] = {}
        for k, centre in enumerate(centres, start=1):
            xyz = sites - np.array(centre) @ lattice
            radius = np.linalg.norm(xyz, axis=1).round(6)
            for shell in np.unique(radius[radius < 6.5]):
                inside = xyz[radius <= shell]
                by_size.setdefault(len(inside), (f"{k}-{shell:.2f}", inside))
        sizes = np.array(sorted(n for n in by_size if N_ATOMS[0] <= n <= N_ATOMS[1]))
        wanted = np.log(np.geomspace(*N_ATOMS, N_SPHERES))
        for k in np.unique(np.abs(np.log(sizes) - wanted[:, None]).argmin(axis=1)):
            label, xyz = by_size[int(sizes[k])]
            yield f"{packing} sphere", label, xyz


class Particle(NamedTuple):
    """A particle to compare measured curves with.

    Attributes
    ----------
    name : str
        Its shape and size, such as "icosahedron, about 147 atoms".
    geometry : Geometry
    structure : Structure
        Of `METAL`, coordinates in angstrom.
    """

    name: str
    geometry: Geometry
    structure: Structure


def particles() -> list[Particle]:
    """Build the shapes of metal particles, each geometry once, by shape and size.

    What two shapes share, such as the cuboctahedron and the fcc sphere of 13 atoms, belongs to the
    first one that makes it.

    Returns
    -------
    list of Particle
        With `N_ATOMS` atoms.

    See Also
    --------
    pdflearn.structures.clusters.geometries : The clusters that a study learns from.

    Examples
    --------
    >>> [one.name for one in particles() if one.geometry.shape == "icosahedron"][:3]
    ['icosahedron, about 13 atoms', 'icosahedron, about 43 atoms', 'icosahedron, about 55 atoms']
    """
    known: dict[int, list[np.ndarray]] = {}
    kept: list[Geometry] = []
    for shape, label, xyz in _shapes():
        if not N_ATOMS[0] <= len(xyz) <= N_ATOMS[1]:
            continue
        distance = np.sort(pdist(xyz))
        alike = known.setdefault(len(xyz), [])
        distance = distance / distance[0]
        if all(np.abs(other - distance).max() >= SAME_GEOMETRY for other in alike):
            alike.append(distance)
            kept.append(Geometry(shape, label, xyz - xyz.mean(axis=0)))
    order = list(dict.fromkeys(geometry.shape for geometry in kept))
    kept.sort(key=lambda one: (order.index(one.shape), len(one.xyz), one.label))
    names = [f"{one.shape}, about {len(one.xyz)} atoms" for one in kept]
    repeated = {name for name, n in Counter(names).items() if n > 1}
    return [
        Particle(
            f"{name} ({one.label})" if name in repeated else name, one, make_cluster(one, METAL)
        )
        for name, one in zip(names, kept, strict=True)
    ]


def _shapes() -> Iterator[tuple[str, str, np.ndarray]]:
    """Shape, label and positions of all."""
    for family in (_icosahedra, _decahedra, _octahedra, _twinned, _spheres):
        yield from family()
