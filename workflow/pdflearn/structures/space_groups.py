"""Space groups by name: Hermann-Mauguin symbols in every spelling that tables and files have.

gemmi's table knows the usual symbols of 564 settings. The full symbols (F 4/m -3 2/m), those with e
glides, and the codes of axes and cells (P 21/c:b2) come from spglib's table of 530 settings.
"""

import re
import unicodedata
from functools import lru_cache

import gemmi
import numpy as np
import spglib

SPGLIB_SETTINGS = 530

# How files write bars and screw axes, and what stands in for it: one after the other.
_SPELLINGS = (
    (r"<[^<>]*>|[$'\"~^*]", ""),  # P2<sub>1</sub>/c, P 2~1~/c, $P2_1/c$
    (r"[\u2010-\u2015\u2212\u00af]", "-"),
    (r"(\d)\s?[\u0304\u0305\u0332\u0333]", r"-\1"),  # combining lines over or under the digit
    (r"\\(?:bar|overline)\s*\{?\s*(\d)\s*\}?", r"-\1"),
    (r"(\d)bar", r"-\1"),  # 3bar
    (r"bar\s*\{?(\d)\}?", r"-\1"),
    (r"[_{}]", ""),
    (r"\(\s*(-\d)\s*\)", r"\1"),  # Fm(-3)m
    (r"(\d)\(([1-5])\)", r"\1\2"),  # P2(1)/c of SHELX
)
# The tables' numbers and the words that files add to a symbol, and which mean nothing more.
_ADDED = (
    r"\s*[\[(]\s*(?:no\.?|nr\.?|\#)?\s*\d{1,3}\s*[\])]$",
    r"\s*,?\s*(?:no\.?|nr\.?|\#)\s*\d{1,3}$",
    r"^(?:no\.?|nr\.?|\#)?\s*\d{1,3}\s*[:.,)]?\s+(?=[A-Za-z])",
    r"[\s,;(]*unique\s+axis\s*[abc]\s*\)?$",
    r"[\s,;(]*[abc]-?axis\s+unique\s*\)?$",
    r"\s*\(\s*a\s*,\s*b\s*,\s*c\s*\)$",
)
# A choice of origin or axes at the end of a symbol, and what it is taken as; None: as written.
_CHOICES = (
    (r"[\s(\[,;]*(?:at\s+)?origin[\s\-at:]*(?:choice)?[\s:]*([12])[)\]]?$", None),
    (r"[\s(\[,;]*(?:setting|choice)[\s:]*([12])[)\]]?$", None),
    (r"[\s(\[,;]*([HR])(?:ex|hom)[a-z]*(?:\s+(?:axes|setting|cell))?[)\]]?$", None),
    (r"\s*,\s*([12])(?:\s*,\s*abc)?$", None),  # DISCUS
    (r"\s*[:\s(\[]\s*([12])[)\]]?$", None),
    (r"(?<=.{4})[:\s]?\s*(S)$", "1"),  # ICSD
    (r"(?<=.{4})[:\s]?\s*(Z)$", "2"),
    (r"(?<=.{2})[:\s(]?\s*([HR])S?\)?$", None),
    (r"\s*:\s*(-?[abc]{1,3}-?[abc]?-?[abc]?\d?|[12]-?[abc]-?[abc]-?[abc])$", None),  # :b2, :-cba
)
_REMARK = re.compile(r"\s*[(\[][^()\[\],]*[)\]]$")


def named_groups(name: str, cell: gemmi.UnitCell) -> list[gemmi.SpaceGroup]:
    """The settings that a Hermann-Mauguin symbol can mean in a cell.

    Parameters
    ----------
    name : str
        As files write it: short or full, with or without blanks, with a choice of origin or axes
        at its end.
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
    >>> [group.xhm() for group in named_groups("F 4/m 3bar 2/m", cubic)]
    ['F m -3 m']
    """
    name = plain_name(name)
    if len(name) > 60:
        return []
    for pattern, digit in _CHOICES:
        match = re.search(pattern, name, re.IGNORECASE)
        if match:
            settings = _settings_of(name[: match.start()], digit or match[1], cell)
            # the last digit of 'P 2 1 2' is no choice of origin
            if settings:
                return settings
            if "," in match[0] and "," not in name[: match.start()]:
                return _settings_of(name[: match.start()], "", cell)
    # what stands in brackets without a comma is a remark; with one, another basis
    return _settings_of(name, "", cell) or _settings_of(_REMARK.sub("", name), "", cell)


