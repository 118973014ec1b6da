"""A change is found where it is, and none where there is none."""

import numpy as np
import pytest

from pdflearn.clustering import changes


@pytest.mark.parametrize("index", [5, 8, 12])
def test_a_step_is_found_where_it_is(index, heating):
    x, g = heating(17, index, 0.002)
    found = changes.find_changes(x, g, 0)
    assert found[0].index == index
    assert found[0].p_value <= changes.SIGNIFICANCE
    assert found[0].support > 0.8
    assert len(found) == 1


def test_smooth_expansion_alone_is_no_change(heating):
    positives = [
        len(changes.find_changes(*heating(17, None, 0.01, seed), seed)) for seed in range(8)
    ]
    assert sum(positives) == 0


def test_a_series_too_short_for_a_change_has_none(heating):
    x, g = heating(7, 3, 0.0)
    assert changes.find_changes(x, g, 0) == []


def test_a_known_change_is_not_found_again(heating):
    x, g = heating(17, 8, 0.002)
    again = changes.find_change(x, g, [8], 0)
    assert again.index != 8
    assert again.p_value > changes.SIGNIFICANCE


def test_the_residual_maker_takes_away_all_that_the_design_holds():
    x = np.linspace(100.0, 300.0, 12)
    maker = changes._residual_maker(changes._design_matrix(x, [5]))
    t = (x - 200.0) / 200.0
    step = np.where(np.arange(12) >= 5, 2.0 + 3.0 * t, 0.0)
    assert maker @ (1.0 - t + 4.0 * t**2 + step) == pytest.approx(0.0, abs=1e-10)
