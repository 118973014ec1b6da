"""CIF to sites: labels, displacements, what is left out and what is refused."""

from collections import Counter

import numpy as np
import pytest
from structure_files import NICKEL, read

from pdflearn.structures.structure import StructureError


def test_what_is_no_atom_is_left_out_and_said(tmp_path):
    text = NICKEL + "Va1 Va .5 .5 .5 0\nX2 Ni ? ? ? 0.005\n"
    found = read(tmp_path, text)
    assert len(found) == 4
    assert [w.split()[1] for w in found.warnings] == ["Va1", "X2"]
    with pytest.raises(StructureError, match="'abc 0 0'; expected numbers"):
        read(tmp_path, NICKEL + "Ni2 Ni abc 0 0 0.005\n")


def test_deuterium_stays_deuterium(tmp_path):
    text = NICKEL.replace("'Ni'", "'Ni D'") + "D1 D 0.5 0.5 0.5 0.01\n"
    assert Counter(atom.element for atom in read(tmp_path, text)) == {"Ni": 4, "D": 4}


def test_displacement_tensors_in_other_units(tmp_path):
    """beta = 2 pi^2 a*^2 U and B = 8 pi^2 U give the same U; one that is not positive is said."""
    head = NICKEL.split("loop_")[0] + "loop_\n_atom_site_label\n_atom_site_fract_x\n"
    head += "_atom_site_fract_y\n_atom_site_fract_z\nNi1 0 0 0\nloop_\n_atom_site_aniso_label\n"
    for kind, factor in (("U", 1.0), ("B", 8 * np.pi**2), ("beta", 2 * np.pi**2 / 3.52**2)):
        tags = "".join(
            f"_atom_site_aniso_{kind}_{ij}\n" for ij in ["11", "22", "33", "12", "13", "23"]
        )
        found = read(tmp_path, f"{head}{tags}Ni1 {' '.join([f'{0.005 * factor:.9f}'] * 3)} 0 0 0\n")
        np.testing.assert_allclose(found[0].U, 0.005 * np.eye(3), atol=1e-8)
        bad = read(tmp_path, f"{head}{tags}Ni1 0.1 0.1 -0.01 0 0 0\n")
        assert "not positive" in bad.warnings[0]


def test_displacements_are_read_in_every_unit(tmp_path):
    assert read(tmp_path, NICKEL)[0].Uisoequiv == pytest.approx(0.0046)
    b = NICKEL.replace("U_iso", "B_iso").replace("0.0046", f"{0.0046 * 8 * np.pi**2:.5f}(3)")
    assert read(tmp_path, b)[0].Uisoequiv == pytest.approx(0.0046, rel=1e-3)
    none = NICKEL.replace("_atom_site_U_iso_or_equiv\n", "").replace(" 0.0046", "")
    assert read(tmp_path, none).warnings == ["no displacement parameters"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("Ni1 Ni 0 0 0", "Wat Wat 0 0 0"), "names no element"),
        (("3.52\n_cell_length_b", "?\n_cell_length_b"), "_cell_length_a is '\\?'"),
        (("3.52\n_cell_length_b", "nan\n_cell_length_b"), "_cell_length_a"),
        (("3.52\n_cell_length_b", "1e9\n_cell_length_b"), "_cell_length_a"),
        (("'F m -3 m'", "'Q 17'"), None),
        (("Ni1 Ni 0 0 0 0.0046", "Ni1 Ni 0.06 0 0 0.0046"), "0.42|0.30"),
        (("'Ni'", "'Ni2 O3'"), "has O"),
        (("data_nickel", "nickel"), "not valid CIF"),
    ],
)
def test_faults_are_named(tmp_path, change, words):
    assert change[0] in NICKEL
    text = NICKEL.replace(*change)
    if words is None:  # the number still tells the space group
        assert len(read(tmp_path, text)) == 4
        return
    with pytest.raises(StructureError, match=words):
        read(tmp_path, text)
