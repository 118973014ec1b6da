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
from structure_files import NICKEL, OXIDE, read

from pdflearn.core import archives
from pdflearn.structures import reader
from pdflearn.structures.structure import StructureError, describe

SHARED = Path(__file__).parents[3].parent / "shared" / "cifs"
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
