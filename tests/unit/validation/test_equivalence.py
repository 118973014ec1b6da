"""Types that no pattern tells apart count as one; types that only a bad model confuses do not."""

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from pdflearn.validation import equivalence

CLASSES = np.array(["a", "b", "c", "d"])


@pytest.fixture
def data():
    """a and b have the same patterns; c and d have their own, and the model cannot tell them."""
    random = np.random.default_rng(0)
    y_true = np.repeat(CLASSES, 40)
    groups = np.array([f"{name}{i // 4}" for name in CLASSES for i in range(40)])
    base = {"a": 1.0, "b": 1.0, "c": 2.0, "d": 3.0}
    x = np.linspace(0.0, 10.0, 50)
    features = np.array([np.sin(base[name] * x) for name in y_true])
    features += random.normal(0.0, 0.1, features.shape)
    proba = np.full((160, 4), 0.01)
    for pair in ((0, 1), (2, 3)):
        rows = np.isin(y_true, CLASSES[list(pair)])
        share = random.uniform(0.3, 0.7, rows.sum())
        proba[rows, pair[0]], proba[rows, pair[1]] = share, 0.98 - share
    return y_true, proba, features, groups


def test_guessing_and_nearness_together_make_types_equivalent(data):
    y_true, proba, features, groups = data
    table = equivalence.confusable_pairs(y_true, proba, CLASSES, features, groups, 0)
    pairs = table.set_index(["type", "other_type"])
    assert set(pairs.index) == {("a", "b"), ("c", "d")}
    assert ((pairs["ci_low"] <= 0.5) & (pairs["ci_high"] >= 0.5)).all()
    assert pairs.loc[("a", "b"), "equivalent"]
    assert not pairs.loc[("c", "d"), "equivalent"]  # the patterns differ: a better model can
    names = equivalence.merged_classes(CLASSES, table)
    assert names == {"a": "a / b", "b": "a / b", "c": "c", "d": "d"}


def test_a_pair_that_the_model_always_takes_for_each_other_is_not_at_chance(data):
    y_true, proba, features, groups = data
    proba = np.full((160, 4), 0.01)
    for one, other in (("a", "b"), ("b", "a"), ("c", "c"), ("d", "d")):
        proba[y_true == one, np.searchsorted(CLASSES, other)] = 0.97
    table = equivalence.confusable_pairs(y_true, proba, CLASSES, features, groups, 0)
    assert table[["type", "other_type"]].to_numpy().tolist() == [["a", "b"]]
    assert table["ci_high"].item() == 0.0
    assert table["distance"].item() <= table["own_distance"].item()  # near all the same
    assert not table["equivalent"].item()


def test_what_a_model_tells_apart_is_no_pair(data):
    y_true, _, features, groups = data
    table = equivalence.confusable_pairs(
        y_true, (y_true[:, None] == CLASSES).astype(float), CLASSES, features, groups, 0
    )
    assert table.empty
    assert equivalence.merged_classes(CLASSES, table) == dict(zip(CLASSES, CLASSES, strict=True))


def test_the_area_is_scikit_learns_ties_included():
    random = np.random.default_rng(0)
    log_odds = random.integers(0, 6, 80).astype(float)
    is_first = random.random(80) < 0.4
    assert equivalence._auroc(log_odds[is_first], log_odds[~is_first]) == pytest.approx(
        roc_auc_score(is_first, log_odds)
    )
