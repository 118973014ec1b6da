"""Scores agree with scikit-learn's, also where each prediction has a weight."""

import numpy as np
import pytest
from sklearn import metrics as sk_metrics
from sklearn.calibration import calibration_curve

from pdflearn.core.tasks import CLASSIFICATION, REGRESSION
from pdflearn.validation import metrics

CLASSES = np.array(["a", "b", "c", "d", "e"])


def test_scores_agree_with_scikit_learn(predictions):
    y_true, proba = predictions
    y_pred = CLASSES[proba.argmax(axis=1)]
    expected = {
        "accuracy": sk_metrics.accuracy_score(y_true, y_pred),
        "balanced_accuracy": sk_metrics.balanced_accuracy_score(y_true, y_pred),
        "top3": sk_metrics.top_k_accuracy_score(y_true, proba, k=3, labels=CLASSES),
        "macro_f1": sk_metrics.f1_score(y_true, y_pred, average="macro"),
        "log_loss": sk_metrics.log_loss(y_true, proba, labels=CLASSES),
        "brier": sk_metrics.brier_score_loss(y_true, proba, labels=CLASSES, scale_by_half=False),
    }
    result = metrics.score(y_true, proba, CLASSES)
    assert {name: result[name] for name in expected} == pytest.approx(expected, abs=1e-12)


def test_calibration_error_by_hand():
    y_true = np.array(["a", "a", "b", "b"])
    proba = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.4, 0.6]])
    # bin of 0.9: two right, gap 2 - 1.8; bin of 0.6: one right of two, gap 1 - 1.2
    result = metrics.score(y_true, proba, np.array(["a", "b"]))
    assert result["calibration_error"] == pytest.approx((0.2 + 0.2) / 4)


def test_calibration_error_agrees_with_scikit_learns_reliability_curve(predictions):
    y_true, proba = predictions
    confidence, right = proba.max(axis=1), CLASSES[proba.argmax(axis=1)] == y_true
    edges = np.linspace(0, 1, metrics.N_CALIBRATION_BINS + 1)
    share, mean = calibration_curve(right, confidence, n_bins=metrics.N_CALIBRATION_BINS)
    counts = np.histogram(confidence, edges)[0]
    expected = np.sum(counts[counts > 0] * np.abs(share - mean)) / len(y_true)
    result = metrics.score(y_true, proba, CLASSES)["calibration_error"]
    assert result == pytest.approx(expected, abs=1e-12)


def test_kl_divergence_is_zero_for_the_right_frequencies_and_not_else():
    y_true = np.array(["a", "b"] * 20)
    right = (y_true[:, None] == ["a", "b"]).astype(float)
    assert metrics.score(y_true, right, np.array(["a", "b"]))["kl_divergence"] == 0.0
    always = np.tile([1.0, 0.0], (40, 1))
    assert metrics.score(y_true, always, np.array(["a", "b"]))["kl_divergence"] > 0.5


def test_weights_count_rows_as_often(predictions):
    y_true, proba = predictions
    drawn = np.random.default_rng(2).integers(0, 3, len(y_true))
    weighted = metrics.ClassPredictions.from_proba(y_true, proba, CLASSES).scores(
        drawn.astype(float)
    )
    repeated = metrics.score(np.repeat(y_true, drawn), np.repeat(proba, drawn, 0), CLASSES)
    assert weighted == pytest.approx(repeated, abs=1e-12)


def test_a_class_that_training_lacked_counts_as_wrong():
    y_true = np.array(["a", "z"])
    result = metrics.score(y_true, np.array([[1.0, 0.0], [1.0, 0.0]]), np.array(["a", "b"]))
    assert result["accuracy"] == 0.5
    assert result["balanced_accuracy"] == 0.5
    assert result["log_loss"] == pytest.approx(-0.5 * np.log(1e-6), rel=1e-3)


def test_errors_of_numbers_agree_with_scikit_learn():
    random = np.random.default_rng(4)
    y_true = random.normal(size=200)
    y_pred = y_true + 0.3 * random.normal(size=200)
    weights = random.integers(0, 3, 200).astype(float)
    result = metrics.NumberPredictions(y_true, y_pred).scores(weights)
    expected = {
        "rmse": sk_metrics.root_mean_squared_error(y_true, y_pred, sample_weight=weights),
        "mae": sk_metrics.mean_absolute_error(y_true, y_pred, sample_weight=weights),
        "r2": sk_metrics.r2_score(y_true, y_pred, sample_weight=weights),
    }
    assert result == pytest.approx(expected, abs=1e-12)


def test_a_task_is_scored_by_its_type(predictions):
    y_true, proba = predictions
    assert metrics.score_task(CLASSIFICATION, y_true, proba, CLASSES) == metrics.score(
        y_true, proba, CLASSES
    )
    numbers = np.array([1.0, 2.0, 4.0])
    shifted = metrics.score_task(REGRESSION, numbers, numbers[:, None] + 0.5, CLASSES)
    assert shifted["mae"] == pytest.approx(0.5)


def test_numbers_that_do_not_vary_have_no_variance_to_explain():
    same = metrics.NumberPredictions(np.ones(3), np.array([1.0, 2.0, 3.0]))
    assert same.scores(np.ones(3))["r2"] == 0.0


def test_the_sums_of_groups_give_the_scores_of_their_rows(predictions):
    y_true, proba = predictions
    groups = np.arange(len(y_true)) % 30
    numbers = metrics.NumberPredictions(proba[:, 0] + 5.0, proba[:, 1])
    weights = np.random.default_rng(3).integers(0, 3, (4, 30)).astype(float)
    for scored in (metrics.ClassPredictions.from_proba(y_true, proba, CLASSES), numbers):
        of_groups = scored.statistic(groups)(weights)
        for k, drawn in enumerate(weights):
            once = {name: values[k] for name, values in of_groups.items()}
            assert once == pytest.approx(scored.scores(drawn[groups]), abs=1e-12)


def test_areas_are_scikit_learns_ties_and_weights_included():
    random = np.random.default_rng(0)
    values = random.integers(0, 6, 80).astype(float)
    positive = random.random(80) < 0.4
    weights = random.integers(0, 3, (5, 80)).astype(float)
    weights[4, positive] = 0.0
    areas = metrics.auroc(positive, values, weights)
    expected = [
        sk_metrics.roc_auc_score(positive, values, sample_weight=drawn) for drawn in weights[:4]
    ]
    assert areas[:4] == pytest.approx(expected, abs=1e-12)
    assert np.isnan(areas[4])


def test_of_equal_probabilities_the_first_classes_are_the_likeliest():
    proba = np.array([[0.2, 0.2, 0.2, 0.2, 0.2], [0.0, 0.4, 0.0, 0.3, 0.3]])
    assert metrics._largest(proba, 3).tolist() == [[0, 1, 2], [1, 3, 4]]
