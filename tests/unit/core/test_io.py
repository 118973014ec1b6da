"""Files are whole or absent, and the same content gives the same bytes."""

import json
import os

import numpy as np
import pandas as pd
import pytest

from pdflearn.core import columns
from pdflearn.core.columns import CsvTable
from pdflearn.core.io import (
    TableError,
    load_table,
    replacing,
    save_array,
    save_arrays,
    save_json,
    save_table,
    save_text,
)


def test_a_failure_leaves_the_old_file_and_no_rest(tmp_path):
    path = tmp_path / "table.csv"
    save_text(path, "old")

    def fail_half_way():
        with replacing(path) as handle:
            handle.write(b"half")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_tables_come_back(tmp_path, ending):
    table = pd.DataFrame({"file": ["a", 'b,\n"c"'], "rw": [0.5, 1.25], "reason": ["", "ü"]})
    save_table(tmp_path / f"t.{ending}", table)
    read = load_table(tmp_path / f"t.{ending}", columns.REJECTED_MEASURED)
    pd.testing.assert_frame_equal(read, table, check_dtype=False)


def test_an_empty_table_keeps_its_columns(tmp_path):
    save_table(tmp_path / "t.csv", pd.DataFrame(columns=["file", "reason"]))
    assert list(load_table(tmp_path / "t.csv", columns.REJECTED_MEASURED).columns) == [
        "file",
        "reason",
    ]


def test_the_same_bytes_each_time(tmp_path):
    for attempt in ("1", "2"):
        save_arrays(tmp_path / f"{attempt}.npz", x=np.arange(5), y=np.ones((2, 2)))
        save_table(tmp_path / f"{attempt}.parquet", pd.DataFrame({"x": [1.5]}))
    for ending in ("npz", "parquet"):
        first, second = (tmp_path / f"{n}.{ending}" for n in "12")
        assert first.read_bytes() == second.read_bytes()


def test_arrays_of_objects_are_refused(tmp_path):
    with pytest.raises(ValueError, match="allow_pickle"):
        save_array(tmp_path / "x.npy", np.array([object()]))


def test_a_carriage_return_in_a_cell_ends_no_row(tmp_path):
    table = pd.DataFrame({"file": ["a\rb.gr", 'c"\n.gr'], "rw": [0.1, np.nan]})
    save_table(tmp_path / "t.csv", table)
    read = load_table(tmp_path / "t.csv", CsvTable(("file",)))
    pd.testing.assert_frame_equal(read, table)


def test_json_holds_names_of_files_that_are_no_text(tmp_path):
    content = {"files": [os.fsdecode(b"latin\xff.gr"), "Å.gr"]}
    save_json(tmp_path / "t.json", content)
    text = (tmp_path / "t.json").read_text(encoding="utf-8")
    assert json.loads(text) == content
    assert "Å" in text


@pytest.mark.parametrize("name", ["001", "1", "225", "1e3", "NA", "NaN", "true", ""])
def test_text_that_looks_like_something_else_comes_back(tmp_path, name):
    names = ("file", "name", "id", "structure_type", "series", "label", "formula", "temperature")
    table = pd.DataFrame({column: [name, name] for column in names} | {"rw": [0.5, np.nan]})
    save_table(tmp_path / "t.csv", table)
    pd.testing.assert_frame_equal(load_table(tmp_path / "t.csv", CsvTable(names)), table)


def test_columns_of_a_user_hold_numbers_or_text(tmp_path):
    table = pd.DataFrame({"n": [1, 2], "value": [0.1, np.nan], "colour": ["NA", ""]})
    save_table(tmp_path / "t.csv", table)
    read = load_table(tmp_path / "t.csv", CsvTable(user_columns=True))
    pd.testing.assert_frame_equal(read, table)


def test_a_csv_file_is_read_as_it_is_declared_or_not_at_all(tmp_path):
    save_table(tmp_path / "t.csv", pd.DataFrame({"file": ["1"], "rw": [0.5], "colour": ["red"]}))
    with pytest.raises(TableError, match=r"declaration in core/columns\.py"):
        load_table(tmp_path / "t.csv")
    with pytest.raises(TableError, match="'colour' holds text, expected numbers"):
        load_table(tmp_path / "t.csv", CsvTable(("file",)))
    with pytest.raises(TableError, match="no column 'sample', only file, rw, colour"):
        load_table(tmp_path / "t.csv", CsvTable(("file", "colour", "sample")))
    read = load_table(tmp_path / "t.csv", CsvTable(("file", "colour")))
    assert read.to_dict("records") == [{"file": "1", "rw": 0.5, "colour": "red"}]
