"""Sites and operators to the whole cell.

Images of a site that fall within `MERGE` of each other carry the same atom: they are one atom at
their mean position, so truncated coordinates (.3333) neither make copies nor get lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import gemmi
import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.checks import FULLEST, check, stale_formula, stated_amounts
from pdflearn.structures.displacements import rotated
from pdflearn.structures.elements import clean_symbol
from pdflearn.structures.structure import StructureError, make_structure
from pdflearn.structures.symmetry import Reading, readings

MERGE = 0.05  # angstrom
# Whole atoms so near a special position that their images overlap are on it.
OVERLAP = 0.4  # angstrom
MAX_SITES = 20_000
MAX_ATOMS_IN_CELL = 50_000


@dataclass(frozen=True)
class Site:
    """An atom of the asymmetric unit.

    Attributes
    ----------
    label : str
        As the file names it.
    symbol : str
        Element or isotope, in the one spelling of `elements.Species.symbol`.
    position : array (3,)
        Fractions of the cell; angstrom for a cluster.
    occupancy : float
    u : float or array (3, 3)
        Mean squared displacement in angstrom^2: isotropic, or a tensor along the reciprocal axes.
    """

    label: str
    symbol: str
    position: np.ndarray
    occupancy: float
    u: np.ndarray | float = 0.0


def expand(
    cell: gemmi.UnitCell,
    symmetry: list[Reading],
    sites: list[Site],
    title: str,
    formula: str = "",
    units: float = float("nan"),
) -> Structure:
    """Expand an asymmetric unit to the whole cell, and check it.

    The first reading of the symmetry is taken that gives a structure that can exist.

    Parameters
    ----------
    cell : gemmi.UnitCell
    symmetry : list of Reading
        See `symmetry.readings`.
    sites : list of Site
    title : str
    formula : str, optional
        The formula that the file itself states.
    units : float, optional
        Formula units in the cell as the file states.

    Returns
    -------
    Structure

    Raises
    ------
    StructureError
        With the first reading's reason, or where several readings fit.

    Examples
    --------
    >>> from pdflearn.structures.symmetry import readings
    >>> cell = gemmi.UnitCell(5.43, 5.43, 5.43, 90, 90, 90)
    >>> symmetry = readings({"_space_group_name_h-m_alt": ["F d -3 m:2"]}, cell)
    >>> silicon = Site("Si1", "Si", np.array([0.125, 0.125, 0.125]), occupancy=1.0)
    >>> len(expand(cell, symmetry, [silicon], "silicon"))
    8
    """
    if not sites:
        raise StructureError("no atom of the file has coordinates")
    reason: StructureError | None = None
    fitting: list[Structure] = []
    open_choice = len(symmetry) > 1 and symmetry[0].uncertain
    for reading in symmetry:
        if len(sites) * len(reading.shifts) > 4 * MAX_ATOMS_IN_CELL:
            raise StructureError(
                f"more than {MAX_ATOMS_IN_CELL} atoms in the cell; use a smaller cell"
            )
        try:
            structure = _build_checked(cell, reading, sites, title, formula, units)
            try:
                _check_count(structure, formula, units)
            except StructureError as error:
                if open_choice:
                    raise
                structure.warnings.append(str(error))
        except StructureError as error:
            reason = reason or error
            continue
        if reading.words:
            structure.warnings.append(reading.words)
        fitting.append(structure)
        if not open_choice:
            break
    if not fitting and open_choice:
        raise StructureError(
            f"the space group has two origins, the file lists no operators, and neither fits "
            f"({reason}); add the operators"
        )
    if not fitting:
        lenient = _without_slips(cell, symmetry[0], sites, title, formula, units)
        if lenient is None:
            raise reason or StructureError("no reading of its symmetry fits")
        fitting.append(lenient)
    if len(fitting) > 1:
        raise StructureError(
            "the space group has two origins, the file lists no operators, and both origins give "
            "a structure; add ':1' or ':2' to the group's name, or the operators"
        )
    return fitting[0]


def _build_checked(
    cell: gemmi.UnitCell,
    reading: Reading,
    sites: list[Site],
    title: str,
    formula: str,
    units: float,
) -> Structure:
    structure, crowded = _build(cell, reading, sites, title, MERGE)
    try:
        structure.warnings += check(structure, formula or None, merge=False)
    except StructureError as error:
        # where all sites are crowded, the formula holds however many images are one
        told = np.isfinite(units) or crowded < len(sites)
        if not (crowded and formula and told):
            raise
        # the file's own formula decides whether the images are one atom
        structure, _ = _build(cell, reading, sites, title, OVERLAP)
        try:
            structure.warnings += check(structure, formula, merge=False)
            _check_count(structure, formula, units)
        except StructureError:
            raise error from None
    return structure


def _without_slips(
    cell: gemmi.UnitCell,
    reading: Reading,
    sites: list[Site],
    title: str,
    formula: str,
    units: float,
) -> Structure | None:
    """The structure without what is listed twice, and where the file's formula is a stale one.

    None where that does not make it right, or the number of atoms is not the one that is stated.
    """
    structure, _ = _build(cell, reading, sites, title, MERGE)
    n_listed = len(structure)
    try:
        words = check(structure)
        if len(structure) < n_listed:
            if len(stated_amounts(formula)) < 2 and not np.isfinite(units):
                return None  # nothing tells whether these are all atoms
            structure.warnings += words
            check(structure, formula or None)
            _check_count(structure, formula, units)
        else:
            stale = stale_formula(structure, formula) if formula else ""
            if not stale:
                return None
            structure.warnings += [*words, stale]
    except StructureError:
        return None
    if reading.words:
        structure.warnings.append(reading.words)
    return structure


def _build(
    cell: gemmi.UnitCell, reading: Reading, sites: list[Site], title: str, merge: float
) -> tuple[Structure, int]:
    """The structure, and how many sites' whole atoms overlap with their own images."""
    base = np.array(cell.orth.mat.tolist())
    reciprocal = cell.reciprocal()
    lengths = np.diag([reciprocal.a, reciprocal.b, reciprocal.c])
    symbols: list[str] = []
    xyz: list[np.ndarray] = []
    occupancy: list[float] = []
    u: list[np.ndarray | float] = []
    orbits: list[int] = []
    crowded, warnings = 0, []
    for orbit, site in enumerate(sites):
        images = reading.rotations @ site.position + reading.shifts
        images -= np.floor(images)
        ways, squared = _ways(images, base)
        first, positions, n_merged = _merge(images, ways, squared < MERGE**2)
        overlapping = _merge(images, ways, squared < OVERLAP**2)
        if (
            len(overlapping[0]) < len(first)
            and overlapping[2] / n_merged * site.occupancy > FULLEST
        ):
            crowded += 1
            if merge > MERGE:
                first, positions, _ = overlapping
                ratio = overlapping[2] // n_merged
                warnings.append(f"{ratio} overlapping images of {site.label} taken as one atom")
        n = len(first)
        if len(symbols) + n > MAX_ATOMS_IN_CELL:
            raise StructureError(
                f"more than {MAX_ATOMS_IN_CELL} atoms in the cell; use a smaller cell"
            )
        symbols += [site.symbol] * n
        xyz.append(positions)
        occupancy += [site.occupancy] * n
        orbits += [orbit] * n
        u += [rotated(site.u, reading.rotations[k], lengths) for k in first]
    structure = make_structure(
        (cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma),
        symbols,
        np.concatenate(xyz),
        occupancy=occupancy,
        u=u,
        orbits=orbits,
        title=title,
    )
    structure.warnings = warnings
    return structure, crowded


