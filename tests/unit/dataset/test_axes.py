"""Axes of the features: of the values that the features hold, one by one."""

import numpy as np
import pytest

from pdflearn.core.grid import Grid
from pdflearn.dataset.axes import POINTS, REDUCED_RANGE, feature_axis
from pdflearn.dataset.features import PatternFeatures

GRID, WINDOW = Grid(1.0, 30.0, 0.05), (1.5, 20.0)


@pytest.mark.parametrize("representation", ["raw", "first_peak", "log_r"])
def test_the_axis_is_as_long_as_the_features(representation):
    patterns = np.random.default_rng(0).normal(size=(2, GRID.points))
    features = PatternFeatures(representation, GRID, WINDOW).fit_transform(patterns)
    assert features.shape == (2, len(feature_axis(representation, GRID, WINDOW)))


def test_ends_are_those_of_the_window_or_of_reduced_distances():
    for representation in ("raw", "log_r"):
        axis = feature_axis(representation, GRID, WINDOW)
        assert (axis[0], axis[-1]) == pytest.approx(WINDOW)
    reduced = feature_axis("first_peak", GRID, WINDOW)
    assert (reduced[0], reduced[-1], len(reduced)) == (*REDUCED_RANGE, POINTS)
    np.testing.assert_array_equal(reduced, feature_axis("scale_free", GRID, WINDOW))


def test_a_peak_stands_at_its_place():
    pattern = np.exp(-((GRID.r - 4.0) ** 2) / 0.02)[None]
    for representation, place in (("raw", 4.0), ("log_r", 4.0), ("first_peak", 1.0)):
        features = PatternFeatures(representation, GRID, WINDOW).fit_transform(pattern)
        axis = feature_axis(representation, GRID, WINDOW)
        assert axis[features[0].argmax()] == pytest.approx(place, rel=0.02)
