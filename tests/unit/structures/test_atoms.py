"""Atoms as arrays are those of the structure, and are read from a file as they were written."""

import numpy as np
from diffpy.structure import Atom, Lattice, Structure

from pdflearn.structures.atoms import Atoms, load_atoms
from pdflearn.structures.structure import load_structures, make_structure, save_structures

CELL = (4.1, 5.3, 6.7, 81.0, 97.5, 112.25)


def test_atoms_are_read_as_they_were_written(tmp_path):
    xyz = np.random.default_rng(0).random((3, 3))
    crystal = make_structure(CELL, ["Na+", "Cl", "Br"], xyz, [1.0, 0.4, 0.6], orbits=[0, 1, 1])
    pair = make_structure(None, ["Au", "2-H"], [[0, 0, 0], [0, 0, 2.9]])
    save_structures(tmp_path / "structures.parquet", {"a": crystal, "b": pair})
    read = load_atoms(tmp_path / "structures.parquet")
    assert list(read) == ["a", "b"]
    assert list(load_atoms(tmp_path / "structures.parquet", {"b", "c"})) == ["b"]
    for name, structure in load_structures(tmp_path / "structures.parquet").items():
        expected = Atoms.of(structure)
        assert read[name].symbols == expected.symbols
        assert read[name].cell == expected.cell
        assert read[name].periodic == expected.periodic
        for field in ("xyz", "occupancy", "orbits"):
            assert np.array_equal(getattr(read[name], field), getattr(expected, field))
        np.testing.assert_allclose(read[name].base, expected.base, atol=1e-14)


def test_what_a_structure_does_not_say_stays_open():
    plain = Structure([Atom("Ni", (0, 0, 0))], Lattice(2, 2, 2, 90, 90, 90))
    atoms = Atoms.of(plain)
    assert atoms.periodic is None
    assert atoms.orbits is None
