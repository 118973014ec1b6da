"""What users call a pattern or a structure: a file, an object, or arrays."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.measured.reader import Pattern, PatternError, read_pdf
from pdflearn.measured.text import MIN_ROWS
from pdflearn.structures.structure import StructureError, make_structure
from pdflearn.study.foreign import is_foreign, structure_from

PatternLike = Any  # Pattern, path, or arrays of r and G
StructureLike = Any  # Structure, path, or an object of ASE's or pymatgen's


def as_pattern(pattern: PatternLike) -> Pattern:
    """Return a measured curve, however it is given.

    Parameters
    ----------
    pattern : Pattern, path, or arrays
        A file is read. Arrays are r in angstrom and G(r): a pair of them, or one of two columns or
        two rows.

    Returns
    -------
    Pattern

    Raises
    ------
    PatternError
        With the reason and what to do.

    Examples
    --------
    >>> r = np.arange(1.0, 20.0, 0.02)
    >>> as_pattern((r, np.sin(20 * r))).quantity
    'G'
    >>> as_pattern(np.column_stack([r, np.sin(20 * r)])).r.shape
    (950,)
    """
    if isinstance(pattern, Pattern):
        return pattern
    if isinstance(pattern, str | Path):
        return read_pdf(pattern)
    try:
        columns = [np.asarray(column, dtype=float).ravel() for column in pattern]
    except (TypeError, ValueError):
        raise PatternError(
            f"{type(pattern).__name__} is no pattern; give a file, a Pattern, or arrays r and G"
        ) from None
    if len(columns) != 2 and len(columns) >= MIN_ROWS and all(len(row) == 2 for row in columns):
        columns = list(np.array(columns).T)
    if len(columns) != 2 or len(columns[0]) != len(columns[1]):
        lengths = ", ".join(str(len(column)) for column in columns[:5])
        raise PatternError(
            f"arrays of {lengths} values are no pattern; two of equal length are needed: r in "
            "angstrom and G(r)"
        )
    r, g = columns
    if len(r) < MIN_ROWS or not (np.isfinite(r).all() and np.isfinite(g).all()):
        raise PatternError(
            f"the arrays hold {len(r)} values, or some that are no finite numbers; at least "
            f"{MIN_ROWS} finite ones are needed"
        )
    if r[0] < 0 or not (np.diff(r) > 0).all():
        raise PatternError("r must increase from 0 or above; sort the points by r, in angstrom")
    return Pattern(r=r, g=g)


def as_structure(structure: StructureLike) -> tuple[Structure, str]:
    """Return a structure and its name, however it is given.

    Parameters
    ----------
    structure : Structure, path, Atoms of ASE, or Structure or Molecule of pymatgen

    Raises
    ------
    StructureError
        Where the file holds none, or the object is no structure.
    """
    if isinstance(structure, str | Path):
        from pdflearn.structures.reader import read_structure  # the libraries of all formats

        return read_structure(structure), Path(structure).name
    if is_foreign(structure):
        structure = structure_from(structure)
    if not isinstance(structure, Structure):
        raise StructureError(
            f"{type(structure).__name__} is no structure; give a file, a diffpy Structure, or an "
            "object of ASE's or pymatgen's"
        )
    if not hasattr(structure, "periodic"):  # made by diffpy alone
        structure = make_structure(
            structure.lattice.abcABG(),
            [atom.element for atom in structure],
            structure.xyz,
            occupancy=[atom.occupancy for atom in structure],
            u=[atom.U if atom.anisotropy else atom.Uisoequiv for atom in structure],
            title=structure.title,
        )
    return structure, structure.title or "the structure"


def as_list(structures: StructureLike | Sequence[StructureLike]) -> list[StructureLike]:
    """One structure or several as a list; a structure is itself a sequence of atoms."""
    if isinstance(structures, str | Path | Structure) or is_foreign(structures):
        return [structures]
    return list(structures)
