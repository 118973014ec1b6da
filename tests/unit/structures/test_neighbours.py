"""Pairs of atoms up to a distance: by comparison and by a tree the same."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.structures import neighbours
from pdflearn.structures.errors import StructureError
from pdflearn.structures.neighbours import pairs_within


@given(st.integers(1, 12), st.floats(0.5, 5.0), st.booleans(), st.integers(0, 2**32 - 1))
def test_comparison_and_tree_find_the_same(n, reach, periodic, seed):
    random = np.random.default_rng(seed)
    base = np.diag(random.uniform(3, 6, 3)) + random.uniform(-0.5, 0.5, (3, 3))
    xyz = random.uniform(-1, 2, (n, 3))
    compared = pairs_within(xyz, base, reach, periodic)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "MAX_COMPARED", 0)
        by_tree = pairs_within(xyz, base, reach, periodic)
    for one, other in zip(compared, by_tree, strict=True):
        assert (one == other).all()


def test_the_neighbours_of_a_simple_cubic_lattice():
    first, second, distance = pairs_within(np.zeros((1, 3)), 3.0 * np.eye(3), 4.5)
    assert not first.any()
    assert not second.any()
    assert sorted(distance.round(3).tolist()) == [3.0] * 6 + [round(3 * 2**0.5, 3)] * 12


def test_a_cell_that_is_too_dense_is_refused():
    with pytest.raises(StructureError, match="more than 2000 others within 9 angstrom"):
        pairs_within(np.zeros((1, 3)), 0.5 * np.eye(3), 9.0)
