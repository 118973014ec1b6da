"""What is written as CIF is read again, with its symmetry, by our reader, gemmi and diffpy."""

import gemmi
import numpy as np
import pytest
from crystals import diamond, fcc, rutile
from diffpy.structure.parsers import getParser
from hypothesis import given
from hypothesis import strategies as st
from structure_files import read

from pdflearn.structures.cif_writer import with_error, write_cif
from pdflearn.structures.structure import make_structure


def sites(structure):
    """The atoms in an order of their own: element, place, occupancy, displacement."""
    return sorted(
        (
            atom.element, *(np.round(np.asarray(atom.xyz) % 1, 4) % 1), round(atom.occupancy, 4),
            *np.round(np.asarray(atom.U), 5).ravel(),
        )
        for atom in structure
    )  # fmt: skip


@pytest.mark.parametrize(
    ("structure", "group", "n_sites"),
    [
        (fcc(u=[0.006] * 4), "F m -3 m", 1),
        (diamond(), "F d -3 m:1", 1),
        (rutile(), "P 42/m n m", 2),
    ],
)
def test_symmetry_is_written_and_the_cell_comes_back(tmp_path, structure, group, n_sites):
    text = write_cif(structure, "a b")
    block = gemmi.cif.read_string(text).sole_block()
    assert gemmi.cif.as_string(block.find_value("_space_group_name_H-M_alt")) == group
    assert len(block.find_loop("_atom_site_label")) == n_sites
    assert sites(read(tmp_path, text)) == sites(structure)
    assert sites(getParser("cif").parse(text)) == sites(structure)


def test_two_elements_on_a_site_stay_there(tmp_path):
    xyz = [[0, 0, 0], [0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0.5]]
    structure = make_structure(
        (3, 3, 3, 90, 90, 90), ["Fe", "Co"] * 2, xyz, occupancy=[0.75, 0.25] * 2, u=[0.005] * 4
    )
    text = write_cif(structure, "FeCo")
    assert "'I m -3 m'" in text
    assert sites(read(tmp_path, text)) == sites(structure)


def test_anisotropic_displacements_lower_the_symmetry_where_they_must(tmp_path):
    flat, steep = np.diag([0.01, 0.01, 0.03]), np.diag([0.01, 0.02, 0.03])
    tetragonal = fcc(u=[flat] * 4)
    text = write_cif(tetragonal, "a")
    assert "_atom_site_aniso_U_11" in text
    assert sites(read(tmp_path, text)) == sites(tetragonal)
    # The positions are cubic, so the operations would turn these tensors: all atoms are listed.
    lower = fcc(u=[steep] * 4)
    assert sites(read(tmp_path, write_cif(lower, "a"))) == sites(lower)


def test_errors_and_remarks(tmp_path):
    text = write_cif(
        fcc(a=3.52477), "Ni", title="it's <b>\nnickel", remarks=["Rw 0.03\ndata_x"],
        cell_errors=(0.000078,) * 3 + (0, 0, 0),
    )  # fmt: skip
    assert text.startswith("# Rw 0.03 data_x\n")
    assert "_cell_length_a 3.52477(8)" in text
    block = gemmi.cif.read_string(text).sole_block()
    assert gemmi.cif.as_string(block.find_value("_pd_phase_name")) == "it's <b> nickel"


@given(st.floats(0.001, 1000), st.floats(1e-6, 50), st.sampled_from([1, -1]))
def test_a_value_with_its_error_says_both(value, error, sign):
    text = with_error(sign * value, error)
    number, _, digits = text.rstrip(")").partition("(")
    unit = 10.0 ** -len(number.partition(".")[2])
    assert float(number) == pytest.approx(sign * value, abs=0.5 * unit * (1 + 1e-6))
    assert int(digits) * unit == pytest.approx(error, abs=0.5 * unit * (1 + 1e-6))
    assert len(digits) <= 2 or unit == 1.0
