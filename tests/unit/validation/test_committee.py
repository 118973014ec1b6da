import numpy as np
import pandas as pd
import pytest

from pdflearn.core.grid import Grid
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.validation.committee import LabelledPatterns, averages, learn_and_test, select

GRID = Grid(r_min=1.0, r_max=12.0, r_step=0.1)
SPECS = {
    "near": {"estimator": "knn", "params": {"features": "raw", "n_neighbors": 3}},
    "trees": {"estimator": "extra_trees", "params": {"features": "raw", "n_estimators": 10}},
}


def waves(n=120):
    """Patterns of three kinds; the last fifth is the test set."""
    random = np.random.default_rng(0)
    kinds = np.arange(n) % 3
    r = GRID.r
    clean = np.sin((2.0 + 0.5 * kinds[:, None]) * r)
    patterns = (clean + 0.3 * random.normal(size=(n, len(r)))).astype(np.float32)
    part = np.where(np.arange(n) >= 96, -1, np.arange(n) // 3 % 4)
    labels = np.array(["slow", "middle", "fast"])[kinds]
    return LabelledPatterns(patterns, labels, part, np.arange(n) // 12 % 2 == 0)


def outcome(data):
    return learn_and_test(data, SPECS, Preprocessing(GRID, (1.5, 11.0)), 2, seed=0)


@pytest.fixture(scope="module")
def learned():
    return outcome(waves())


def test_models_and_averages_are_validated_on_the_folds_that_were_asked_for(learned):
    table = learned.validation
    assert set(table["model"]) == {"near", "trees", "near + trees"}
    assert set(table["fold"]) == {0, 1}
    assert table["top1"].min() > 0.8
    data = waves()
    assert table["n"].iloc[0] == ((data.part == 0) & data.scored).sum()


def test_only_the_scored_patterns_of_the_test_set_are_predicted(learned):
    data = waves()
    n_test = ((data.part < 0) & data.scored).sum()
    for proba in learned.proba.values():
        assert proba.shape == (n_test, 3)
        assert proba.sum(axis=1) == pytest.approx(np.ones(n_test), abs=1e-5)
    assert {"near", "trees", learned.selected} == set(learned.proba)


def test_the_choice_does_not_depend_on_the_test_set(learned):
    data = waves()
    test = data.part < 0
    patterns, labels = data.patterns.copy(), data.labels.copy()
    patterns[test], labels[test] = 0.0, "fast"
    other = outcome(LabelledPatterns(patterns, labels, data.part, data.scored))
    pd.testing.assert_frame_equal(other.validation, learned.validation)
    assert other.selected == learned.selected


def test_a_class_that_a_fold_lacks_has_no_probability():
    data = waves()
    only_in_fold_0 = np.where((data.labels == "slow") & (data.part > 0), "fast", data.labels)
    rare = outcome(LabelledPatterns(data.patterns, only_in_fold_0, data.part, data.scored))
    assert rare.classes.tolist() == ["fast", "middle", "slow"]
    first = rare.validation[rare.validation["fold"] == 0]
    assert (first["top1"] <= 2 / 3 + 1e-9).all()


def test_averages_are_of_every_set():
    proba = {name: np.eye(3)[[i]] for i, name in enumerate("abc")}
    assert len(dict(averages(proba))) == 7


def test_of_equal_scores_the_one_of_fewest_members_is_selected():
    table = pd.DataFrame({"model": ["a + b", "b", "a"], "top1": [0.8, 0.8, 0.5]})
    assert select(table) == "b"
