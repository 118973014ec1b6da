"""Blocks of a CIF: from their values to sites, cell and symmetry, and to the whole cell."""

import gemmi
import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.checks import ROUNDING, stated_amounts
from pdflearn.structures.cif_syntax import MISSING, Block, first_value, number
from pdflearn.structures.displacements import displacements
from pdflearn.structures.expansion import MAX_SITES, Site, cluster, expand
from pdflearn.structures.structure import NO_CELL, StructureError
from pdflearn.structures.symbols import (
    holds_hydrogen,
    is_hydrogen,
    is_vacancy,
    names_isotope,
    site_occupants,
)
from pdflearn.structures.symmetry import SUPERSPACE, WHOLE_CELL, readings

CELL = (
    "_cell_length_a", "_cell_length_b", "_cell_length_c", "_cell_angle_alpha", "_cell_angle_beta",
    "_cell_angle_gamma",
)  # fmt: skip
# Tags of modulated structures; their dictionary is ms.cif of the IUCr.
_MODULATED = (
    "_atom_site_displace_", "_atom_site_fourier_", "_atom_site_occ_fourier_",
    "_atom_site_occ_special_func_", "_atom_site_u_fourier_", "_cell_wave_vector_",
    "_space_group_ssg_", "_space_group_magn_ssg_", *SUPERSPACE,
)  # fmt: skip


def _cell(values: Block) -> gemmi.UnitCell:
    numbers = [number(first_value(values, tag)) for tag in CELL]
    for i, tag in enumerate(CELL[3:], start=3):
        if values.get(tag, ["."])[0] == ".":  # the dictionary's default
            numbers[i] = 90.0
    for tag, length in zip(CELL, numbers, strict=True):
        limit = 1000.0 if "length" in tag else 179.9
        if not 0.5 <= length <= limit:
            shown = repr(values[tag][0]) if values.get(tag) else "missing"
            raise StructureError(
                f"{tag} is {shown}; expected a number, lengths in angstrom, angles in degrees"
            )
    cell = gemmi.UnitCell(*numbers)
    if not cell.volume > 1.0 and not _is_no_cell(cell):
        raise StructureError("cell angles that enclose no volume; correct the angles")
    return cell


def _is_no_cell(cell: gemmi.UnitCell) -> bool:
    """Whether a cell is the one that stands for none: 1, 1, 1, 90, 90, 90."""
    return (cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma) == NO_CELL


def read_block(name: str, values: Block) -> Structure:
    """The structure of one block of a CIF, expanded to the whole cell and checked.

    Parameters
    ----------
    name : str
    values : dict
        As `cif_syntax.document_blocks` gives it.

    Returns
    -------
    Structure
        A cluster where the cell is that of none (1, 1, 1, 90, 90, 90), or where there is none
        beside coordinates in angstrom.

    Raises
    ------
    StructureError
        With the reason.
    """
    fractions = "_atom_site_fract_x" in values
    prefix = "_atom_site_fract_" if fractions else "_atom_site_cartn_"
    columns = [values.get(prefix + axis, []) for axis in "xyz"]
    n = len(columns[0])
    if n == 0 or {len(column) for column in columns} != {n}:
        raise StructureError("no atoms with coordinates (_atom_site_fract_x, y, z)")
    if n > MAX_SITES:
        raise StructureError(f"{n} sites; at most {MAX_SITES} are read")
    if number(first_value(values, "_cell_subsystems_number")) > 1:
        raise StructureError("a composite crystal of several cells; no one cell describes it")
    cell_known = any(tag in values for tag in CELL)
    if fractions and not cell_known:
        raise StructureError("no cell (_cell_length_a and others); add it")
    cell = _cell(values) if cell_known else gemmi.UnitCell(*NO_CELL)
    finite = _is_no_cell(cell)
    symmetry = [WHOLE_CELL] if finite else readings(values, cell)
    warnings = ["a modulated structure: only its average is read"] if _is_modulated(values) else []
    positions = _positions(columns, values, warnings)
    if not fractions and not finite:
        positions = positions @ np.array(cell.frac.mat.tolist()).T
    labels = _labels(values, n)
    u, words = displacements(values, labels, positions, cell, symmetry)
    sites = _sites(values, labels, positions, u, warnings)
    if finite:
        structure = cluster(sites, name)
    else:
        formula = first_value(values, "_chemical_formula_sum")
        units = _formula_units(values, stated_amounts(formula), cell)
        structure = expand(cell, symmetry, sites, name, formula, units)
    structure.warnings = words + warnings + structure.warnings
    return structure


def _is_modulated(values: Block) -> bool:
    given = (tag for tag, column in values.items() if set(column) - set(MISSING))
    dimension = number(first_value(values, "_cell_modulation_dimension"))
    return dimension > 0 or any(tag.startswith(_MODULATED) for tag in given)


