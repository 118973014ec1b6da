"""CIF text to a Structure: gemmi for the syntax and the operators, the expansion is our own.

Images of a site that fall within `MERGE` of each other and carry the same atom are one atom at
their mean position, so truncated coordinates (.3333) neither make copies nor get lost.
"""

import re

import gemmi
import numpy as np
from diffpy.structure import Structure

from pdflearn import elements
from pdflearn.checks import check
from pdflearn.structures import StructureError, make_structure

MERGE = 0.05  # angstrom
MOST_SITES = 20_000
MOST_ATOMS = 200_000

CELL = (
    "_cell_length_a", "_cell_length_b", "_cell_length_c", "_cell_angle_alpha", "_cell_angle_beta",
    "_cell_angle_gamma",
)  # fmt: skip
OPERATORS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
NAMES = (
    "_space_group_name_Hall", "_symmetry_space_group_name_Hall", "_space_group_name_H-M_alt",
    "_symmetry_space_group_name_H-M", "_space_group_name_H-M",
)  # fmt: skip
NUMBERS = ("_space_group_IT_number", "_symmetry_Int_Tables_number")

_MISSING = ("", ".", "?")


def _number(text: str | None) -> float:
    """A CIF number, its uncertainty in brackets left off; NaN where there is none."""
    if text is None or text in _MISSING:
        return float("nan")
    return gemmi.cif.as_number(text.replace(",", "."))


def _value(block: gemmi.cif.Block, *tags: str) -> str:
    for tag in tags:
        value = block.find_value(tag)
        if value is not None and gemmi.cif.as_string(value).strip() not in _MISSING:
            return gemmi.cif.as_string(value).strip()
    return ""


def _cell(block: gemmi.cif.Block) -> gemmi.UnitCell:
    numbers = [_number(block.find_value(tag)) for tag in CELL]
    for i, tag in enumerate(CELL[3:], start=3):
        if block.find_value(tag) is None:
            numbers[i] = 90.0
    for tag, number in zip(CELL, numbers, strict=True):
        limit = 1000.0 if "length" in tag else 179.9
        if not 0.5 <= number <= limit:
            shown = block.find_value(tag)
            raise StructureError(
                f"{tag} is {shown!r}; expected a number, lengths in angstrom, angles in degrees"
            )
    cell = gemmi.UnitCell(*numbers)
    if not cell.volume > 1.0:
        raise StructureError("cell angles that enclose no volume; correct the angles")
    return cell


def _operators(block: gemmi.cif.Block, cell: gemmi.UnitCell) -> list[gemmi.Op]:
    """The listed operators, else those of the named or numbered space group."""
    for tag in OPERATORS:
        listed = [gemmi.cif.as_string(text) for text in block.find_values(tag)]
        listed = [text for text in listed if text.strip() not in _MISSING]
        if listed:
            try:
                operators = [gemmi.Op(re.sub(r"\s", "", text).lower()) for text in listed]
            except (ValueError, RuntimeError):
                raise StructureError(
                    f"{tag} holds an operator that is none; expected such as '-x,y+1/2,z'"
                ) from None
            if len(operators) > 1 or not _value(block, *NAMES, *NUMBERS) or _is_p1(block):
                return operators
    group = _space_group(block)
    equal = np.ptp([cell.alpha, cell.beta, cell.gamma]) + np.ptp([cell.a, cell.b, cell.c]) < 0.02
    if group.ext == "H" and equal and abs(cell.gamma - 120.0) > 1.0:  # the rhombohedral cell
        group = gemmi.find_spacegroup_by_name(f"{group.hm}:R")
    return list(group.operations())


def _is_p1(block: gemmi.cif.Block) -> bool:
    name = _value(block, *NAMES).replace(" ", "").upper()
    return name in ("P1", "") and _value(block, *NUMBERS) in ("", "1")


def _space_group(block: gemmi.cif.Block) -> gemmi.SpaceGroup:
    for tag in NAMES:
        name = _value(block, tag)
        if not name:
            continue
        if "Hall" in tag:
            try:
                found = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(name))
            except (ValueError, RuntimeError):
                continue
        else:
            name = re.sub(r"\s*\(.*\)$", "", name).replace("_", "")
            choice = re.search(r":?\s*([12SZHR])$", name, re.I) if ":" in name else None
            found = gemmi.find_spacegroup_by_name(name.replace(" S", ":1").replace(" Z", ":2"))
            if found is not None and choice is None and not name.endswith(":1"):
                second = gemmi.find_spacegroup_by_name(f"{found.hm}:2")
                if second is not None and found.ext == "1":
                    raise StructureError(
                        f"space group {name} has two origins and the file lists no operators; add "
                        f"':1' or ':2' to its name, or the operators"
                    )
        if found is not None:
            return found
    number = _value(block, *NUMBERS)
    if number.isdigit() and 1 <= int(number) <= 230:
        return gemmi.find_spacegroup_by_number(int(number))
    raise StructureError(
        "no symmetry operators and no space group that is known; add _space_group_symop_operation_"
        "xyz, or write the structure in P 1"
    )


def _symbol(label: str, kind: str) -> str:
    """The element of a site by its type symbol, else its label: O for OW1, none for Wat."""
    for text in (kind, label):
        if text in _MISSING:
            continue
        try:
            return elements.clean_symbol(text)
        except elements.ElementError:
            letters = re.match(r"([A-Z][a-z]?)(?![a-z])", text)
            if letters and gemmi.Element(letters[1]).atomic_number > 0:
                return letters[1]
    raise StructureError(
        f"site {label!r} (type {kind!r}) names no element; give _atom_site_type_symbol, and each "
        "atom of a group such as water a site of its own"
    )


