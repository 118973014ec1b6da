"""Structure files as people have them: every format, and every way to be wrong."""

import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn import expansion, reading, structures
from pdflearn.structures import StructureError

SHARED = Path(__file__).parents[2].parent / "shared" / "cifs"
NICKEL = (Path(__file__).parents[1] / "data" / "study" / "Ni_fcc.cif").read_text()
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
    return reading.read_structure(path)


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
    row = structures.describe(structure)
    assert (row["formula"], row["space_group_number"], row["atoms"]) == (
        formula,
        space_group,
        atoms,
    )
    assert structure.periodic == (space_group > 0)
    assert len(structure.orbits) == atoms


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
    first, second = read(tmp_path, text)
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


def test_two_origins_are_not_guessed(tmp_path):
    text = NICKEL.replace("F m -3 m", "F d -3 m").replace("225", "227")
    with pytest.raises(StructureError, match="two origins"):
        read(tmp_path, text)
    assert (
        len(
            read(
                tmp_path, text.replace("F d -3 m", "F d -3 m:2").replace("0 0 0", ".125 .125 .125")
            )
        )
        == 8
    )


def test_archives_and_blocks_are_read_one_by_one(tmp_path):
    path = tmp_path / "many.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../evil.cif", NICKEL)
        archive.writestr("b/two.cif", NICKEL + OXIDE.replace("data_nickel", "data_oxide"))
        archive.writestr("c.cif", "nothing")
    found = dict(reading.read_structures(path))
    assert set(found) == {
        "many.zip:../../evil.cif", "many.zip:b/two.cif:nickel", "many.zip:b/two.cif:oxide",
        "many.zip:c.cif",
    }  # fmt: skip
    assert isinstance(found["many.zip:c.cif"], StructureError)
    assert len(found["many.zip:b/two.cif:oxide"]) == 8
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["many.zip"]
    two = tmp_path / "two.cif"
    two.write_text(NICKEL + OXIDE.replace("data_nickel", "data_oxide"))
    assert len(reading.read_structure(two, block="oxide")) == 8
    assert "more structures" in reading.read_structure(two).warnings[-1]


def test_bombs_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "MOST_BYTES", 100_000)
    bomb = tmp_path / "bomb.cif.gz"
    bomb.write_bytes(gzip.compress(b"0" * 5_000_000))
    with pytest.raises(StructureError, match="too large once unpacked"):
        reading.read_structure(bomb)
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.cif", b"0" * 5_000_000)
    with pytest.raises(StructureError, match="too large once unpacked"):
        reading.read_structure(packed)
    big = tmp_path / "big.cif"
    big.write_bytes(b"#" * 200_000)
    with pytest.raises(StructureError, match="200,000 bytes"):
        reading.read_structure(big)


def test_too_many_sites_are_refused_before_they_are_expanded(tmp_path, monkeypatch):
    monkeypatch.setattr(expansion, "MOST_ATOMS", 3)
    with pytest.raises(StructureError, match="more than 3 atoms"):
        read(tmp_path, NICKEL)


@pytest.mark.parametrize("name", ["-rf.cif", "a b.cif", "q'u\"o.cif", "n\nl.cif", "<b>.cif"])
def test_any_name_will_do(tmp_path, name):
    assert len(read(tmp_path, NICKEL, name)) == 4


def test_missing_and_binary_files(tmp_path):
    with pytest.raises(StructureError, match="cannot be opened"):
        reading.read_structure(tmp_path / "none.cif")
    with pytest.raises(StructureError, match="binary"):
        read(tmp_path, bytes(range(256)) * 10)


def test_labels_by_folder_and_by_table(tmp_path):
    for place in ("fcc/a.cif", "fcc/deep/b.cif", "c.cif"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / place).write_text(NICKEL)
    (tmp_path / "labels.csv").write_text(
        "file,structure_type,colour\nc.cif,odd,red\nfcc/a.cif,,blue\n"
    )
    labels = reading.user_labels(tmp_path)
    assert labels["fcc/a.cif"] == {"structure_type": "fcc", "colour": "blue"}
    assert labels["fcc/deep/b.cif"] == {"structure_type": "fcc"}
    assert labels["c.cif"] == {"structure_type": "odd", "colour": "red"}
    (tmp_path / "labels.csv").write_text("name\nx\n")
    with pytest.raises(StructureError, match="no column 'file'"):
        reading.user_labels(tmp_path)


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
    for _, found in reading.read_structures(path):
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
            structure = reading.read_structure(SHARED / row["file"])
        except StructureError as error:
            tally["refused"] += 1
            print("refused", row["file"], row["flag"], error)
            continue
        found = structures.describe(structure)
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
    assert tally["right"] >= 0.96 * sum(tally.values())