def _positions(columns: list[list[str]], values: Block, warnings: list[str]) -> np.ndarray:
    """Coordinates (n, 3) as written; NaN for what is no number.

    Exports of the ICSD write zero as ".": so it is where numbers stand beside it, in its line or in
    others. Three dots are the origin where no more than one atom would be there. Of hydrogen they
    are so only in files with dots beside numbers, since it may have no position. "?" is unknown.
    """
    texts = np.array(columns, dtype=object).T
    xyz = np.array([[number(text) for text in row] for row in texts])
    dots, known = texts == ".", np.isfinite(xyz)
    zero = dots & known.any(axis=1, keepdims=True)
    n = len(texts)
    atoms = np.array([flag.lower() != "dum" for flag in _column(values, "calc_flag", n)])
    at_origin = dots.all(axis=1) & atoms
    if not zero.any():  # hydrogen may be without a position
        names = [
            symbol or label
            for symbol, label in zip(
                _column(values, "type_symbol", n), _labels(values, n), strict=True
            )
        ]
        at_origin &= ~np.array([is_hydrogen(name) for name in names])
    occupancy = [1.0 if text == "" else number(text) for text in _column(values, "occupancy", n)]
    there = at_origin | (xyz == 0.0).all(axis=1)
    if known.any() and np.sum(occupancy, where=there) <= 1.0 + ROUNDING:
        zero |= at_origin[:, None]
    if zero.any():
        labels = _labels(values, n)
        names = [labels[i] for i in np.flatnonzero(zero.any(axis=1))]
        warnings.append(f"'.' among the coordinates of {', '.join(names[:5])} is read as 0")
    return np.where(zero, 0.0, xyz)


def _labels(values: Block, n: int) -> list[str]:
    labels = values.get("_atom_site_label") or values.get("_atom_site_id") or []
    return labels if len(labels) == n else _column(values, "type_symbol", n)


def _sites(
    values: Block,
    labels: list[str],
    positions: np.ndarray,
    u: list[np.ndarray | float],
    warnings: list[str],
) -> list[Site]:
    """The atoms of the block's sites; what is left out is added to the warnings."""
    n = len(labels)
    stated = stated_amounts(first_value(values, "_chemical_formula_sum"))
    type_symbols, flags = _column(values, "type_symbol", n), _column(values, "calc_flag", n)
    occupancies = _column(values, "occupancy", n)
    sites = []
    for i, (label, symbol) in enumerate(zip(labels, type_symbols, strict=True)):
        if flags[i].lower() == "dum" or is_vacancy(symbol or label):
            warnings.append(f"site {label} is no atom ({symbol or label}) and is left out")
            continue
        if not np.isfinite(positions[i]).all():
            texts = [
                values[f"_atom_site_{kind}_{axis}"][i]
                for axis in "xyz"
                for kind in ("fract", "cartn")
                if f"_atom_site_{kind}_{axis}" in values
            ]
            if not any(text in MISSING for text in texts):
                raise StructureError(
                    f"site {label}: coordinates {' '.join(texts)!r}; expected numbers"
                )
            if label not in MISSING:
                warnings.append(f"site {label} has no coordinates and is left out")
            continue
        occupancy = 1.0 if occupancies[i] in MISSING else number(occupancies[i])
        if occupancy == 0.0:
            warnings.append(f"site {label} has occupancy 0 and is left out")
            continue
        if np.isnan(occupancy):
            raise StructureError(f"site {label}: occupancy {occupancies[i]!r}; expected a number")
        if holds_hydrogen(symbol):
            warnings.append(f"site {label}: the hydrogen of {symbol} has no position")
        if not symbol and names_isotope(label):
            warnings.append(
                f"site {label}: the number is not taken as a mass; for an isotope give "
                "_atom_site_type_symbol"
            )
        for element, share in site_occupants(label, symbol, stated).items():
            sites.append(Site(label, element, positions[i], occupancy * share, u[i]))
    return sites


def _formula_units(values: Block, stated: dict[str, float], cell: gemmi.UnitCell) -> float:
    """Formula units in the cell: as stated, else from the density (g/cm^3); NaN for neither."""
    units = number(first_value(values, "_cell_formula_units_z"))
    density = number(first_value(values, "_exptl_crystal_density_diffrn"))
    if np.isnan(units) and stated and density > 0:
        mass = sum(gemmi.Element(symbol).weight * n for symbol, n in stated.items())
        ratio = density * cell.volume / (1.66054 * mass)  # 1 u/angstrom^3 = 1.66054 g/cm^3
        units = round(ratio) if round(ratio) and abs(ratio - round(ratio)) < 0.05 * ratio else units
    return units


def _column(values: Block, name: str, n: int) -> list[str]:
    """A column of the atoms' loop; empty texts where it is missing or of another length."""
    column = values.get(f"_atom_site_{name}", [])
    if len(column) != n:
        return [""] * n
    return ["" if text in MISSING else text for text in column]