def _displacements(
    block: gemmi.cif.Block, labels: list[str], cell: gemmi.UnitCell
) -> tuple[list[np.ndarray | float], bool]:
    """U of each site: a number or a tensor along the reciprocal axes; whether any was given."""
    n = len(labels)
    columns = {tag: list(block.find_values(f"_atom_site_{tag}")) for tag in (
        "U_iso_or_equiv", "B_iso_or_equiv"
    )}  # fmt: skip
    u: list[np.ndarray | float] = [0.0] * n
    given = False
    for tag, factor in (("B_iso_or_equiv", 1 / (8 * np.pi**2)), ("U_iso_or_equiv", 1.0)):
        for i, text in enumerate(columns[tag][:n]):
            value = _number(text) * factor
            if np.isfinite(value) and value > 0:
                u[i], given = float(value), True
    names = ["11", "22", "33", "12", "13", "23"]
    for kind, factor in (("B", 1 / (8 * np.pi**2)), ("U", 1.0)):
        table = block.find("_atom_site_aniso_", ["label", *(f"{kind}_{name}" for name in names)])
        for row in table:
            values = np.array([_number(row[k]) for k in range(1, 7)]) * factor
            label = gemmi.cif.as_string(row[0])
            if label in labels and np.isfinite(values).all() and values[:3].max() > 0:
                a, b, c, ab, ac, bc = values
                u[labels.index(label)] = np.array([[a, ab, ac], [ab, b, bc], [ac, bc, c]])
                given = True
    return u, given


def read_block(block: gemmi.cif.Block) -> Structure:
    """The structure of one block of a CIF, expanded to the whole cell and checked.

    Raises
    ------
    StructureError
        With the reason.
    """
    labels = [gemmi.cif.as_string(text) for text in block.find_values("_atom_site_label")]
    kinds = [gemmi.cif.as_string(text) for text in block.find_values("_atom_site_type_symbol")]
    columns = [list(block.find_values(f"_atom_site_fract_{axis}")) for axis in "xyz"]
    n = len(columns[0])
    if n == 0:
        raise StructureError("no atoms with fractional coordinates (_atom_site_fract_x, y, z)")
    if n > MOST_SITES:
        raise StructureError(f"{n} sites; at most {MOST_SITES} are read")
    labels = labels or kinds or [""] * n
    kinds = kinds or [""] * n
    place = np.array([[_number(text) for text in column] for column in columns]).T
    shares = [_number(text) for text in block.find_values("_atom_site_occupancy")] or [1.0] * n
    shares = [1.0 if np.isnan(share) else share for share in shares]
    known = np.isfinite(place).all(axis=1)
    cell = _cell(block)
    operators = _operators(block, cell)
    if n * len(operators) > MOST_ATOMS:
        raise StructureError(f"more than {MOST_ATOMS} atoms in the cell; use a smaller cell")
    u_given, any_u = _displacements(block, labels, cell)
    warnings = [] if any_u else ["no displacement parameters"]
    base = np.array(cell.orth.mat.tolist())
    rotations = np.array([op.rot for op in operators], dtype=float) / gemmi.Op.DEN
    shifts = np.array([op.tran for op in operators], dtype=float) / gemmi.Op.DEN
    symbols, xyz, occupancy, u, orbits = [], [], [], [], []
    for i in range(n):
        if labels[i] in ("", "?", ".") and not known[i]:
            continue
        if not known[i]:
            warnings.append(f"site {labels[i]} has no coordinates and is left out")
            continue
        if shares[i] == 0.0:
            warnings.append(f"site {labels[i]} has occupancy 0 and is left out")
            continue
        symbol = _symbol(labels[i], kinds[i])
        images = rotations @ place[i] + shifts
        for k, mean in _merge(images, base):
            symbols.append(symbol)
            xyz.append(mean)
            occupancy.append(shares[i])
            orbits.append(i)
            u.append(_rotated(u_given[i], rotations[k], cell))
    if not symbols:
        raise StructureError("no atom of the file has coordinates")
    lattice = (cell.a, cell.b, cell.c, cell.alpha, cell.beta, cell.gamma)
    structure = make_structure(
        lattice, symbols, np.array(xyz), occupancy=occupancy, u=u, title=block.name, orbits=orbits
    )
    formula = _value(block, "_chemical_formula_sum")
    structure.warnings = warnings + check(structure, formula or None)
    return structure


def _merge(images: np.ndarray, base: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """Distinct images of one site: (operator that made it, mean of those that coincide)."""
    images = images - np.floor(images)
    found: list[tuple[int, np.ndarray]] = []
    left = np.ones(len(images), dtype=bool)
    for k in range(len(images)):
        if not left[k]:
            continue
        delta = images - images[k]
        delta -= np.round(delta)
        same = left & (((delta @ base.T) ** 2).sum(axis=1) < MERGE**2)
        left &= ~same
        mean = images[k] + delta[same].mean(axis=0)
        found.append((k, mean - np.floor(mean)))
    return found


def _rotated(
    u: np.ndarray | float, rotation: np.ndarray, cell: gemmi.UnitCell
) -> np.ndarray | float:
    """A displacement tensor (along the reciprocal axes) after a symmetry operation.

    R. W. Grosse-Kunstleve and P. D. Adams, J. Appl. Cryst. 35 (2002) 477: U transforms as a tensor
    once it refers to the dimensionless axes.
    """
    if np.ndim(u) == 0:
        return u
    reciprocal = cell.reciprocal()
    lengths = np.diag([reciprocal.a, reciprocal.b, reciprocal.c])
    inverse = np.linalg.inv(lengths)
    return inverse @ rotation @ lengths @ u @ lengths @ rotation.T @ inverse
