"""A model is calibrated on held-out folds and trained on all patterns."""

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import load_table, load_yaml
from pdflearn.dataset import targets
from pdflearn.dataset.training_data import TrainingData
from pdflearn.models import persistence
from pdflearn.validation import training


def two_types(preprocessing, hidden):
    """Noisy waves of two types; hidden: patterns whose label training may not use."""
    random = np.random.default_rng(0)
    labels = np.tile(["a", "b"], 40)
    wave = np.where(labels == "a", 2.0, 2.1)[:, None]
    patterns = np.sin(wave * preprocessing.grid.r) + 1.5 * random.normal(size=(80, 191))
    index = pd.DataFrame({"fold": np.arange(80) // 2 % 4})
    y_train = np.where(hidden, "", labels)
    target = targets.Target("classification", labels, y_train, y_train, np.ones(80, dtype=bool))
    return TrainingData(patterns, index, target)


def test_a_model_is_calibrated_trained_and_written(preprocessing, tmp_path):
    data = two_types(preprocessing, np.zeros(80, dtype=bool))
    spec = {"estimator": "knn", "param_grid": {"n_neighbors": [1, 5]}}
    trained = training.train_model("knn", spec, data, preprocessing, "log_loss", 0)
    assert trained.best["params"] == {"n_neighbors": 5}
    assert trained.model.temperature == trained.best["temperature"]
    assert 0.0 < trained.best["set_threshold"] < 1.0
    np.testing.assert_allclose(trained.predictions.sum(axis=1), 1.0, atol=1e-6)
    names = {
        "validation": "validation.csv", "best_params": "best_params.yaml",
        "predictions": "predictions.npz", "model": "model.skops",
    }  # fmt: skip
    files = {name: str(tmp_path / file) for name, file in names.items()}
    trained.save(files, data.target.classes)
    assert load_yaml(files["best_params"]) == trained.best
    assert len(load_table(files["validation"], columns.VALIDATION)) == len(trained.table)
    with np.load(files["predictions"]) as arrays:
        np.testing.assert_array_equal(arrays["predictions"], trained.predictions)
    again = persistence.load_model(files["model"])
    np.testing.assert_array_equal(
        again.predict_proba(data.patterns), trained.model.predict_proba(data.patterns)
    )


def test_patterns_without_a_label_are_not_learned(preprocessing):
    data = two_types(preprocessing, np.arange(80) >= 40)
    spec = {"estimator": "knn", "params": {"n_neighbors": 1, "weights": "uniform"}}
    model = training.train_model("knn", spec, data, preprocessing, "accuracy", 0).model
    assert model.classes_.tolist() == ["a", "b"]
    labels = data.target.y_true
    y_pred = model.classes_[model.predict_proba(data.patterns).argmax(axis=1)]
    assert (y_pred[:40] == labels[:40]).all()  # each is its own neighbour
    assert (y_pred[40:] != labels[40:]).any()
