"""Scores of clusterings agree with scikit-learn's, and say what they are said to."""

import numpy as np
import pytest
from sklearn import metrics

from pdflearn.clustering import scores
from pdflearn.clustering.algorithms import NOISE


def test_agreement_is_scikit_learns():
    random = np.random.default_rng(1)
    y_true, labels = random.choice(list("abc"), 200), random.integers(0, 4, 200)
    found = scores.agreement(y_true, labels)
    assert found["ari"] == pytest.approx(metrics.adjusted_rand_score(y_true, labels))
    assert found["nmi"] == pytest.approx(metrics.v_measure_score(y_true, labels))
    assert found["nmi"] == pytest.approx(found["v_measure"])
    assert 1 / 3 <= found["purity"] <= 1


def test_the_silhouette_leaves_noise_out_and_needs_two_clusters():
    random = np.random.default_rng(2)
    features = np.repeat([[0.0], [9.0]], 20, axis=0) + random.normal(size=(40, 1))
    labels = np.repeat([0, 1], 20)
    width = metrics.silhouette_score(features, labels)
    assert scores.silhouette(features, labels, 100) == pytest.approx(width)
    noisy = np.append(features, [[4.5]], axis=0), np.append(labels, NOISE)
    assert scores.silhouette(*noisy, 100) == pytest.approx(width)
    assert np.isnan(scores.silhouette(features, np.zeros(40, dtype=int), 100))


def test_stability_tells_groups_from_none():
    random = np.random.default_rng(3)
    grouped = np.repeat([[0.0], [9.0]], 40, axis=0) + random.normal(size=(80, 1))
    mean, low, high = scores.stability("kmeans", grouped, 2, 0)
    assert low <= mean <= high
    assert mean > 0.95
    uniform = random.uniform(size=(80, 2))
    assert scores.stability("kmeans", uniform, 5, 0)[0] < 0.9


def test_the_gap_is_largest_at_the_number_of_groups():
    random = np.random.default_rng(4)
    features = 9.0 * np.eye(3)[np.repeat([0, 1, 2], 40)] + random.normal(size=(120, 3))
    gaps = scores.gap_statistic(features, [2, 3, 4], 0)
    assert max(range(3), key=lambda k: gaps[k][0]) == 1
    assert all(error > 0 for _, error in gaps)
