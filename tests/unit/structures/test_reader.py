"""Structure files as people have them: every format, and every way to be wrong."""

import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import gemmi
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.core import archives
from pdflearn.structures import checks, cif, expansion, reader, symmetry
from pdflearn.structures.structure import StructureError, describe

SHARED = Path(__file__).parents[3].parent / "shared" / "cifs"
NICKEL = (Path(__file__).parents[2] / "data" / "study" / "Ni_fcc.cif").read_text()
OXIDE = NICKEL.replace("'Ni'", "'Ni O'") + "O1 O2- 0.5 0.5 0.5 0.006\n"
POSCAR = "MgO\n1.0\n4.21 0 0\n0 4.21 0\n0 0 4.21\nMg O\n4 4\nDirect\n" + "\n".join(
    f"{x} {y} {z}"
    for offset in (0, 0.5)
    for x, y, z in np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) + offset
)
STRU = """title  nickel
format pdffit
scale   1.000000
cell    3.52, 3.52, 3.52, 90.0, 90.0, 90.0
ncell   1, 1, 1, 4
atoms
""" + "\n".join(
    f"NI {x} {y} {z} 1.0\n 0 0 0 0\n 0.004 0.004 0.004\n 0 0 0\n 0 0 0\n 0 0 0"
    for x, y, z in ((0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0))
)
XYZ = "2\ngold pair\nAu 0 0 0\nAu 2.7 0 0\n"
EXTXYZ = (
    '2\nLattice="2.87 0 0 0 2.87 0 0 0 2.87" Properties=species:S:1:pos:R:3 pbc="T T T"\n'
    "Fe 0 0 0\nFe 1.435 1.435 1.435\n"
)
PDB = """CRYST1    3.520    3.520    3.520  90.00  90.00  90.00 P 1
ATOM      1 NI    NI     1       0.000   0.000   0.000  1.00  0.00          NI
ATOM      2 NI    NI     1       0.000   1.760   1.760  1.00  0.00          NI
ATOM      3 NI    NI     1       1.760   0.000   1.760  1.00  0.00          NI
ATOM      4 NI    NI     1       1.760   1.760   0.000  1.00  0.00          NI
END
"""


