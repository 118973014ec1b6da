"""The symmetry that a file states: listed operators, else a space group by name or number.

Where a file leaves a choice open (two origins and no operators), every reading is offered, and the
caller keeps the one whose atoms agree with the file's own formula.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

import gemmi
import numpy as np

from pdflearn.structures.structure import StructureError

OPERATORS = ("_space_group_symop_operation_xyz", "_symmetry_equiv_pos_as_xyz")
MAGNETIC = "_space_group_symop_magn_operation_xyz"
CENTRINGS = "_space_group_symop_magn_centering_xyz"
HALL = ("_space_group_name_hall", "_symmetry_space_group_name_hall")
NAMES = (
    "_space_group_name_h-m_alt", "_symmetry_space_group_name_h-m", "_space_group_name_h-m",
    "_space_group_name_h-m_full",
)  # fmt: skip
NUMBERS = ("_space_group_it_number", "_symmetry_int_tables_number")

_MAX_OPERATORS = 1000


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
    groups = _groups(values, cell)
    named = [
        _of_group(group, f"taken in the setting {group.xhm()}", len(groups) > 1) for group in groups
    ]
    if listed is None:
        if not named:
            raise StructureError(
                "no symmetry operators and no space group that is known; add "
                "_space_group_symop_operation_xyz, or write the structure in P 1"
            )
        return named if len(named) > 1 else [_of_group(groups[0])]
    if len(listed.shifts) == 1 and groups and all(group.number > 1 for group in groups):
        # only x,y,z beside a name: the asymmetric unit, or the whole cell with its name left on
        alone = Reading(
            listed.rotations, listed.shifts, "all atoms of the cell are listed; taken as P 1", True
        )
        return [*named, alone] if len(named) > 1 else [_of_group(groups[0]), alone]
    if not _is_group(listed):
        codes = _codes(listed.rotations, listed.shifts)
        for group in groups:
            whole = _of_group(group, "the operators listed are no group; the named group is taken")
            if np.isin(codes, _codes(whole.rotations, whole.shifts)).mean() > 0.5:
                return [whole]
        raise StructureError(
            f"the {len(listed.shifts)} symmetry operators listed are no group: some are missing or "
            "wrong; correct the list"
        )
    return [listed]


def _of_group(group: gemmi.SpaceGroup, words: str = "", uncertain: bool = False) -> Reading:
    return Reading(*_arrays(tuple(op.triplet() for op in group.operations())), words, uncertain)


@lru_cache(maxsize=1024)
def _arrays(triplets: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
    operators = [gemmi.Op(text) for text in triplets]
    rotations = np.array([op.rot for op in operators], dtype=float) / gemmi.Op.DEN
    return rotations, np.array([op.tran for op in operators], dtype=float) / gemmi.Op.DEN


def _listed(values: dict[str, list[str]]) -> Reading | None:
    for tag in (*OPERATORS, MAGNETIC):
        texts = [text for text in values.get(tag, []) if text.strip() not in ("", ".", "?")]
        if not texts:
            continue
        if len(texts) > _MAX_OPERATORS:
            raise StructureError(f"{len(texts)} symmetry operators; no space group has so many")
        rotations, shifts = _parse(texts, tag)
        if tag == MAGNETIC and CENTRINGS in values:
            _, centres = _parse(values[CENTRINGS], CENTRINGS)
            rotations = np.tile(rotations, (len(centres), 1, 1))
            shifts = (centres[:, None, :] + shifts[None, :, :]).reshape(-1, 3)
        rows = np.column_stack([rotations.reshape(-1, 9), np.round(shifts % 1.0, 6) % 1.0])
        first = np.sort(np.unique(rows, axis=0, return_index=True)[1])
        return Reading(rotations[first], shifts[first])
    return None


def _parse(texts: list[str], tag: str) -> tuple[np.ndarray, np.ndarray]:
    cleaned = []
    for text in texts:
        text = re.sub(r"[\s'\"]", "", text).lower()
        cleaned.append(re.sub(r",[+-]?1$", "", text))  # the time reversal of magnetic operators
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
    """One whole number for each operator; translations of a group are multiples of 1/24."""
    whole = np.clip(np.rint(rotations), -4, 4).astype(np.int64).reshape(-1, 9) + 4
    steps = np.rint(shifts * 24).astype(np.int64) % 24
    return whole @ 9 ** np.arange(9) * 24**3 + steps @ 24 ** np.arange(3)


def _groups(values: dict[str, list[str]], cell: gemmi.UnitCell) -> list[gemmi.SpaceGroup]:
    """The settings that the file's name or number can mean; several where the origin is open."""
    for tag in HALL:
        for name in values.get(tag, [])[:1]:
            try:
                group = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(name))
            except (ValueError, RuntimeError):
                continue
            if group is not None:
                return [group]
    for tag in NAMES:
        for name in values.get(tag, [])[:1]:
            groups = named_groups(name, cell)
            if groups:
                return groups
    for tag in NUMBERS:
        for text in values.get(tag, [])[:1]:
            if text.strip().isdigit() and 1 <= int(text) <= 230:
                return _settings(gemmi.find_spacegroup_by_number(int(text)), cell)
    return []


