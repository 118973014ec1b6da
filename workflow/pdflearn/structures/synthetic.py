"""Synthetic crystals: random sites of a space group, with the distances and densities of real ones.

They belong to no structure type that anybody has seen, so a model that learns from them cannot tell
a space group by its commonest types alone. The idea is that of J. Schopmans et al., Digital
Discovery 2 (2023) 1414, for powder diffraction.
"""

from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from pdflearn.core.seeds import seed_of
from pdflearn.structures.crystal import Crystal, lattice_vectors
from pdflearn.structures.errors import StructureError
from pdflearn.structures.habits import CONTACT, Habits, Site, kind_of_lattice
from pdflearn.structures.prototypes import prototype_name
from pdflearn.structures.structure import space_group_number

# So many are tried before a crystal is given up.
ATTEMPTS = 10
# Larger cells are drawn again: their simulation is dear, and the pattern shows a part of the cell.
MAX_ATOMS = 200
# Atoms that are too near push each other away, in so many steps of at most so many angstrom; then
# the cell grows, a little and not often, so that densities stay near real ones.
STEPS = 40
LARGEST_STEP = 0.3
PUSH = 0.3
GROWTH = 1.04  # of the volume
GROWN = 3
# A neighbour is looked for again after so many steps; until then no atom moves farther than half of
# what the list reaches beyond a contact.
LISTED = 10
# Spread of the logarithms of the axes about a real cell's, and of free angles in degrees: cells of
# minerals of one kind of lattice differ by more.
LENGTHS = 0.05
ANGLES = 2.0


@dataclass(frozen=True)
class _Atoms:
    """The orbits of a crystal, and all atoms that symmetry makes of them."""

    projection: np.ndarray  # (orbits, 3, 3)
    rotations: np.ndarray  # (atoms, 3, 3)
    shifts: np.ndarray  # (atoms, 3)
    orbit: np.ndarray  # (atoms,)
    first: np.ndarray  # (orbits,): the atom that is the orbit's own

    @classmethod
    def of(cls, sites: list[Site]) -> "_Atoms":
        sizes = [site.multiplicity for site in sites]
        return cls(
            np.array([site.projection for site in sites]),
            np.concatenate([site.rotations for site in sites]),
            np.concatenate([site.shifts for site in sites]),
            np.repeat(np.arange(len(sites)), sizes),
            np.cumsum([0, *sizes[:-1]]),
        )

    def positions(self, x: np.ndarray) -> np.ndarray:
        """All atoms (atoms, 3) in fractions, from one of each orbit (orbits, 3)."""
        return np.einsum("aij,aj->ai", self.rotations, x[self.orbit]) + self.shifts


def synthetic_crystal(
    habits: Habits, number: int, seed: int, index: int, known: Container[str] = ()
) -> Crystal:
    """Draw a crystal of a space group.

    Elements and their shares are those of a real crystal, whichever its symmetry. As many orbits as
    a real crystal of the group has are drawn from the sites that such crystals occupy. The cell has
    the shape of a real one, changed a little, and the volume that the atoms take. Atoms start
    anywhere on their sites and are pushed apart until their distances are those of real crystals.

    Parameters
    ----------
    habits : Habits
    number : int
        Of the space group.
    seed, index : int
        The study's seed, and which crystal of this group.
    known : container of str
        Names of prototypes (`prototypes.prototype`) that the crystal must not have.

    Returns
    -------
    Crystal
        Of this space group as spglib finds it.

    Raises
    ------
    StructureError
        No draw gave a crystal that can exist, or no real crystal of this group is known.
    """
    if number not in habits.groups:
        raise StructureError(f"no crystal of space group {number} tells how its sites are occupied")
    random = np.random.default_rng(seed_of(seed, "synthetic", number, index))
    for _ in range(ATTEMPTS):
        crystal = _draw(habits, number, random, known)
        if crystal is not None:
            crystal.title = f"synthetic {number} {index}"
            return crystal
    raise StructureError(f"none of {ATTEMPTS} draws gave a crystal of space group {number}")