def read(tmp_path, text, name="a.cif"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return reader.read_structure(path)


@pytest.mark.parametrize(
    ("name", "text", "formula", "space_group", "atoms"),
    [
        ("Ni.cif", NICKEL, "Ni", 225, 4),
        ("NiO.cif", OXIDE, "NiO", 225, 8),
        ("POSCAR", POSCAR, "MgO", 225, 8),
        ("MgO.vasp", POSCAR, "MgO", 225, 8),
        ("Ni.stru", STRU, "Ni", 225, 4),
        ("Au.xyz", XYZ, "Au", 0, 2),
        ("Fe.extxyz", EXTXYZ, "Fe", 229, 2),
        ("Ni.pdb", PDB, "Ni", 225, 4),
        ("unnamed", NICKEL, "Ni", 225, 4),
        ("crlf.cif", NICKEL.replace("\n", "\r\n"), "Ni", 225, 4),
        ("latin.cif", NICKEL.encode().replace(b"data_nickel", b"# \xe9\xfc\ndata_x"), "Ni", 225, 4),
        ("packed.cif.gz", gzip.compress(NICKEL.encode()), "Ni", 225, 4),
    ],
)
def test_formats(tmp_path, name, text, formula, space_group, atoms):
    structure = read(tmp_path, text, name)
    row = describe(structure)
    assert (row["formula"], row["space_group_number"], row["atoms"]) == (
        formula,
        space_group,
        atoms,
    )
    assert structure.periodic == (space_group > 0)
    assert len(structure.orbits) == atoms


POSCAR_4 = "\n".join(["Mg O", *POSCAR.split("\n")[1:5], *POSCAR.split("\n")[6:]])
DISCUS = """title silicon
spcgr Fd-3m:2
cell 5.43, 5.43, 5.43, 90.0, 90.0, 90.0
atoms
SI 0.125 0.125 0.125 0.5
"""
ASYMMETRIC_PDB = """CRYST1    3.520    3.520    3.520  90.00  90.00  90.00 F m -3 m
ATOM      1 NI    NI     1       0.000   0.000   0.000  1.00  0.40          NI
END
"""
MMCIF = """data_m
_CELL.length_a 4.21
_cell.length_b 4.21
_cell.length_c 4.21(1)
_space_group.name_H-M_alt 'F m -3 m'
loop_
_atom_site.id
_atom_site.type_symbol
_atom_site.Cartn_x
_atom_site.Cartn_y
_atom_site.Cartn_z
1 MG 0 0 0
2 O 2.105 0 0
"""
MAGNETIC = """data_m
_cell_length_a 4.44
_cell_length_b 4.44
_cell_length_c 4.44
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_magn.name_BNS "C_c 2/c"
loop_
_space_group_symop_magn_operation.id
_space_group_symop_magn_operation.xyz
1 x,y,z,+1
2 -x,-y,-z,+1
loop_
_space_group_symop_magn_centering.id
_space_group_symop_magn_centering.xyz
1 x,y,z,+1
2 x,y+1/2,z+1/2,-1
3 x+1/2,y,z+1/2,+1
4 x+1/2,y+1/2,z,-1
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
Mn1 Mn 0 0 0
O1 O 1/2 1/2 1/2
"""
WATER = "3\nwater energy=-3.1\no 0 0 0\nh1 0.96 0 0\n1 -0.24 0.93 0\n"


@pytest.mark.parametrize(
    ("name", "text", "formula", "space_group", "atoms"),
    [
        ("POSCAR", POSCAR_4, "MgO", 225, 8),
        ("si.stru", DISCUS, "Si", 227, 8),
        ("ni.ent", ASYMMETRIC_PDB, "Ni", 225, 4),
        ("mm.cif", MMCIF, "MgO", 225, 8),
        ("MnO.mcif", MAGNETIC, "MnO", 225, 8),
        ("water.xyz", WATER, "H2O", 0, 3),
    ],
)
def test_dialects(tmp_path, name, text, formula, space_group, atoms):
    row = describe(read(tmp_path, text, name))
    assert (row["formula"], row["space_group_number"], row["atoms"]) == (
        formula, space_group, atoms,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("label", "kind", "formula", "element"),
    [
        ("Fe1", "Fe3+", "", "Fe"),
        ("FE1", "", "Fe O", "Fe"),
        ("SI2", "", "", "Si"),
        ("OH1", "", "", "O"),
        ("Ow", "", "", "O"),
        ("CA12", "", "C6 H6", "C"),
        ("CA12", "", "Ca C O3", "C"),
        ("Ca12", "", "Ca C O3", "Ca"),
        ("Ho1", "", "H2 O", "H"),
        ("Ho1", "", "Ho2 O3", "Ho"),
        ("Oint", "", "Si O2", "O"),
        ("Aloct", "", "Al2 O3", "Al"),
        ("MgM1", "", "", "Mg"),
        ("Siva", "Siva", "", "Si"),
        ("C1", "Cval", "", "C"),
        ("D1", "D", "D2 O", "D"),
        ("fe2", "", "", "Fe"),
    ],
)
def test_labels_are_read_with_the_formula(label, kind, formula, element):
    assert cif.element_of(label, kind, checks.stated_amounts(formula)) == element


@pytest.mark.parametrize("label", ["Wat1", "T1", "Calc", "X", "?", "M2", "123"])
def test_labels_that_name_no_element(label):
    with pytest.raises(StructureError, match="names no element"):
        cif.element_of(label, "", checks.stated_amounts("W O3 H2 O"))


@pytest.mark.parametrize(
    ("formula", "amounts"),
    [
        ("Ca5 (P O4)3 F", {"Ca": 5, "P": 3, "O": 12, "F": 1}),
        ("Ca (Zn.165 Fe.835) Si2 O6", {"Ca": 1, "Zn": 0.165, "Fe": 0.835, "Si": 2, "O": 6}),
        ("C2 D6 O1", {"C": 2, "H": 6, "O": 1}),
        ("Na[Al(OH)4]2", {"Na": 1, "Al": 2, "O": 8, "H": 8}),
        ("Fe1-x O", {}),
        ("C2 H6)", {}),
    ],
)
def test_formulae(formula, amounts):
    assert checks.stated_amounts(formula) == pytest.approx(amounts)


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


def test_whole_atoms_beside_a_special_position_are_on_it(tmp_path):
    """Brucite's hydrogen, 0.13 angstrom off the axis, stands for one atom and not for three."""
    text = NICKEL.replace("Ni1 Ni 0 0 0", "Ni1 Ni 0.02 0 0")
    found = read(tmp_path, text)
    assert len(found) == 4
    np.testing.assert_allclose(found.xyz[0], 0, atol=1e-12)
    assert "overlapping images" in found.warnings[0]
    with pytest.raises(StructureError, match="on one place"):  # nothing vouches for it
        read(tmp_path, text.replace("_cell_formula_units_Z", "_cell_formula_units_unknown"))


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


def test_operators_listed_in_the_file_go_before_the_name(tmp_path):
    listed = NICKEL.replace(
        "loop_\n_atom_site_label",
        "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nx,y+1/2,z+1/2\nx+1/2,y,z+1/2\nx+1/2,y+1/2,z\n"
        "loop_\n_atom_site_label",
    ).replace("F m -3 m", "A wrong name")
    assert len(read(tmp_path, listed)) == 4


def test_truncated_coordinates_make_no_copies(tmp_path):
    text = (
        NICKEL.replace("F m -3 m", "P 63/m m c").replace("225", "194").replace("'Ni'", "'Mg'")
        .replace("_cell_angle_gamma                90", "_cell_angle_gamma 120")
        .replace("_cell_length_c                   3.52", "_cell_length_c 5.2")
        .replace("Ni1 Ni 0 0 0", "Mg1 Mg .3333 .6667 .25")
    )  # fmt: skip
    assert len(read(tmp_path, text)) == 2


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


def test_operators_that_are_no_group(tmp_path):
    """With a name the named group is taken, and said; without one the list is refused."""
    operators = [op.triplet() for op in gemmi.SpaceGroup("F m -3 m").operations()]
    listed = "loop_\n_symmetry_equiv_pos_as_xyz\n" + "\n".join(operators[:150]) + "\n"
    text = OXIDE.replace("loop_\n_atom_site_label", listed + "loop_\n_atom_site_label")
    found = read(tmp_path, text)
    assert len(found) == 8
    assert "no group" in found.warnings[0]
    nameless = text.replace("_space_group_name_H-M_alt", "_unknown").replace(
        "_space_group_IT_number", "_unknown_too"
    )
    with pytest.raises(StructureError, match="150 symmetry operators listed are no group"):
        read(tmp_path, nameless)


def test_all_atoms_listed_beside_the_name_of_their_group(tmp_path):
    atoms = "".join(
        f"{s}{i} {s} {x} {y} {z} 0.005\n"
        for s, o in (("Ni", 0.0), ("O", 0.5))
        for i, (x, y, z) in enumerate(
            np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) + o
        )
    )
    text = OXIDE[: OXIDE.index("Ni1 Ni")] + atoms
    text = text.replace(
        "loop_\n_atom_site_label",
        "loop_\n_symmetry_equiv_pos_as_xyz\nx,y,z\nloop_\n_atom_site_label",
    )
    found = read(tmp_path, text)
    assert len(found) == 8
    assert found.warnings == ["all atoms of the cell are listed; taken as P 1"]