def _ways(images: np.ndarray, base: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """From each image to the nearest copy of each other: fractions (3, n, n), squared lengths."""
    ways = images.T[:, None, :] - images.T[:, :, None]
    ways -= np.round(ways)
    with np.errstate(invalid="ignore", over="ignore"):  # a cell that is none is refused later
        metric = base.T @ base
        squared = sum(metric[k, k] * ways[k] ** 2 for k in range(3))
        for k, m in ((0, 1), (0, 2), (1, 2)):
            if abs(metric[k, m]) > 1e-12 * metric.max():
                squared += 2.0 * metric[k, m] * ways[k] * ways[m]
    return ways, squared


def _merge(
    images: np.ndarray, ways: np.ndarray, near: np.ndarray
) -> tuple[np.ndarray, np.ndarray, int]:
    """Distinct images: the operator that made each, their mean positions, most images in one place.

    near (n, n) says which images are one.
    """
    leader = near.argmax(axis=1)
    first, counts = np.unique(leader, return_counts=True)
    if len(first) == len(images):
        return first, images, 1
    rows = (np.ascontiguousarray(ways[:, k, leader == k].T) for k in first)
    positions = np.array([images[k] + row.mean(axis=0) for k, row in zip(first, rows, strict=True)])
    positions -= np.floor(positions)
    positions[positions > 1 - 1e-9] = 0.0
    return first, positions, int(counts.max())


def _check_count(structure: Structure, formula: str, units: float) -> None:
    """Raise where the cell holds another number of atoms than the file says.

    pymatgen writes the formula of the whole cell beside Z, so that Z divides all its numbers: then
    as many atoms are right as it has.
    """
    if not formula or not np.isfinite(units):
        return
    amounts = stated_amounts(formula)
    stated = sum(n for symbol, n in amounts.items() if symbol != "H")
    n_atoms = sum(a.occupancy for a in structure if clean_symbol(a.element) != "H")
    of_cell = units >= 1.0 and all(n % units == 0.0 for n in amounts.values())
    right = (units, 1.0) if of_cell else (units,)
    if stated and not any(0.9 < n_atoms / (stated * n) < 1.1 for n in right):
        raise StructureError(
            f"{n_atoms:g} atoms beside hydrogen in the cell, the file's formula {formula!r} and "
            f"Z = {units:g} make {stated * units:g}; check the symmetry"
        )


def expand_named(lattice: Sequence[float], group: str, sites: list[Site], title: str) -> Structure:
    """The whole cell of an asymmetric unit in a space group that a file names."""
    cell = gemmi.UnitCell(*lattice)
    symmetry = readings({"_space_group_name_h-m_alt": [group]}, cell)
    return expand(cell, symmetry, sites, title)


def cluster(sites: list[Site], title: str) -> Structure:
    """A finite cluster of sites whose positions are in angstrom, checked."""
    if not sites:
        raise StructureError("no atoms; nothing can be simulated from it")
    structure = make_structure(
        None,
        [site.symbol for site in sites],
        np.array([site.position for site in sites]),
        occupancy=[site.occupancy for site in sites],
        u=[site.u for site in sites],
        title=title,
    )
    structure.warnings = check(structure)
    return structure
