"""From bytes to one table of numbers: signs of decimals, separators, the longest block."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.measured import text
from pdflearn.measured.text import MIN_ROWS, PatternError, decode, find_table

ROWS = [(k / 10, 0.5 * k) for k in range(1, 30)]


def lines(pattern):
    return "\n".join(pattern.format(x, y) for x, y in ROWS) + "\n"


@pytest.mark.parametrize(
    "text",
    [
        lines("{} {}"),
        lines("{}\t{}"),
        lines("{},{}"),
        lines("{}; {}"),
        lines('"{}" "{}"'),
        lines("{} {} # remark"),
        lines("{0:.1f}D0 {1}"),
        lines("{} {}").replace(".", ","),
        lines("{} {}").replace("\n", "\r\n"),
        lines("{} {}").replace("\n", "\r"),
    ],
)
def test_rows_are_read_however_they_are_written(text):
    assert np.allclose(find_table(text).columns[:, :2], ROWS)


def test_lines_around_the_block_are_kept_apart():
    table = find_table("# qmax = 25\nr G\n" + lines("{} {}") + "end\n")
    assert table.lead == ["# qmax = 25", "r G"]
    assert table.header == ["# qmax = 25", "r G", "end"]
    assert not table.ragged


def test_rows_of_unequal_length_keep_their_common_columns():
    table = find_table(lines("{} {} 7") + "3.0 1 2 3 4\n")
    assert table.ragged
    assert table.columns.shape == (len(ROWS) + 1, 3)


def test_too_few_rows_are_no_table():
    text = "\n".join(lines("{} {}").split("\n")[: MIN_ROWS - 1])
    with pytest.raises(
        PatternError, match=f"no block of at least {MIN_ROWS} rows .*longest has 15"
    ):
        find_table(text)
    with pytest.raises(PatternError, match="web page"):
        find_table("<!DOCTYPE html><html></html>")


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "empty"), (b"%PDF-1.7 ", "PDF document"), (bytes(range(1, 32)) * 9, "binary")],
)
def test_what_is_no_text_is_named(data, words):
    with pytest.raises(PatternError, match=words):
        decode(data)


ODD_LINES = [
    *("", "  ", "1 2", "1 2 3", "x y", "# 1 2", "nan 1"),
    *("1d3 2", "1_0 2", "- -", "e1 2", "7", "1,5 2"),
]


@given(
    st.lists(st.tuples(st.integers(0, 3 * text.CHUNK), st.sampled_from(ODD_LINES)), max_size=4),
    st.floats(-1e6, 1e6),
)
def test_rows_read_at_once_are_those_read_one_by_one(odd_lines, number):
    rows = [f"{0.1 * k} {number / (k + 1)!r}" for k in range(3 * text.CHUNK)]
    for position, line in odd_lines:
        rows.insert(position, line)
    content = "\n".join(rows) + "\n"
    at_once = find_table(content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(text, "_plain_rows", lambda lines: None)
        one_by_one = find_table(content)
    assert np.array_equal(at_once.columns, one_by_one.columns, equal_nan=True)
    assert replace(at_once, columns=None) == replace(one_by_one, columns=None)