@pytest.mark.parametrize(
    ("name", "angles", "settings"),
    [
        ("F d -3 m", (90, 90, 90), ["F d -3 m:1", "F d -3 m:2"]),
        ("F d -3 m S", (90, 90, 90), ["F d -3 m:1"]),
        ("F d -3 m Z", (90, 90, 90), ["F d -3 m:2"]),
        ("F d -3 m (origin choice 2)", (90, 90, 90), ["F d -3 m:2"]),
        ("FD-3M :2", (90, 90, 90), ["F d -3 m:2"]),
        ("R -3 c", (90, 90, 120), ["R -3 c:H"]),
        ("R -3 c H", (90, 90, 120), ["R -3 c:H"]),
        ("R -3 c", (56, 56, 56), ["R -3 c:R"]),
        ("R -3 c :R", (56, 56, 56), ["R -3 c:R"]),
        ("P 21 21 2", (90, 90, 90), ["P 21 21 2"]),
        ("P 21/c", (90, 104, 90), ["P 1 21/c 1"]),
        ("P 2_1/b", (90, 90, 104), ["P 1 1 21/b"]),
        ("P 63/m m c", (90, 90, 120), ["P 63/m m c"]),
        ("C m c a", (90, 90, 90), ["C m c a"]),
        ("Q 17", (90, 90, 90), []),
    ],
)
def test_names_of_space_groups(name, angles, settings):
    cell = gemmi.UnitCell(5, 5, 5, *angles)
    assert [group.xhm() for group in symmetry.named_groups(name, cell)] == settings


