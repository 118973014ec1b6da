"""The library's tables are read by the standard library alone; a wrong row is named."""

import csv
from pathlib import Path

import pytest

from pdflearn.structures import library, tables
from pdflearn.structures.tables import LibraryError

FOLDER = Path(__file__).parents[3] / "resources" / "library"
TABLES = library.load_library(FOLDER)


def test_every_row_names_a_source_that_is_listed():
    sources = set(tables.read_sources(FOLDER))
    used = {text.split(":")[0] for text in [*TABLES.compounds["source"], *TABLES.types["source"]]}
    assert used <= sources


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("elements", "Na", "has the roles A X"),
        ("elements", "Na Qq0.5x", "occupants"),
        ("a", "", "a is missing"),
        ("a", "-5", "a = '-5'"),
        ("structure_type", "rock_salt", "is not in types"),
        ("parameters", "q=1", "a name is x, y or z"),
        ("parameters", "x=0.2", "rocksalt has no"),
        ("source", "", "a compound needs a source"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, column, value, words):
    for name in ("types.csv", "sources.csv"):
        (tmp_path / name).write_text((FOLDER / name).read_text(encoding="utf-8"), encoding="utf-8")
    row = dict.fromkeys(tables.COMPOUND_COLUMNS, "")
    row |= {"name": "NaCl rocksalt", "formula": "NaCl", "structure_type": "rocksalt",
            "elements": "Na Cl", "a": "5.64", "source": "west"}  # fmt: skip
    with (tmp_path / "compounds.csv").open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(row))
        writer.writeheader()
        writer.writerow({**row, column: value})
    with pytest.raises(LibraryError, match=words) as caught:
        library.load_library(tmp_path)
    assert "NaCl rocksalt" in str(caught.value)


def test_parents_in_a_circle_are_refused(tmp_path):
    text = (FOLDER / "types.csv").read_text(encoding="utf-8")
    row = "A 4a 0 0 0,,,,aflow"  # fcc has no parent
    assert text.count(f",A_cF4_225_a,cF4,225,,{row}\n") == 1
    circle = text.replace(f"cF4,225,,{row}", "cF4,225,,A 4a 0 0 0,,L1_2,,aflow")
    (tmp_path / "types.csv").write_text(circle, encoding="utf-8")
    with pytest.raises(LibraryError, match="parents go in a circle: .*fcc -> L1_2 -> fcc"):
        tables.read_types(tmp_path)
