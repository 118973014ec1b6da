"""Every fold is predicted without itself, of averages as well; controls bound the scores."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.dataset import targets
from pdflearn.dataset.training_data import TrainingData
from pdflearn.models import build
from pdflearn.validation import cross_validation, metrics, selection


def test_training_is_scored_on_what_validation_holds(preprocessing):
    """Hypothetical compounds, far easier than the evaluated ones, say nothing of overfitting."""
    random = np.random.default_rng(0)
    n = 120
    label = np.tile(["a", "b"], n // 2)
    evaluated = np.arange(n) < n // 2
    patterns = random.normal(size=(n, 191))
    patterns[~evaluated] += np.where(label[~evaluated] == "a", 20.0, -20.0)[:, None]
    index = pd.DataFrame({
        "structure_type": label, "fold": np.where(evaluated, np.arange(n) % 4 // 2, -1),
        "evaluated": evaluated, "group": [f"g{i}" for i in range(n)],
    })  # fmt: skip
    target = targets.target(index, {"label": "structure_type"}, 0)
    table = cross_validation.cross_validate(
        "knn",
        {"estimator": "knn", "params": {"n_neighbors": 7}},
        TrainingData(patterns, index, target),
        preprocessing,
        "accuracy",
        0,
    ).table
    in_training = table[(table["metric"] == "accuracy") & (table["split"] == "train")]["score"]
    assert (in_training < 0.9).all()
    unevaluated = targets.Target(
        target.task_type, target.y_true, target.y_visible, target.y_train, np.zeros(n, dtype=bool)
    )
    assert len(cross_validation.scored_in_training(~evaluated, target)) == n // 2
    assert len(cross_validation.scored_in_training(evaluated, unevaluated)) == n // 2


def test_cross_validation_scores_only_what_validates_and_bounds_hold(preprocessing):
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    label = np.repeat(["a", "b"], 40)
    wave = np.where(label == "a", 2.0, 3.0)[:, None]
    patterns = np.sin(wave * r) + 0.1 * random.normal(size=(80, 191))
    index = pd.DataFrame({"structure_type": label, "fold": np.arange(80) % 4, "evaluated": True})
    target = targets.target(index.assign(group="g"), {"label": "structure_type"}, 0)
    assert list(target.classes) == ["a", "b"]
    arguments = (TrainingData(patterns, index, target), preprocessing, "balanced_accuracy", 0)
    means = {}
    for name, spec in {
        "perfect": {"estimator": "perfect"},
        "majority": {"estimator": "majority"},
        "knn": {"estimator": "knn", "param_grid": {"n_neighbors": [1, 3]}},
    }.items():
        result = cross_validation.cross_validate(name, spec, *arguments)
        table = result.table
        np.testing.assert_allclose(result.predictions.sum(axis=1), 1.0, atol=1e-6)
        summary = selection.summarise(table, "balanced_accuracy").iloc[0]
        means[name] = summary["mean"]
        assert table["params_id"].nunique() == len(build.param_grid(spec))
        assert table["fold"].nunique() == 4
    assert means == {"perfect": 1.0, "majority": 0.5, "knn": 1.0}


def test_cross_validation_of_a_number_learns_it_and_bounds_hold(preprocessing):
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
    best = {}
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
            name, spec, TrainingData(patterns, index, target), preprocessing, "rmse", 0
        )
        table = result.table
        assert np.isnan(result.predictions[:, 0]).sum() == 20 + 1
        best[name] = selection.best_params(table, "rmse")
    assert best["perfect"]["mean"] == 0.0
    assert best["line"]["params"] == {"alpha": 1.0}  # the smaller error, not the larger
    assert best["line"]["mean"] < 0.3 * best["mean"]["mean"]
    assert best["random"]["mean"] == pytest.approx(np.sqrt(2) * best["mean"]["mean"], rel=0.2)
    assert best["mean"]["mean"] == pytest.approx(size.std(), rel=0.1)


def test_an_average_is_scored_on_the_folds_of_its_members():
    y = np.array(["a", "b"] * 4)
    target = targets.Target("classification", y, y, y, np.ones(8, dtype=bool))
    right = (y[:, None] == ["a", "b"]).astype(float)
    unsure = np.full((8, 2), 0.5)
    unsure[0] = np.nan
    index = pd.DataFrame({"fold": np.arange(8) % 2})
    result = cross_validation.cross_validate_average("mean", [right, unsure], index, target)
    assert np.isnan(result.predictions[0]).all()
    np.testing.assert_allclose(result.predictions[1:].max(axis=1), 0.75)
    table = result.table
    assert set(table["split"]) == {"validation"}
    loss = table[table["metric"] == "log_loss"].set_index("fold")["score"]
    assert loss.to_numpy() == pytest.approx(-np.log(0.75))
    assert metrics.score(y[1:], result.predictions[1:], target.classes)["accuracy"] == 1.0
