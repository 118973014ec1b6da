"""Principal components rebuild the patterns; t-SNE keeps groups apart."""

import numpy as np
import pytest
from sklearn import metrics

from pdflearn.clustering import embedding


def test_components_rebuild_the_patterns(groups):
    patterns, _ = groups
    full = embedding.principal_components(patterns, 74)
    assert full.scores @ full.loadings + full.mean == pytest.approx(patterns)
    assert full.explained_variance_ratio.sum() == pytest.approx(1.0)
    largest = np.abs(full.loadings).argmax(axis=1)
    assert (full.loadings[np.arange(74), largest] > 0).all()


def test_tsne_keeps_groups_and_is_the_same_twice(groups):
    patterns, labels = groups
    points = embedding.tsne(patterns, 0)
    assert metrics.silhouette_score(points, labels) > 0.5
    assert np.array_equal(points, embedding.tsne(patterns, 0))


def test_patterns_of_one_feature_still_have_a_map():
    points = embedding.tsne(np.arange(5.0)[:, None], 0)
    assert points.shape == (5, 2)
    assert (points[:, 1] == 0.0).all()
