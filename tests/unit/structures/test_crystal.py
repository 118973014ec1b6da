"""Crystals as arrays lie in the same axes as the container's."""

import numpy as np
from diffpy.structure import Lattice
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.structures.crystal import lattice_vectors

LENGTHS = st.floats(2.0, 30.0)
ANGLES = st.one_of(st.just(90.0), st.just(120.0), st.floats(65.0, 115.0))


@given(st.lists(st.tuples(LENGTHS, LENGTHS, LENGTHS, ANGLES, ANGLES, ANGLES), max_size=5))
def test_axes_are_those_of_the_container(cells):
    cells = [cell for cell in cells if sum(cell[3:]) < 350]
    vectors = lattice_vectors(np.array(cells).reshape(-1, 6))
    for cell, base in zip(cells, vectors, strict=True):
        np.testing.assert_allclose(base, Lattice(*cell).base, atol=1e-10)
