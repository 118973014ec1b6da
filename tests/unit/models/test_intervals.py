"""Tests of pdflearn.models.intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.models.intervals import fit_margin, widen


def _predictions(random, n):
    width = random.uniform(0.5, 2.0, n)
    value = random.uniform(1.0, 10.0, n)
    return np.column_stack([value, value - width, value + width])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**16), st.floats(0.5, 0.95), st.floats(0.05, 3.0))
def test_intervals_hold_as_many_as_asked_for(seed, coverage, spread):
    # whatever the intervals were before: too narrow ones become wider, too wide ones narrower
    random = np.random.default_rng(seed)
    predictions = _predictions(random, 400)
    y_true = predictions[:, 0] + spread * random.standard_normal(400)
    _, low, high = widen(predictions, fit_margin(y_true, predictions, coverage)).T
    held = ((low <= y_true + 1e-9) & (y_true <= high + 1e-9)).mean()
    assert held >= coverage
    assert held <= max(coverage + 2 / 400, ((y_true == low) | (y_true == high)).mean() + coverage)


def test_intervals_of_new_patterns_hold_as_many_as_asked_for():
    # split conformal prediction: on average over calibrations, between coverage and coverage + 1/n
    random, held = np.random.default_rng(0), []
    for _ in range(300):
        predictions = _predictions(random, 120)
        y_true = predictions[:, 0] + random.standard_normal(120)
        margin = fit_margin(y_true[:100], predictions[:100], 0.9)
        _, low, high = widen(predictions[100:], margin).T
        held.append(((low <= y_true[100:]) & (y_true[100:] <= high)).mean())
    assert np.mean(held) == pytest.approx(0.9 + 0.5 / 101, abs=0.015)


def test_an_interval_never_leaves_its_number_out():
    narrow = widen(np.array([[5.0, 4.0, 8.0]]), -0.5)
    np.testing.assert_array_equal(narrow, [[5.0, 5.0, 6.0]])


def test_too_few_predictions_promise_nothing():
    assert fit_margin(np.ones(5), np.ones((5, 3)), 0.9) == np.inf
