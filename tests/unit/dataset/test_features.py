"""Features: an arbitrary scale changes nothing, and first_peak takes the length scale away."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.core.first_peak import FIT_START_SHARE, SCALING_SHARE, first_maxima
from pdflearn.core.grid import Grid
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.representation import MAGNITUDES, first_peaks

GRID = Grid(1.0, 30.0, 0.05)
R = GRID.r


def peaks(unit):
    """A made-up pattern: peaks at multiples of a first distance, in angstrom."""
    distances = unit * np.sqrt(np.array([1, 2, 3, 4, 5, 7, 9, 12]))
    return np.exp(-((R[:, None] - distances) ** 2) / (2 * 0.15**2)).sum(axis=1) - 0.02 * R


@settings(max_examples=30, deadline=None, derandomize=True)
@given(unit=st.floats(1.9, 3.0), scale=st.floats(0.1, 6e4))  # 8 * 3.0 stays in the window
def test_first_peak_features_forget_scale_and_length(unit, scale):
    transformer = PatternFeatures("first_peak", GRID, (1.5, 25.0))
    reference = transformer.fit_transform(peaks(2.5)[None])
    stretched = np.interp(R * 2.5 / unit, R, peaks(2.5))[None]
    changed = transformer.transform(scale * stretched)
    assert np.corrcoef(reference[0], changed[0])[0, 1] > 0.98


@settings(max_examples=30, deadline=None, derandomize=True)
@given(unit=st.floats(1.8, 3.5))
def test_first_peak_is_found_between_grid_points(unit):
    assert first_peaks(R, peaks(unit)[None])[0] == pytest.approx(unit, abs=0.01)


def test_raw_is_the_window_with_unit_root_mean_square():
    result = PatternFeatures("raw", GRID, (1.5, 20.0)).fit_transform(7.0 * peaks(2.5)[None])
    assert result.shape[1] == np.count_nonzero((R > 1.499) & (R < 20.001))
    assert np.sqrt(np.mean(result**2)) == pytest.approx(1.0, abs=1e-6)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(unit=st.floats(2.2, 2.8))
def test_magnitudes_along_log_r_forget_the_length_scale_without_a_first_peak(unit):
    def pulse(width):  # dies out well inside the window at any of these lengths
        x = R / width
        return (x**2 * np.sin(4 * x) * np.exp(-((x - 2.0) ** 2) * 4))[None]

    transformer = PatternFeatures("scale_free", GRID, (1.5, 25.0))
    reference, changed = (transformer.fit_transform(pulse(width)) for width in (2.5, unit))
    assert reference.shape[1] == 300 + MAGNITUDES
    np.testing.assert_allclose(changed[0, 300:], reference[0, 300:], atol=0.15)
    first_peak = PatternFeatures("first_peak", GRID, (1.5, 25.0)).fit_transform(pulse(2.5))
    np.testing.assert_array_equal(reference[:, :300], first_peak)


def test_a_flat_pattern_stays_finite():
    for kind in ("raw", "first_peak", "log_r", "scale_free"):
        assert np.isfinite(PatternFeatures(kind, GRID).fit_transform(np.zeros((2, 581)))).all()


def test_wrong_length_and_representation_are_named():
    with pytest.raises(ValueError, match="patterns have 10 points; the grid has 581"):
        PatternFeatures("raw", GRID).fit_transform(np.zeros((1, 10)))
    with pytest.raises(ValueError, match="features: 'cooked'; expected one of raw"):
        PatternFeatures("cooked", GRID).fit(np.zeros((1, 581)))


def test_the_first_peak_depends_on_the_share_that_is_asked():
    curve = np.array([[0.0, 0.3, 0.1, 1.0, 0.2], [5.0, 4.0, 3.0, 2.0, 1.0]])
    assert first_maxima(curve, FIT_START_SHARE).tolist() == [1, -1]
    assert first_maxima(curve, SCALING_SHARE).tolist() == [3, -1]