def _draw(
    habits: Habits, number: int, random: np.random.Generator, known: Container[str]
) -> Crystal | None:
    drawn = _orbits(habits, number, random, known)
    if drawn is None:
        return None
    sites, elements = drawn
    contacts = np.array([[habits.contact(a, b) for b in elements] for a in elements])
    atoms = _Atoms.of(sites)
    volume = sum(
        habits.volumes[element] * site.multiplicity
        for element, site in zip(elements, sites, strict=True)
    ) * np.exp(habits.scatter * np.clip(random.standard_normal(), -2, 2))
    cell = _cell(habits, number, random) * np.array([volume ** (1 / 3)] * 3 + [1.0] * 3)
    if not np.isfinite(cell).all() or cell[:3].min() < 2.0:
        return None
    points = random.random((len(sites), 3))
    x = np.array([s.projection @ u + s.offset for s, u in zip(sites, points, strict=True)])
    for _ in range(GROWN + 1):
        base = lattice_vectors(cell[None])[0]
        x, smallest = _pushed_apart(x, atoms, base, contacts)
        if smallest >= 1.0:
            break
        if smallest * GROWTH ** (GROWN / 3) < 1.0:  # no growth that is allowed would do
            return None
        cell[:3] *= GROWTH ** (1 / 3)
    else:
        return None
    crystal = Crystal(
        cell.tolist(), np.array(elements)[atoms.orbit], atoms.positions(x) % 1.0,
        np.ones(len(atoms.orbit)), atoms.orbit,
    )  # fmt: skip
    try:
        crystal.group_number = space_group_number(crystal)
    except StructureError:
        return None
    # atoms on special positions alone can make a supergroup
    return crystal if crystal.group_number == number else None


def _orbits(
    habits: Habits, number: int, random: np.random.Generator, known: Container[str]
) -> tuple[list[Site], list[str]] | None:
    """Draw sites and an element for each, of no known prototype; None where that fails."""
    for _ in range(ATTEMPTS):
        sites = _sites(habits, number, random)
        if sites is None:
            continue
        chemistry = habits.chemistries[random.integers(len(habits.chemistries))]
        multiplicities = [site.multiplicity for site in sites]
        elements = _elements(multiplicities, chemistry)
        orbits: dict[str, list[int]] = {}
        for element, multiplicity in zip(elements, multiplicities, strict=True):
            orbits.setdefault(element, []).append(multiplicity)
        if prototype_name(number, orbits.values()) not in known:
            return sites, elements
    return None


def _sites(habits: Habits, number: int, random: np.random.Generator) -> list[Site] | None:
    """Draw sites; None for too many atoms. A site without a free coordinate is taken once."""
    group = habits.groups[number]
    wanted = int(group.orbits[random.integers(len(group.orbits))])
    weights = group.weights.copy()
    chosen: list[Site] = []
    while len(chosen) < wanted and weights.sum() > 0:
        k = int(random.choice(len(weights), p=weights / weights.sum()))
        chosen.append(group.sites[k])
        if group.sites[k].fixed:
            weights[k] = 0.0
    fits = sum(site.multiplicity for site in chosen) <= MAX_ATOMS
    return chosen if chosen and fits else None


def _elements(multiplicities: list[int], chemistry: dict[str, float]) -> list[str]:
    """An element for each orbit, so that the amounts come near those of a chemistry.

    Examples
    --------
    >>> _elements([4, 8, 4], {"O": 2 / 3, "Ti": 1 / 3})
    ['Ti', 'O', 'O']
    """
    total = sum(multiplicities)
    missing = {element: share * total for element, share in chemistry.items()}
    elements = [""] * len(multiplicities)
    for k in sorted(range(len(multiplicities)), key=lambda k: (-multiplicities[k], k)):
        element = max(missing, key=lambda name: missing[name])
        elements[k] = element
        missing[element] -= multiplicities[k]
    return elements


