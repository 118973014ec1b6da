"""Networks answer from their files as scikit-learn's classes do, and without importing them."""

import subprocess
import sys

import numpy as np
import pytest

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import build, ensemble, persistence
from pdflearn.models.pattern_models import ModelError
from pdflearn.models.probabilities import type_probabilities
from pdflearn.models.stored_networks import ACTIVATIONS, Average, Network, Sum, load_classifier

PREPROCESSING = Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 18.0))


@pytest.fixture(scope="module")
def data():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(191)
    label = np.repeat(["a", "b", "c"], 20)
    wave = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)[:, None]
    return (np.sin(wave * r) + 0.1 * random.normal(size=(60, 191))).astype(np.float32), label


def trained(data, name="mlp", seed=0, **params):
    if name == "mlp":
        params = {"max_iter": 5, "hidden_layer_sizes": [8, 6], "tta_stretches": [0.98], **params}
    spec = {"estimator": name, "params": params}
    model = build.build_model(name, spec, {"features": "raw"}, PREPROCESSING, seed, CLASSIFICATION)
    return model.fit(*data)


def both(model, folder):
    """What is read from a model's file in both ways."""
    persistence.save_model(folder / "model.skops", model)
    return load_classifier(folder / "model.skops"), persistence.load_model(folder / "model.skops")


def assert_same(found, expected, patterns):
    tables = [type_probabilities(patterns, model) for model in (found, expected)]
    assert list(tables[0]) == list(tables[1])
    np.testing.assert_allclose(tables[0], tables[1], atol=1e-6)
    assert type_probabilities(patterns[:0], found).shape == (0, len(tables[0].columns))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("features", ["raw", "first_peak", "log_r", "scale_free"])
def test_a_network(data, tmp_path, activation, features):
    found, expected = both(trained(data, activation=activation, features=features), tmp_path)
    assert isinstance(found, Network)
    assert_same(found, expected, data[0])


def test_an_average_of_sums(data, tmp_path):
    members = [trained(data, seed=seed) for seed in (1, 2)]
    for member in members:
        member.temperature = 1.7
    sums = [ensemble.SummedClassifier(member, ["x", "y", "x"]) for member in members]
    average = ensemble.AverageClassifier(sums, np.array([2.0, 1.0]), 0.8)
    found, expected = both(average, tmp_path)
    assert isinstance(found, Average)
    assert isinstance(found.members[0], Sum)
    assert_same(found, expected, data[0])


@pytest.mark.parametrize("name", ["logistic_regression", "knn", "extra_trees"])
def test_any_other_model_is_read_by_skops(data, tmp_path, name):
    found, expected = both(trained(data, name), tmp_path)
    assert type(found) is type(expected)
    assert_same(found, expected, data[0])


def test_an_average_with_another_model_too(data, tmp_path):
    average = ensemble.AverageClassifier([trained(data), trained(data, "knn")])
    found, expected = both(average, tmp_path)
    assert isinstance(found, ensemble.AverageClassifier)
    assert_same(found, expected, data[0])


def test_what_is_no_model_is_refused(tmp_path):
    (tmp_path / "model.skops").write_bytes(b"no archive")
    with pytest.raises(ModelError, match="no model file"):
        load_classifier(tmp_path / "model.skops")


def test_a_network_needs_no_scikit_learn(data, tmp_path):
    persistence.save_model(tmp_path / "model.skops", trained(data))
    code = (
        "import sys\nfrom pdflearn.models.stored_networks import load_classifier\n"
        "import pdflearn.study.identify\n"
        f"load_classifier({str(tmp_path / 'model.skops')!r})\n"
        "print([name for name in ('sklearn', 'skops', 'ase') if name in sys.modules])"
    )
    called = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert called.stdout == "[]\n", called.stderr
