import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, top_k_accuracy_score

from pdflearn.validation.ranks import rank_scores, ranks_of_true, scores_by_size


@pytest.fixture(scope="module")
def predictions():
    random = np.random.default_rng(0)
    classes = np.array(list("abcdefgh"))
    y_true = random.choice(classes, 300, p=np.arange(1, 9) / 36)
    proba = random.dirichlet(np.ones(8), 300)
    proba[np.arange(300), np.searchsorted(classes, y_true)] += random.random(300)
    return y_true, proba / proba.sum(axis=1, keepdims=True), classes


def table(predictions, groups=None):
    y_true, proba, classes = predictions
    ranks = ranks_of_true(y_true, proba, classes)
    groups = np.arange(len(y_true)) if groups is None else groups
    return rank_scores(y_true, ranks, groups, seed=0).set_index("metric")


def test_scores_are_those_of_scikit_learn(predictions):
    y_true, proba, classes = predictions
    scores = table(predictions)["score"]
    for k in (1, 3, 6):
        expected = top_k_accuracy_score(y_true, proba, k=k, labels=classes)
        assert scores[f"top{k}"] == pytest.approx(expected)
    y_pred = classes[proba.argmax(axis=1)]
    assert scores["balanced_top1"] == pytest.approx(balanced_accuracy_score(y_true, y_pred))


def test_intervals_hold_the_scores_and_are_wider_for_fewer_groups(predictions):
    alone, together = table(predictions), table(predictions, np.arange(300) // 30)
    for scores in (alone, together):
        assert (scores["ci_low"] <= scores["score"]).all()
        assert (scores["score"] <= scores["ci_high"]).all()
        assert scores["ci_low"].min() >= 0.0
        assert scores["ci_high"].max() <= 1.0
    assert (alone["groups"] == 300).all()
    assert (together["groups"] == 10).all()
    clusters = np.repeat([0.0, 1.0], 150)
    ranks = np.where(clusters > 0, 0, 9)  # patterns of one group are right or wrong together
    y_true = np.array(["a"] * 300)
    widths = [
        rank_scores(y_true, ranks, groups, 0).eval("ci_high - ci_low").iloc[0]
        for groups in (np.arange(300), np.arange(300) // 30)
    ]
    assert widths[1] > 2 * widths[0]


def test_a_class_that_training_lacked_is_never_right():
    ranks = ranks_of_true(np.array(["z", "a"]), np.array([[0.9, 0.1]] * 2), np.array(["a", "b"]))
    scores = rank_scores(np.array(["z", "a"]), ranks, np.arange(2), seed=0).set_index("metric")
    assert ranks.tolist() == [2, 0]
    assert scores.at["top1", "score"] == 0.5


def test_equal_probabilities_are_ranked_in_the_order_of_the_classes():
    ranks = ranks_of_true(np.array(["b", "a"]), np.full((2, 3), 1 / 3), np.array(["a", "b", "c"]))
    assert ranks.tolist() == [1, 0]


def test_scores_by_size_take_every_pattern_once():
    random = np.random.default_rng(1)
    n_training = random.integers(0, 500, 200)
    ranks = random.integers(0, 10, 200)
    sizes = scores_by_size(n_training, ranks, n_training, (0, 50, 200))
    assert sizes["n"].sum() == 200
    assert sizes["least"].tolist() == [0, 50, 200]
    middle = (n_training >= 50) & (n_training <= 199)
    assert sizes["top3"][1] == pytest.approx((ranks[middle] < 3).mean())
