"""CIF to sites: labels, displacements, what is left out and what is refused."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


SITES = """loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
"""


def block(sites, group="P 1", formula="", more=""):
    """A CIF of a cube of 4 angstrom with these lines of sites."""
    lengths = "".join(f"_cell_length_{axis} 4.0\n" for axis in "abc")
    angles = "".join(f"_cell_angle_{angle} 90.\n" for angle in ("alpha", "beta", "gamma"))
    formula = f"_chemical_formula_sum '{formula}'\n" if formula else ""
    name = f"_space_group_name_H-M_alt '{group}'\n" if group else ""
    return f"data_a\n{lengths}{angles}{name}{formula}{more}{SITES}{sites}"


@pytest.mark.parametrize(
    ("sites", "positions"),
    [
        ("F1 F .5 . .\nK1 K .5 .5 .5\n", [(0.5, 0, 0), (0.5, 0.5, 0.5)]),
        ("Mn1 Mn . . .\nK1 K .5 .5 .5\n", [(0, 0, 0), (0.5, 0.5, 0.5)]),
        ("F1 F .5 .5 0\nMn1 Mn . . .\n", [(0.5, 0.5, 0), (0, 0, 0)]),
        ("F1 F .5 . 0\nMn1 Mn . . .\n", [(0.5, 0, 0), (0, 0, 0)]),  # dots and zeros
        ("Li1 Li .5 .5 .5\nH1 H .5 . .\nH2 H . . .\n", [(0.5,) * 3, (0.5, 0, 0), (0, 0, 0)]),
    ],
)
def test_dots_beside_numbers_are_zero(tmp_path, sites, positions):
    found = read(tmp_path, block(sites))
    np.testing.assert_allclose([atom.xyz for atom in found], positions)
    assert any("'.' among the coordinates of" in words for words in found.warnings)


@pytest.mark.parametrize(
    "sites",
    [
        "K1 K .5 .5 .5\nO1 O ? ? ?\n",
        "K1 K .5 .5 .5\nO1 O .5 ? ?\n",
        "K1 K 0 0 0\nO1 O . . .\n",  # the origin is taken
        "K1 K .5 .5 .5\nO1 O . . .\nO2 O . . .\n",  # two atoms are not in one place
        "K1 K .5 .5 .5\nH1 H . . .\n",  # hydrogen that was not found
    ],
)
def test_what_is_unknown_stays_unknown(tmp_path, sites):
    found = read(tmp_path, block(sites))
    assert found.composition == {"K": 1.0}
    assert "has no coordinates and is left out" in found.warnings[1]


@given(
    whole=st.lists(st.tuples(*[st.sampled_from([0.0, 0.25, 0.5])] * 3), min_size=2, max_size=5,
                   unique=True),
    style=st.sampled_from(["{:g}", "{:.4f}", "{:.1f}", "{:.2f}(3)"]),
)  # fmt: skip
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_file_that_writes_zero_as_a_dot_reads_like_one_with_numbers(
    tmp_path_factory, whole, style
):
    """Whatever the coordinates, as long as one of them is no zero."""
    folder = tmp_path_factory.mktemp("dots")
    texts = [[style.format(x) for x in xyz] for xyz in whole]
    dots = [
        ["." if x == 0 else t for x, t in zip(*pair, strict=True)]
        for pair in zip(whole, texts, strict=True)
    ]
    plain, dotted = (
        read(folder, block("".join(f"K{i} K {' '.join(row)}\n" for i, row in enumerate(rows))))
        for rows in (texts, dots)
    )
    np.testing.assert_allclose([a.xyz for a in plain], [a.xyz for a in dotted])


def test_angles_are_right_angles_where_the_file_leaves_them_out(tmp_path):
    text = block("K1 K 0 0 0\n").replace("_cell_angle_beta 90.", "_cell_angle_beta .")
    assert read(tmp_path, text).lattice.beta == 90.0


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("Mg4 O4", []),  # of the whole cell, as pymatgen writes it
        ("Mg O", []),
        ("Mg2 O2", ["8 atoms beside hydrogen in the cell"]),
    ],
)
def test_formula_and_z(tmp_path, formula, words):
    sites = "Mg1 Mg 0 0 0\nO1 O .5 .5 .5\n"
    found = read(tmp_path, block(sites, "F m -3 m", formula, "_cell_formula_units_Z 4\n"))
    doubts = [doubt for doubt in found.warnings if doubt != "no displacement parameters"]
    assert [doubt[: len(word)] for doubt, word in zip(doubts, words, strict=True)] == words


@pytest.mark.parametrize(
    ("kind", "formula", "element"),
    [("Se", "Mg S", "Se"), ("Co", "C O", "Co"), ("Os", "O S", "Os"), ("Sn", "S N", "Sn")],
)
def test_a_type_symbol_goes_before_the_formula(tmp_path, kind, formula, element):
    other = "O" if formula != "Mg S" else "Mg"
    sites = f"X1 {kind} 0 0 0\n{other}1 {other} .5 .5 .5\n"
    found = read(tmp_path, block(sites, formula=formula))
    assert found.composition[element] == 1.0
    assert any("formula" in words and "differs" in words for words in found.warnings)


@pytest.mark.parametrize("kind", ["X", "FeNi", "Nb,Zr", "M1", "Q"])
def test_a_type_symbol_that_cannot_be_read_is_refused(tmp_path, kind):
    with pytest.raises(StructureError, match=f"'{kind}' of site 'Fe1' names no element"):
        read(tmp_path, block(f"Fe1 '{kind}' 0 0 0\n", formula="Fe"))


def test_a_mass_in_a_label_alone_is_said(tmp_path):
    text = block("7Li1 0 0 0\nF5 .5 .5 .5\n").replace("_atom_site_type_symbol\n", "")
    found = read(tmp_path, text)
    assert found.composition == {"Li": 1.0, "F": 1.0}
    assert "site 7Li1: the number is not taken as a mass" in found.warnings[1]


def test_groups_with_hydrogen(tmp_path):
    found = read(tmp_path, block("OH1 OH 0 0 0\nOH2 OH2 .5 .5 .5\n"))
    assert found.composition == {"O": 2.0}
    assert found.warnings[1:] == [
        "site OH1: the hydrogen of OH has no position",
        "site OH2: the hydrogen of OH2 has no position",
    ]


@pytest.mark.parametrize("more", [
    "_cell_modulation_dimension 1\n",
    "loop_\n_cell_wave_vector_seq_id\n_cell_wave_vector_x\n1 0.3\n",
    "loop_\n_space_group_symop_ssg_operation_algebraic\nx1,x2,x3,x4\n-x1,-x2,-x3,-x4+1/2\n",
    "loop_\n_atom_site_displace_Fourier_atom_site_label\n_atom_site_displace_Fourier_axis\nK1 x\n",
])  # fmt: skip
def test_modulated_structures_say_so(tmp_path, more):
    group = "" if "symop" in more else "P -1"
    found = read(tmp_path, block("K1 K 0 0 0\nCl1 Cl .5 .5 .5\n", group, more=more))
    assert "a modulated structure: only its average is read" in found.warnings
    assert found.composition == {"K": 1.0, "Cl": 1.0}
    plain = read(tmp_path, block("K1 K 0 0 0\n", more="_cell_modulation_dimension 0\n"))
    assert plain.warnings == ["no displacement parameters"]
    with pytest.raises(StructureError, match="composite crystal"):
        read(tmp_path, block("K1 K 0 0 0\n", more="_cell_subsystems_number 2\n"))


def test_molecules_without_a_cell(tmp_path):
    """Coordinates in angstrom alone, or a cell of 1 1 1: a cluster."""
    sites = "Au1 Au 0 0 0\nAu2 Au 0 0 2.8\n"
    one = block(sites).replace("4.0", "1.0")
    bare = "data_a\n" + SITES.replace("fract", "Cartn") + sites
    for text in (one, one.replace("_space_group_name_H-M_alt 'P 1'\n", ""), bare):
        found = read(tmp_path, text)
        assert not found.periodic
        assert found[1].xyz_cartn == pytest.approx([0, 0, 2.8])
    with pytest.raises(StructureError, match="no cell"):
        read(tmp_path, "data_a\n" + SITES + sites)
