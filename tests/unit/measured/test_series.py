"""Files of one name make a series, in the order of what varies."""

import pandas as pd
import pytest

from pdflearn.measured.series import find_series


def index_of(names, temperatures, name="heating", **columns):
    known = {"temperature": temperatures, "time": "", "fraction": "", "composition": "", **columns}
    return pd.DataFrame({"file": names, "series": name, "r_max": 30.0, **known})


def test_series_are_sorted_by_temperature_or_by_name():
    by_temperature = find_series(index_of(["a", "b", "c", "d"], ["300", "100", "250", "4.2"]))
    assert [list(s.x) for s in by_temperature] == [[4.2, 100, 250, 300]]
    assert list(by_temperature[0].rows) == [3, 1, 2, 0]
    (by_name,) = find_series(index_of(["run_10", "run_9", "run_1", "run_2"], ["", "", "", ""]))
    assert list(by_name.rows) == [2, 3, 1, 0]
    assert by_name.x_name == "file, in order of name"


def test_series_are_sorted_by_time_fraction_or_composition():
    nothing = [""] * 4
    (one,) = find_series(index_of(list("abcd"), nothing, time=["60", "0", "30", "90"]))
    assert (list(one.x), one.x_name) == ([0, 30, 60, 90], "time (s)")
    same = ["300"] * 4  # one temperature throughout
    (one,) = find_series(index_of(list("abcd"), same, fraction=["0.3", "0.1", "0", "0.2"]))
    assert (list(one.rows), one.x_name) == ([2, 1, 3, 0], "fraction")
    compositions = ["La0.7Ca0.3MnO3", "LaMnO3", "La0.9Ca0.1MnO3", "La0.8Ca0.2MnO3"]
    (one,) = find_series(index_of(list("abcd"), nothing, composition=compositions))
    assert one.x_name == "La (fraction of all atoms)"
    assert one.x == pytest.approx([0.14, 0.16, 0.18, 0.2])
    assert list(one.rows) == [0, 3, 2, 1]
    mixed = ["LaMnO3", "?", "LaMnO3", "LaMnO3"]
    (one,) = find_series(index_of(list("abcd"), nothing, composition=mixed))
    assert one.x_name == "file, in order of name"


def test_short_series_and_single_files_are_none():
    assert find_series(index_of(["a", "b", "c"], ["1", "2", "3"])) == []
    assert find_series(index_of(list("abcd"), ["1", "2", "3", "4"], name="")) == []