@lru_cache(maxsize=1024)
def plain_name(name: str) -> str:
    """A symbol with minus signs for bars, and without markup and what is no part of it.

    Examples
    --------
    >>> plain_name("Fm3\\u0305m"), plain_name("P 2_1/c (No. 14)"), plain_name("P2(1)/c")
    ('Fm-3m', 'P 21/c', 'P21/c')
    """
    name = unicodedata.normalize("NFKD", name.replace("\u00af", "-"))
    for pattern, plain in _SPELLINGS:
        name = re.sub(pattern, plain, name, flags=re.IGNORECASE)
    name = name.strip(" ,;")
    for pattern in _ADDED:
        shorter = re.sub(pattern, "", name, flags=re.IGNORECASE)
        name = name if _is_origin(name[len(shorter) :]) else shorter
    return name


def _is_origin(ending: str) -> bool:
    return ending.strip(" ()[]") in ("1", "2")


def _settings_of(name: str, choice: str, cell: gemmi.UnitCell) -> list[gemmi.SpaceGroup]:
    """The settings of a symbol without its choice; with one, exactly that setting."""
    choice = choice.lower()
    for spelled in (name, _bars_before_digits(name)):
        found = _tables().get((_key(spelled), choice), ())
        if found and choice:
            return [_group(found[0])]
        if choice:
            continue
        usual = gemmi.find_spacegroup_by_name(spelled, alpha=cell.alpha, gamma=cell.gamma)
        groups = [_group(hall) for hall in found]
        if usual is not None and (not found or usual.number in {g.number for g in groups}):
            return settings(usual, cell)
        if not found:
            continue
        fitting = [group for group in groups if settings(group, cell)[0] == group] or groups
        return settings(fitting[0], cell)
    return []


def _bars_before_digits(name: str) -> str:
    """FD3-MS of the ICSD: the bar stands behind its digit."""
    return re.sub(r"([1346])-", r"-\1", name)


def _key(name: str) -> str:
    return re.sub(r"[\s:]", "", name).lower()


@lru_cache(maxsize=1)
def _tables() -> dict[tuple[str, str], tuple[str, ...]]:
    """Symbol without blanks and choice ("" for none) -> the Hall symbols that it can mean."""
    table: dict[tuple[str, str], list[str]] = {}

    def add(name: str, choices: tuple[str, ...], hall: str) -> None:
        for choice in choices:
            halls = table.setdefault((_key(name), choice), [])
            if hall not in halls:
                halls.append(hall)

    for group in gemmi.spacegroup_table():
        choices = ("", group.ext.strip("\0").lower(), group.qualifier)
        add(group.hm, choices, group.hall)
        if group.crystal_system_str() == "monoclinic":  # P 21/b for P 1 1 21/b
            axes = [part for part in group.hm.split() if part != "1"]
            add("".join(axes), ("",), group.hall)
    for number in range(1, SPGLIB_SETTINGS + 1):
        setting = spglib.get_spacegroup_type(number)
        group = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(setting.hall_symbol))
        full = setting.international_full
        # C 2/m 2/c 21/a of older tables for C 2/m 2/c 21/e
        older = [
            part[:-1] + letter[-1] if part[-1] == "e" else part
            for part, letter in zip(full.split(), group.hm.split(), strict=False)
        ]
        names = (full, " ".join(older), *setting.international.split(" = "))
        choices = ("", group.ext.strip("\0").lower(), group.qualifier, setting.choice.lower())
        for name in (*names, setting.international_short):
            add(name.replace("_", ""), choices, group.hall)
    # older symbols of cubic groups have no bar: F m 3 m, F 4/m 3 2/m
    for (name, choice), halls in list(table.items()):
        if _group(halls[0]).crystal_system_str() == "cubic" and "-3" in name:
            table.setdefault((name.replace("-3", "3"), choice), halls)
    return {key: tuple(halls) for key, halls in table.items()}


@lru_cache(maxsize=1024)
def _group(hall: str) -> gemmi.SpaceGroup:
    return gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(hall))


def settings(group: gemmi.SpaceGroup, cell: gemmi.UnitCell) -> list[gemmi.SpaceGroup]:
    """The settings that a group without a stated choice can have in a cell.

    Parameters
    ----------
    group : gemmi.SpaceGroup
    cell : gemmi.UnitCell

    Returns
    -------
    list of gemmi.SpaceGroup
        Both origins where there are two; else the setting whose axes fit the cell.
    """
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
