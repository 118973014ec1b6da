"""Models on disk: read back as they were, the same bytes each time, and nothing foreign."""

import zipfile

import numpy as np
import pytest
from sklearn.tree import DecisionTreeClassifier

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import CLASSIFICATION, REGRESSION, TASK_TYPES
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import build, pattern_models, persistence
from pdflearn.models.registry import estimators_for

PREPROCESSING = Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 18.0))


SPECS = {
    "perceptron": {"max_epochs": 5},
    "logistic_gradient": {"max_epochs": 5},
    "linear_gradient": {"max_epochs": 5},
    "logistic_regression": {"max_iter": 20},
    "knn": {"n_neighbors": 3},
    "mlp": {"max_iter": 3, "hidden_layer_sizes": [8], "tta_stretches": [0.98, 1.02]},
    "extra_trees": {"n_estimators": 5},
    "gradient_boosting": {"max_iter": 3},
    "convolutions": {"biases": 2},
}


EVERY = [(task_type, name) for task_type in TASK_TYPES for name in estimators_for(task_type)]


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    label = np.repeat(["a", "b", "c"], 20)
    wave = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)[:, None]
    return (np.sin(wave * r) + 0.1 * random.normal(size=(60, 191))).astype(np.float32), label


@pytest.mark.filterwarnings(
    "ignore::sklearn.exceptions.ConvergenceWarning", "ignore:y contains no unlabeled samples"
)
@pytest.mark.parametrize(("kind", "name"), EVERY)
def test_every_estimator_is_built_stored_and_read_back(kind, name, data, tmp_path):
    patterns, label = data
    if kind == REGRESSION:
        label = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)
    files = []
    for attempt in (1, 2):
        spec = {"estimator": name, "params": SPECS.get(name, {})}
        model = build.build_model(
            name, spec, {"features": "raw"}, PREPROCESSING, seed=2**40, task_type=kind
        )
        model.fit(patterns, label)
        files.append(tmp_path / f"{attempt}.skops")
        persistence.save_model(files[-1], model)
    assert files[0].read_bytes() == files[1].read_bytes()
    again = persistence.load_model(files[0])
    expected = pattern_models.predict(model, patterns, label)
    np.testing.assert_array_equal(pattern_models.predict(again, patterns, label), expected)
    if kind == CLASSIFICATION:
        np.testing.assert_allclose(expected.sum(axis=1), 1.0, atol=1e-6)
    else:
        assert expected.shape == (60, 3 if name == "quantile_trees" else 1)


def test_a_file_with_foreign_types_is_refused(tmp_path):
    class Foreign(DecisionTreeClassifier):
        pass

    path = tmp_path / "foreign.skops"
    persistence.skops.io.dump(Foreign(), path)
    with pytest.raises(pattern_models.ModelError, match="Foreign.*not loaded"):
        persistence.load_model(path)


@pytest.mark.parametrize("content", [b"", b"no archive", "empty archive"])
def test_a_file_that_is_no_model_is_refused(content, tmp_path):
    path = tmp_path / "model.skops"
    if content == "empty archive":
        zipfile.ZipFile(path, "w").close()
    else:
        path.write_bytes(content)
    with pytest.raises(pattern_models.ModelError, match="is no model file"):
        persistence.load_model(path)


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("sklearn.linear_model._ridge.Ridge", True),
        ("sklearn.utils._bunch.Bunch", False),
        ("sklearn.utils.validation.check_array", False),
        ("sklearn.nowhere.Ridge", False),
        ("sklearn.linear_model.Nothing", False),
        ("os.system", False),
    ],
)
def test_of_scikit_learn_only_estimators_are_loaded(name, is_one):
    assert persistence._is_estimator_of_scikit_learn(name) is is_one
