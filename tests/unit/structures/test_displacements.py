"""Displacement tensors of sites: what symmetry demands of the values that are missing."""

import gemmi
import numpy as np
import pytest
from structure_files import NICKEL, read

from pdflearn.structures import displacements
from pdflearn.structures.symmetry import readings

HEAD = """data_a
_cell_length_a {a}
_cell_length_b {b}
_cell_length_c {c}
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma {gamma}
_space_group_name_H-M_alt '{group}'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Ni1 Ni {site}
loop_
_atom_site_aniso_label
_atom_site_aniso_U_11
_atom_site_aniso_U_22
_atom_site_aniso_U_33
_atom_site_aniso_U_12
_atom_site_aniso_U_13
_atom_site_aniso_U_23
Ni1 {u}
"""
HEXAGONAL = {"a": 3, "b": 3, "c": 5, "gamma": 120, "group": "P 6/m m m"}
ORTHORHOMBIC = {"a": 3, "b": 4, "c": 5, "gamma": 90, "group": "P m m m"}
GENERAL = {"a": 6, "b": 7, "c": 8, "gamma": 90, "group": "P 1"}


@pytest.mark.parametrize("missing", [".", "?"])
@pytest.mark.parametrize(
    ("crystal", "site", "u", "tensor"),
    [
        (ORTHORHOMBIC, "0 0 0", ".01 .02 .03 {m} {m} {m}", [0.01, 0.02, 0.03, 0, 0, 0]),
        (HEXAGONAL, "0 0 0", ".01 .01 .03 {m} {m} {m}", [0.01, 0.01, 0.03, 0.005, 0, 0]),
        (HEXAGONAL, "0 0 0", ".01 {m} .03 {m} {m} {m}", [0.01, 0.01, 0.03, 0.005, 0, 0]),
    ],
)
def test_symmetry_gives_the_values_that_are_missing(tmp_path, missing, crystal, site, u, tensor):
    text = HEAD.format(**crystal, site=site, u=u.format(m=missing))
    a, b, c, ab, ac, bc = tensor
    expected = np.array([[a, ab, ac], [ab, b, bc], [ac, bc, c]])
    np.testing.assert_allclose(read(tmp_path, text)[0].U, expected, atol=1e-6)


def test_where_symmetry_leaves_them_open_a_dot_is_zero_and_a_question_mark_unknown(tmp_path):
    dots = read(tmp_path, HEAD.format(**GENERAL, site=".1 .2 .3", u=".01 .02 .03 . . ."))
    np.testing.assert_allclose(dots[0].U, np.diag([0.01, 0.02, 0.03]), atol=1e-9)
    unknown = read(tmp_path, HEAD.format(**GENERAL, site=".1 .2 .3", u=".01 .02 .03 ? ? ?"))
    assert unknown[0].Uisoequiv == pytest.approx(0.02)
    assert "lack values; their means are taken" in unknown.warnings[0]


def test_a_tensor_of_nothing_known_is_none(tmp_path):
    text = HEAD.format(**GENERAL, site=".1 .2 .3", u="? ? ? ? ? ?")
    assert read(tmp_path, text).warnings[0] == "no displacement parameters"


@pytest.mark.parametrize("name", ["P 4/m m m", "P -3 m 1", "F d -3 m:2", "P 1 21/c 1", "R -3 m:H"])
def test_a_full_tensor_is_found_again_from_what_symmetry_leaves_free(name):
    """Of a tensor made symmetric, any entry that the others fix comes back."""
    chance = np.random.default_rng(0)
    group = gemmi.SpaceGroup(name)
    gamma = 120 if group.crystal_system_str() == "trigonal" else 90
    cell = gemmi.UnitCell(5, 5, 5 if gamma == 90 else 7, 90, 90, gamma)
    (reading,) = readings({"_space_group_name_h-m_alt": [name]}, cell)
    reciprocal = cell.reciprocal()
    lengths = np.diag([reciprocal.a, reciprocal.b, reciprocal.c])
    for position in ([0, 0, 0], [0.5, 0.5, 0.5], [0.125, 0.125, 0.125], [0.1, 0.2, 0.3]):
        images = reading.rotations @ position + reading.shifts - position
        stays = np.abs(images - np.round(images)).max(axis=1) < 1e-6
        start = chance.normal(size=(3, 3))
        rotated = [
            displacements.rotated(start @ start.T, rotation, lengths)
            for rotation in reading.rotations[stays]
        ]
        tensor = np.mean(rotated, axis=0)
        missing = tensor.copy()
        missing[[0, 1], [1, 0]] = np.nan
        found = displacements.completed(missing, np.array(position), cell, reading)
        if np.isfinite(found).all():
            np.testing.assert_allclose(found, tensor, atol=1e-9)
        else:
            assert stays.sum() < len(stays) / len(list(group.operations().cen_ops))


def test_all_sites_of_a_label_have_its_tensor(tmp_path):
    text = NICKEL.replace("'Ni'", "'Ni Co'").replace("Ni1 Ni 0 0 0 0.0046", "M1 Ni 0 0 0 0.0046")
    text = text.replace("_atom_site_U_iso_or_equiv", "_atom_site_occupancy").replace(
        "0.0046", "0.5"
    )
    text += "M1 Co 0 0 0 0.5\nloop_\n_atom_site_aniso_label\n"
    text += "".join(f"_atom_site_aniso_U_{ij}\n" for ij in ("11", "22", "33", "12", "13", "23"))
    found = read(tmp_path, text + "M1 0.01 0.01 0.01 . . .\n")
    assert {atom.element: round(atom.Uisoequiv, 4) for atom in found} == {"Ni": 0.01, "Co": 0.01}
