"""A composition that a user gives is laid onto the sites of a structure."""

import numpy as np
import pytest
from crystals import rocksalt

from pdflearn.structures import substitution


def test_shares_are_of_the_atoms():
    assert substitution.shares(rocksalt()) == {"Mg": 0.5, "O": 0.5}


def test_elements_stay_where_they_are_if_they_can():
    ways = substitution.assignments({"Mg": 0.5, "O": 0.5}, {"Mg": 0.5, "O": 0.5})
    assert ways[0] == {"Mg": {"Mg": 1.0}, "O": {"O": 1.0}}
    assert ways[1] == {"Mg": {"O": 1.0}, "O": {"Mg": 1.0}}


def test_two_elements_share_a_site():
    composition = {"Fe": 0.1, "Mg": 0.4, "O": 0.5}
    [way] = [
        way
        for way in substitution.assignments(composition, {"Mg": 0.5, "O": 0.5})
        if "Mg" in way["Mg"]
    ]
    assert way["Mg"] == pytest.approx({"Fe": 0.2, "Mg": 0.8})
    mixed = substitution.substitute(rocksalt(), way)
    assert len(mixed) == 12
    assert substitution.shares(mixed) == pytest.approx(composition)
    np.testing.assert_array_equal(mixed.xyz[0], mixed.xyz[1])
    assert mixed.orbits[0] == mixed.orbits[1]


def test_a_composition_that_does_not_fill_the_sites_has_no_way():
    sites = {"Mg": 0.5, "O": 0.5}
    assert substitution.assignments({"Al": 0.4, "O": 0.6}, sites) == []
    assert substitution.assignments({"Mg": 1.0}, sites) == [{"Mg": {"Mg": 1.0}, "O": {"Mg": 1.0}}]
    assert substitution.assignments({}, sites) == []


def test_isotopes_stay_where_their_element_stays():
    deuteride = rocksalt("7Li", "D")
    assert substitution.shares(deuteride) == {"H": 0.5, "Li": 0.5}
    kept = substitution.substitute(deuteride, {"Li": {"Li": 1.0}, "H": {"H": 0.9, "F": 0.1}})
    assert {atom.element for atom in kept} == {"7Li", "D", "F"}
