"""Files and archives of structures: each one read or refused with a reason, none changed."""

import csv
import gzip
import io
import re
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structure_files import EXTXYZ, NICKEL, OXIDE, PDB, POSCAR, STRU, XYZ, read

from pdflearn.core import archives
from pdflearn.structures import reader
from pdflearn.structures.structure import StructureError, describe

FILES = Path(__file__).parents[2] / "data" / "structures"
SHARED = Path(__file__).parents[3].parent / "shared" / "cifs"


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


@settings(max_examples=150, deadline=None, derandomize=True)
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


@pytest.mark.parametrize(
    ("name", "composition", "words"),
    [
        (
            "formula_of_another_compound.cif",
            {"Cu": 4, "Fe": 2, "Sn": 2, "Se": 8},
            "formula .* has S",
        ),
        ("capitals.xyz", {"Cu": 2, "Ni": 1}, ""),
        ("shared_site.cif", {"Nb": 1.6, "Zr": 0.4}, ""),
        ("isotopes.cif", {"7Li": 4, "D": 4}, ""),
        (
            "full_symbol.cif",
            {"Na": 4, "Cl": 4},
            "only operator listed; those of F m -3 m are taken",
        ),
        ("operators_with_coefficients.cif", {"Mg": 2, "Cl": 4}, ""),
        ("origin_2.stru", {"Si": 8}, ""),
        ("dots_are_zero.cif", {"F": 3, "K": 1, "Mn": 1}, "'.' among the coordinates of F1, Mn1"),
        ("molecule.stru", {"P": 4}, ""),
        ("formula_of_the_cell.cif", {"Mg": 4, "O": 4}, ""),
        ("cif_2.cif", {"Na": 4, "Cl": 4}, ""),
    ],
)
def test_files_as_people_have_them(name, composition, words):
    """Dialects that were read wrong, and what they hold; nothing is doubted without need."""
    found = reader.read_structure(FILES / name)
    assert found.composition == pytest.approx(composition)
    doubts = [doubt for doubt in found.warnings if doubt != "no displacement parameters"]
    assert len(doubts) == bool(words)
    assert not words or re.search(words, doubts[0])
    assert found.periodic == (name not in ("capitals.xyz", "molecule.stru"))


LISTED_TWICE = {"carbides__W2C.cif": "W2C", "sulfates__CoSO4.cif": "CoSO4"}


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
        if row["file"] in LISTED_TWICE:  # the index counts these atoms twice
            assert describe(structure)["formula"] == LISTED_TWICE[row["file"]]
            assert any("listed already" in words for words in structure.warnings)
            tally["right"] += 1
            continue
        atoms = len(structure) == int(float(row["natoms"]))
        group = float(row["sg_spglib"] or 0) in (0, found["space_group_number"])
        tally["right" if same and atoms and group else "wrong"] += 1
        if not (same and atoms and group):
            wrong.append(row["file"])
    print(dict(tally))
    assert wrong == []
    assert tally["right"] >= 0.97 * sum(tally.values())
