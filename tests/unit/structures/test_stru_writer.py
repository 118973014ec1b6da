"""What is written as .stru is read again: by our reader and by diffpy.structure."""

import numpy as np
import pytest
from crystals import fcc, rutile
from diffpy.structure.parsers import getParser
from structure_files import read

from pdflearn.structures.stru_writer import PhaseSettings, write_stru
from pdflearn.structures.structure import make_structure


def test_all_settings_come_back():
    settings = PhaseSettings(3.2e-7, 0.5, 1.75, 33.4, (0.001, 0.001, 0.002, 0, 0, float("nan")))
    parsed = getParser("pdffit").parse(write_stru(rutile(), settings))
    assert parsed.pdffit["scale"] == pytest.approx(3.2e-7)  # of data on an arbitrary scale
    assert parsed.pdffit["delta1"] == 0.5
    assert parsed.pdffit["delta2"] == 1.75
    assert parsed.pdffit["spdiameter"] == 33.4
    assert parsed.pdffit["dcell"] == [0.001, 0.001, 0.002, 0, 0, 0]
    bulk = getParser("pdffit").parse(write_stru(rutile()))
    assert bulk.pdffit["spdiameter"] == 0


def test_atoms_come_back_with_u_and_occupancy(tmp_path):
    tensor = np.array([[0.01, 0.002, 0.0], [0.002, 0.02, 0.001], [0.0, 0.001, 0.03]])
    structure = make_structure(
        (4, 5, 6, 80, 90, 100), ["Fe3+", "58Ni", "D"], [[0, 0, 0], [0.1, 0.2, 0.3], [-0.5, 0.5, 0]],
        occupancy=[1.0, 0.25, 0.5], u=[tensor, 0.005, 0.02], title="a\nb <c>",
    )  # fmt: skip
    again = read(tmp_path, write_stru(structure), "a.stru")
    assert again.title == "a b <c>"
    assert [atom.element for atom in again] == ["Fe", "58Ni", "D"]
    assert [atom.occupancy for atom in again] == [1.0, 0.25, 0.5]
    assert np.allclose(again.lattice.abcABG(), structure.lattice.abcABG())
    for atom, other in zip(again, structure, strict=True):
        assert np.allclose(atom.U, other.U)
    assert (np.abs(again.xyz - structure.xyz) % 1 < 1e-8).all()


def test_a_title_can_be_given():
    assert write_stru(fcc(), title="nickel powder").startswith("title   nickel powder\n")
