"""Measured curves keep all their points on the study's grid, and nothing is made up beyond."""

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from pdflearn.core.grid import Grid
from pdflearn.measured.resample import cubic_spline, resample

GRID = Grid(1.0, 30.0, 0.1).r


@pytest.mark.parametrize("written", [True, False])
def test_the_last_measured_point_is_kept_wherever_the_curve_ends(written):
    for points in range(50, 250):
        r = 1.2 + 0.1 * np.arange(points)
        r = np.round(r, 2) if written else r  # as a file has it, or with what sums leave
        values = resample(r, np.ones(points), GRID)
        assert np.count_nonzero(values) == points, r[-1]
        assert values[values != 0] == pytest.approx(1.0)
        assert GRID[values != 0] == pytest.approx(r)


def test_a_point_beyond_what_was_measured_is_zero():
    r = np.round(1.2 + 0.1 * np.arange(100), 2)
    values = resample(r + np.linspace(0.01, -0.01, 100), np.ones(100), GRID)
    assert np.count_nonzero(values) == 98


def test_a_smooth_curve_is_kept_and_the_unmeasured_is_zero():
    r = np.arange(2.0, 15.0, 0.02)
    values = resample(r, np.sin(5 * r), GRID)
    inside = (GRID >= 2.0) & (r[-1] >= GRID)
    np.testing.assert_allclose(values[inside], np.sin(5 * GRID[inside]), atol=1e-4)
    assert (values[~inside] == 0).all()


@pytest.mark.parametrize("n", [4, 5, 50, 1000])
def test_the_spline_is_that_of_scipy(n):
    rng = np.random.default_rng(n)
    r = np.cumsum(rng.uniform(0.005, 0.05, n))
    g = rng.normal(size=n)
    at = np.sort(rng.uniform(r[0], r[-1], 300))
    np.testing.assert_allclose(cubic_spline(r, g, at), CubicSpline(r, g)(at), atol=1e-11)
    np.testing.assert_allclose(cubic_spline(r, g, r), g, atol=1e-11)
