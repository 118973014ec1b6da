"""The atoms of a structure as arrays: what a simulation needs of it, read ten times as fast."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from diffpy.structure import Structure

from pdflearn.core.io import load_table
from pdflearn.structures.crystal import lattice_vectors


@dataclass(frozen=True, slots=True, eq=False)
class Atoms:
    """The atoms of a structure, without displacements.

    Attributes
    ----------
    symbols : list of n strings
        Elements, isotopes or ions.
    xyz : array (n, 3)
        Fractions of the cell, or angstrom for a cluster.
    occupancy : array (n,)
    cell : six floats
        a, b, c in angstrom and alpha, beta, gamma in degrees.
    base : array (3, 3)
        Lattice vectors as rows, angstrom.
    periodic : bool or None
        None where the structure does not say.
    orbits : array of int (n,) or None
        Equal for atoms that are equivalent by symmetry; None where the structure does not say.

    Examples
    --------
    >>> from pdflearn.structures.structure import make_structure
    >>> polonium = make_structure((3.359, 3.359, 3.359, 90, 90, 90), ["Po"], [[0, 0, 0]])
    >>> atoms = Atoms.of(polonium)
    >>> atoms.symbols, atoms.base.diagonal()
    (['Po'], array([3.359, 3.359, 3.359]))
    """

    symbols: list[str]
    xyz: np.ndarray
    occupancy: np.ndarray
    cell: tuple[float, ...]
    base: np.ndarray
    periodic: bool | None
    orbits: np.ndarray | None

    @classmethod
    def of(cls, structure: Structure) -> "Atoms":
        """The atoms of a structure."""
        orbits = getattr(structure, "orbits", None)
        return cls(
            [atom.element for atom in structure],
            np.array([atom.xyz for atom in structure], dtype=float).reshape(-1, 3),
            np.array([atom.occupancy for atom in structure], dtype=float),
            structure.lattice.abcABG(),
            np.array(structure.lattice.base, dtype=float),
            getattr(structure, "periodic", None),
            None if orbits is None else np.asarray(orbits),
        )


def load_atoms(path: str | Path, ids: Collection[str] | None = None) -> dict[str, Atoms]:
    """The atoms of structures of a file that `structure.save_structures` wrote, by id.

    Parameters
    ----------
    path : str or Path
    ids : collection of str, optional
        Only these are read; without it all are.
    """
    table = load_table(path)
    if ids is not None:
        table = table[table["id"].isin(list(ids))]
    cells = np.array(table["lattice"].tolist(), dtype=float).reshape(-1, 6)
    rows = table.itertuples(index=False)
    return {
        row.id: Atoms(
            row.symbols.tolist(), row.xyz.reshape(-1, 3), row.occupancy, tuple(cell), base,
            row.periodic, row.orbits,
        )
        for row, cell, base in zip(rows, cells.tolist(), lattice_vectors(cells), strict=True)
    }  # fmt: skip
