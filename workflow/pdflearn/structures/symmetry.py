"""The symmetry that a file states: listed operators, else a space group by name or number.

Where a file leaves a choice open (two origins and no operators), every reading is offered, and the
caller keeps the one whose atoms agree with the file's own formula.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import gemmi
import numpy as np

from pdflearn.structures.space_groups import named_groups, settings
from pdflearn.structures.structure import StructureError

OPERATORS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
MAGNETIC = "_space_group_symop_magn_operation_xyz"
CENTRINGS = "_space_group_symop_magn_centering_xyz"
HALL = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
NAMES = (
    "_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m",
    "_symmetry_space_group_name_h-m_alt", "_space_group_name_h-m_full", "_space_group_name_h-m_ref",
)  # fmt: skip
NUMBERS = ("_space_group_it_number", "_symmetry_int_tables_number")
SETTING = "_space_group_it_coordinate_system_code"
# Modulated structures: operators in superspace, of which those of the average are the first three
# coordinates.
SUPERSPACE = (
    "_space_group_symop_ssg_operation_algebraic", "_space_group_symop_magn_ssg_operation_algebraic",
    "_symmetry_ssg_equiv_pos_as_xyz",
)  # fmt: skip
SUPERSPACE_CENTRINGS = "_space_group_symop_magn_ssg_centering_algebraic"
# What files write where they know no group.
_NO_NAME = ("", ".", "?", "unknown", "none", "n/a", "not given")

_MAX_OPERATORS = 1000
_PRIME = np.int64(1_000_003)


@dataclass(frozen=True)
class Reading:
    """One way to read a file's symmetry.

    Attributes
    ----------
    rotations : array (n, 3, 3)
    shifts : array (n, 3)
        Both act on fractional coordinates.
    words : str
        A warning where this reading is taken.
    uncertain : bool
        Of several readings whose first is uncertain just one may fit the file's formula.
    """

    rotations: np.ndarray
    shifts: np.ndarray
    words: str = ""
    uncertain: bool = False


WHOLE_CELL = Reading(np.eye(3)[None], np.zeros((1, 3)))


def readings(values: dict[str, list[str]], cell: gemmi.UnitCell) -> list[Reading]:
    """The ways to read the symmetry of a CIF, the best first.

    Parameters
    ----------
    values : dict
        Lower-case tag -> its values, as strings.
    cell : gemmi.UnitCell

    Returns
    -------
    list of Reading

    Raises
    ------
    StructureError
        Where there is neither a list of operators nor a space group that is known.
    """
    listed = _listed(values)
    if listed is not None and len(listed.shifts) > 1 and _is_group(listed):
        return [listed]
    groups, doubt = _groups(values, cell)
    named = [
        _of_group(group, f"taken in the setting {group.xhm()}", len(groups) > 1) for group in groups
    ]
    if listed is None:
        if not named:
            raise StructureError(
                f"no symmetry operators and {doubt or 'no space group'}; add "
                "_space_group_symop_operation_xyz, or write the structure in P 1"
            )
        return named if len(named) > 1 else [_of_group(groups[0], doubt)]
    if len(listed.shifts) == 1 and not groups and doubt:
        raise StructureError(
            f"x,y,z is the only symmetry operator, beside {doubt}; correct the name, list all "
            "operators, or write the structure in P 1"
        )
    if len(listed.shifts) == 1 and groups and all(group.number > 1 for group in groups):
        # only x,y,z beside a name: the asymmetric unit, or the whole cell with its name left on
        alone = Reading(
            listed.rotations, listed.shifts, "all atoms of the cell are listed; taken as P 1", True
        )
        if len(named) > 1:
            return [*named, alone]
        words = f"x,y,z is the only operator listed; those of {groups[0].xhm()} are taken"
        words = f"x,y,z is the only operator, beside {doubt}" if doubt else words
        return [_of_group(groups[0], words), alone]
    if len(listed.shifts) == 1:
        return [listed]
    codes = _codes(listed.rotations, listed.shifts)
    for group in groups:
        whole = _of_group(group, "the operators listed are no group; the named group is taken")
        if np.isin(codes, _codes(whole.rotations, whole.shifts)).mean() > 0.5:
            return [whole]
    raise StructureError(
        f"the {len(listed.shifts)} symmetry operators listed are no group: some are missing or "
        "wrong; correct the list"
    )


def _of_group(group: gemmi.SpaceGroup, words: str = "", uncertain: bool = False) -> Reading:
    return Reading(*_arrays(tuple(op.triplet() for op in group.operations())), words, uncertain)


@lru_cache(maxsize=1024)
def _arrays(triplets: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    operators = [gemmi.Op(text) for text in triplets]
    rotations = np.array([op.rot for op in operators], dtype=float) / gemmi.Op.DEN
    return rotations, np.array([op.tran for op in operators], dtype=float) / gemmi.Op.DEN


def _listed(values: dict[str, list[str]]) -> Reading | None:
    for tag in (*OPERATORS, MAGNETIC, *SUPERSPACE):
        texts = [text for text in values.get(tag, []) if text.strip() not in ("", ".", "?")]
        if not texts:
            continue
        if len(texts) > _MAX_OPERATORS:
            raise StructureError(f"{len(texts)} symmetry operators; no space group has so many")
        rotations, shifts = _parse(["x,y,z", *texts], tag)  # some lists leave it out
        centrings = CENTRINGS if tag == MAGNETIC else SUPERSPACE_CENTRINGS
        if tag in (MAGNETIC, SUPERSPACE[1]) and centrings in values:
            _, centres = _parse(values[centrings], centrings)
            rotations = np.tile(rotations, (len(centres), 1, 1))
            shifts = (centres[:, None, :] + shifts[None, :, :]).reshape(-1, 3)
        rows = np.column_stack([rotations.reshape(-1, 9), np.round(shifts % 1.0, 6) % 1.0])
        first = np.sort(np.unique(rows, axis=0, return_index=True)[1])
        return Reading(rotations[first], shifts[first])
    return None


def _parse(texts: list[str], tag: str) -> tuple[np.ndarray, np.ndarray]:
    cleaned = [plain_operator(text) for text in texts]
    try:
        return _arrays(tuple(cleaned))
    except (ValueError, RuntimeError):
        for text, shown in zip(cleaned, texts, strict=True):
            try:
                gemmi.Op(text)
            except (ValueError, RuntimeError):
                raise StructureError(
                    f"{tag} holds {shown[:40]!r}, which is no operator; expected such as "
                    "'-x,y+1/2,z'"
                ) from None
        raise


@lru_cache(maxsize=4096)
def plain_operator(text: str) -> str:
    """An operator as gemmi reads it.

    Examples
    --------
    >>> plain_operator("-1/2X - 3/2Y, 1/2x-1/2y, z+0.3333"), plain_operator("x1,x2+1/2,-x3,x4")
    ('-1/2*x-3/2*y,1/2*x-1/2*y,z+1/3', 'x,y+1/2,-z')
    """
    text = re.sub(r"[\u2010-\u2015\u2212]", "-", text)
    text = re.sub(r"[\s'\"()\[\]]", "", text).lower()
    for number, axis in zip("123", "xyz", strict=True):
        text = re.sub(rf"x_?{number}", axis, text)
    parts = [part for part in re.split("[,;]", text) if part]
    # the fourth is the time reversal of magnetic operators, or the phase of a modulation
    if len(parts) > 4 or (len(parts) == 4 and re.fullmatch(r"[+-]?1", parts[3])):
        parts = parts[:3]
    if len(parts) == 4 and "x4" in parts[3]:
        parts = parts[:3]
    text = ",".join(parts)
    # decimals are fractions that were cut off
    text = re.sub(r"\d*\.\d*", lambda match: _fraction(match[0]), text)
    return re.sub(r"(\d)(?=[xyz])", r"\1*", text)


def _fraction(decimal: str) -> str:
    if not decimal.strip("."):
        return decimal
    fraction = Fraction(decimal if decimal[0] != "." else f"0{decimal}").limit_denominator(24)
    return str(fraction) if abs(float(fraction) - float(decimal)) < 2e-3 else decimal


def _is_group(reading: Reading) -> bool:
    """Whether the product of any two operators is among them, up to lattice translations."""
    return _closed(reading.rotations.tobytes(), reading.shifts.tobytes())


@lru_cache(maxsize=1024)
def _closed(rotation_bytes: bytes, shift_bytes: bytes) -> bool:
    rotations = np.frombuffer(rotation_bytes).reshape(-1, 3, 3)
    shifts = np.frombuffer(shift_bytes).reshape(-1, 3)
    products = rotations[:, None] @ rotations[None]
    moved = shifts @ rotations.transpose(0, 2, 1) + shifts[:, None, :]
    codes = _codes(products.reshape(-1, 3, 3), moved.reshape(-1, 3))
    return bool(np.isin(codes, _codes(rotations, shifts)).all())


def _codes(rotations: np.ndarray, shifts: np.ndarray) -> np.ndarray:
    """One whole number for each operator; all its parts are multiples of 1/24.

    With halves in the rotations (axes that are not those of the lattice) the numbers wrap around,
    which is no harm: two operators of a file never get the same one.
    """
    whole = np.rint(np.clip(rotations, -4, 4) * 24).astype(np.int64).reshape(-1, 9)
    steps = np.rint(shifts * 24).astype(np.int64) % 24
    return whole @ _PRIME ** np.arange(9) * 24**3 + steps @ 24 ** np.arange(3)


def _groups(
    values: dict[str, list[str]], cell: gemmi.UnitCell
) -> tuple[list[gemmi.SpaceGroup], str]:
    """The settings that the file's name or number can mean, several where the origin is open.

    Beside them words on a name that is not known; empty where there is none.
    """
    for tag in HALL:
        for name in values.get(tag, [])[:1]:
            try:
                group = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(name))
            except (ValueError, RuntimeError):
                continue
            if group is not None:
                return [group], ""
    doubt = ""
    for tag in NAMES:
        for name in values.get(tag, [])[:1]:
            if name.strip().lower() in _NO_NAME:
                continue
            groups = named_groups(name, cell)
            if groups:
                return _in_setting(groups, values), ""
            doubt = doubt or f"the space group {name[:40]!r}, which is in no table"
    for tag in NUMBERS:
        for text in values.get(tag, [])[:1]:
            if text.strip().isdigit() and 1 <= int(text) <= 230:
                groups = settings(gemmi.find_spacegroup_by_number(int(text)), cell)
                if doubt:
                    doubt = f"{doubt}: {groups[0].xhm()} is taken by its number"
                return _in_setting(groups, values), doubt
    return [], doubt


def _in_setting(
    groups: list[gemmi.SpaceGroup], values: dict[str, list[str]]
) -> list[gemmi.SpaceGroup]:
    """Of several settings the one that the file's code names, such as 2 or h."""
    codes = [code.strip().upper() for code in values.get(SETTING, [])[:1]]
    return [group for group in groups if group.ext in codes] or groups
