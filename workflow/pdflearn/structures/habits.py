"""What crystals have in common: the sites that atoms take, distances, densities, shapes of cells.

Synthetic crystals (`structures.synthetic`) are drawn from these. Wyckoff positions are not looked
up in a table but taken from real crystals, with how often these occupy them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import gemmi
import numpy as np
import spglib
from diffpy.structure import Structure
from scipy.optimize import nnls

from pdflearn.structures.crystal import Crystal
from pdflearn.structures.elements import clean_symbol, covalent_radius
from pdflearn.structures.errors import StructureError
from pdflearn.structures.neighbours import pairs_within
from pdflearn.structures.structure import SAME_SITE, arrays, symmetry_of

# Two images of an atom nearer than this, in angstrom, are one: the atom is on a special position.
# Positions of the database are rounded to a thousandth of a cell, rarely more coarsely.
SPECIAL = 0.03
# Neighbours farther than this, in angstrom, are not in contact: beyond the longest bonds (Cs-I).
CONTACT = 4.0
# The shortest distance that a pair of elements may have is this quantile over the crystals in which
# it is the nearest of its kind: a few entries of every database have misplaced atoms.
SHORTEST = 0.05
# So many crystals must show a pair of elements before its distances are taken from them.
LEAST = 5
HYDROGEN = ("H", "D")


@dataclass(frozen=True)
class Site:
    """A Wyckoff position: where symmetry lets an atom be.

    Attributes
    ----------
    projection : array (3, 3)
    offset : array (3,)
        A point u of the cell goes to projection @ u + offset, in fractions.
    rotations, shifts : arrays (multiplicity, 3, 3), (multiplicity, 3)
        What makes all atoms of the orbit from one; the first leaves it where it is.
    """

    projection: np.ndarray
    offset: np.ndarray
    rotations: np.ndarray
    shifts: np.ndarray

    @property
    def multiplicity(self) -> int:
        """Atoms of the orbit in the conventional cell."""
        return len(self.rotations)

    @property
    def fixed(self) -> bool:
        """Whether no coordinate is free: one orbit alone can be there."""
        return not np.abs(self.projection).max() > 1e-9


@dataclass(frozen=True)
class GroupHabits:
    """How crystals of one space group occupy it.

    Attributes
    ----------
    sites : list of Site
    weights : array (sites,)
        Share of all orbits that are on each site.
    orbits : array of int
        How many orbits each crystal has.
    """

    sites: list[Site]
    weights: np.ndarray
    orbits: np.ndarray


@dataclass(frozen=True)
class Habits:
    """What crystals have in common.

    Attributes
    ----------
    groups : dict
        Number of the space group -> GroupHabits.
    shapes : dict
        Kind of lattice -> array (n, 6): cells of volume one, and their angles in degrees.
    chemistries : list of dict
        Element -> share of the atoms, of each crystal; without hydrogen, which few locate.
    volumes : dict
        Element -> what one atom takes, angstrom^3.
    scatter : float
        Standard deviation of the logarithm of a crystal's volume about the sum over its atoms.
    distances : dict
        Two elements in alphabetical order -> the shortest distance between them that a crystal has,
        and the usual one of nearest neighbours, angstrom.
    ratio : array (2,)
        The same for other pairs, over the sum of covalent radii.
    """

    groups: dict[int, GroupHabits]
    shapes: dict[str, np.ndarray]
    chemistries: list[dict[str, float]]
    volumes: dict[str, float]
    scatter: float
    distances: dict[tuple[str, str], tuple[float, float]]
    ratio: np.ndarray

    def contact(self, first: str, second: str) -> tuple[float, float]:
        """The shortest and the usual distance of two elements, angstrom."""
        known = self.distances.get((min(first, second), max(first, second)))
        if known is not None:
            return known
        shortest, usual = self.ratio * (covalent_radius(first) + covalent_radius(second))
        return float(shortest), float(usual)


def kind_of_lattice(number: int) -> str:
    """Crystal system and centring of a space group: which cells it can have.

    Examples
    --------
    >>> kind_of_lattice(225), kind_of_lattice(167)
    ('cubic F', 'trigonal R')
    """
    group = gemmi.find_spacegroup_by_number(number)
    return f"{group.crystal_system_str()} {group.hm[0]}"


def learn_habits(crystals: Iterable[Structure | Crystal]) -> Habits:
    """Collect the habits of crystals.

    Parameters
    ----------
    crystals : iterable of Structure or Crystal
        Those without a space group are left out.

    Returns
    -------
    Habits

    Raises
    ------
    StructureError
        No crystal is left.
    """
    sites: dict[int, dict[str, Site]] = {}
    occupied: dict[int, Counter[str]] = {}
    orbits: dict[int, list[int]] = {}
    shapes: dict[str, list[list[float]]] = {}
    chemistries, volumes = [], []
    nearest: dict[tuple[str, str], list[float]] = {}
    for crystal in crystals:
        symbols, xyz, occupancy, base = arrays(crystal)
        elements = [clean_symbol(str(symbol)) for symbol in symbols]
        try:
            symmetry = symmetry_of(crystal)
        except StructureError:
            continue
        number = int(symmetry.number)
        known = sites.setdefault(number, {})
        letters = _letters(crystal, symmetry)
        for letter, position in letters:
            if letter not in known:
                site = _site(symmetry, position)
                if site is not None:
                    known[letter] = site
        counted = Counter(letter for letter, _ in letters if letter in known)
        occupied.setdefault(number, Counter()).update(counted)
        orbits.setdefault(number, []).append(len(letters))
        cell = gemmi.UnitCell(*_cell_of(symmetry.std_lattice))
        edge = cell.volume ** (1 / 3)
        shapes.setdefault(kind_of_lattice(number), []).append(
            [cell.a / edge, cell.b / edge, cell.c / edge, cell.alpha, cell.beta, cell.gamma]
        )
        amounts: dict[str, float] = {}
        for element, share in zip(elements, occupancy.tolist(), strict=True):
            amounts[element] = amounts.get(element, 0.0) + share
        volumes.append((amounts, abs(float(np.linalg.det(base)))))
        heavy = {element: n for element, n in amounts.items() if element not in HYDROGEN}
        if heavy:
            total = sum(heavy.values())
            chemistries.append({element: heavy[element] / total for element in sorted(heavy)})
        if occupancy.min() > 0.99:  # sites that exclude each other tell no distances
            for pair, distance in _nearest(elements, xyz, base).items():
                nearest.setdefault(pair, []).append(distance)
    if not chemistries:
        raise StructureError("no crystal to learn the habits of; read more of them")
    distances = {
        pair: (float(np.quantile(values, SHORTEST)), float(np.median(values)))
        for pair, values in sorted(nearest.items())
        if len(values) >= LEAST
    }
    groups = {}
    for number, known in sorted(sites.items()):
        names = sorted(known)
        if names:
            weights = np.array([occupied[number][name] for name in names], dtype=float)
            groups[number] = GroupHabits(
                [known[name] for name in names], weights / weights.sum(), np.array(orbits[number])
            )
    atomic, scatter = _atomic_volumes(volumes)
    return Habits(
        groups,
        {kind: np.array(cells) for kind, cells in sorted(shapes.items())},
        chemistries,
        atomic,
        scatter,
        distances,
        _ratios(distances),
    )


def _cell_of(base: np.ndarray) -> list[float]:
    """a, b, c and the angles of lattice vectors, one a row."""
    lengths = np.linalg.norm(base, axis=1)
    pairs = ((1, 2), (0, 2), (0, 1))
    cosines = [float(base[i] @ base[j] / (lengths[i] * lengths[j])) for i, j in pairs]
    return [*lengths.tolist(), *np.degrees(np.arccos(cosines)).tolist()]


def _letters(
    crystal: Structure | Crystal, symmetry: spglib.SpglibDataset
) -> list[tuple[str, np.ndarray]]:
    """For each orbit the Wyckoff letter, and a position in the standard setting."""
    _, xyz, _, base = arrays(crystal)
    first, second, _ = pairs_within(xyz, base, SAME_SITE, True)
    place = np.arange(len(xyz))  # atoms on one place, as `symmetry_of` joins them
    for i, j in zip(first, second, strict=True):
        place[place == max(place[i], place[j])] = min(place[i], place[j])
    positions = xyz[np.unique(place)] @ symmetry.transformation_matrix.T + symmetry.origin_shift
    orbits, atoms = np.unique(symmetry.crystallographic_orbits, return_index=True)
    return [(symmetry.wyckoffs[i], positions[i]) for _, i in zip(orbits, atoms, strict=True)]


@lru_cache(maxsize=256)
def _operations(hall: int) -> tuple[np.ndarray, np.ndarray]:
    listed = spglib.get_symmetry_from_database(hall)
    return np.asarray(listed["rotations"], dtype=float), np.asarray(listed["translations"])


def _site(symmetry: spglib.SpglibDataset, position: np.ndarray) -> Site | None:
    """The Wyckoff position on which an atom is; None where rounding hides it."""
    rotations, shifts = _operations(int(symmetry.hall_number))
    moved = rotations @ position + shifts - position
    whole = np.rint(moved)
    near = np.linalg.norm((moved - whole) @ symmetry.std_lattice, axis=1) < SPECIAL
    if not near.any() or len(rotations) % near.sum():
        return None
    # the mean over all operations that leave the atom where it is leaves no other part
    projection = rotations[near].mean(axis=0)
    offset = (shifts[near] - whole[near]).mean(axis=0)
    generic = projection @ np.array([0.1357, 0.2791, 0.4173]) + offset
    images = (rotations @ generic + shifts) % 1.0
    images[images > 1.0 - 1e-7] = 0.0
    kept = np.sort(np.unique(np.round(images, 6), axis=0, return_index=True)[1])
    if len(kept) * near.sum() != len(rotations):
        return None
    return Site(projection, offset, rotations[kept], shifts[kept])


def _nearest(
    elements: Sequence[str], xyz: np.ndarray, base: np.ndarray
) -> dict[tuple[str, str], float]:
    """The shortest distance between each two elements that are in contact, angstrom."""
    first, second, distance = pairs_within(xyz, base, CONTACT, True)
    kinds, of_atom = np.unique(elements, return_inverse=True)
    shortest = np.full((len(kinds), len(kinds)), np.inf)
    np.minimum.at(shortest, (of_atom[first], of_atom[second]), distance)
    return {
        (str(kinds[i]), str(kinds[j])): float(shortest[i, j])
        for i in range(len(kinds))
        for j in range(i, len(kinds))
        if np.isfinite(shortest[i, j])
    }


def _atomic_volumes(
    crystals: Sequence[tuple[dict[str, float], float]],
) -> tuple[dict[str, float], float]:
    """What an atom of each element takes, angstrom^3, and the scatter of the logarithm about it."""
    elements = sorted({element for amounts, _ in crystals for element in amounts})
    shares = np.array(
        [[amounts.get(e, 0.0) / volume for e in elements] for amounts, volume in crystals]
    )
    volumes, _ = nnls(shares, np.ones(len(crystals)))
    sums = shares @ volumes
    # half the width of the middle 68 %: a few crystals are far off
    low, high = np.quantile(np.log(np.maximum(sums, 1e-3)), [0.16, 0.84])
    return dict(zip(elements, volumes.tolist(), strict=True)), float(high - low) / 2


def _ratios(distances: dict[tuple[str, str], tuple[float, float]]) -> np.ndarray:
    """The shortest and the usual distance over the sum of radii: the median over all pairs."""
    if not distances:
        return np.array([0.9, 1.1])  # bonds of molecules and of metals
    ratios = [
        np.array(values) / (covalent_radius(pair[0]) + covalent_radius(pair[1]))
        for pair, values in distances.items()
    ]
    return np.median(ratios, axis=0)