def named_groups(name: str, cell: gemmi.UnitCell) -> list[gemmi.SpaceGroup]:
    """The settings that a Hermann-Mauguin symbol can mean in a cell.

    Parameters
    ----------
    name : str
        As files write it: with or without blanks, with a choice of origin or axes at its end.
    cell : gemmi.UnitCell
        Its angles tell hexagonal axes from rhombohedral ones, and the unique axis.

    Returns
    -------
    list of gemmi.SpaceGroup
        Two where the origin is open; none where the symbol is unknown.

    Examples
    --------
    >>> cubic = gemmi.UnitCell(5.43, 5.43, 5.43, 90, 90, 90)
    >>> [group.xhm() for group in named_groups("Fd-3m", cubic)]
    ['F d -3 m:1', 'F d -3 m:2']
    >>> [group.xhm() for group in named_groups("F d -3 m S", cubic)]
    ['F d -3 m:1']
    """
    name = name.strip().replace("_", "")
    choice = ""
    for pattern, digit in (
        (r"\(?origin[ \-at]*(?:choice)?\s*([12])\)?$", ""),
        (r"[:\s]\s*([12])$", ""),
        (r"(?<=.{4})[:\s]\s*(S)$", "1"),
        (r"(?<=.{4})[:\s]\s*(Z)$", "2"),
        (r"(?<=.{2})[:\s]\s*([HR])S?$", ""),
    ):
        match = re.search(pattern, name, re.IGNORECASE)
        if match:
            shorter = name[: match.start()].strip(" :,;")
            # the last digit of 'P 2 1 2' is no choice of origin
            if digit or gemmi.find_spacegroup_by_name(f"{shorter}:{match[1].upper()}"):
                name, choice = shorter, digit or match[1].upper()
                break
    name = re.sub(r"\s*\(.*\)$", "", name)
    group = gemmi.find_spacegroup_by_name(
        f"{name}:{choice}" if choice else name, alpha=cell.alpha, gamma=cell.gamma
    )
    if group is None:
        short = name.replace(" ", "").upper()
        known = [group for group in gemmi.spacegroup_table() if _short(group) == short]
        fitting = [
            setting for group in known for setting in _settings(group, cell) if setting == group
        ]
        return fitting[:1]
    return [group] if choice else _settings(group, cell)


def _short(group: gemmi.SpaceGroup) -> str:
    """The symbol without blanks and the axes that hold nothing: P21/b for P 1 1 21/b."""
    return "".join(part for part in group.hm.split() if part != "1").upper()


def _settings(group: gemmi.SpaceGroup, cell: gemmi.UnitCell) -> list[gemmi.SpaceGroup]:
    if group.ext in ("H", "R"):
        angles, lengths = (cell.alpha, cell.beta, cell.gamma), (cell.a, cell.b, cell.c)
        rhombohedral = np.ptp(angles) + np.ptp(lengths) < 0.02 and abs(cell.gamma - 120.0) > 1.0
        return [gemmi.find_spacegroup_by_name(f"{group.hm}:{'R' if rhombohedral else 'H'}")]
    if group.ext in ("1", "2"):
        origins = [gemmi.find_spacegroup_by_name(f"{group.hm}:{choice}") for choice in "12"]
        return [origin for origin in origins if origin is not None]
    if group.crystal_system_str() == "monoclinic":
        angles = {"a": cell.alpha, "b": cell.beta, "c": cell.gamma}
        oblique = [axis for axis, angle in angles.items() if abs(angle - 90.0) > 0.01]
        if oblique and group.monoclinic_unique_axis() not in oblique:
            for other in gemmi.spacegroup_table():
                if other.number == group.number and other.monoclinic_unique_axis() == oblique[0]:
                    return [other]
    return [group]
