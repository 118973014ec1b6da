"""Structures as CIF: the symmetry that they have, one site an orbit, U, occupancies and errors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import gemmi
import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.cif import read_block
from pdflearn.structures.cif_syntax import document_blocks
from pdflearn.structures.elements import parse_symbol
from pdflearn.structures.structure import (
    MAX_ATOMS_FOR_SYMMETRY,
    SAME_SITE,
    StructureError,
    neighbours,
    symmetry_dataset,
)

# Atoms may be this far from their symmetric positions (angstrom): what refinement moved stays.
_TOLERANCE = 1e-3
_AGREEMENT = 2e-4  # of positions (fractions), occupancies and U after reading the text again
_CELL = ("length_a", "length_b", "length_c", "angle_alpha", "angle_beta", "angle_gamma")
_ANISOTROPIC = {"11": (0, 0), "22": (1, 1), "33": (2, 2), "12": (0, 1), "13": (0, 2), "23": (1, 2)}


@dataclass(frozen=True)
class _Symmetry:
    """Operations of a space group, and the atoms that they make all others from."""

    operations: tuple[gemmi.Op, ...]
    atoms: tuple[int, ...]


@dataclass(frozen=True)
class _Texts:
    """What is written beside the structure itself."""

    name: str
    title: str
    cell_errors: tuple[float, ...]
    site_errors: Mapping[str, tuple[float, float]]
    remarks: tuple[str, ...]


def with_error(value: float, error: float, digits: int = 6) -> str:
    """A value with its standard error in brackets, as crystallographers write it.

    Parameters
    ----------
    value, error : float
        Without an error (0 or NaN) the value alone is written.
    digits : int, default 6
        Decimals of a value without an error.

    Examples
    --------
    >>> with_error(3.524767, 0.000078), with_error(12.3, 1.4), with_error(90.0, float("nan"), 4)
    ('3.52477(8)', '12.3(14)', '90.0000')
    """
    if not (np.isfinite(error) and error > 0):
        return f"{value:.{digits}f}"
    # Two digits of the error where it begins with 1, else one: the rule of Acta Cryst.
    decimals = -int(np.floor(np.log10(error)))
    if round(error * 10.0**decimals, 9) < 1.95:
        decimals += 1
    decimals = max(decimals, 0)
    return f"{value:.{decimals}f}({round(error * 10**decimals):d})"


def write_cif(
    structure: Structure,
    name: str,
    *,
    title: str | None = None,
    cell_errors: Sequence[float] = (0.0,) * 6,
    site_errors: Mapping[str, tuple[float, float]] | None = None,
    remarks: Sequence[str] = (),
) -> str:
    """Return a structure as the text of a CIF.

    Parameters
    ----------
    structure : Structure
        A crystal, or a cluster, whose coordinates are in angstrom: its axes are 1 angstrom long.
    name : str
        Of the data block.
    title : str, optional
        Name of the phase; without it the structure's own.
    cell_errors : six floats, optional
        Standard errors of a, b, c (angstrom) and of the angles (degrees).
    site_errors : mapping, optional
        "u_iso_O", "u_iso_O1", "x_O1" and the like (an element, or a site as it is labelled here)
        -> the value and its standard error. An error is written where the value is the site's.
    remarks : sequence of str, optional
        Lines of comment at the top.

    Returns
    -------
    str
        The sites that symmetry does not repeat, with the operations of the group in the
        structure's own axes; all atoms and no symmetry where the text, read again, would give
        another structure.

    Examples
    --------
    >>> from pdflearn.structures.structure import make_structure
    >>> corners = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]
    >>> nickel = make_structure((3.5248,) * 3 + (90,) * 3, ["Ni"] * 4, corners, u=[0.006] * 4)
    >>> lines = write_cif(nickel, "Ni", cell_errors=(0.0008,) * 3 + (0,) * 3).splitlines()
    >>> [line for line in lines if "length_a" in line or "H-M" in line or line[:3] == "Ni1"]
    ['_cell_length_a 3.5248(8)', "_space_group_name_H-M_alt 'F m -3 m'",
     'Ni1 Ni 0.000000 0.000000 0.000000 1.0000 0.006000 Uiso']
    """
    texts = _Texts(
        name, structure.title if title is None else title, tuple(cell_errors), site_errors or {},
        tuple(remarks),
    )  # fmt: skip
    if structure.periodic and len(structure) <= MAX_ATOMS_FOR_SYMMETRY:
        symmetry = _symmetry(structure)
        if symmetry is not None:
            text = _text(structure, symmetry, texts)
            if _same(structure, text):
                return text
    plain = _Symmetry((gemmi.Op("x,y,z"),), tuple(range(len(structure))))
    return _text(structure, plain, texts)


def _symmetry(structure: Structure) -> _Symmetry | None:
    """The symmetry of a crystal with its occupancies and displacements; None without any."""
    n = len(structure)
    site = np.arange(n)
    for i, j in zip(*neighbours(structure, SAME_SITE)[:2], strict=True):
        site[site == max(site[i], site[j])] = min(site[i], site[j])
    contents = [
        (atom.element, round(float(atom.occupancy), 4), _mean_u(atom.U)) for atom in structure
    ]
    keep = np.unique(site)
    mixtures = [tuple(sorted(contents[i] for i in np.flatnonzero(site == s))) for s in keep]
    kinds = {mixture: k for k, mixture in enumerate(sorted(set(mixtures)))}
    xyz = np.array([atom.xyz for atom in structure], dtype=float)[keep]
    cell = (structure.lattice.base, xyz, [kinds[mixture] for mixture in mixtures])
    dataset = symmetry_dataset(cell, _TOLERANCE)
    if dataset is None or len(dataset.rotations) == 1:
        return None
    operations = []
    for rotation, shift in zip(dataset.rotations, dataset.translations, strict=True):
        whole = np.rint(shift * gemmi.Op.DEN)
        if np.abs(whole - shift * gemmi.Op.DEN).max() > 0.05:
            return None
        operation = gemmi.Op("x,y,z")
        operation.rot = (np.asarray(rotation) * gemmi.Op.DEN).tolist()
        operation.tran = (whole.astype(int) % gemmi.Op.DEN).tolist()
        operations.append(operation)
    operations.sort(key=lambda operation: (operation.triplet() != "x,y,z", operation.triplet()))
    first = set(keep[np.unique(dataset.equivalent_atoms)])
    atoms = tuple(i for i in range(n) if site[i] in first)
    return _Symmetry(tuple(operations), atoms)


def _mean_u(u: np.ndarray) -> float:
    """What symmetry leaves as it is of a displacement, near enough to sort atoms by."""
    return round(float(np.linalg.det(np.asarray(u))) ** (1 / 3) if np.any(u) else 0.0, 5)


def _text(structure: Structure, symmetry: _Symmetry, texts: _Texts) -> str:
    document = gemmi.cif.Document()
    block = document.add_new_block(
        "".join(c if c.isalnum() or c in "-_" else "_" for c in texts.name)
    )
    if texts.title:
        block.set_pair("_pd_phase_name", gemmi.cif.quote(" ".join(texts.title.split())))
    for tag, value, error in zip(_CELL, structure.lattice.abcABG(), texts.cell_errors, strict=True):
        block.set_pair(f"_cell_{tag}", with_error(value, error))
    if structure.periodic:
        group = gemmi.find_spacegroup_by_ops(gemmi.GroupOps(list(symmetry.operations)))
        if group is not None:
            block.set_pair("_space_group_name_H-M_alt", gemmi.cif.quote(group.xhm()))
            block.set_pair("_space_group_IT_number", str(group.number))
        loop = block.init_loop("_space_group_symop_", ["operation_xyz"])
        for operation in symmetry.operations:
            loop.add_row([gemmi.cif.quote(operation.triplet())])
    _add_atoms(block, structure, symmetry.atoms, texts.site_errors)
    comments = "".join(f"# {' '.join(remark.split())}\n" for remark in texts.remarks)
    return comments + document.as_string()


def _add_atoms(
    block: gemmi.cif.Block,
    structure: Structure,
    atoms: Sequence[int],
    site_errors: Mapping[str, tuple[float, float]],
) -> None:
    """The loops of the sites and of their anisotropic displacements."""
    axes = ("fract_x", "fract_y", "fract_z")
    columns = ["label", "type_symbol", *axes, "occupancy", "U_iso_or_equiv", "adp_type"]
    loop = block.init_loop("_atom_site_", columns)
    counts: dict[str, int] = {}
    tensors: list[list[str]] = []
    for i in atoms:
        atom = structure[i]
        symbol = parse_symbol(atom.element).symbol
        counts[symbol] = counts.get(symbol, 0) + 1
        label = f"{symbol.lstrip('0123456789')}{counts[symbol]}"
        text = partial(_with_known_error, site_errors, (label, symbol))
        loop.add_row(
            [
                label,
                atom.element,
                *(text(axis, float(x)) for axis, x in zip("xyz", atom.xyz, strict=True)),
                f"{float(atom.occupancy):.4f}",
                text("u_iso", float(atom.Uisoequiv)),
                "Uani" if atom.anisotropy else "Uiso",
            ]
        )
        if atom.anisotropy:
            u = np.asarray(atom.U, dtype=float)
            tensors.append([label, *(f"{u[ij] + 0.0:.6f}" for ij in _ANISOTROPIC.values())])
    if tensors:
        loop = block.init_loop("_atom_site_aniso_", ["label", *(f"U_{ij}" for ij in _ANISOTROPIC)])
        for row in tensors:
            loop.add_row(row)


def _with_known_error(
    errors: Mapping[str, tuple[float, float]], names: tuple[str, str], quantity: str, value: float
) -> str:
    """A site's value, with its error where one of its names has that value with an error."""
    for name in names:
        known, error = errors.get(f"{quantity}_{name}", (np.nan, np.nan))
        if np.isclose(known, value, rtol=0, atol=1e-7):
            return with_error(value, error)
    return with_error(value + 0.0, 0.0)


def _same(structure: Structure, text: str) -> bool:
    """Whether a CIF, read again, gives the structure."""
    try:
        (name, values), *_ = document_blocks(text)
        again = read_block(name, values)
    except StructureError:
        return False
    if len(again) != len(structure):
        return False
    if not np.allclose(again.lattice.abcABG(), structure.lattice.abcABG(), rtol=1e-4):
        return False
    places = np.array([atom.xyz for atom in again], dtype=float)
    for atom in structure:
        apart = places - np.asarray(atom.xyz, dtype=float)
        apart = np.abs(apart - np.rint(apart)).max(axis=1)
        there = [
            other
            for other in (again[k] for k in np.flatnonzero(apart < _AGREEMENT))
            if parse_symbol(other.element) == parse_symbol(atom.element)
            and abs(other.occupancy - atom.occupancy) < _AGREEMENT
            and np.abs(np.asarray(other.U) - np.asarray(atom.U)).max() < _AGREEMENT
        ]
        if not there:
            return False
    return True
