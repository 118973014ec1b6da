"""Intervals are as wide as theory says, over families, and hold the score."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.validation import bootstrap

CLASSES = np.array(["a", "b", "c", "d", "e"])


def test_interval_widens_when_families_are_fewer_than_patterns(predictions):
    """Ten patterns alike of each family: as wide as for the families alone, sqrt(10) times wider
    than if the patterns were independent."""
    y_true, proba = (np.repeat(values[:80], 10, axis=0) for values in predictions)
    groups = np.arange(800)
    single = bootstrap.classification_scores(y_true, proba, CLASSES, groups, 1, 0.3)
    grouped = bootstrap.classification_scores(y_true, proba, CLASSES, groups // 10, 1, 0.3)
    ratio = (grouped["ci_high"] - grouped["ci_low"]) / (single["ci_high"] - single["ci_low"])
    means = ratio[single["metric"].isin(["accuracy", "log_loss", "brier"]).to_numpy()]
    assert means.to_numpy() == pytest.approx(np.sqrt(10), rel=0.15)


def test_interval_covers_the_value_and_is_the_same_each_time(predictions):
    y_true, proba = predictions
    single = bootstrap.classification_scores(y_true, proba, CLASSES, np.arange(400), 1, 0.3)
    grouped = bootstrap.classification_scores(y_true, proba, CLASSES, np.arange(400) // 40, 1, 0.3)
    for table in (single, grouped):
        assert (table["ci_low"] <= table["score"]).all()
        assert (table["score"] <= table["ci_high"]).all()
    assert single.loc[0, "groups"] == 400
    assert grouped.loc[0, "groups"] == 10
    again = bootstrap.classification_scores(y_true, proba, CLASSES, np.arange(400), 1, 0.3)
    pd.testing.assert_frame_equal(single, again)


def test_bootstrap_width_is_that_of_the_normal_theory():
    values = np.random.default_rng(1).normal(size=400)

    def mean(weights):
        return {"mean": weights @ values / weights.sum(axis=1)}

    low, high = bootstrap.bootstrap_intervals(mean, np.arange(400), 0)["mean"]
    assert high - low == pytest.approx(2 * 1.96 / np.sqrt(400), rel=0.15)


def test_intervals_of_numbers_hold_the_score():
    random = np.random.default_rng(4)
    y_true = random.normal(size=200)
    y_pred = y_true + 0.3 * random.normal(size=200)
    table = bootstrap.regression_scores(y_true, y_pred, np.arange(200) // 4, 1)
    assert (table["ci_low"] < table["score"]).all()
    assert (table["score"] < table["ci_high"]).all()
    assert list(table["groups"]) == [50] * 3


def test_an_interval_holds_its_score_where_few_resamples_differ():
    # naming one class is right for a third, and for half in the few resamples that lack a class
    y_true = np.array(["a"] * 5 + ["b"] * 5 + ["c"] * 5)
    proba = np.tile([1.0, 0.0, 0.0], (15, 1))
    groups = np.arange(15)
    table = bootstrap.classification_scores(
        y_true, proba, np.array(["a", "b", "c"]), groups, seed=0
    )
    row = table.set_index("metric").loc["balanced_accuracy"]
    assert row["ci_low"] <= row["score"] <= row["ci_high"]
