"""Clusters of made-up groups are found; scores agree with scikit-learn."""

import numpy as np
import pytest
from sklearn import metrics

from pdflearn import clustering

GRID = (1.0, 0.1, 191)
R = 1.0 + 0.1 * np.arange(191)


@pytest.fixture(scope="module")
def groups():
    random = np.random.default_rng(0)
    truth = np.repeat(["a", "b", "c"], 25)
    wave = np.repeat([2.0, 2.6, 3.3], 25)[:, None]
    return np.sin(wave * R) + 0.2 * random.normal(size=(75, 191)), truth


def test_separate_groups_are_found_and_controls_bound_the_scores(groups):
    patterns, truth = groups
    settings = {"features": ["raw"], "methods": ["kmeans", "ward"]}
    scores, assignments = clustering.cluster(patterns, truth, settings, GRID, (1.5, 20.0), 0)
    by_method = scores.set_index("method")
    assert (by_method.loc[["kmeans", "ward", "perfect"], "ari"] == 1.0).all()
    assert abs(by_method.at["random", "ari"]) < 0.1
    assert (by_method.loc[["kmeans", "ward"], "stability"] > 0.95).all()
    assert len(assignments) == 75
    contents = clustering.contents(truth, assignments["ward_raw"].to_numpy())
    assert set(contents["label"]) == {"a", "b", "c"}
    assert (contents["share"] == 1.0).all()


def test_agreement_is_scikit_learns():
    random = np.random.default_rng(1)
    truth, found = random.choice(list("abc"), 200), random.integers(0, 4, 200)
    result = clustering.agreement(truth, found)
    assert result["ari"] == pytest.approx(metrics.adjusted_rand_score(truth, found))
    assert result["nmi"] == pytest.approx(metrics.v_measure_score(truth, found))
    assert 1 / 3 <= result["purity"] <= 1


def test_sample_is_even_and_bounded():
    assert list(clustering.sample(5, 10)) == [0, 1, 2, 3, 4]
    rows = clustering.sample(10_000, 100)
    assert len(rows) == 100
    assert (rows[0], rows[-1]) == (0, 9999)


def test_unknown_method_is_named():
    with pytest.raises(ValueError, match="'birch' is none of kmeans, ward"):
        clustering.assign("birch", np.zeros((3, 2)), 2, 0)
