"""Clusters of made-up groups are found; scores agree with scikit-learn; pairs are limited."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist
from sklearn import metrics

from pdflearn.clustering import algorithms, comparison, embedding
from pdflearn.clustering.representations import flatten, standardise, transform
from pdflearn.core.grid import Grid

GRID = Grid(1.0, 20.0, 0.1)
R = 1.0 + 0.1 * np.arange(191)
WINDOW = (1.5, 20.0)


@pytest.fixture(scope="module")
def groups():
    random = np.random.default_rng(0)
    truth = np.repeat(["a", "b", "c"], 25)
    wave = np.repeat([2.0, 2.6, 3.3], 25)[:, None]
    return np.sin(wave * R) + 0.2 * random.normal(size=(75, 191)), truth


@pytest.fixture(scope="module")
def study(groups):
    patterns, truth = groups
    views = {
        "raw": {"features": "raw", "distance": "pearson"},
        "pca": {"features": "raw", "reduce": "pca", "components": 3},
        "nmf": {"features": "raw", "reduce": "nmf", "components": 3},
    }
    chosen = {
        "representations": views, "methods": list(algorithms.METHODS),
        "n_clusters_range": [2, 3, 4], "max_pairwise": 75,
        "n_resamples": 3, "n_neighbors": 10, "n_clusters": "silhouette",
    }  # fmt: skip
    return comparison.run(patterns, truth, chosen, GRID, WINDOW, 0)


def test_every_method_finds_separate_groups_and_their_number(study):
    real = study.scores[~study.scores["method"].isin(["true_labels", "random"])]
    assert len(real) == 15
    assert (real["ari"] > 0.95).all()
    assert (real["n_clusters"] == 3).all()
    assert (real["stability"] > 0.9).all()
    assert (real["stability_low"] <= real["stability"] + 1e-9).all()
    assert (real["stability_high"] >= real["stability"] - 1e-9).all()


def test_controls_bound_the_scores(study):
    by_method = study.scores.set_index("method")
    assert by_method.at["true_labels", "ari"] == 1.0
    assert by_method.at["true_labels", "v_measure"] == pytest.approx(1.0)
    assert abs(by_method.at["random", "ari"]) < 0.1


def test_each_criterion_marks_one_number(study):
    numbers = study.numbers
    assert set(numbers["criterion"]) == {"silhouette", "bic", "gap", "stability"}
    for (_, _, criterion), rows in numbers.groupby(["representation", "method", "criterion"]):
        assert rows["chosen"].sum() == 1
        assert rows.loc[rows["chosen"], "n_clusters"].iloc[0] == 3, criterion


def test_agreement_is_scikit_learns():
    random = np.random.default_rng(1)
    truth, found = random.choice(list("abc"), 200), random.integers(0, 4, 200)
    result = algorithms.agreement(truth, found)
    assert result["ari"] == pytest.approx(metrics.adjusted_rand_score(truth, found))
    assert result["nmi"] == pytest.approx(metrics.v_measure_score(truth, found))
    assert result["nmi"] == pytest.approx(result["v_measure"])
    assert 1 / 3 <= result["purity"] <= 1


def test_pearsons_distance_is_what_is_clustered():
    patterns = np.random.default_rng(2).normal(size=(12, 40))
    squares = pdist(standardise(patterns)) ** 2
    assert squares == pytest.approx(2 * pdist(patterns, "correlation"))


def test_flattening_takes_the_envelope_away():
    random = np.random.default_rng(7)
    inner = random.normal(size=(5, 400))
    damped = inner * np.exp(-np.arange(400) / 120)
    plain, flat = flatten(inner), flatten(damped)
    for one, other in zip(plain, flat, strict=True):
        assert np.corrcoef(one, other)[0, 1] > np.corrcoef(inner[0], damped[0])[0, 1]
    ended = np.where(np.arange(400) < 150, 1e3 * inner, 0.0)
    assert np.isfinite(flatten(ended)).all()
    assert np.isfinite(flatten(np.zeros((2, 30)))).all()


def test_reduced_views_have_the_components_asked_for(groups):
    patterns, _ = groups
    for reduce in ("pca", "nmf"):
        view = {"features": "raw", "reduce": reduce, "components": 4}
        assert transform(patterns, view, GRID, WINDOW, 0).shape == (75, 4)
    weights = transform(
        patterns, {"features": "raw", "reduce": "nmf", "components": 4}, GRID, WINDOW, 0
    )
    assert weights.min() >= 0
    assert weights.sum(axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize("method", algorithms.PAIRWISE)
def test_methods_of_pairs_see_a_sample_and_the_rest_follows(method, monkeypatch):
    random = np.random.default_rng(3)
    truth = np.repeat([0, 1, 2], 400)
    features = 8.0 * np.eye(3)[truth] + random.normal(size=(1200, 3))
    most = 0
    names = {
        "ward": "AgglomerativeClustering",
        "hdbscan": "HDBSCAN",
        "spectral": "SpectralClustering",
    }
    original = getattr(algorithms, names[method])

    class Watched(original):
        def fit(self, X, y=None):
            nonlocal most
            most = max(most, len(X))
            return super().fit(X, y)

        def fit_predict(self, X, y=None):
            nonlocal most
            most = max(most, len(X))
            return super().fit_predict(X, y)

    monkeypatch.setattr(algorithms, names[method], Watched)
    found = algorithms.assign(method, features, 3, 0, pairs=150)
    assert 0 < most <= 150
    assert metrics.adjusted_rand_score(truth, found) > 0.9


def test_k_means_of_many_patterns_works_in_batches(monkeypatch):
    truth = np.repeat(np.arange(4), 3000)
    features = 9.0 * np.eye(4)[truth] + np.random.default_rng(4).normal(size=(12000, 4))
    monkeypatch.setattr(algorithms, "KMeans", None)
    found = algorithms.assign("kmeans", features, 4, 0)
    assert metrics.adjusted_rand_score(truth, found) > 0.99


def test_contents_and_types_count_every_pattern(groups, study):
    patterns, truth = groups
    found = study.labels["raw", "ward"]
    index = pd.DataFrame(
        {
            "label": truth,
            "crystal_system": np.where(truth == "a", "cubic", "hexagonal"),
            "name": [f"n{k}" for k in range(75)],
            "nearest_neighbour": 2.5,
            "diameter": np.nan,
        }
    )
    table = algorithms.contents(index, found, study.features["raw"])
    assert table["patterns"].sum() == 75
    assert set(table["label"]) == {"a", "b", "c"}
    assert (table["share"] == 1.0).all()
    for row in table.itertuples():
        assert found[row.member] == row.cluster
        assert index["name"][row.member] == row.central
    types = algorithms.of_types(truth, found)
    assert types["patterns"].sum() == 75
    assert (types[["share", "purity"]] == 1.0).all(axis=None)


@given(st.lists(st.integers(-1, 4), min_size=6, max_size=40))
@settings(max_examples=40, deadline=None)
def test_extending_a_sample_keeps_it_and_leaves_no_noise_elsewhere(labels):
    labels = np.array(labels)
    features = np.random.default_rng(5).normal(size=(2 * len(labels), 2))
    rows = np.arange(0, 2 * len(labels), 2)
    everyone = algorithms.extend(features, rows, labels)
    assert (everyone[rows] == labels).all()
    if (labels >= 0).any():
        assert (everyone[1::2] >= 0).all()


def test_sample_is_even_and_bounded():
    assert list(algorithms.sample(5, 10)) == [0, 1, 2, 3, 4]
    rows = algorithms.sample(10_000, 100)
    assert len(rows) == 100
    assert (rows[0], rows[-1]) == (0, 9999)


def test_unknown_method_is_named():
    with pytest.raises(ValueError, match="'birch' is none of kmeans, gaussian_mixture, ward"):
        algorithms.assign("birch", np.zeros((3, 2)), 2, 0)


def test_components_rebuild_the_patterns_and_tsne_keeps_groups(groups):
    patterns, truth = groups
    full = embedding.principal_components(patterns, 74)
    assert full.scores @ full.loadings + full.mean == pytest.approx(patterns)
    assert full.explained.sum() == pytest.approx(1.0)
    found = embedding.tsne(patterns, 0)
    assert metrics.silhouette_score(found, truth) > 0.5
    assert np.array_equal(found, embedding.tsne(patterns, 0))
