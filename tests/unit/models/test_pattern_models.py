"""Models of patterns: features block by block, augmentation at each stage, averaged stretches."""

import numpy as np
import pytest

from pdflearn.core.grid import Grid
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import build, pattern_models
from pdflearn.models.mlp import MLPClassifier

PREPROCESSING = Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 18.0))


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    label = np.repeat(["a", "b", "c"], 20)
    wave = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)[:, None]
    return (np.sin(wave * r) + 0.1 * random.normal(size=(60, 191))).astype(np.float32), label


def test_blocks_change_nothing(data, monkeypatch):
    patterns, label = data
    params = {
        "features": "first_peak",
        "hidden_layer_sizes": [8],
        "learning_rates": [0.01, 0.001],
        "max_iter": 1,
        "stretch_std": 0.02,
    }
    spec = {"estimator": "mlp", "params": params}
    said = []
    for block in (7, 20_000):
        monkeypatch.setattr(pattern_models, "BLOCK", block)
        model = build.build_model("mlp", spec, {}, PREPROCESSING, 0).fit(patterns, label)
        said.append(model.predict_proba(patterns))
    # The products of matrices of other sizes may differ in their last digits, as the kernel of BLAS
    # pleases; another random draw would differ by far more.
    np.testing.assert_allclose(*said, rtol=0.0, atol=1e-5)


def test_each_stage_sees_the_patterns_at_another_stretch(data, monkeypatch):
    patterns, label = data
    seen = []
    fit_stage = MLPClassifier.fit_stage

    def watch(self, X, y, stage, classes=None):
        seen.append(X.copy())
        return fit_stage(self, X, y, stage, classes)

    monkeypatch.setattr(MLPClassifier, "fit_stage", watch)
    params = {
        "features": "log_r",
        "hidden_layer_sizes": [8],
        "learning_rates": [0.01, 0.001, 0.0001],
        "max_iter": 1,
    }
    for stretch_std, apart in ((0.0, False), (0.02, True)):
        seen.clear()
        spec = {"estimator": "mlp", "params": {**params, "stretch_std": stretch_std}}
        model = build.build_model("mlp", spec, {}, PREPROCESSING, 0).fit(patterns, label)
        assert len(seen) == 3
        assert np.allclose(seen[0], seen[1]) != apart
        assert len(model.estimator_[-1].loss_curve_) == 3


def test_predictions_are_averaged_over_the_stretches(data):
    patterns, label = data
    spec = {"estimator": "logistic_regression", "params": {"features": "log_r"}}
    plain = build.build_model("a", spec, {}, PREPROCESSING, 0).fit(patterns, label)
    viewed = build.build_model("a", spec, {"tta_stretches": [0.97, 1.02]}, PREPROCESSING, 0).fit(
        patterns, label
    )
    features = PatternFeatures("log_r", PREPROCESSING.grid, PREPROCESSING.window).fit(patterns)
    expected = [
        plain.estimator_.predict_proba(features.transform(patterns, np.full(60, view)))
        for view in (1.0, 0.97, 1.02)
    ]
    np.testing.assert_allclose(viewed.predict_proba(patterns), np.mean(expected, 0), atol=1e-6)


def test_the_first_stages_are_learned_once_from_what_all_models_share(data, monkeypatch):
    patterns, label = data
    learned = []
    fit_stage = MLPClassifier.fit_stage

    def watch(self, X, y, stage, classes=None):
        learned.append((stage, len(y)))
        return fit_stage(self, X, y, stage, classes)

    monkeypatch.setattr(MLPClassifier, "fit_stage", watch)
    params = {
        "features": "first_peak",
        "hidden_layer_sizes": [8],
        "learning_rates": [0.01, 0.001, 0.001],
        "max_iter": 1,
        "stretch_std": 0.02,
        "common_stages": 2,
    }
    spec = {"estimator": "mlp", "params": params}

    def trained(subsets):
        learned.clear()
        models = [build.build_model("mlp", spec, {}, PREPROCESSING, 0) for _ in subsets]
        pattern_models.fit_together(models, patterns, label, subsets)
        return models

    validates = np.arange(60) % 5 == 0
    first, second = (np.arange(60) % 10 != k for k in (0, 5))
    models = trained([first, second])
    assert learned == [(0, 48), (1, 48), (2, 54), (2, 54)]
    assert models[0].estimator_[-1].loss_curve_[:2] == models[1].estimator_[-1].loss_curve_[:2]
    assert not np.array_equal(*(model.predict_proba(patterns) for model in models))
    trained([validates, ~validates])  # nothing is shared
    assert learned == [(stage, n) for stage in range(3) for n in (12, 48)]


def test_numbers_are_learned_in_units_of_their_spread(data):
    patterns, label = data
    number = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)
    spec = {"estimator": "ridge", "params": {"alpha": 1e-3}}
    small, large = (
        build.build_model("r", spec, {}, PREPROCESSING, 0, "regression").fit(
            patterns, scale * number
        )
        for scale in (1.0, 1e6)
    )
    assert (large.mean_, large.spread_) == pytest.approx((1e6 * small.mean_, 1e6 * small.spread_))
    np.testing.assert_allclose(large.predict(patterns), 1e6 * small.predict(patterns), rtol=1e-5)


@pytest.mark.parametrize("stretch_std", [0.0, 0.02])
def test_models_trained_together_are_those_trained_alone(data, stretch_std):
    """Each learns from its own patterns alone: other labels elsewhere change nothing."""
    patterns, label = data
    params = {
        "features": "first_peak",
        "hidden_layer_sizes": [8],
        "learning_rates": [0.01, 0.001],
        "max_iter": 2,
        "stretch_std": stretch_std,
    }
    spec = {"estimator": "mlp", "params": params}

    def trained(labels, subsets):
        models = [build.build_model("mlp", spec, {}, PREPROCESSING, 0) for _ in subsets]
        pattern_models.fit_together(models, patterns, labels, subsets)
        return models

    parts = [np.arange(60) % 3 != k for k in range(3)]
    together = trained(label, parts)
    for model, part in zip(together, parts, strict=True):
        elsewhere = np.where(part, label, "c")
        (again, _) = trained(elsewhere, [part, np.ones(60, dtype=bool)])
        np.testing.assert_array_equal(model.predict_proba(patterns), again.predict_proba(patterns))
    if not stretch_std:
        alone = build.build_model("mlp", spec, {}, PREPROCESSING, 0)
        alone.fit(patterns[parts[0]], label[parts[0]])
        np.testing.assert_allclose(
            alone.predict_proba(patterns), together[0].predict_proba(patterns), atol=1e-6
        )
