"""Scores against scikit-learn's; intervals and the choice behave as stated."""

import numpy as np
import pandas as pd
import pytest
from sklearn import metrics as sk_metrics
from sklearn.calibration import calibration_curve

from pdflearn.core import tasks
from pdflearn.core.grid import Grid
from pdflearn.dataset import targets
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import build, probabilities
from pdflearn.validation import bootstrap, calibration, cross_validation, metrics, selection

CLASSES = np.array(["a", "b", "c", "d", "e"])
PREPROCESSING = Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 18.0))


@pytest.fixture
def predictions():
    random = np.random.default_rng(0)
    truth = random.choice(CLASSES, 400, p=[0.4, 0.3, 0.15, 0.1, 0.05])
    scores = random.dirichlet(np.ones(5), 400) + 0.5 * (truth[:, None] == CLASSES)
    return truth, scores / scores.sum(axis=1, keepdims=True)


def test_scores_agree_with_scikit_learn(predictions):
    truth, scores = predictions
    predicted = CLASSES[scores.argmax(axis=1)]
    expected = {
        "accuracy": sk_metrics.accuracy_score(truth, predicted),
        "balanced_accuracy": sk_metrics.balanced_accuracy_score(truth, predicted),
        "top3": sk_metrics.top_k_accuracy_score(truth, scores, k=3, labels=CLASSES),
        "macro_f1": sk_metrics.f1_score(truth, predicted, average="macro"),
        "log_loss": sk_metrics.log_loss(truth, scores, labels=CLASSES),
        "brier": sk_metrics.brier_score_loss(truth, scores, labels=CLASSES, scale_by_half=False),
    }
    found = metrics.score(truth, scores, CLASSES)
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-12)


def test_calibration_error_by_hand():
    truth = np.array(["a", "a", "b", "b"])
    scores = np.array([[0.9, 0.1], [0.9, 0.1], [0.6, 0.4], [0.4, 0.6]])
    # bin of 0.9: two right, gap 2 - 1.8; bin of 0.6: one right of two, gap 1 - 1.2
    found = metrics.score(truth, scores, np.array(["a", "b"]))
    assert found["calibration_error"] == pytest.approx((0.2 + 0.2) / 4)


def test_kl_divergence_is_zero_for_the_right_frequencies_and_not_else():
    truth = np.array(["a", "b"] * 20)
    right = (truth[:, None] == ["a", "b"]).astype(float)
    assert metrics.score(truth, right, np.array(["a", "b"]))["kl_divergence"] == 0.0
    always = np.tile([1.0, 0.0], (40, 1))
    assert metrics.score(truth, always, np.array(["a", "b"]))["kl_divergence"] > 0.5


def test_label_sets_cover_as_often_as_asked(predictions):
    truth, scores = predictions
    threshold = calibration.fit_set_threshold(truth, scores, CLASSES)
    found = metrics.ClassPredictions.from_proba(truth, scores, CLASSES, threshold).scores(
        np.ones(400)
    )
    assert tasks.COVERAGE <= found["coverage"] <= tasks.COVERAGE + 0.01
    assert 1.0 <= found["set_size"] <= 5.0
    covered = scores[np.arange(400), np.searchsorted(CLASSES, truth)] >= threshold
    by_class = [covered[truth == name].mean() for name in np.unique(truth)]
    assert found["balanced_coverage"] == pytest.approx(np.mean(by_class))


def test_merged_and_restricted_probabilities():
    scores = np.array([[0.1, 0.2, 0.3, 0.25, 0.15]])
    names = {"a": "x", "b": "y", "c": "x", "d": "y", "e": "e"}
    merged, classes = probabilities.merge(scores, [names[label] for label in CLASSES])
    assert list(classes) == ["e", "x", "y"]
    np.testing.assert_allclose(merged, [[0.15, 0.4, 0.45]])
    kept = probabilities.restrict(scores, CLASSES, [{"a", "c"}])
    np.testing.assert_allclose(kept, [[0.25, 0, 0.75, 0, 0]])


