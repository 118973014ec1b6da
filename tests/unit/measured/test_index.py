"""Names of measured files, packed curves, and the batches put together."""

import os

import numpy as np
import pandas as pd

from pdflearn.core.io import save_arrays, save_table
from pdflearn.measured.index import (
    file_name,
    gather_index,
    pack_curves,
    readable,
    safe_name,
    unpack_curve,
)
from pdflearn.measured.samples import INDEX_COLUMNS, MeasuredSample


def test_names_say_where_a_file_lies(tmp_path):
    assert file_name(tmp_path, tmp_path / "a" / "b.gr", "b.gr") == "a/b.gr"
    assert file_name(tmp_path, tmp_path / "a.zip", "run/b.gr") == "a.zip/run/b.gr"
    assert readable(os.fsdecode(b"\xff.gr")) == "\\xff.gr"


def test_safe_names_are_safe_and_differ_where_full_names_do():
    names = ["a/x.gr", "b/x.gr", "a/x.txt", "../\u00e4 <x>.gr", "a" * 300 + ".gr"]
    safe = [safe_name(name) for name in names]
    assert len(set(safe)) == len(names)
    assert all(
        s.isascii() and len(s) < 80 and s.replace("-", "").replace("_", "").isalnum() for s in safe
    )


def test_curves_come_back_as_they_were():
    curves = [(np.array([1.0, 2.0]), np.array([3.0, 4.0])), (np.empty(0), np.empty(0))]
    packed = pack_curves(curves, ("r", "g"))
    for number, arrays in enumerate(curves):
        assert all(map(np.array_equal, unpack_curve(packed, number, "r", "g"), arrays))
    assert pack_curves([], ("r",))["starts"].tolist() == [0]


def test_public_files_come_first_and_patterns_follow_their_rows(tmp_path):
    batches = [[("b.gr", "user"), ("z.gr", "public")], [("a.gr", "user"), ("y.gr", "public")]]
    indexes, patterns = [], []
    for number, files in enumerate(batches):
        rows = [MeasuredSample(file, source).to_row() for file, source in files]
        indexes.append(tmp_path / f"{number}.csv")
        patterns.append(tmp_path / f"{number}.npz")
        save_table(indexes[-1], pd.DataFrame(rows, columns=INDEX_COLUMNS))
        curves = np.array([[ord(file[0])] for file, _ in files], dtype=np.float32)
        save_arrays(patterns[-1], patterns=curves)
    index, curves = gather_index(indexes, patterns)
    assert list(index["file"]) == ["y.gr", "z.gr", "a.gr", "b.gr"]
    assert [chr(int(c)) for c in curves[:, 0]] == ["y", "z", "a", "b"]
    assert list(index.index) == [0, 1, 2, 3]
