"""Structure files made to break the reader: a reason, soon, with little memory, and no traces."""

import os
import zipfile

import pytest
from structure_files import NICKEL

from pdflearn.structures import reader
from pdflearn.structures.structure import StructureError

POSCAR = "x\n1.0\n{a} 0 0\n0 4 0\n0 0 4\nNi\n{n}\nDirect\n0 0 0\n"
STRU = "title x\nformat pdffit\ncell {a},4,4,90,90,90\nncell {n},1\natoms\n"
EXTXYZ = '{n}\nLattice="{a} 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:{c}\nNi 0 0 0\n'


def reason(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(StructureError) as caught:
        reader.read_structure(path)
    assert sorted(tmp_path.iterdir()) == [path]
    words = str(caught.value).removeprefix(f"{path}: ")
    assert words.isprintable(), words
    assert "not read within" not in words  # refused for what it holds, not for the time it takes
    return words


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("POSCAR", POSCAR.format(a=4, n=1_000_000_000), "1000000000 atoms; at most"),
        ("a.xyz", "1000000000\n\nNi 0 0 0\n", "1000000000 atoms; from 1"),
        ("a.extxyz", EXTXYZ.format(n=1_000_000_000, a=4, c=3), "1000000000 atoms"),
        ("b.extxyz", EXTXYZ.format(n=1, a=4, c=999_999_999), "too many columns"),
        ("a.stru", STRU.format(a=4, n="1000,1000,1000") + "Ni 0 0 0 1\n", "cannot be read"),
        ("a.xyz", "9" * 5000 + "\n\nNi 0 0 0\n", "expected the number of atoms"),
    ],
)
def test_a_billion_atoms(tmp_path, name, content, words):
    assert words in reason(tmp_path, name, content)


def test_a_million_sites(tmp_path):
    sites = "".join(f"Ni{i} Ni 0.{i:06d} 0 0 0.005\n" for i in range(1_000_000))
    words = reason(tmp_path, "million.cif", NICKEL + sites)
    assert "1000001 sites; at most" in words


def test_many_operators(tmp_path):
    listed = "loop_\n_symmetry_equiv_pos_as_xyz\n" + "x,y,z\n" * 100_000
    text = NICKEL.replace("loop_\n_atom_site_label", listed + "loop_\n_atom_site_label")
    assert "100000 symmetry operators" in reason(tmp_path, "a.cif", text)


@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "-4", "0"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.cif", NICKEL.replace("_cell_length_a                   3.52", "_cell_length_a {a}")),
        ("POSCAR", POSCAR.replace("{n}", "1")),
        ("a.extxyz", EXTXYZ.replace("{n}", "1").replace("{c}", "3")),
        ("a.stru", STRU.replace("{n}", "1,1,1") + "NI 0 0 0 1\n0 0 0 0\n" + "0 0 0\n" * 4),
        ("a.pdb", "CRYST1{a:>9}    3.520    3.520  90.00  90.00  90.00 P 1\n"
         "ATOM      1 NI    NI     1       0.000   0.000   0.000  1.00  0.00          NI\n"),
    ],
)  # fmt: skip
def test_cells_that_are_none(tmp_path, name, text, value):
    path = tmp_path / name
    path.write_text(text.replace("{a:>9}", f"{value:>9}").replace("{a}", value))
    for _, found in reader.read_structures(path):
        if isinstance(found, StructureError):
            assert str(found)
        else:  # a POSCAR may turn an axis round; a PDB without a cell is a cluster
            assert name in ("POSCAR", "a.extxyz", "a.pdb")
            assert value in ("-4", "0")


def test_cells_without_room(tmp_path):
    angles = NICKEL.replace("_cell_angle_gamma                90", "_cell_angle_gamma 0.6").replace(
        "_cell_length_a                   3.52", "_cell_length_a 900"
    )
    assert "check the cell" in reason(tmp_path, "a.cif", angles)


def test_all_atoms_in_one_place(tmp_path):
    words = reason(tmp_path, "a.xyz", "20000\n\n" + "H 0 0 0\n" * 20_000)
    assert "more than 2000 others" in words


def test_what_is_no_file(tmp_path):
    (tmp_path / "folder.cif").mkdir()
    os.mkfifo(tmp_path / "pipe.cif")
    for name in ("folder.cif", "pipe.cif"):
        with pytest.raises(StructureError, match="not a regular file"):
            reader.read_structure(tmp_path / name)


def test_zips_of_every_kind(tmp_path):
    """Damaged, encrypted, nested and system members are rows; the good ones are read."""
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("/etc/passwd.cif", NICKEL)
        archive.writestr("..\\..\\up.cif", NICKEL)
        archive.writestr("damaged.cif", NICKEL)
        archive.writestr("inner.zip", b"PK\x03\x04" + bytes(100))
        archive.writestr("__MACOSX/._damaged.cif", b"\0\1\2")
        archive.writestr("notes.txt", "nothing")
        archive.writestr("n\nl '<b>\".cif", NICKEL)
    content = path.read_bytes().replace(
        b"damaged.cif" + NICKEL.encode()[:9], b"damaged.cif#########", 1
    )
    path.write_bytes(content)
    found = dict(reader.read_structures(path))
    good = {name for name, own in found.items() if not isinstance(own, StructureError)}
    assert good == {"a.zip:/etc/passwd.cif", "a.zip:..\\..\\up.cif", "a.zip:n\nl '<b>\".cif"}
    assert set(found) - good == {"a.zip:damaged.cif", "a.zip:inner.zip", "a.zip:notes.txt"}
    assert "damaged member" in str(found["a.zip:damaged.cif"])
    assert sorted(tmp_path.iterdir()) == [path]


def test_truncated_archives(tmp_path):
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.cif", NICKEL)
    assert "the zip archive is damaged" in reason(tmp_path, "a.zip", path.read_bytes()[:-30])


def test_text_that_begins_like_an_archive(tmp_path):
    path = tmp_path / "POSCAR"
    path.write_text(POSCAR.format(a=4, n=1).replace("x", "PK nickel", 1))
    assert len(reader.read_structure(path)) == 1


def test_a_slow_file_is_a_row(tmp_path, monkeypatch):
    monkeypatch.setattr(reader, "MAX_SECONDS", 0.01)
    path = tmp_path / "a.cif"
    path.write_text(NICKEL + "".join(f"Ni{i} Ni 0.{i:06d} 0 0 0.005\n" for i in range(50_000)))
    with pytest.raises(StructureError, match=r"not read within 0\.01 seconds"):
        reader.read_structure(path)
