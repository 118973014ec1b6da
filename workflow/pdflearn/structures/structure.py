"""Structures: the container and its attributes, descriptions, identities by content, storage.

The container is diffpy.structure's Structure. Ours carry four more attributes: `title`, `periodic`
(False for clusters), `orbits` (one label an atom, the same for symmetry-equivalent atoms) and
`warnings`. `make_structure` is the one place that sets them. What is made by the thousand is a
`Crystal`, which most functions here take as well.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import gemmi
import numpy as np
import pandas as pd
import spglib
from diffpy.structure import Atom, Lattice, Structure

from pdflearn.core.io import load_table, save_table
from pdflearn.structures.crystal import Crystal
from pdflearn.structures.elements import clean_symbol
from pdflearn.structures.errors import StructureError
from pdflearn.structures.formula import amounts, formula_of
from pdflearn.structures.neighbours import pairs_within

# Atoms closer than this (angstrom) share one site.
SAME_SITE = 0.3
# The search for a space group takes minutes beyond so many atoms.
MAX_ATOMS_FOR_SYMMETRY = 3000

# The axes of a cluster, whose coordinates are in angstrom.
NO_CELL = (1.0, 1.0, 1.0, 90.0, 90.0, 90.0)

# spglib raises its errors, as its third version will without being asked.
spglib.error.OLD_ERROR_HANDLING = False


def make_structure(
    lattice: Sequence[float] | None,
    symbols: Sequence[str],
    xyz: np.ndarray,
    occupancy: Sequence[float] | None = None,
    u: np.ndarray | None = None,
    orbits: Sequence[int] | None = None,
    title: str = "",
) -> Structure:
    """Build a crystal or a cluster with the agreed attributes (see the module).

    Parameters
    ----------
    lattice : six numbers, or None
        a, b, c in angstrom and alpha, beta, gamma in degrees; None for a cluster.
    symbols : sequence of n strings
        Elements, isotopes or ions, such as "Ni", "2-H" or "Fe3+".
    xyz : array (n, 3)
        Fractions of the cell, or angstrom for a cluster.
    occupancy : sequence of n numbers, optional
        Without it all are 1.
    u : array (n,) or (n, 3, 3), optional
        Isotropic or anisotropic mean squared displacements in angstrom^2; without it zero.
    orbits : sequence of n integers, optional
        The same number for atoms that are equivalent by symmetry; without it all differ.
    title : str, default ""

    Returns
    -------
    Structure
        Without warnings.

    See Also
    --------
    pdflearn.structures.reader.read_structure : Read a structure from a file.
    pdflearn.structures.library.Library.build : Build a compound of the library.

    Examples
    --------
    >>> corners = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
    >>> nickel = make_structure((3.52, 3.52, 3.52, 90, 90, 90), ["Ni"] * 4, corners)
    >>> nickel.composition, nickel.periodic
    ({'Ni': 4.0}, True)
    >>> pair = make_structure(None, ["Au", "Au"], [[0, 0, 0], [2.88, 0, 0]])
    >>> pair.periodic
    False
    """
    cell = Lattice(*(float(x) for x in (NO_CELL if lattice is None else lattice)))
    structure = Structure(lattice=cell, title=title)
    xyz = np.asarray(xyz, dtype=float).reshape(-1, 3)
    shares = np.ones(len(xyz)) if occupancy is None else np.asarray(occupancy, dtype=float)
    for i, symbol in enumerate(symbols):
        atom = Atom(symbol, xyz=xyz[i], occupancy=float(shares[i]), lattice=structure.lattice)
        if u is not None:
            if np.ndim(u[i]) == 2:
                atom.anisotropy = True
                atom.U = np.asarray(u[i], dtype=float)
            else:
                atom.Uisoequiv = float(u[i])
        structure.append(atom, copy=False)
    structure.periodic = lattice is not None
    structure.orbits = np.arange(len(xyz)) if orbits is None else np.asarray(orbits, dtype=int)
    structure.warnings = []
    return structure


def structure_of_crystal(crystal: Crystal) -> Structure:
    """The container that holds a crystal."""
    structure = make_structure(
        crystal.cell,
        crystal.symbols.tolist(),
        crystal.xyz,
        occupancy=crystal.occupancy,
        orbits=crystal.orbits,
        title=crystal.title,
    )
    structure.warnings = list(crystal.warnings)
    return structure


def arrays(
    structure: Structure | Crystal,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Symbols (n,), fractional coordinates (n, 3), occupancies (n,), lattice vectors (3, 3)."""
    if isinstance(structure, Crystal):
        return structure.symbols, structure.xyz, structure.occupancy, structure.base
    symbols = np.array([atom.element for atom in structure], dtype=str)
    xyz = np.array([atom.xyz for atom in structure], dtype=float).reshape(-1, 3)
    occupancy = np.array([atom.occupancy for atom in structure], dtype=float)
    return symbols, xyz, occupancy, np.array(structure.lattice.base, dtype=float)


