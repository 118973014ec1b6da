"""Curves show underfitting, overfitting, and descents that are too slow or diverge."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.dataset import targets
from pdflearn.dataset.training_data import TrainingData
from pdflearn.validation import curves


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    label = np.repeat(["a", "b", "c"], 60)
    wave = np.select([label == "a", label == "b"], [2.9, 3.0], 3.1)[:, None]
    patterns = (np.sin(wave * r) + 1.5 * random.normal(size=(180, 191))).astype(np.float32)
    index = pd.DataFrame(
        {
            "structure_type": label,
            "group": [f"g{i // 2}" for i in range(180)],
            "fold": np.arange(180) // 2 % 3,
            "evaluated": True,
        }
    )
    return TrainingData(patterns, index, targets.target(index, {"label": "structure_type"}, 0))


def test_capacity_lowers_the_training_error_and_opens_a_gap(data, preprocessing):
    spec = {"estimator": "extra_trees", "params": {"n_estimators": 3}}
    table = curves.validation_curve("trees", spec, "max_depth", [1, 12], data, preprocessing, 0)
    assert list(table.columns) == curves.VALIDATION_COLUMNS
    error = (
        table[table["metric"] == "error"]
        .groupby(["param_value", "split"])["score"]
        .mean()
        .unstack()
    )
    assert error.at[12, "train"] == 0.0 < error.at[1, "train"]
    assert error.at[12, "validation"] > error.at[12, "train"] + 0.1
    assert len(table[table["metric"] == "error"]) == 2 * 3 * 2


def test_losses_fall_faster_at_a_larger_rate_and_rise_at_one_that_is_too_large(data, preprocessing):
    spec = {"estimator": "logistic_gradient"}
    table = curves.loss_curves("line", spec, [0.01, 0.1, 1e4], 20, data, preprocessing, 0)
    assert list(table.columns) == curves.LOSS_COLUMNS
    train = table[table["split"] == "train"].groupby("learning_rate")["loss"]
    assert train.first().to_list() == pytest.approx([np.log(3)] * 3)
    assert train.last()[0.1] < train.last()[0.01] < np.log(3) < train.last()[1e4]
    assert train.size().to_dict() == {0.01: 20, 0.1: 20, 1e4: 2}
    assert set(table["split"]) == {"train", "validation"}


def test_the_subset_is_even_and_evaluated(data):
    assert len(curves.training_subset(data.target, 60)) == 60
    assert len(curves.training_subset(data.target, 1000)) == 180


def test_learning_curve_learns_from_more_and_more_families(data, preprocessing):
    spec = {"estimator": "knn", "params": {"n_neighbors": 1}}
    table = curves.learning_curve("knn", spec, {}, data, preprocessing, [0.5, 1.0], 0)
    families = table.groupby(["train_size", "fold"])["families"].first().unstack()
    assert (families.loc[1.0] > families.loc[0.5]).all()
    assert families.loc[1.0].sum() == 2 * data.index["group"].nunique()  # of three folds two
    counts = table[table["metric"] == "accuracy"].groupby(["train_size", "split"]).size()
    assert (counts == 3).all()
