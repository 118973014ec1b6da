"""What cannot be is refused with its reason; what is doubtful is said."""

import numpy as np
import pytest
from crystals import FCC, rocksalt

from pdflearn.structures import checks
from pdflearn.structures.structure import StructureError, make_structure

CUBE = (4.21, 4.21, 4.21, 90, 90, 90)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"symbols": []}, "no atoms"),
        ({"symbols": ["Mg", "Xx"]}, "Xx"),
        ({"xyz": [[0, 0, 0], [np.nan, 0, 0]]}, "no numbers"),
        ({"occupancy": [1.0, -0.2]}, r"occupancy -0.2 of atom 2 \(O\)"),
        ({"xyz": [[0, 0, 0], [0.1, 0, 0]]}, "Mg and O 0.42 angstrom apart"),
        ({"xyz": [[0, 0, 0], [0.01, 0, 0]]}, "on one place, 0.04 angstrom apart"),
        ({"lattice": (0.3, 0.3, 0.3, 90, 90, 90)}, "check the cell"),
        ({"formula": "Mg O2"}, "not the file's formula 'Mg O2'"),
        ({"formula": "Mg O C"}, "has C, the atoms have not"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(change, words):
    given = {"lattice": CUBE, "symbols": ["Mg", "O"], "xyz": FCC[:2], "occupancy": None}
    formula = change.pop("formula", None)
    given |= change
    n = len(given["symbols"])
    structure = make_structure(
        given["lattice"], given["symbols"], given["xyz"][:n], occupancy=given["occupancy"]
    )
    with pytest.raises(StructureError, match=words):
        checks.check(structure, formula)


def test_the_doubtful_is_said():
    loose = make_structure((9, 9, 9, 90, 90, 90), ["Mg", "O"], FCC[:2])
    assert "cubic angstrom for each atom is unusual" in checks.check(loose)[0]
    assert checks.check(rocksalt(), "Mg O H2") == ["some hydrogen of the formula has no position"]


def test_contacts_are_held_against_radii():
    assert checks.contact_warnings(rocksalt()) == []
    assert "1.6" in checks.contact_warnings(rocksalt(a=6.7))[0]
    assert "0.6" in checks.contact_warnings(rocksalt(a=2.6))[0]
    assert "no two atoms" in checks.contact_warnings(rocksalt(a=20.0))[0]


@pytest.mark.parametrize(
    ("formula", "amounts"),
    [
        ("Ca5 (P O4)3 F", {"Ca": 5, "P": 3, "O": 12, "F": 1}),
        ("Ca (Zn.165 Fe.835) Si2 O6", {"Ca": 1, "Zn": 0.165, "Fe": 0.835, "Si": 2, "O": 6}),
        ("C2 D6 O1", {"C": 2, "H": 6, "O": 1}),
        ("Na[Al(OH)4]2", {"Na": 1, "Al": 2, "O": 8, "H": 8}),
        ("7Li1 D1", {"Li": 1, "H": 1}),
        ("(11B)2 O3", {"B": 2, "O": 3}),
        ("2H2 O", {}),
        ("Fe1-x O", {}),
        ("C2 H6)", {}),
    ],
)
def test_formulae(formula, amounts):
    assert checks.stated_amounts(formula) == pytest.approx(amounts)


def test_an_atom_that_is_listed_twice_counts_once():
    corners = [[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0], [1, 0, 0], [0.5, 0.5, 1]]
    nickel = make_structure((3.52, 3.52, 3.52, 90, 90, 90), ["Ni"] * 6, np.array(corners))
    (words,) = checks.check(nickel)
    assert "2 atoms of Ni stand where others are listed already" in words
    assert len(nickel) == len(nickel.orbits) == 4
    again = make_structure((3.52, 3.52, 3.52, 90, 90, 90), ["Ni"] * 6, np.array(corners))
    with pytest.raises(StructureError, match="listed twice"):
        checks.check(again, merge=False)
    half = make_structure(
        (3.52, 3.52, 3.52, 90, 90, 90), ["Ni", "Ni"], np.zeros((2, 3)), occupancy=[0.5, 0.5]
    )
    assert checks.check(half) == []  # halves that make one whole
    assert len(half) == 2


def test_two_elements_on_one_place_are_refused_as_before():
    both = make_structure((3.5, 3.5, 3.5, 90, 90, 90), ["Ni", "Cu"], np.zeros((2, 3)))
    with pytest.raises(StructureError, match="on one place"):
        checks.check(both)


@pytest.mark.parametrize(
    ("occupancy", "formula", "words"),
    [
        ([1.0] * 8, "Mg2 O", "is not that of its sites, MgO"),
        ([1.0] * 7 + [0.5], "Mg2 O", ""),  # a site that is not full
        ([1.0] * 8, "Mg O Fe", ""),  # an element without sites
    ],
)
def test_a_stale_formula_is_told_where_the_sites_are_clear(occupancy, formula, words):
    salt = rocksalt("Mg", "O")
    for atom, share in zip(salt, occupancy, strict=True):
        atom.occupancy = share
    warning = checks.stale_formula(salt, formula)
    assert words in warning
    assert bool(warning) == bool(words)