def test_weights_count_rows_as_often(predictions):
    truth, scores = predictions
    drawn = np.random.default_rng(2).integers(0, 3, len(truth))
    weighted = metrics.ClassPredictions.from_proba(truth, scores, CLASSES).scores(
        drawn.astype(float)
    )
    repeated = metrics.score(np.repeat(truth, drawn), np.repeat(scores, drawn, 0), CLASSES)
    assert weighted == pytest.approx(repeated, abs=1e-12)


def test_temperature_is_found_again(predictions):
    truth, scores = predictions
    first = calibration.fit_temperature(truth, scores, CLASSES)
    calibrated = probabilities.softmax(np.log(scores) / first)
    assert calibration.fit_temperature(truth, calibrated, CLASSES) == pytest.approx(1.0, abs=1e-3)
    sharper = probabilities.softmax(np.log(calibrated) * 3.0)
    assert calibration.fit_temperature(truth, sharper, CLASSES) == pytest.approx(3.0, rel=1e-2)


def test_label_sets_hold_what_too_few_predictions_could_miss():
    scores = np.linspace(0.1, 0.9, 9)[:, None] * [1.0, 0.0] + [0.0, 0.1]
    few = calibration.fit_set_threshold(np.repeat("a", 9), scores, np.array(["a", "b"]))
    assert few == 0.0
    more = np.repeat(scores, 3, axis=0)
    enough = calibration.fit_set_threshold(np.repeat("a", 27), more, np.array(["a", "b"]))
    assert enough == pytest.approx(0.1)  # two of 27 predictions may be missed


@pytest.mark.parametrize("missing", ["aa", "z"])
def test_a_label_that_training_lacked_is_in_no_set(missing):
    truth = np.repeat(["a", missing], 20)
    scores = np.full((40, 2), 0.9)
    assert calibration.fit_set_threshold(truth, scores, np.array(["a", "b"])) == 0.0


