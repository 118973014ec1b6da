"""Names of space groups: every symbol of the tables, in every way that files write it."""

import re

import gemmi
import pytest
import spglib

from pdflearn.structures.space_groups import SPGLIB_SETTINGS, named_groups

CELLS = {
    "triclinic": (5, 6, 7, 80, 85, 95),
    "orthorhombic": (5, 6, 7, 90, 90, 90),
    "tetragonal": (5, 5, 7, 90, 90, 90),
    "trigonal": (5, 5, 7, 90, 90, 120),
    "hexagonal": (5, 5, 7, 90, 90, 120),
    "cubic": (5, 5, 5, 90, 90, 90),
}


def cell_of(group):
    system = group.crystal_system_str()
    if system == "monoclinic":
        angles = [104 if axis == group.monoclinic_unique_axis() else 90 for axis in "abc"]
        return gemmi.UnitCell(5, 6, 7, *angles)
    return gemmi.UnitCell(*((5, 5, 5, 56, 56, 56) if group.ext == "R" else CELLS[system]))


def screws(name, written):
    """The axes 21, 42 and so on, written in another way."""
    return re.sub(r"\b([2346])([1-5])(?=\b)", written, name)


def bars(name, written):
    return re.sub(r"-(\d)", written, name)


SPELLINGS = [
    lambda name: name,
    lambda name: name.replace(" ", ""),
    str.lower,
    lambda name: name.replace(" ", "").upper(),
    lambda name: screws(name, r"\1_\2"),
    lambda name: screws(name, r"\1(\2)").replace(" ", ""),
    lambda name: screws(name, r"\1<sub>\2</sub>"),
    lambda name: "$" + bars(screws(name, r"\1_{\2}"), r"\\bar{\1}") + "$",
    lambda name: bars(name, r"\1bar"),
    lambda name: bars(name, r"bar\1"),
    lambda name: bars(name, "\\1\u0305"),
    lambda name: bars(name, "\\1\u0304").replace(" ", ""),
    lambda name: bars(name, "\u2212\\1"),
    lambda name: bars(name, r"\1-").replace(" ", ""),
    lambda name: bars(name, r"(-\1)").replace(" ", ""),
]


def operators(group):
    return frozenset(operator.triplet() for operator in group.operations())


def wrong_spellings(name, choice, group):
    """The spellings of a symbol that are read as something else."""
    cell, wanted = cell_of(group), operators(group)
    for spelling in SPELLINGS:
        written = spelling(name) + (f":{choice}" if choice else "")
        found = [operators(setting) for setting in named_groups(written, cell)]
        if wanted not in found or (choice and len(found) > 1):
            yield written


def test_every_symbol_of_gemmi_in_every_spelling():
    for group in gemmi.spacegroup_table():
        choice = group.ext.strip("\0")
        assert list(wrong_spellings(group.hm, choice, group)) == []
        if choice and group.is_reference_setting():  # open origin, or the axes that fit the cell
            assert list(wrong_spellings(group.hm, "", group)) == []


def test_every_symbol_of_spglib_in_every_spelling():
    """Short, full and with the code of its setting; without it an e glide can mean two settings."""
    for number in range(1, SPGLIB_SETTINGS + 1):
        setting = spglib.get_spacegroup_type(number)
        group = gemmi.find_spacegroup_by_ops(gemmi.symops_from_hall(setting.hall_symbol))
        full = setting.international_full.replace("_", "")
        names = [full, *setting.international.replace("_", "").split(" = ")]
        for name in dict.fromkeys(names):
            assert list(wrong_spellings(name, setting.choice, group)) == []
        if "e" not in full:
            assert list(wrong_spellings(full, group.ext.strip("\0"), group)) == []


def test_old_cubic_symbols_have_no_bar():
    for group in gemmi.spacegroup_table():
        if group.crystal_system_str() == "cubic" and "-3" in group.hm:
            found = named_groups(group.hm.replace("-3", "3"), cell_of(group))
            assert operators(group) in [operators(setting) for setting in found]


@pytest.mark.parametrize(
    ("name", "angles", "settings"),
    [
        ("F d -3 m", (90, 90, 90), ["F d -3 m:1", "F d -3 m:2"]),
        ("F d -3 m S", (90, 90, 90), ["F d -3 m:1"]),
        ("F d -3 m Z", (90, 90, 90), ["F d -3 m:2"]),
        ("F d -3 m (origin choice 2)", (90, 90, 90), ["F d -3 m:2"]),
        ("FD-3M :2", (90, 90, 90), ["F d -3 m:2"]),
        ("R -3 c", (90, 90, 120), ["R -3 c:H"]),
        ("R -3 c H", (90, 90, 120), ["R -3 c:H"]),
        ("R -3 c", (56, 56, 56), ["R -3 c:R"]),
        ("R -3 c :R", (56, 56, 56), ["R -3 c:R"]),
        ("P 21 21 2", (90, 90, 90), ["P 21 21 2"]),
        ("P 21/c", (90, 104, 90), ["P 1 21/c 1"]),
        ("P 2_1/b", (90, 90, 104), ["P 1 1 21/b"]),
        ("P 63/m m c", (90, 90, 120), ["P 63/m m c"]),
        ("C m c a", (90, 90, 90), ["C m c a"]),
        ("FD3-MS", (90, 90, 90), ["F d -3 m:1"]),
        ("R3-CR", (56, 56, 56), ["R -3 c:R"]),
        ("R -3 m (hexagonal axes)", (90, 90, 120), ["R -3 m:H"]),
        ("P 21/m 21/m 2/n (origin choice 2)", (90, 90, 90), ["P m m n:2"]),
        ("F d -3 m Origin Choice: 1", (90, 90, 90), ["F d -3 m:1"]),
        ("Fd-3m, 2", (90, 90, 90), ["F d -3 m:2"]),
        ("Pnma, 1, abc", (90, 90, 90), ["P n m a"]),
        ("P 21/c (No. 14)", (90, 104, 90), ["P 1 21/c 1"]),
        ("P 1 21/c 1, unique axis b", (90, 104, 90), ["P 1 21/c 1"]),
        ("225: Fm-3m", (90, 90, 90), ["F m -3 m"]),
        ("P m -3 n (beta-W)", (90, 90, 90), ["P m -3 n"]),
        ("C 1 2/c 1 (a,b,c)", (90, 104, 90), ["C 1 2/c 1"]),
        ("P 42/m m c (a-b,a+b,c)", (90, 90, 90), []),
        ("C 2/m 2/c 21/a", (90, 90, 90), ["C m c a"]),
        ("H 3 2", (90, 90, 120), ["R 3 2:H"]),
        ("P 3 m", (90, 90, 120), []),
        ("Q 17", (90, 90, 90), []),
        ("?", (90, 90, 90), []),
    ],
)
def test_names_of_space_groups(name, angles, settings):
    cell = gemmi.UnitCell(5, 5, 5, *angles)
    assert [group.xhm() for group in named_groups(name, cell)] == settings
