"""Displacements that symmetry allows keep the space group."""

import numpy as np
import pytest
import spglib
from crystals import fcc, rutile

from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import make_structure


def test_modes_keep_the_space_group():
    start = rutile()
    mode = symmetric_modes(start)[0]
    assert np.linalg.norm(mode, axis=1).max() == pytest.approx(1.0)
    moved = start.xyz + 0.05 * mode @ np.linalg.inv(start.lattice.base)
    cell = (start.lattice.base, moved, [22, 22, 8, 8, 8, 8])
    assert spglib.get_symmetry_dataset(cell, symprec=1e-3).number == 136
    assert len(symmetric_modes(fcc())) == 0


def test_hydrogen_may_ride_on_the_atom_that_it_is_bound_to():
    cell, z_oxygen, z_hydrogen = (3.15, 3.15, 4.77, 90, 90, 120), 0.22, 0.43
    xyz = [[0, 0, 0], *([1 / 3, 2 / 3, z] for z in (z_oxygen, z_hydrogen))]
    xyz += [[2 / 3, 1 / 3, -z] for z in (z_oxygen, z_hydrogen)]
    brucite = make_structure(cell, ["Mg", "O", "H", "O", "H"], np.array(xyz))
    assert len(symmetric_modes(brucite)) == 2
    (mode,) = symmetric_modes(brucite, riding=("H",))
    np.testing.assert_allclose(mode[1], mode[2])  # the bond keeps its length
    np.testing.assert_allclose(mode[3], mode[4])
    np.testing.assert_allclose(mode[0], 0.0, atol=1e-12)