def test_training_is_scored_on_what_validation_holds():
    """Hypothetical compounds, far easier than the tested ones, say nothing of overfitting."""
    random = np.random.default_rng(0)
    n = 120
    label = np.tile(["a", "b"], n // 2)
    tested = np.arange(n) < n // 2
    patterns = random.normal(size=(n, 191))
    patterns[~tested] += np.where(label[~tested] == "a", 20.0, -20.0)[:, None]
    index = pd.DataFrame({
        "structure_type": label, "fold": np.where(tested, np.arange(n) % 4 // 2, -1),
        "evaluated": tested, "group": [f"g{i}" for i in range(n)],
    })  # fmt: skip
    target = targets.target(index, {"label": "structure_type"}, 0)
    table = cross_validation.cross_validate(
        "knn",
        {"estimator": "knn", "params": {"n_neighbors": 7}},
        TrainingData(patterns, index, target),
        PREPROCESSING,
        "accuracy",
        0,
    ).table
    own = table[(table["metric"] == "accuracy") & (table["split"] == "train")]["score"]
    assert (own < 0.9).all()
    untested = targets.Target(
        target.task_type, target.y_true, target.y_visible, target.y_train, np.zeros(n, dtype=bool)
    )
    assert len(cross_validation.scored_in_training(~tested, target)) == n // 2
    assert len(cross_validation.scored_in_training(tested, untested)) == n // 2


def test_a_class_that_training_lacked_counts_as_wrong():
    truth = np.array(["a", "z"])
    result = metrics.score(truth, np.array([[1.0, 0.0], [1.0, 0.0]]), np.array(["a", "b"]))
    assert result["accuracy"] == 0.5
    assert result["balanced_accuracy"] == 0.5
    assert result["log_loss"] == pytest.approx(-0.5 * np.log(1e-6), rel=1e-3)


def test_interval_widens_when_families_are_fewer_than_patterns(predictions):
    """Ten patterns alike of each family: as wide as for the families alone, sqrt(10) times wider
    than if the patterns were independent."""
    truth, scores = (np.repeat(values[:80], 10, axis=0) for values in predictions)
    groups = np.arange(800)
    single = bootstrap.classification_scores(truth, scores, CLASSES, groups, 1, 0.3)
    grouped = bootstrap.classification_scores(truth, scores, CLASSES, groups // 10, 1, 0.3)
    ratio = (grouped["ci_high"] - grouped["ci_low"]) / (single["ci_high"] - single["ci_low"])
    means = ratio[single["metric"].isin(["accuracy", "log_loss", "brier"]).to_numpy()]
    assert means.to_numpy() == pytest.approx(np.sqrt(10), rel=0.15)


def test_interval_covers_the_value_and_is_the_same_each_time(predictions):
    truth, scores = predictions
    single = bootstrap.classification_scores(truth, scores, CLASSES, np.arange(400), 1, 0.3)
    grouped = bootstrap.classification_scores(truth, scores, CLASSES, np.arange(400) // 40, 1, 0.3)
    for table in (single, grouped):
        assert (table["ci_low"] <= table["score"]).all()
        assert (table["score"] <= table["ci_high"]).all()
    assert single.loc[0, "groups"] == 400
    assert grouped.loc[0, "groups"] == 10
    again = bootstrap.classification_scores(truth, scores, CLASSES, np.arange(400), 1, 0.3)
    pd.testing.assert_frame_equal(single, again)


def test_bootstrap_width_is_that_of_the_normal_theory():
    values = np.random.default_rng(1).normal(size=400)

    def mean(weights):
        return {"mean": np.average(values, weights=weights)}

    low, high = bootstrap.bootstrap_intervals(mean, np.arange(400), 0)["mean"]
    assert high - low == pytest.approx(2 * 1.96 / np.sqrt(400), rel=0.15)


def test_choice_takes_the_simplest_within_one_standard_error_and_no_control():
    summary = pd.DataFrame(
        {
            "model": ["deep", "line", "oracle", "near"],
            "mean": [0.90, 0.89, 1.0, 0.80],
            "sem": [0.02, 0.01, 0.0, 0.01],
        }
    )
    estimators = {
        "deep": "mlp",
        "line": "logistic_regression",
        "oracle": "perfect",
        "near": "knn",
    }
    chosen = selection.select_model(summary, estimators, "accuracy")
    assert (chosen["model"], chosen["best"]) == ("line", "deep")
    summary.loc[0, "sem"] = 0.005
    assert selection.select_model(summary, estimators, "accuracy")["model"] == "deep"
    summary["sem"] = np.nan  # one fold with a labelled pattern
    assert selection.select_model(summary, estimators, "accuracy")["model"] == "deep"
    alike = dict.fromkeys(estimators, "average")
    assert selection.select_model(summary.drop(2), alike, "accuracy")["model"] == "deep"


def test_choice_of_a_loss_takes_the_smallest():
    summary = pd.DataFrame(
        {"model": ["deep", "line", "know"], "mean": [1.0, 1.1, 0.0], "sem": [0.2, 0.1, 0.0]}
    )
    estimators = {"deep": "mlp", "line": "linear_regression", "know": "perfect"}
    chosen = selection.select_model(summary, estimators, "rmse")
    assert (chosen["model"], chosen["best"]) == ("line", "deep")
    summary.loc[0, "sem"] = 0.05
    assert selection.select_model(summary, estimators, "rmse")["model"] == "deep"


def test_cross_validation_scores_only_what_validates_and_bounds_hold():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    label = np.repeat(["a", "b"], 40)
    wave = np.where(label == "a", 2.0, 3.0)[:, None]
    patterns = np.sin(wave * r) + 0.1 * random.normal(size=(80, 191))
    index = pd.DataFrame({"structure_type": label, "fold": np.arange(80) % 4, "evaluated": True})
    target = targets.target(index.assign(group="g"), {"label": "structure_type"}, 0)
    assert list(target.classes) == ["a", "b"]
    arguments = (TrainingData(patterns, index, target), PREPROCESSING, "balanced_accuracy", 0)
    means = {}
    for name, spec in {
        "perfect": {"estimator": "perfect"},
        "majority": {"estimator": "majority"},
        "knn": {"estimator": "knn", "param_grid": {"n_neighbors": [1, 3]}},
    }.items():
        result = cross_validation.cross_validate(name, spec, *arguments)
        table = result.table
        np.testing.assert_allclose(result.predictions.sum(axis=1), 1.0, atol=1e-6)
        best = selection.summarise(table, "balanced_accuracy").iloc[0]
        means[name] = best["mean"]
        assert table["params_id"].nunique() == len(build.param_grid(spec))
        assert table["fold"].nunique() == 4
    assert means == {"perfect": 1.0, "majority": 0.5, "knn": 1.0}


def test_errors_of_numbers_agree_with_scikit_learn():
    random = np.random.default_rng(4)
    truth = random.normal(size=200)
    predicted = truth + 0.3 * random.normal(size=200)
    weights = random.integers(0, 3, 200).astype(float)
    found = metrics.NumberPredictions(truth, predicted).scores(weights)
    expected = {
        "rmse": sk_metrics.root_mean_squared_error(truth, predicted, sample_weight=weights),
        "mae": sk_metrics.mean_absolute_error(truth, predicted, sample_weight=weights),
        "r2": sk_metrics.r2_score(truth, predicted, sample_weight=weights),
    }
    assert found == pytest.approx(expected, abs=1e-12)
    table = bootstrap.regression_scores(truth, predicted, np.arange(200) // 4, 1)
    assert (table["ci_low"] < table["score"]).all()
    assert (table["score"] < table["ci_high"]).all()
    assert list(table["groups"]) == [50] * 3


def test_calibration_error_agrees_with_scikit_learns_reliability_curve(predictions):
    truth, scores = predictions
    confidence, right = scores.max(axis=1), CLASSES[scores.argmax(axis=1)] == truth
    edges = np.linspace(0, 1, metrics.N_CALIBRATION_BINS + 1)
    share, mean = calibration_curve(right, confidence, n_bins=metrics.N_CALIBRATION_BINS)
    counts = np.histogram(confidence, edges)[0]
    expected = np.sum(counts[counts > 0] * np.abs(share - mean)) / len(truth)
    found = metrics.score(truth, scores, CLASSES)["calibration_error"]
    assert found == pytest.approx(expected, abs=1e-12)


def test_cross_validation_of_a_number_learns_it_and_bounds_hold():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    size = random.uniform(10, 40, 160)
    patterns = np.sin(4 * r) * np.exp(-r / size[:, None]) + 0.01 * random.normal(size=(160, 191))
    index = pd.DataFrame(
        {
            "size": size,
            "fold": np.arange(160) % 4,
            "evaluated": np.arange(160) % 8 != 0,
            "group": "g",
        }
    )
    index.loc[3, "size"] = np.nan
    target = targets.target(index, {"label": "size", "task_type": "regression"}, 0)
    found = {}
    for name, spec in {
        "perfect": {"estimator": "perfect"},
        "random": {"estimator": "random"},
        "mean": {"estimator": "mean"},
        "line": {
            "estimator": "linear_regression",
            "params": {"envelope_width": 20},
            "param_grid": {"alpha": [1.0, 1e9]},
        },
    }.items():
        result = cross_validation.cross_validate(
            name, spec, TrainingData(patterns, index, target), PREPROCESSING, "rmse", 0
        )
        table = result.table
        assert np.isnan(result.predictions[:, 0]).sum() == 20 + 1
        found[name] = selection.best_params(table, "rmse")
    assert found["perfect"]["mean"] == 0.0
    assert found["line"]["params"] == {"alpha": 1.0}  # the smaller error, not the larger
    assert found["line"]["mean"] < 0.3 * found["mean"]["mean"]
    assert found["random"]["mean"] == pytest.approx(np.sqrt(2) * found["mean"]["mean"], rel=0.2)
    assert found["mean"]["mean"] == pytest.approx(size.std(), rel=0.1)
