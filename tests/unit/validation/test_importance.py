"""A model that can use one range of r alone loses accuracy with that range alone."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.dataset.targets import Target
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import build
from pdflearn.validation import importance

GRID = Grid(1.0, 20.0, 0.1)
R = 1.0 + 0.1 * np.arange(191)


def labelled(g, y_true, groups):
    target = Target(CLASSIFICATION, y_true, y_true, y_true, np.ones(len(y_true), dtype=bool))
    return TrainingData(g, pd.DataFrame({"group": groups}), target)


@pytest.fixture(scope="module")
def importances():
    random = np.random.default_rng(0)
    y_true = np.repeat(["a", "b"], 60)
    g = random.normal(size=(120, 191))
    inside = (R > 6.6) & (R < 7.3)
    g[60:, inside] += 4.0
    preprocessing = Preprocessing(GRID, (1.5, 20.0))
    model = build.build_model("knn", {"estimator": "knn"}, {}, preprocessing, 0)
    model.fit(g[::2], y_true[::2])
    return importance.permutation_importance(
        model, labelled(g[1::2], y_true[1::2], np.arange(60)), preprocessing, 0
    )


def test_the_range_that_decides_loses_most(importances):
    ranges = importances[importances["r_low"].notna()]
    first = ranges.loc[ranges["loss"].idxmax()]
    assert first["r_low"] == pytest.approx(6.5)
    assert first["loss"] > 0.25
    others = ranges[ranges["r_low"] != first["r_low"]]
    assert others["loss"].abs().max() < 0.15


def test_everything_permuted_leaves_chance(importances):
    last = importances.iloc[-1]
    assert np.isnan(last["r_low"])
    assert last["accuracy"] - last["loss"] == pytest.approx(0.5, abs=0.2)


def test_intervals_hold_the_loss_and_ranges_cover_the_window(importances):
    assert (importances["ci_low"] <= importances["loss"] + 1e-9).all()
    assert (importances["ci_high"] >= importances["loss"] - 1e-9).all()
    ranges = importances[importances["r_low"].notna()]
    assert (ranges["r_low"].iloc[0], ranges["r_high"].iloc[-1]) == pytest.approx((1.5, 20.0))
    assert ranges["r_low"].to_numpy()[1:] == pytest.approx(ranges["r_high"].to_numpy()[:-1])


@pytest.mark.parametrize("window", [(1.5, 20.0), (2.0, 20.0), (1.5, 2.1)])
def test_every_point_of_the_window_is_permuted_and_no_other(window):
    class Watched:
        """A model that records which points differ from those of the first call."""

        classes_ = np.array(["a", "b"])
        first, changed = None, np.zeros(191, dtype=bool)

        def predict_proba(self, patterns, y_true):
            self.first = patterns if self.first is None else self.first
            self.changed |= (patterns != self.first).any(axis=0)
            return np.ones((len(patterns), 2))

    model = Watched()
    g = np.random.default_rng(0).normal(size=(20, 191))
    y_true = np.repeat(["a", "b"], 10)
    data = labelled(g, y_true, np.arange(20))
    importance.permutation_importance(model, data, Preprocessing(GRID, window), 0)
    low, high = window
    expected = (low - 1e-6 < R) & (high + 1e-6 > R)
    assert (model.changed == expected).all()
