"""The temperature and the threshold of label sets do what they promise."""

import numpy as np
import pytest

from pdflearn.core import tasks
from pdflearn.core.tasks import CLASSIFICATION, REGRESSION
from pdflearn.dataset.targets import Target
from pdflearn.models import probabilities
from pdflearn.validation import calibration, metrics

CLASSES = np.array(["a", "b", "c", "d", "e"])


def test_temperature_is_found_again(predictions):
    y_true, proba = predictions
    first = calibration.fit_temperature(y_true, proba, CLASSES)
    calibrated = probabilities.softmax(np.log(proba) / first)
    assert calibration.fit_temperature(y_true, calibrated, CLASSES) == pytest.approx(1.0, abs=1e-3)
    sharper = probabilities.softmax(np.log(calibrated) * 3.0)
    assert calibration.fit_temperature(y_true, sharper, CLASSES) == pytest.approx(3.0, rel=1e-2)


def test_label_sets_cover_as_often_as_asked(predictions):
    y_true, proba = predictions
    threshold = calibration.fit_set_threshold(y_true, proba, CLASSES)
    result = metrics.ClassPredictions.from_proba(y_true, proba, CLASSES, threshold).scores(
        np.ones(400)
    )
    assert tasks.COVERAGE <= result["coverage"] <= tasks.COVERAGE + 0.01
    assert 1.0 <= result["set_size"] <= 5.0
    covered = proba[np.arange(400), np.searchsorted(CLASSES, y_true)] >= threshold
    by_class = [covered[y_true == name].mean() for name in np.unique(y_true)]
    assert result["balanced_coverage"] == pytest.approx(np.mean(by_class))


def test_label_sets_hold_what_too_few_predictions_could_miss():
    proba = np.linspace(0.1, 0.9, 9)[:, None] * [1.0, 0.0] + [0.0, 0.1]
    few = calibration.fit_set_threshold(np.repeat("a", 9), proba, np.array(["a", "b"]))
    assert few == 0.0
    more = np.repeat(proba, 3, axis=0)
    enough = calibration.fit_set_threshold(np.repeat("a", 27), more, np.array(["a", "b"]))
    assert enough == pytest.approx(0.1)  # two of 27 predictions may be missed


@pytest.mark.parametrize("missing", ["aa", "z"])
def test_a_label_that_training_lacked_is_in_no_set(missing):
    y_true = np.repeat(["a", missing], 20)
    proba = np.full((40, 2), 0.9)
    assert calibration.fit_set_threshold(y_true, proba, np.array(["a", "b"])) == 0.0


def test_calibration_returns_new_predictions_and_leaves_gaps(predictions):
    y_true, proba = predictions
    given = np.where(np.arange(400)[:, None] % 4 == 0, np.nan, proba**3)
    given = (given / given.sum(axis=1, keepdims=True)).astype(np.float32)
    before = given.copy()
    target = Target(CLASSIFICATION, y_true, y_true, y_true, np.arange(400) % 4 != 0)
    result = calibration.calibrate(target, given)
    np.testing.assert_array_equal(given, before)
    predicted = np.arange(400) % 4 != 0
    of_proba = calibration.fit_temperature(y_true[predicted], proba[predicted], CLASSES)
    assert result.params["temperature"] == pytest.approx(3 * of_proba, rel=1e-3)
    assert np.isnan(result.predictions[::4]).all()
    tempered = probabilities.temper(given[predicted], result.params["temperature"])
    np.testing.assert_array_equal(result.predictions[predicted], tempered)


def test_numbers_are_not_calibrated():
    y_true = np.array([1.0, 2.0])
    target = Target(REGRESSION, y_true, y_true, y_true, np.ones(2, dtype=bool))
    result = calibration.calibrate(target, y_true[:, None])
    assert result.params == {}
    np.testing.assert_array_equal(result.predictions[:, 0], y_true)


def test_intervals_are_calibrated_on_held_out_predictions():
    random = np.random.default_rng(0)
    y_true = random.uniform(10.0, 20.0, 500)
    value = y_true + random.standard_normal(500)
    predictions = np.column_stack([value, value - 0.5, value + 0.5])
    predictions[::5] = np.nan
    target = Target(REGRESSION, y_true, y_true, y_true, np.ones(500, dtype=bool))
    result = calibration.calibrate(target, predictions)
    assert result.params["margin"] == pytest.approx(1.645 - 0.5, abs=0.2)  # 90 % of a normal
    scores = calibration.interval_scores(y_true, predictions, np.arange(500) % 4)
    means = scores.groupby("metric")["score"].mean()
    assert means["coverage"] == pytest.approx(0.9, abs=0.03)
    assert means["width"] == pytest.approx(2 * 1.645, abs=0.3)
