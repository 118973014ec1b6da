"""What symmetry leaves free of a structure: lengths, angles, sites, and what stands on them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from diffpy.structure import Structure

from pdflearn.structures import elements

# Atoms closer than this (fractions of the cell) stand on one site, as in `modes`.
_SAME_SITE = 1e-4
# Angles (degrees) this close to the ones of a lattice system are these.
_RIGHT, _SAME_ANGLE = 0.01, 0.1


def equal_axes(structure: Structure, crystal_system: str) -> tuple[int, int, int]:
    """Tell which of the lattice constants a, b and c are equal by symmetry.

    Parameters
    ----------
    structure : Structure
    crystal_system : str
        "cubic", "tetragonal", ...

    Returns
    -------
    tuple of three int
        For a, b and c the index of its free lattice constant. Cubic (0, 0, 0); tetragonal,
        hexagonal, trigonal (0, 0, 1); else (0, 1, 2). A rhombohedral cell (a = b = c, angles other
        than 90 degrees) has one free length: (0, 0, 0).
    """
    a, b, c, *angles = structure.lattice.abcABG()
    ab, bc, ac = (
        np.isclose(a, b, rtol=1e-3),
        np.isclose(b, c, rtol=1e-3),
        np.isclose(a, c, rtol=1e-3),
    )
    if crystal_system == "cubic" and ab and bc:
        return (0, 0, 0)
    if crystal_system == "trigonal" and ab and bc and not _is_hexagonal(angles):
        return (0, 0, 0)
    if crystal_system in ("tetragonal", "hexagonal", "trigonal"):
        if ab:
            return (0, 0, 1)
        if bc:
            return (1, 0, 0)
        if ac:
            return (0, 1, 0)
    return (0, 1, 2)


def _is_hexagonal(angles: Sequence[float]) -> bool:
    return bool(np.isclose(angles[2], 120.0, atol=_SAME_ANGLE))


def free_angles(structure: Structure, crystal_system: str) -> tuple[tuple[int, ...], ...]:
    """Which cell angles the crystal system leaves free.

    Parameters
    ----------
    structure : Structure
    crystal_system : str

    Returns
    -------
    tuple of tuple of int
        One entry for each free angle: the angles (0 alpha, 1 beta, 2 gamma) that are equal to it.

    Examples
    --------
    >>> from pdflearn.structures.structure import make_structure
    >>> monoclinic = make_structure((5.1, 5.2, 5.3, 90, 99, 90), ["Zr"], np.zeros((1, 3)))
    >>> free_angles(monoclinic, "monoclinic")
    ((1,),)
    """
    angles = np.array(structure.lattice.abcABG()[3:])
    if crystal_system == "triclinic":
        return ((0,), (1,), (2,))
    if crystal_system == "monoclinic":
        tilted = np.abs(angles - 90.0)
        return ((int(tilted.argmax()) if tilted.max() > _RIGHT else 1,),)
    if crystal_system == "trigonal" and equal_axes(structure, crystal_system) == (0, 0, 0):
        return ((0, 1, 2),)
    return ()


def sites_of(structure: Structure) -> np.ndarray:
    """The orbit that each atom's site belongs to, numbered from 0 in the order of the atoms.

    Atoms of several elements on one site have the same number.
    """
    orbits = getattr(structure, "orbits", None)
    labels = np.arange(len(structure)) if orbits is None else np.array(orbits)
    xyz = structure.xyz % 1.0
    difference = xyz[:, None] - xyz[None]
    difference -= np.round(difference)
    same = np.abs(difference).max(axis=2) < _SAME_SITE
    joined = np.array([labels[row].min() for row in same])
    # an orbit whose atoms share sites with another one is that one
    for _ in range(len(joined)):
        lowest = np.array([joined[labels == label].min() for label in labels])
        lowest = np.array([lowest[row].min() for row in same])
        if np.array_equal(lowest, joined):
            break
        joined = lowest
    numbers = {label: n for n, label in enumerate(dict.fromkeys(joined.tolist()))}
    return np.array([numbers[label] for label in joined.tolist()])


def site_names(structure: Structure) -> list[str]:
    """A name for the site of each atom: its element, and a number where the element has several.

    Examples
    --------
    >>> from pdflearn.structures.structure import make_structure
    >>> cell, xyz = (4.0, 4.0, 4.0, 90, 90, 90), np.eye(3) / 2
    >>> site_names(make_structure(cell, ["O", "O", "Ti"], xyz, orbits=[0, 1, 2]))
    ['O1', 'O2', 'Ti']
    """
    sites = sites_of(structure)
    names = [elements.parse_symbol(atom.element).element for atom in structure]
    of_element: dict[str, list[int]] = {}
    for name, site in zip(names, sites.tolist(), strict=True):
        known = of_element.setdefault(name, [])
        if site not in known:
            known.append(site)
    return [
        name if len(of_element[name]) == 1 else f"{name}{of_element[name].index(site) + 1}"
        for name, site in zip(names, sites.tolist(), strict=True)
    ]


def on_one_site(structure: Structure, labels: Sequence[str]) -> list[set[str]]:
    """Labels of atoms that share a site with others: sets that have nothing in common.

    Parameters
    ----------
    structure : Structure
    labels : sequence of str
        One for each atom.
    """
    groups: list[set[str]] = []
    sites = sites_of(structure)
    for site in np.unique(sites):
        group = {labels[int(k)] for k in np.flatnonzero(sites == site)}
        for other in [item for item in groups if item & group]:
            groups.remove(other)
            group |= other
        groups.append(group)
    return [group for group in groups if len(group) > 1]


@dataclass(frozen=True)
class SharedSite:
    """The free occupancy of one element on a site.

    Parameters
    ----------
    name : str
        Of the parameter: "occ_" and the site's name.
    atoms : array of int
        Atoms whose occupancy it is.
    others : array of int
        Atoms that make up for it; empty where the rest of the site stays empty.
    value : float
        In the structure.
    total : float
        What both have together; 1 where the rest stays empty.
    """

    name: str
    atoms: np.ndarray
    others: np.ndarray
    value: float
    total: float


def shared_sites(structure: Structure) -> list[SharedSite]:
    """The occupancies that may be refined: of sites with two elements or more, or partly empty.

    On a site of several elements each but the last has one, and the last makes up for it.
    """
    sites, names = sites_of(structure), site_names(structure)
    occupancy = np.array([atom.occupancy for atom in structure])
    shared = []
    for site in np.unique(sites):
        members = np.flatnonzero(sites == site)
        kinds = list(dict.fromkeys(names[int(k)] for k in members))
        atoms = {name: np.array([k for k in members if names[int(k)] == name]) for name in kinds}
        if len(kinds) == 1:
            value = float(occupancy[members[0]])
            if value < 1.0 - 1e-6:
                shared.append(SharedSite(f"occ_{kinds[0]}", members, members[:0], value, 1.0))
            continue
        last = atoms[kinds[-1]]
        for kind in kinds[:-1]:
            value = float(occupancy[atoms[kind][0]])
            total = value + float(occupancy[last[0]])
            shared.append(SharedSite(f"occ_{kind}", atoms[kind], last, value, total))
    return shared
