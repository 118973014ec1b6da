"""Separate groups are found by every method; methods of pairs see a sample of many patterns."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster import hierarchy
from sklearn import metrics
from sklearn.cluster import HDBSCAN, AgglomerativeClustering, SpectralClustering

from pdflearn.clustering import algorithms
from pdflearn.core.errors import PdflearnError


@pytest.mark.parametrize("method", algorithms.PAIRWISE)
def test_methods_of_pairs_see_a_sample_and_the_rest_follows(method, monkeypatch):
    random = np.random.default_rng(3)
    y_true = np.repeat([0, 1, 2], 400)
    features = 8.0 * np.eye(3)[y_true] + random.normal(size=(1200, 3))
    largest = 0
    names = {"ward": "ward_tree", "hdbscan": "euclidean_distances", "spectral": "spectral_map"}
    original = getattr(algorithms, names[method])

    def watch(rows, *others):
        nonlocal largest
        largest = max(largest, len(rows))
        return original(rows, *others)

    monkeypatch.setattr(algorithms, names[method], watch)
    labels = algorithms.cluster(method, features, 3, 0, max_pairwise=150)
    assert 0 < largest <= 150
    assert metrics.adjusted_rand_score(y_true, labels) > 0.9


def test_k_means_of_many_patterns_works_in_batches(monkeypatch):
    y_true = np.repeat(np.arange(4), 3000)
    features = 9.0 * np.eye(4)[y_true] + np.random.default_rng(4).normal(size=(12000, 4))
    monkeypatch.setattr(algorithms, "KMeans", None)
    labels = algorithms.cluster("kmeans", features, 4, 0)
    assert metrics.adjusted_rand_score(y_true, labels) > 0.99


@given(st.lists(st.integers(-1, 4), min_size=6, max_size=40))
@settings(max_examples=40, deadline=None)
def test_extending_a_sample_keeps_it_and_leaves_no_noise_elsewhere(labels):
    labels = np.array(labels)
    features = np.random.default_rng(5).normal(size=(2 * len(labels), 2))
    rows = np.arange(0, 2 * len(labels), 2)
    extended = algorithms.extend_labels(features, rows, labels)
    assert (extended[rows] == labels).all()
    if (labels >= 0).any():
        assert (extended[1::2] >= 0).all()


def test_a_sample_is_even_and_bounded():
    assert list(algorithms.even_sample(5, 10)) == [0, 1, 2, 3, 4]
    rows = algorithms.even_sample(10_000, 100)
    assert len(rows) == 100
    assert (rows[0], rows[-1]) == (0, 9999)


def test_an_unknown_method_is_named():
    with pytest.raises(PdflearnError, match="'birch' is none of kmeans, gaussian_mixture, ward"):
        algorithms.cluster("birch", np.zeros((3, 2)), 2, 0)


def test_wards_tree_and_wards_clusters_are_the_same(groups):
    patterns, _ = groups
    cut = hierarchy.fcluster(algorithms.ward_tree(patterns), 3, "maxclust")
    labels = algorithms.cluster("ward", patterns, 3, 0)
    assert metrics.adjusted_rand_score(cut, labels) == 1.0


@pytest.mark.parametrize("n_clusters", [2, 3, 6])
def test_clusters_are_scikit_learns(n_clusters):
    """Of patterns without gaps: where a graph falls apart any cut is as good."""
    patterns = np.random.default_rng(6).normal(size=(120, 4))
    peers = {
        "ward": AgglomerativeClustering(n_clusters, linkage="ward"),
        "hdbscan": HDBSCAN(min_cluster_size=5, copy=True),
        "spectral": SpectralClustering(
            n_clusters, affinity="nearest_neighbors", assign_labels="cluster_qr", random_state=0
        ),
    }
    for method, peer in peers.items():
        labels = algorithms.cluster_numbers(method, patterns, [n_clusters, 4], 0)[0]
        assert metrics.adjusted_rand_score(peer.fit_predict(patterns), labels) == 1.0