def _cell(habits: Habits, number: int, random: np.random.Generator) -> np.ndarray:
    """A cell of volume one (6,): a real one of this kind of lattice, a little changed."""
    kind = kind_of_lattice(number)
    shapes = habits.shapes[kind]
    cell = shapes[random.integers(len(shapes))].copy()
    steps = np.clip(random.standard_normal(6), -2, 2)
    a, b, _ = cell[:3]
    if abs(a - b) < 1e-4 * a and not kind.startswith(("monoclinic", "triclinic", "orthorhombic")):
        steps[1] = steps[0]
    if kind.startswith("cubic"):
        steps[:3] = 0.0
    cell[:3] *= np.exp(LENGTHS * steps[:3])
    if kind.startswith("triclinic"):
        cell[3:] += ANGLES * steps[3:]
    elif kind.startswith("monoclinic"):
        cell[4] += ANGLES * steps[4]
    # the standard cell of the others has its angles from symmetry
    if kind.startswith(("trigonal", "hexagonal")):
        cell[3:] = 90.0, 90.0, 120.0
    elif not kind.startswith(("triclinic", "monoclinic")):
        cell[3:] = 90.0
    elif kind.startswith("monoclinic"):
        cell[[3, 5]] = 90.0
    volume = np.linalg.det(lattice_vectors(cell[None])[0])
    cell[:3] /= abs(volume) ** (1 / 3)
    return cell


def _pushed_apart(
    x: np.ndarray, atoms: _Atoms, base: np.ndarray, contacts: np.ndarray
) -> tuple[np.ndarray, float]:
    """Move the atoms along their sites until none are too near.

    Parameters
    ----------
    x : array (orbits, 3)
        One atom of each orbit, in fractions.
    atoms : _Atoms
    base : array (3, 3)
        Lattice vectors, angstrom.
    contacts : array (orbits, orbits, 2)
        The shortest and the usual distance, angstrom.

    Returns
    -------
    x : array (orbits, 3)
    smallest : float
        Of all distances over the shortest that is allowed.
    """
    inverse = np.linalg.inv(base)
    smallest = 0.0
    for step in range(STEPS + 1):
        if step % LISTED == 0:
            i, j, whole = _neighbour_list(x, atoms, base)
            shortest, usual = contacts[i, atoms.orbit[j]].T
        between = (atoms.positions(x)[j] + whole - x[i]) @ base
        distance = np.sqrt((between**2).sum(axis=1))
        smallest = float((distance / shortest).min(initial=np.inf))
        missing = np.maximum(usual - distance, 0.0)
        # the last step is a look, after which nothing moves
        if step == STEPS or (step % LISTED == 0 and (missing < 0.02).all()):
            break
        push = -PUSH * (missing / np.maximum(distance, 1e-3))[:, None] * between
        moves = np.zeros_like(x)
        for axis in range(3):
            moves[:, axis] = np.bincount(i, push[:, axis], len(x))
        length = np.sqrt((moves**2).sum(axis=1, keepdims=True))
        moves *= np.minimum(1.0, LARGEST_STEP / np.maximum(length, 1e-9))
        x = x + np.einsum("oij,oj->oi", atoms.projection, moves @ inverse)
    return x, smallest


def _neighbour_list(
    x: np.ndarray, atoms: _Atoms, base: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Orbits, atoms near them, and by which lattice vectors (in fractions) these are moved."""
    reach = CONTACT + 1.0
    heights = 1.0 / np.linalg.norm(np.linalg.inv(base), axis=0)
    steps = [np.arange(-n, n + 1) for n in np.ceil(reach / heights).astype(int)]
    cells = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    apart = atoms.positions(x)[None] - x[:, None]
    nearest = -np.rint(apart)
    between = (apart + nearest)[:, :, None] + cells  # (orbits, atoms, cells, 3)
    distance = np.sqrt(((between @ base) ** 2).sum(axis=-1))
    near = distance < reach
    itself = (distance < 1e-9) & (np.arange(len(atoms.orbit)) == atoms.first[:, None])[:, :, None]
    i, j, k = np.nonzero(near & ~itself)
    return i, j, nearest[i, j] + cells[k]
