"""The asymmetric unit becomes the whole cell: no atom twice, none lost."""

import gemmi
import numpy as np
import pytest
from structure_files import NICKEL, read

from pdflearn.structures import expansion
from pdflearn.structures.expansion import Site, expand
from pdflearn.structures.structure import StructureError
from pdflearn.structures.symmetry import readings


def test_whole_atoms_beside_a_special_position_are_on_it(tmp_path):
    """Brucite's hydrogen, 0.13 angstrom off the axis, stands for one atom and not for three."""
    text = NICKEL.replace("Ni1 Ni 0 0 0", "Ni1 Ni 0.02 0 0")
    found = read(tmp_path, text)
    assert len(found) == 4
    np.testing.assert_allclose(found.xyz[0], 0, atol=1e-12)
    assert "overlapping images" in found.warnings[0]
    with pytest.raises(StructureError, match="on one place"):  # nothing vouches for it
        read(tmp_path, text.replace("_cell_formula_units_Z", "_cell_formula_units_unknown"))


def test_anisotropic_displacements_turn_with_the_atoms(tmp_path):
    text = """data_x
_cell_length_a 5
_cell_length_b 5
_cell_length_c 7
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
loop_
_space_group_symop_operation_xyz
'x, y, z'
'-y, x, z+1/2'
'-x, -y, z'
'y, -x, z+1/2'
loop_
_atom_site_label
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Fe1 0.1 0.2 0.3
loop_
_atom_site_aniso_label
_atom_site_aniso_U_11
_atom_site_aniso_U_22
_atom_site_aniso_U_33
_atom_site_aniso_U_12
_atom_site_aniso_U_13
_atom_site_aniso_U_23
Fe1 0.010 0.020 0.030 0.001 0.002 0.003
"""
    first, second = list(read(tmp_path, text))[:2]
    np.testing.assert_allclose(np.diag(first.U), [0.01, 0.02, 0.03], atol=1e-9)
    np.testing.assert_allclose(np.diag(second.U), [0.02, 0.01, 0.03], atol=1e-9)
    assert second.U[0, 1] == pytest.approx(-0.001)


def test_truncated_coordinates_make_no_copies(tmp_path):
    text = (
        NICKEL.replace("F m -3 m", "P 63/m m c").replace("225", "194").replace("'Ni'", "'Mg'")
        .replace("_cell_angle_gamma                90", "_cell_angle_gamma 120")
        .replace("_cell_length_c                   3.52", "_cell_length_c 5.2")
        .replace("Ni1 Ni 0 0 0", "Mg1 Mg .3333 .6667 .25")
    )  # fmt: skip
    assert len(read(tmp_path, text)) == 2


def test_too_many_sites_are_refused_before_they_are_expanded(tmp_path, monkeypatch):
    monkeypatch.setattr(expansion, "MAX_ATOMS_IN_CELL", 3)
    with pytest.raises(StructureError, match="more than 3 atoms"):
        read(tmp_path, NICKEL)


def test_two_origins_are_told_apart_by_the_number_of_atoms_or_not_at_all(tmp_path):
    text = NICKEL.replace("F m -3 m", "F d -3 m").replace("225", "227").replace("'Ni'", "'Si'")
    text = text.replace("Ni1 Ni 0 0 0", "Si1 Si .125 .125 .125").replace("3.52", "5.43")
    text = text.replace("units_Z            4", "units_Z 8")
    assert "units_Z 8" in text
    found = read(tmp_path, text)
    assert len(found) == 8
    assert found.warnings == ["taken in the setting F d -3 m:2"]
    first = read(tmp_path, text.replace(".125 .125 .125", "0 0 0"))
    assert first.warnings == ["taken in the setting F d -3 m:1"]
    with pytest.raises(StructureError, match="two origins, .* both"):
        read(tmp_path, text.replace("units_Z 8", "units_Z ?"))
    with pytest.raises(StructureError, match="two origins, .* neither fits"):
        read(tmp_path, text.replace("units_Z 8", "units_Z 4"))
    assert len(read(tmp_path, text.replace("F d -3 m", "F d -3 m:2"))) == 8


def test_equivalent_sites_that_are_listed_one_by_one_count_once():
    cell = gemmi.UnitCell(4.2, 4.2, 4.2, 90, 90, 90)
    symmetry = readings({"_space_group_name_h-m_alt": ["F m -3 m"]}, cell)
    listed = [("Mg1", "Mg", [0, 0, 0]), ("Mg2", "Mg", [0.5, 0.5, 0]), ("O1", "O", [0.5, 0.5, 0.5])]
    sites = [Site(label, symbol, np.array(x), 1.0) for label, symbol, x in listed]
    oxide = expand(cell, symmetry, sites, "oxide", "Mg O", 4.0)
    assert len(oxide) == 8
    assert any("4 atoms of Mg stand where others" in words for words in oxide.warnings)
    with pytest.raises(StructureError, match="listed twice"):  # nothing tells what is right
        expand(cell, symmetry, sites[:2], "magnesium", "Mg")


def test_a_stale_formula_is_a_warning_where_the_sites_are_clear():
    cell = gemmi.UnitCell(4.2, 4.2, 4.2, 90, 90, 90)
    symmetry = readings({"_space_group_name_h-m_alt": ["F m -3 m"]}, cell)
    sites = [Site("Mg", "Mg", np.zeros(3), 1.0), Site("O", "O", np.full(3, 0.5), 1.0)]
    oxide = expand(cell, symmetry, sites, "oxide", "Mg O2")
    assert any("'Mg O2' is not that of its sites, MgO" in words for words in oxide.warnings)
    with pytest.raises(StructureError, match="not the file's formula"):
        expand(cell, symmetry, [*sites[:1], Site("O", "O", np.full(3, 0.5), 0.4)], "", "Mg O2")
