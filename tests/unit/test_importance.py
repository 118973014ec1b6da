"""What decides is found: a model that can use one range of r alone loses with that range alone."""

import numpy as np
import pytest

from pdflearn import importance, models

GRID = (1.0, 0.1, 191)
R = 1.0 + 0.1 * np.arange(191)


@pytest.fixture(scope="module")
def found():
    random = np.random.default_rng(0)
    truth = np.repeat(["a", "b"], 60)
    g = random.normal(size=(120, 191))
    inside = (R > 6.6) & (R < 7.3)
    g[60:, inside] += 4.0
    model = models.build("knn", {"estimator": "knn"}, {}, GRID, (1.5, 20.0), 0)
    model.fit(g[::2], truth[::2])
    return importance.permutation_importance(
        model, g[1::2], truth[1::2], np.arange(60), GRID, (1.5, 20.0), 0
    )


def test_the_range_that_decides_loses_most(found):
    blocks = found[found["r_low"].notna()]
    first = blocks.loc[blocks["loss"].idxmax()]
    assert first["r_low"] == pytest.approx(6.5)
    assert first["loss"] > 0.25
    others = blocks[blocks["r_low"] != first["r_low"]]
    assert others["loss"].abs().max() < 0.15


def test_everything_exchanged_leaves_chance(found):
    last = found.iloc[-1]
    assert np.isnan(last["r_low"])
    assert last["accuracy"] - last["loss"] == pytest.approx(0.5, abs=0.2)


def test_intervals_hold_the_value_and_ranges_cover_the_window(found):
    assert (found["low"] <= found["loss"] + 1e-9).all()
    assert (found["high"] >= found["loss"] - 1e-9).all()
    blocks = found[found["r_low"].notna()]
    assert (blocks["r_low"].iloc[0], blocks["r_high"].iloc[-1]) == pytest.approx((1.5, 19.5))
