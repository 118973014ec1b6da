"""What a model sees of a pattern, by the functions that need no scikit-learn."""

import numpy as np
import pytest

from pdflearn.core.grid import Grid
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.representation import REPRESENTATIONS, represent

GRID = Grid(1.0, 30.0, 0.1)


@pytest.mark.parametrize("representation", REPRESENTATIONS)
@pytest.mark.parametrize("stretched", [False, True])
def test_the_values_are_those_of_the_features(representation, stretched):
    patterns = np.random.default_rng(0).normal(size=(4, GRID.points)).astype(np.float32)
    stretch = np.array([0.98, 1.0, 1.01, 1.02]) if stretched else None
    features = PatternFeatures(representation, GRID, (1.5, 20.0)).fit(patterns)
    found = represent(patterns, representation, GRID, (1.5, 20.0), stretch)
    np.testing.assert_array_equal(found, features.transform(patterns, stretch))
    assert found.dtype == np.float32
