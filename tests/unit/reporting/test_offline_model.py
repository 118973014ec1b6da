"""Models that the page in the browser computes, and those that it does not."""

import base64

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import build, persistence
from pdflearn.models.ensemble import AverageClassifier
from pdflearn.models.stored_networks import Average, ConvolutionalNetwork, Network, Sum
from pdflearn.reporting import offline_model

PREPROCESSING = Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 18.0))


@pytest.fixture(scope="module")
def waves():
    random = np.random.default_rng(0)
    label = np.repeat(["a", "b", "c"], 12)
    wave = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)[:, None]
    r = 1.0 + 0.1 * np.arange(191)
    return (np.sin(wave * r) + 0.1 * random.normal(size=(36, 191))).astype(np.float32), label


def trained(waves, estimator, **params):
    spec = {"estimator": estimator, "params": params}
    model = build.build_model(estimator, spec, {}, PREPROCESSING, 0, CLASSIFICATION)
    return model.fit(*waves)


def test_numbers_stand_at_multiples_of_eight_bytes():
    numbers = offline_model.Numbers()
    first = numbers.add(np.array([1, -2, 3]), "i1")
    second = numbers.add(np.array([[0.5, 1e-3]]), "f2")
    assert first == {"at": 0, "length": 3, "type": "i1"}
    assert second == {"at": 8, "length": 2, "type": "f2"}
    data = base64.b64decode(numbers.text())
    assert len(data) == numbers.size == 16
    np.testing.assert_allclose(np.frombuffer(data[8:12], "<f2"), [0.5, 1e-3], rtol=1e-3)


@pytest.mark.parametrize("estimator", ["logistic_regression", "logistic_gradient"])
def test_logistic_regression_is_a_network_without_a_hidden_layer(waves, estimator):
    model = trained(waves, estimator, features="raw")
    network = offline_model.as_networks(model)
    assert isinstance(network, Network)
    np.testing.assert_allclose(
        network.predict_proba(waves[0]), model.predict_proba(waves[0]), atol=1e-5
    )


def test_other_kinds_of_models_are_no_networks(waves):
    knn = trained(waves, "knn", features="raw")
    logistic = trained(waves, "logistic_gradient", features="raw")
    assert offline_model.as_networks(knn) is None
    assert offline_model.as_networks(AverageClassifier([logistic, knn])) is None
    assert isinstance(offline_model.as_networks(AverageClassifier([logistic] * 2)), Average)
    two = make_pipeline(StandardScaler(), LogisticRegression())
    model = trained(waves, "logistic_gradient", features="raw")
    model.estimator_ = two.fit(np.arange(8.0)[:, None], [0, 1] * 4)  # one row of weights for two
    assert offline_model.as_networks(model) is None


def test_a_network_with_filters_is_not_computed_alone_nor_in_an_average(waves):
    grid, window = PREPROCESSING.grid, PREPROCESSING.window
    weights = [np.ones((3, 1, 2)), np.ones((166, 3))]
    network = ConvolutionalNetwork(
        np.array(["a", "b", "c"]), grid, "raw", window, [], None, None, weights,
        [np.zeros(2), np.zeros(3)], 1.0, stride=2,
    )  # fmt: skip
    np.testing.assert_allclose(network.predict_proba(waves[0][:2]), 1 / 3, rtol=1e-6)
    logistic = offline_model.as_networks(trained(waves, "logistic_gradient", features="raw"))
    assert offline_model.as_networks(network) is None
    assert offline_model.as_networks(Sum(network, ["a", "a", "b"])) is None
    assert offline_model.as_networks(Average([logistic, network], None, 1.0)) is None
    kept = Average([logistic, Sum(logistic, ["a", "b", "c"])], None, 1.0)
    assert offline_model.as_networks(kept) is kept


def test_the_best_model_that_the_page_computes_is_taken_and_named(waves, tmp_path):
    files = {}
    for name in ("knn", "logistic_gradient"):
        files[name] = tmp_path / f"{name}.skops"
        persistence.save_model(files[name], trained(waves, name, features="raw"))
    name, model = offline_model.best_computable("knn", files, ["knn", "logistic_gradient"])
    assert name == "logistic_gradient"
    assert isinstance(model, Network)
    said = offline_model.model_words("knn", name)
    assert "(knn)" in said
    assert "logistic gradient" in said
    assert offline_model.best_computable("knn", {"knn": files["knn"]}, ["knn"]) == ("", None)
    assert "cannot compute" in offline_model.model_words("knn", "")
    assert offline_model.model_words("knn", "knn") == ""
