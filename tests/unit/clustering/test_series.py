"""Series are found and ordered; a step is found where it was made, and none where none was."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.clustering import series
from pdflearn.core.grid import Grid

GRID = Grid(1.0, 30.0, 0.1)
R = 1.0 + 0.1 * np.arange(291)


def made_up(
    n: int, step_at: int | None, noise: float, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Patterns that expand smoothly, with a new distance from one place on."""
    x = np.linspace(100.0, 300.0, n)
    stretch = 1 + 2e-5 * (x - 100) + 3e-8 * (x - 100) ** 2
    g = np.sin(2.4 * R / stretch[:, None]) * np.exp(-R / 15)
    if step_at is not None:
        g[step_at:] += 0.05 * np.exp(-((R - 6.0) ** 2) / 0.1)
    return x, g + noise * np.random.default_rng(seed).normal(size=g.shape)


def table(names, temperatures, name="heating", **columns):
    known = {"temperature": temperatures, "time": "", "fraction": "", "composition": "", **columns}
    return pd.DataFrame({"file": names, "series": name, "r_max": 30.0, **known})


def test_series_are_sorted_by_temperature_or_by_name():
    by_temperature = series.find_series(table(["a", "b", "c", "d"], ["300", "100", "250", "4.2"]))
    assert [list(s.x) for s in by_temperature] == [[4.2, 100, 250, 300]]
    assert list(by_temperature[0].rows) == [3, 1, 2, 0]
    (by_name,) = series.find_series(table(["run_10", "run_9", "run_1", "run_2"], ["", "", "", ""]))
    assert list(by_name.rows) == [2, 3, 1, 0]
    assert by_name.x_name == "file, in order of name"


def test_series_are_sorted_by_time_fraction_or_composition():
    nothing = [""] * 4
    (found,) = series.find_series(table(list("abcd"), nothing, time=["60", "0", "30", "90"]))
    assert (list(found.x), found.x_name) == ([0, 30, 60, 90], "time (s)")
    same = ["300"] * 4  # one temperature throughout
    (found,) = series.find_series(table(list("abcd"), same, fraction=["0.3", "0.1", "0", "0.2"]))
    assert (list(found.rows), found.x_name) == ([2, 1, 3, 0], "fraction")
    made = ["La0.7Ca0.3MnO3", "LaMnO3", "La0.9Ca0.1MnO3", "La0.8Ca0.2MnO3"]
    (found,) = series.find_series(table(list("abcd"), nothing, composition=made))
    assert found.x_name == "La (fraction of all atoms)"
    assert found.x == pytest.approx([0.14, 0.16, 0.18, 0.2])
    assert list(found.rows) == [0, 3, 2, 1]
    mixed = ["LaMnO3", "?", "LaMnO3", "LaMnO3"]
    (found,) = series.find_series(table(list("abcd"), nothing, composition=mixed))
    assert found.x_name == "file, in order of name"


def test_short_series_and_single_files_are_none():
    assert series.find_series(table(["a", "b", "c"], ["1", "2", "3"])) == []
    assert series.find_series(table(list("abcd"), ["1", "2", "3", "4"], name="")) == []


@pytest.mark.parametrize("place", [5, 8, 12])
def test_a_step_is_found_where_it_was_made(place):
    x, g = made_up(17, place, 0.002)
    found = series.find_changes(x, g, 0)
    assert found[0].place == place
    assert found[0].p_value <= series.SIGNIFICANCE
    assert found[0].support > 0.8
    assert len(found) == 1


def test_smooth_expansion_alone_is_no_change():
    positives = [
        len(series.find_changes(*made_up(17, None, 0.01, seed), seed)) for seed in range(8)
    ]
    assert sum(positives) == 0


def test_a_series_too_short_for_a_change_has_none():
    x, g = made_up(7, 3, 0.0)
    assert series.find_changes(x, g, 0) == []


def test_one_component_gives_way_to_the_other():
    shares = np.linspace(1, 0, 9)[:, None]
    first, second = (np.exp(-((R - c) ** 2)) for c in (5.0, 9.0))
    weights, parts = series.components(shares * first + (1 - shares) * second, 0)
    assert weights.sum(axis=1) == pytest.approx(1.0)
    assert weights[:, 0] == pytest.approx(shares[:, 0], abs=0.02)
    assert R[parts.argmax(axis=1)] == pytest.approx([5.0, 9.0], abs=0.05)


def test_clusters_are_numbered_along_the_series():
    x, g = made_up(12, 6, 0.002)
    g[6:] += 0.5 * np.sin(3.1 * R)
    assert list(series.clusters(g)) == [1] * 6 + [2] * 6


def test_study_of_a_series_stops_at_its_shortest_pattern():
    x, g = made_up(17, 8, 0.002)
    index = table([f"f{k}" for k in range(17)], [str(v) for v in x])
    index.loc[3, "r_max"] = 20.0
    (found,) = series.find_series(index)
    rows, changes, arrays = series.study(found, index, g, GRID, 1.5, 0)
    assert (arrays["r"][0], arrays["r"][-1]) == pytest.approx((1.5, 20.0))
    assert np.diag(arrays["similarity"]) == pytest.approx(1.0)
    assert list(rows["segment"]) == [1] * 8 + [2] * 9
    assert (changes["before"][0], changes["after"][0]) == (x[7], x[8])
