"""Finite clusters: closed shapes of metals.

The shapes are those of E. T. S. Kjaer et al., DeepStruc, Digital Discovery 2 (2023) 69, built by
ase.cluster, with two faults mended. A geometry belongs to one shape: what two shapes share up to
scale goes to the first of `SHAPES`, a bcc cluster without a pair of bcc neighbours is none, and
two close-packed layers are as much fcc as hcp. And no shape outnumbers the others: of many
geometries a few are taken, evenly over their sizes.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import product

import ase.cluster
import numpy as np
from ase import Atoms
from ase.cluster.factory import ClusterFactory
from ase.data import atomic_numbers, reference_states
from diffpy.structure import Structure
from scipy.spatial.distance import pdist, squareform

from pdflearn.structures.structure import StructureError, make_structure

# Two geometries whose sorted distances (in units of the shortest) differ by less are one.
SAME_GEOMETRY = 0.02
# An atom further from all others than this (in units of the shortest distance) belongs to none.
BONDED = 1.1

_CUBIC_FACES = [(1, 0, 0), (1, 1, 0), (1, 1, 1)]
_HEXAGONAL_FACES = [(0, 0, 0, 1), (1, 0, -1, 0), (1, 0, -1, 1)]
_FCC = 2**0.5  # lattice constants for a shortest distance of one
_BCC = 2 / 3**0.5
_HCP = (1.0, (8 / 3) ** 0.5)


@dataclass(frozen=True)
class Geometry:
    """The positions of a cluster's atoms.

    Attributes
    ----------
    shape : str
        One of `SHAPES`.
    label : str
        What tells it from others of its shape, such as the numbers of layers.
    xyz : array (n, 3)
        The shortest distance between neighbours of its lattice is one.
    """

    shape: str
    label: str
    xyz: np.ndarray

    @property
    def family(self) -> str:
        """The same for every metal: what must stay on one side of a split."""
        return f"{self.shape} {self.label}"


def _icosahedra(_: int) -> Iterator[tuple[str, np.ndarray]]:
    """Mackay icosahedra, whole, without their vertices, and without vertices and edges."""
    for shells in range(2, 6):
        atoms = ase.cluster.Icosahedron("Au", shells, latticeconstant=_FCC)
        distance = squareform(pdist(atoms.positions))
        neighbours = ((distance > 0) & (distance < BONDED)).sum(axis=1)
        for label, fewest in (("", 0), ("-vertices", 7), ("-edges", 9)):
            yield f"{shells}{label}", atoms.positions[neighbours >= fewest]


def _remembering(factory: ClusterFactory) -> ClusterFactory:
    """The same factory, which works out each distance between layers once: most of its time.

    For one lattice constant: the distances are remembered by their face and number alone.
    """

    class Remembering(type(factory)):
        @cache  # noqa: B019 - lives as long as the module
        def _distance(self, miller: tuple[int, ...], layers: float) -> float:
            return super().get_layer_distance(miller, layers)

        def get_layer_distance(self, miller: Sequence[int], layers: float = 1) -> float:
            return self._distance(tuple(miller), float(layers))

    return Remembering()


def _layered(
    factory: ClusterFactory, faces: list, constant: object, ordered: bool
) -> Callable[[int], Iterator[tuple[str, np.ndarray]]]:
    """Clusters bounded by so many layers along each kind of face."""
    build = _remembering(factory)

    def clusters(n_max: int) -> Iterator[tuple[str, np.ndarray]]:
        sizes: dict[tuple[int, ...], float] = {}
        # with n layers along every face of the first kind a cluster holds about n^3 atoms
        for counts in product(range(1, int(2 * n_max ** (1 / 3)) + 1), repeat=3):
            if ordered and tuple(sorted(counts)) != counts:
                continue
            below = [_fewer(counts, axis, sizes) for axis in range(3)]
            settled = [own[0] for own in below if len(own) == 3 and len(set(own)) == 1]
            sizes[counts] = max([own[0] for own in below if own and own[0] > n_max], default=0)
            if sizes[counts] or settled:  # too large, or more layers cut no less
                sizes[counts] = sizes[counts] or settled[0]
                continue
            atoms = without_error(build, "Au", faces, counts, latticeconstant=constant)
            if atoms is not None:
                sizes[counts] = len(atoms)
                yield "-".join(map(str, counts)), atoms.positions

    return clusters


def _fewer(counts: tuple[int, ...], axis: int, sizes: dict) -> list[float]:
    """Atoms with one, two and three layers less along one kind of face, where known."""
    sizes_below = []
    for less in (1, 2, 3):
        key = tuple(n - less * (i == axis) for i, n in enumerate(counts))
        if key not in sizes:
            break
        sizes_below.append(sizes[key])
    return sizes_below


def _decahedra(n_max: int) -> Iterator[tuple[str, np.ndarray]]:
    return decahedra(5, 5, 5, n_max)


def decahedra(p_max: int, q_max: int, r_max: int, n_max: int) -> Iterator[tuple[str, np.ndarray]]:
    """Label and positions of Ino's (r = 0) and Marks's decahedra with at most n_max atoms.

    Parameters
    ----------
    p_max, q_max, r_max : int
        Most atoms along an edge and along the axis, and the deepest reentrance between twins.
    n_max : int
        Most atoms; the shortest distance is one.
    """
    larger: set[tuple[int, int, int]] = set()
    for p, q, r in product(range(1, p_max + 1), range(1, q_max + 1), range(r_max + 1)):
        # A longer edge or axis adds atoms, and large ones take long to build.
        if (p - 1, q, r) in larger or (p, q - 1, r) in larger:
            larger.add((p, q, r))
            continue
        atoms = without_error(ase.cluster.Decahedron, "Au", p, q, r, latticeconstant=_FCC)
        if atoms is not None and len(atoms) > n_max:
            larger.add((p, q, r))
        elif atoms is not None:
            yield f"{p}-{q}-{r}", atoms.positions


def _octahedra(_: int) -> Iterator[tuple[str, np.ndarray]]:
    for length in range(2, 8):
        for cut in range(length):
            atoms = without_error(ase.cluster.Octahedron, "Au", length, cut, latticeconstant=_FCC)
            if atoms is not None:
                yield f"{length}-{cut}", atoms.positions


def without_error(build: Callable[..., Atoms], *args: object, **options: object) -> Atoms | None:
    """A cluster, or None where the numbers describe none."""
    try:
        return build(*args, **options)
    except (ValueError, IndexError, RuntimeError, AssertionError):
        return None


SHAPES: dict[str, Callable[[int], Iterator[tuple[str, np.ndarray]]]] = {
    "icosahedron": _icosahedra,
    "decahedron": _decahedra,
    "octahedron": _octahedra,
    "sc": _layered(ase.cluster.SimpleCubic, _CUBIC_FACES, 1.0, ordered=True),
    "fcc": _layered(ase.cluster.FaceCenteredCubic, _CUBIC_FACES, _FCC, ordered=True),
    "hcp": _layered(ase.cluster.HexagonalClosedPacked, _HEXAGONAL_FACES, _HCP, ordered=False),
    "bcc": _layered(ase.cluster.BodyCenteredCubic, _CUBIC_FACES, _BCC, ordered=True),
}


def geometries(
    n_min: int, n_max: int, max_per_shape: int, shapes: Sequence[str] = ()
) -> list[Geometry]:
    """Closed shapes with a number of atoms in a range, each geometry once.

    Parameters
    ----------
    n_min, n_max : int
        Fewest and most atoms of a cluster.
    max_per_shape : int
        Of more geometries of a shape so many are taken, evenly spread over their sizes.
    shapes : sequence of str, optional
        Some of `SHAPES`; without it all. What a geometry is called does not depend on it.

    Returns
    -------
    list of Geometry
        By shape, and within a shape by size.

    See Also
    --------
    make_cluster : Build a geometry in a metal.

    Examples
    --------
    >>> [geometry.family for geometry in geometries(6, 13, 3, ["octahedron", "bcc"])]
    ['octahedron 2-0', 'octahedron 3-1', 'bcc 1-1-3']
    """
    chosen: list[Geometry] = []
    for shape in SHAPES:
        of_shape = [geometry for geometry in _distinct(n_min, n_max) if geometry.shape == shape]
        if len(of_shape) > max_per_shape:
            steps = np.linspace(0, len(of_shape) - 1, max_per_shape).round().astype(int)
            of_shape = [of_shape[i] for i in steps]
        chosen += of_shape if shape in shapes or not shapes else []
    return chosen


@lru_cache(maxsize=4)
def _distinct(n_min: int, n_max: int) -> tuple[Geometry, ...]:
    """All geometries with so many atoms, each once, by shape and size."""
    known: dict[int, list[np.ndarray]] = {}
    result: list[Geometry] = []
    for shape, clusters in SHAPES.items():
        of_shape: list[Geometry] = []
        for label, xyz in clusters(n_max):
            if not n_min <= len(xyz) <= n_max:
                continue
            distance = np.sort(pdist(xyz))
            # icosahedra and decahedra are a little strained
            if not 0.9 < distance[0] < 1.02 or _loose(xyz):
                continue
            if shape == "hcp" and len(np.unique(xyz[:, 2].round(3))) < 3:
                continue
            distance = distance / distance[0]
            alike = known.setdefault(len(xyz), [])
            if any(np.abs(other - distance).max() < SAME_GEOMETRY for other in alike):
                continue
            alike.append(distance)
            of_shape.append(Geometry(shape, label, xyz - xyz.mean(axis=0)))
        result += sorted(of_shape, key=lambda geometry: (len(geometry.xyz), geometry.label))
    return tuple(result)


def _loose(xyz: np.ndarray) -> bool:
    """Whether an atom touches no other."""
    distance = squareform(pdist(xyz))
    np.fill_diagonal(distance, np.inf)
    return bool((distance.min(axis=1) > BONDED).any())


def metal_distance(symbol: str) -> float:
    """Shortest distance in the bulk metal, angstrom (C. Kittel's table in ase.data).

    In an hcp metal the six neighbours in the layers beside are nearer than the six in the own
    layer where c / a is below the ideal sqrt(8 / 3), as it is in most: sqrt(a^2 / 3 + c^2 / 4).

    Raises StructureError for an element that is neither fcc, bcc nor hcp.
    """
    state = reference_states[atomic_numbers.get(symbol, 0)] or {}
    beside = (1 / 3 + state.get("c/a", 0.0) ** 2 / 4) ** 0.5
    factors = {"fcc": 2**-0.5, "bcc": 3**0.5 / 2, "hcp": min(1.0, beside)}
    factor = factors.get(state.get("symmetry", ""))
    if factor is None:
        raise StructureError(
            f"clusters of {symbol!r}: expected a metal that is fcc, bcc or hcp, such as Au"
        )
    return float(state["a"] * factor)


def make_cluster(geometry: Geometry, symbol: str) -> Structure:
    """Build a geometry in one metal, at the shortest distance of the bulk metal.

    Parameters
    ----------
    geometry : Geometry
    symbol : str
        A metal that is fcc, bcc or hcp.

    Returns
    -------
    Structure
        A cluster with coordinates in angstrom.

    Raises
    ------
    StructureError
        For another element.

    See Also
    --------
    geometries : The geometries to choose from.

    Examples
    --------
    >>> octahedron = geometries(6, 6, 1, ["octahedron"])[0]
    >>> gold = make_cluster(octahedron, "Au")
    >>> gold.title, gold.periodic
    ('Au6 octahedron 2-0', False)
    >>> round(metal_distance("Au"), 2)  # angstrom
    2.88
    """
    return make_structure(
        None,
        [symbol] * len(geometry.xyz),
        geometry.xyz * metal_distance(symbol),
        title=f"{symbol}{len(geometry.xyz)} {geometry.family}",
    )
