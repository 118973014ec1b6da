"""Models: built from the config, stored without pickle, the same bytes each time."""

import zipfile

import numpy as np
import pytest
import skops.io
from sklearn.tree import DecisionTreeClassifier

from pdflearn import model_files, models

GRID = (1.0, 0.1, 191)
WINDOW = (1.5, 18.0)
SPECS = {
    "perceptron": {"max_epochs": 5},
    "logistic_regression": {"max_iter": 20},
    "knn": {"n_neighbors": 3},
    "mlp": {"max_iter": 3, "hidden_layer_sizes": [8]},
    "linear_svm": {},
    "template": {},
    "extra_trees": {"n_estimators": 5},
    "gradient_boosting": {"max_iter": 3},
    "convolutions": {"biases": 2},
    "random": {},
    "majority": {},
    "perfect": {},
}


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    label = np.repeat(["a", "b", "c"], 20)
    wave = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)[:, None]
    return (np.sin(wave * r) + 0.1 * random.normal(size=(60, 191))).astype(np.float32), label


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("kind", list(models.ESTIMATORS))
def test_every_estimator_is_built_stored_and_read_back(kind, data, tmp_path):
    patterns, label = data
    files = []
    for attempt in (1, 2):
        spec = {"estimator": kind, "params": SPECS[kind]}
        model = models.build(kind, spec, {"features": "first_peak"}, GRID, WINDOW, seed=2**40)
        model.fit(patterns, label)
        files.append(tmp_path / f"{attempt}.skops")
        model_files.save_model(files[-1], model)
    assert files[0].read_bytes() == files[1].read_bytes()
    again = model_files.load_model(files[0])
    expected = model.predict_proba(patterns, label)
    np.testing.assert_array_equal(again.predict_proba(patterns, label), expected)
    np.testing.assert_allclose(expected.sum(axis=1), 1.0, atol=1e-6)


def test_a_file_with_foreign_types_is_refused(tmp_path):
    class Foreign(DecisionTreeClassifier):
        pass

    path = tmp_path / "foreign.skops"
    skops.io.dump(Foreign(), path)
    with pytest.raises(models.ModelError, match="Foreign.*not loaded"):
        model_files.load_model(path)


@pytest.mark.parametrize("content", [b"", b"no archive", "empty archive"])
def test_a_file_that_is_no_model_is_refused(content, tmp_path):
    path = tmp_path / "model.skops"
    if content == "empty archive":
        zipfile.ZipFile(path, "w").close()
    else:
        path.write_bytes(content)
    with pytest.raises(models.ModelError, match="is no model file"):
        model_files.load_model(path)


def test_faults_in_the_config_are_named():
    with pytest.raises(models.ModelError, match=r"models\.x\.estimator is 'forest'; expected one"):
        models.build("x", {"estimator": "forest"}, {}, GRID, WINDOW, 0)
    with pytest.raises(models.ModelError, match=r"models\.x: .* has no parameter neighbours"):
        models.build("x", {"estimator": "knn"}, {"neighbours": 3}, GRID, WINDOW, 0)


def test_candidates_are_every_combination():
    spec = {"search": {"a": [1, 2], "b": ["x", "y", "z"]}}
    found = models.candidates(spec)
    assert len(found) == 6
    assert found[0] == {"a": 1, "b": "x"}
    assert models.candidates({}) == [{}]
