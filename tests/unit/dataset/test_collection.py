"""What is gathered counts once; the user's labels go before what is found."""

import pytest
from crystals import fcc

from pdflearn.core.columns import STRUCTURE
from pdflearn.dataset.collection import Collection, user_labels
from pdflearn.structures.structure import StructureError


def test_a_structure_that_was_read_twice_is_one_row_and_one_structure():
    shard = Collection()
    shard.add(fcc(title="first"), file="b.cif", structure_type="")
    shard.add(fcc(title="second"), file="c.cif", structure_type="fcc", colour="red")
    shard.add(fcc(title="third"), file="a.cif", structure_type="")
    index = shard.index()
    assert index["file"].tolist() == ["c.cif"]
    assert list(index.columns) == [*STRUCTURE, "colour"]
    assert {name: s.title for name, s in shard.structures().items()} == {
        index["id"][0]: "second"
    }  # fmt: skip


def test_a_rejected_structure_is_a_row_with_its_reason():
    shard = Collection()
    for file in ("a.cif", "b.cif"):
        shard.add(StructureError("no atoms"), file=file, structure_type="fcc")
    index = shard.index()
    assert index["file"].tolist() == ["a.cif", "b.cif"]
    assert index["reason"].tolist() == ["no atoms"] * 2
    assert index["id"].isna().all()
    assert shard.structures() == {}


def test_what_is_known_goes_before_what_is_found():
    shard = Collection()
    shard.add(fcc(), 225, file="a.cif", formula="mine", structure_type="")
    row = shard.index().iloc[0]
    assert (row["formula"], row["family"], row["space_group_number"]) == ("mine", "Ni", 225)


def test_an_empty_collection_has_all_columns():
    assert list(Collection().index().columns) == list(STRUCTURE)
    assert Collection().structures() == {}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_labels_as_spreadsheets_write_them(tmp_path, delimiter):
    """Semicolons where the comma is the decimal sign, and blanks around names and values."""
    rows = [
        ["\ufefffile", " structure_type ", "note"],
        [" c.cif ", "odd ", "a, b" if delimiter != "," else ""],
    ]
    lines = [delimiter.join(row) for row in rows]
    (tmp_path / "labels.csv").write_text("\r\n".join(lines) + "\r\n", encoding="utf-8")
    labels = user_labels(tmp_path)["c.cif"]
    assert labels["structure_type"] == "odd"
    assert labels.get("note", "a, b") == "a, b"


def test_labels_by_folder_and_by_table(tmp_path):
    for file in ("fcc/a.cif", "fcc/deep/b.cif", "c.cif"):
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text("data_nickel")
    (tmp_path / "labels.csv").write_text(
        "file,structure_type,colour\nc.cif,odd,red\nfcc/a.cif,,blue\n"
    )
    labels = user_labels(tmp_path)
    assert labels["fcc/a.cif"] == {"structure_type": "fcc", "colour": "blue"}
    assert labels["fcc/deep/b.cif"] == {"structure_type": "fcc"}
    assert labels["c.cif"] == {"structure_type": "odd", "colour": "red"}
    for own in ("id", "fold", "group", "evaluated", "subset", "diameter", "visible_type", "shard"):
        (tmp_path / "labels.csv").write_text(f"file,{own}\nc.cif,mine\n")
        with pytest.raises(StructureError, match=f"'{own}' is the workflow's own.*my_{own}"):
            user_labels(tmp_path)
    (tmp_path / "labels.csv").write_text("name\nx\n")
    with pytest.raises(StructureError, match="no column 'file'"):
        user_labels(tmp_path)