def test_archives_and_blocks_are_read_one_by_one(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.cif", NICKEL)
        archive.writestr("b/two.cif", NICKEL + OXIDE.replace("data_nickel", "data_oxide"))
        archive.writestr("c.cif", "nothing")
    found = dict(reader.read_structures(path))
    assert set(found) == {
        "many.zip:../../evil.cif", "many.zip:b/two.cif:nickel", "many.zip:b/two.cif:oxide",
        "many.zip:c.cif",
    }  # fmt: skip
    assert isinstance(found["many.zip:c.cif"], StructureError)
    assert len(found["many.zip:b/two.cif:oxide"]) == 8
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["many.zip"]
    two = tmp_path / "two.cif"
    two.write_text(NICKEL + OXIDE.replace("data_nickel", "data_oxide"))
    assert len(reader.read_structure(two, block="oxide")) == 8
    assert "more structures" in reader.read_structure(two).warnings[-1]


def test_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(archives, "MAX_BYTES", 100_000)
    bomb = tmp_path / "bomb.cif.gz"
    bomb.write_bytes(gzip.compress(b"0" * 5_000_000))
    with pytest.raises(StructureError, match="too large when unpacked"):
        reader.read_structure(bomb)
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.cif", b"0" * 5_000_000)
    with pytest.raises(StructureError, match="too large when unpacked"):
        reader.read_structure(packed)
    big = tmp_path / "big.cif"
    big.write_bytes(b"#" * 200_000)
    with pytest.raises(StructureError, match="where at most 0.0954 MiB are read"):
        reader.read_structure(big)


def test_too_many_sites_are_refused_before_they_are_expanded(tmp_path, monkeypatch):
    monkeypatch.setattr(expansion, "MOST_ATOMS", 3)
    with pytest.raises(StructureError, match="more than 3 atoms"):
        read(tmp_path, NICKEL)


@pytest.mark.parametrize("name", ["-rf.cif", "a b.cif", "q'u\"o.cif", "n\nl.cif", "<b>.cif"])
def test_any_name_will_do(tmp_path, name):
    assert len(read(tmp_path, NICKEL, name)) == 4


def test_missing_and_binary_files(tmp_path):
    with pytest.raises(StructureError, match="does not exist"):
        reader.read_structure(tmp_path / "none.cif")
    with pytest.raises(StructureError, match="binary"):
        read(tmp_path, bytes(range(256)) * 10)


@settings(max_examples=400, deadline=None, derandomize=True)
@given(data=st.data())
def test_mutated_files_give_a_structure_or_a_reason(tmp_path_factory, data):
    seeds = {
        "a.cif": OXIDE,
        "a.stru": STRU,
        "a.xyz": XYZ,
        "b.extxyz": EXTXYZ,
        "POSCAR": POSCAR,
        "a.pdb": PDB,
    }
    name = data.draw(st.sampled_from(sorted(seeds)))
    content = bytearray(seeds[name].encode())
    for _ in range(data.draw(st.integers(1, 6))):
        kind = data.draw(st.sampled_from(["flip", "cut", "double", "insert"]))
        i = data.draw(st.integers(0, max(len(content) - 1, 0)))
        if kind == "flip" and content:
            content[i] = data.draw(st.integers(0, 255))
        elif kind == "cut":
            del content[i : i + data.draw(st.integers(1, 200))]
        elif kind == "double":
            content[i:i] = content[i : i + data.draw(st.integers(1, 200))]
        else:
            content[i:i] = data.draw(
                st.sampled_from([b"nan", b"1e308", b"-", b"\0", b"loop_\n", b"99999999"])
            )
    path = tmp_path_factory.mktemp("fuzz") / name
    path.write_bytes(bytes(content))
    for _, found in reader.read_structures(path):
        if isinstance(found, StructureError):
            assert str(found)
            assert "\n" not in str(found)
        else:
            assert len(found) > 0
    assert path.read_bytes() == bytes(content)


def _ratio(text):
    counts = Counter()
    for symbol, n in re.findall(r"([A-Z][a-z]?)([0-9.]*)", text):
        counts[symbol] += float(n or 1)
    return counts


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_real_files_are_read_as_their_index_says():
    if not SHARED.is_dir():
        pytest.skip("the collection of 240 real CIF files is not on this machine")
    tally, wrong = Counter(), []
    for row in csv.DictReader(io.StringIO((SHARED / "index.csv").read_text())):
        try:
            structure = reader.read_structure(SHARED / row["file"])
        except StructureError as error:
            tally["refused"] += 1
            print("refused", row["file"], row["flag"], error)
            continue
        found = describe(structure)
        stated, amounts = _ratio(row["formula_cell"]), Counter()
        for atom in structure:
            amounts[atom.element] += atom.occupancy
        same = set(stated) == set(amounts) and all(
            abs(amounts[symbol] / stated[symbol] - 1) < 0.02 for symbol in stated
        )
        atoms = len(structure) == int(float(row["natoms"]))
        group = float(row["sg_spglib"] or 0) in (0, found["space_group_number"])
        tally["right" if same and atoms and group else "wrong"] += 1
        if not (same and atoms and group):
            wrong.append(row["file"])
    print(dict(tally))
    assert wrong == []
    assert tally["right"] >= 0.97 * sum(tally.values())
