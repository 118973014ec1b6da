"""A crystal that is near more symmetry is told from one that is not."""

from pathlib import Path

import numpy as np
import pytest

from pdflearn.structures.crystal import lattice_vectors
from pdflearn.structures.isometries import may_be_higher, near_isometries
from pdflearn.structures.library import load_library

LIBRARY = load_library(Path(__file__).parents[3] / "resources" / "library")


def higher(kind, cell, parameters, kinds=None):
    sites = LIBRARY.sites(kind)
    inside, _, regular = sites.positions(sites.values(parameters)[None])
    assert regular.all()
    base = lattice_vectors(np.array([cell], dtype=float))
    kinds = sites.role_of_atom if kinds is None else np.array(kinds)[sites.role_of_atom]
    maps = near_isometries(sites, base[0], strain=0.0)
    return bool(may_be_higher(sites, maps, inside, base, kinds)[0])


def test_a_cell_that_became_cubic_is_seen_unless_its_atoms_are_ordered():
    cubic, tetragonal = (3.0, 3.0, 3.0 * 2**0.5), (3.0, 3.0, 3.9)
    for lengths, kinds, expected in (
        (cubic, [0, 0], True),
        (cubic, [0, 1], False),
        (tetragonal, [0, 0], True),  # half the cell repeats
        (tetragonal, [0, 1], False),
    ):
        assert higher("L1_0", (*lengths, 90, 90, 90), {}, kinds) is expected
    assert not higher("In", (3.25, 3.25, 4.95, 90, 90, 90), {})
    assert higher("In", (3.25, 3.25, 3.25, 90, 90, 90), {})


def test_one_element_on_both_roles_of_cesium_chloride_is_bcc():
    cell = (4.12, 4.12, 4.12, 90, 90, 90)
    assert not higher("CsCl", cell, {})
    assert higher("CsCl", cell, {}, kinds=[0, 0])


@pytest.mark.parametrize(("alpha", "expected"), [(57.0, False), (60.0, True), (60.5, True)])
def test_a_rhombohedral_lattice_near_a_cubic_one(alpha, expected):
    """alpha_As with z = 1/4 is simple cubic where the axes allow."""
    a = 2 * 4.0 * np.sin(np.radians(alpha) / 2)
    c = 4.0 * np.sqrt(3 + 6 * np.cos(np.radians(alpha)))
    assert higher("alpha_As", (a, a, c, 90, 90, 120), {"z": 0.25}) or not expected
    assert not higher("alpha_As", (a, a, c, 90, 90, 120), {"z": 0.22})
