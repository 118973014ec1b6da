"""Displacements that symmetry allows keep the space group."""

import numpy as np
import pytest
import spglib
from crystals import fcc, rutile

from pdflearn.structures.modes import symmetric_modes


def test_modes_keep_the_space_group():
    start = rutile()
    mode = symmetric_modes(start)[0]
    assert np.linalg.norm(mode, axis=1).max() == pytest.approx(1.0)
    moved = start.xyz + 0.05 * mode @ np.linalg.inv(start.lattice.base)
    cell = (start.lattice.base, moved, [22, 22, 8, 8, 8, 8])
    assert spglib.get_symmetry_dataset(cell, symprec=1e-3).number == 136
    assert len(symmetric_modes(fcc())) == 0