def lattice_constants(structure: Structure | Crystal) -> tuple[float, ...]:
    """a, b, c in angstrom and alpha, beta, gamma in degrees."""
    if isinstance(structure, Crystal):
        return tuple(structure.cell)
    return structure.lattice.abcABG()


def neighbours(
    structure: Structure | Crystal, reach: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of atoms up to a distance, periodic images included.

    Returns
    -------
    first, second : arrays of int
        Indices of the atoms of each pair; each pair stands in both orders.
    distance : array, angstrom
    """
    _, xyz, _, base = arrays(structure)
    return pairs_within(xyz, base, reach, structure.periodic)


def shortest_distance(structure: Structure | Crystal, without: Collection[str] = ()) -> float:
    """Shortest distance between atoms on different sites, in angstrom; infinite for one atom.

    Atoms of the elements that are named in `without` do not count.
    """
    if not without and isinstance(structure, Crystal) and structure.shortest is not None:
        return structure.shortest
    symbols, _, _, base = arrays(structure)
    counted = np.ones(len(symbols), dtype=bool)
    if without:
        counted = np.array([clean_symbol(str(symbol)) not in without for symbol in symbols])
    limit = 1e3 if not structure.periodic else np.linalg.norm(base, axis=1).min() + 1e-3
    reach = min(3.0, limit)
    while True:
        first, second, distance = neighbours(structure, reach)
        distance = distance[(distance > SAME_SITE) & counted[first] & counted[second]]
        if len(distance):
            return float(distance.min())
        if reach >= limit:
            return float("inf")
        reach = min(2 * reach, limit)


def identity(structure: Structure | Crystal) -> str:
    """A name from the content alone: 16 hex digits, whatever the file, format or order of atoms."""
    symbols, xyz, occupancy, _ = arrays(structure)
    if structure.periodic:
        whole = np.rint((xyz - np.floor(xyz + 5e-6)) * 1e5).astype(int) % 100_000
        places = [[f"0.{n:05d}" for n in axis] for axis in whole.T.tolist()]
    else:
        moved = np.round(xyz - xyz.mean(axis=0), 4) + 0.0
        places = [[f"{x:.5f}" for x in axis] for axis in moved.T.tolist()]
    shares = {share: f"{share:.4f}" for share in set(occupancy.tolist())}
    if isinstance(structure, Crystal):
        displacements = ["0.00000"] * len(symbols)
    else:
        displacements = [_displacement(atom) for atom in structure]
    sites = sorted(
        zip(
            symbols.tolist(),
            *places,
            [shares[share] for share in occupancy.tolist()],
            displacements,
            strict=True,
        )
    )
    cell = [f"{x:.5f}" for x in lattice_constants(structure)] if structure.periodic else []
    return hashlib.sha256(repr((cell, sites)).encode()).hexdigest()[:16]


def _displacement(atom: Atom) -> str:
    if not atom.anisotropy:
        return f"{atom.Uisoequiv:.5f}"
    return " ".join(f"{x + 0.0:.5f}" for x in np.asarray(atom.U).ravel())


def describe(structure: Structure | Crystal, group_number: int | None = None) -> dict[str, object]:
    """Describe a structure: a row of the index of structures.

    Parameters
    ----------
    structure : Structure or Crystal
    group_number : int, optional
        Number of the space group where it is known; without it spglib finds it.

    Returns
    -------
    dict
        formula (reduced), elements (alphabetical, joined by -), n_elements, space_group
        (Hermann-Mauguin symbol, found by spglib from the positions; empty for a cluster and beyond
        `MAX_ATOMS_FOR_SYMMETRY` atoms), space_group_number, crystal_system, structure_kind
        ("crystal" or "cluster"), atoms (sites of the cell), volume_per_atom (angstrom^3),
        nearest_neighbour (angstrom).

    See Also
    --------
    identity : A name from the content alone.

    Examples
    --------
    >>> corners = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
    >>> row = describe(make_structure((3.52, 3.52, 3.52, 90, 90, 90), ["Ni"] * 4, corners))
    >>> row["formula"], row["space_group"], row["crystal_system"]
    ('Ni', 'F m -3 m', 'cubic')
    >>> round(row["nearest_neighbour"], 2)  # angstrom
    2.49
    """
    symbols, xyz, occupancy, base = arrays(structure)
    content = amounts(symbols, occupancy)
    row: dict[str, object] = {
        "formula": formula_of(content),
        "elements": "-".join(sorted(content)),
        "n_elements": len(content),
        "space_group": "",
        "space_group_number": 0,
        "crystal_system": "",
        "structure_kind": "crystal" if structure.periodic else "cluster",
        "atoms": len(symbols),
        "volume_per_atom": float("nan"),
        "nearest_neighbour": shortest_distance(structure),
    }
    if structure.periodic:
        row["volume_per_atom"] = abs(float(np.linalg.det(base))) / float(occupancy.sum())
        if group_number is None and isinstance(structure, Crystal):
            group_number = structure.group_number
        if group_number is None and len(symbols) <= MAX_ATOMS_FOR_SYMMETRY:
            group_number = space_group_number(structure)
        if group_number is not None:
            group = gemmi.find_spacegroup_by_number(group_number)
            row["space_group"], row["space_group_number"] = group.hm, group.number
            row["crystal_system"] = group.crystal_system_str()
    return row


def symmetry_dataset(cell: tuple, tolerance: float) -> spglib.SpglibDataset | None:
    """The symmetry that spglib finds in a cell; None where it finds none.

    Parameters
    ----------
    cell : tuple
        Axes (angstrom), fractional positions, and a number for each kind of site.
    tolerance : float
        How far atoms may be from their symmetric positions, in angstrom.
    """
    try:
        return spglib.get_symmetry_dataset(cell, symprec=tolerance)
    except spglib.SpglibError:
        return None


def space_group_number(structure: Structure | Crystal, tolerance: float = 0.01) -> int:
    """Number of the space group, found by spglib; atoms on one site count as one mixture.

    Raises StructureError where spglib finds none.
    """
    return int(symmetry_of(structure, tolerance).number)


def symmetry_of(structure: Structure | Crystal, tolerance: float = 0.01) -> spglib.SpglibDataset:
    """The symmetry of a crystal; atoms on one site count as one mixture.

    Raises StructureError where spglib finds none.
    """
    symbols, xyz, occupancy, base = arrays(structure)
    first, second, distance = neighbours(structure, SAME_SITE)
    site = np.arange(len(symbols))
    for i, j in zip(first, second, strict=True):
        site[site == max(site[i], site[j])] = min(site[i], site[j])
    keep = np.unique(site)
    atoms = [
        (str(symbol), round(float(x), 3)) for symbol, x in zip(symbols, occupancy, strict=True)
    ]
    mixtures = [tuple(sorted(atoms[i] for i in np.flatnonzero(site == s))) for s in keep]
    types = {mixture: k for k, mixture in enumerate(sorted(set(mixtures)))}
    cell = (base, xyz[keep], [types[mixture] for mixture in mixtures])
    dataset = symmetry_dataset(cell, tolerance)
    if dataset is None:
        raise StructureError("no space group fits the positions; check cell and coordinates")
    return dataset


def save_structures(path: str | Path, structures: Mapping[str, Structure | Crystal]) -> None:
    """Write structures by their id into one Parquet file."""
    rows = []
    for name, structure in structures.items():
        symbols, xyz, occupancy, _ = arrays(structure)
        u, anisotropic = _displacements(structure)
        rows.append(
            {
                "id": name,
                "title": structure.title,
                "lattice": [float(x) for x in lattice_constants(structure)],
                "symbols": symbols.tolist(),
                "xyz": xyz.ravel(),
                "occupancy": occupancy,
                "u": u,
                "anisotropic": anisotropic,
                "periodic": bool(structure.periodic),
                "orbits": np.asarray(structure.orbits, dtype=np.int64),
                "warnings": list(structure.warnings),
            }
        )
    columns = [
        "id", "title", "lattice", "symbols", "xyz", "occupancy", "u", "anisotropic", "periodic",
        "orbits", "warnings",
    ]  # fmt: skip
    save_table(path, pd.DataFrame(rows, columns=columns))


def _displacements(structure: Structure | Crystal) -> tuple[np.ndarray, np.ndarray]:
    """The nine components of U of each atom, angstrom^2; whether it is more than isotropic."""
    n = len(arrays(structure)[0])
    if isinstance(structure, Crystal):
        return np.zeros(9 * n), np.zeros(n, dtype=bool)
    u = np.array([np.asarray(atom.U).ravel() for atom in structure]).ravel()
    return u, np.array([bool(atom.anisotropy) for atom in structure])


def load_structures(path: str | Path) -> dict[str, Structure]:
    """Read what `save_structures` wrote."""
    return {row.id: structure_of(row) for row in load_table(path).itertuples(index=False)}


def structure_of(row: Any) -> Structure:
    """One structure from its row of the table that `save_structures` wrote."""
    tensors = np.asarray(row.u).reshape(-1, 3, 3)
    u = [
        tensor if anisotropic else tensor[0, 0]
        for tensor, anisotropic in zip(tensors, row.anisotropic, strict=True)
    ]
    structure = make_structure(
        row.lattice if row.periodic else None,
        list(row.symbols),
        np.asarray(row.xyz).reshape(-1, 3),
        occupancy=row.occupancy,
        u=u,
        orbits=row.orbits,
        title=row.title,
    )
    structure.warnings = list(row.warnings)
    return structure
