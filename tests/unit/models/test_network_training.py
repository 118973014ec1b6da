"""Networks by JAX: gradients, the same answers without it, the same bytes, the same training."""

import os
import subprocess
import sys

import numpy as np
import pytest
from sklearn.datasets import load_digits

from pdflearn.core.grid import Grid
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import build, convolution, persistence
from pdflearn.models.convolutional import ConvolutionalClassifier
from pdflearn.models.mlp import MLPClassifier

jax = pytest.importorskip("jax")
training = pytest.importorskip("pdflearn.models.network_training")

SMALL = {
    "filters": (4, 6), "filter_size": 5, "hidden_layer_sizes": (16,), "batch_size": 100,
    "max_iter": 4, "learning_rates": [0.01, 0.003], "annealed": True, "random_state": 0,
}  # fmt: skip


@pytest.fixture(scope="module")
def digits():
    x, y = load_digits(return_X_y=True)
    return (x[:900] / 16.0).astype(np.float32), y[:900]


@pytest.fixture(scope="module")
def trained(digits):
    return ConvolutionalClassifier(**SMALL).fit(*digits)


def test_the_perceptrons_own_backpropagation_is_jaxs_gradient(digits):
    x, y = digits[0][:60].astype(np.float64), digits[1][:60]
    model = MLPClassifier((12, 7), max_iter=1, alpha=0.0, random_state=2).fit(x, y)
    slopes = [np.empty_like(w) for w in model.coefs_], [np.empty_like(b) for b in model.intercepts_]
    loss = model._backpropagate(x, y, *slopes) / len(x)
    layers = list(zip(model.coefs_, model.intercepts_, strict=True))
    with jax.enable_x64(True):
        differentiated = jax.jit(jax.value_and_grad(training.mean_loss), static_argnums=(4, 5))
        value, gradient = differentiated(layers, x, y, np.ones(len(x)), 1, 0.0)
    assert loss == pytest.approx(float(value), rel=1e-12)
    for (weights, intercepts), own, own_intercepts in zip(gradient, *slopes, strict=True):
        np.testing.assert_allclose(own, weights, rtol=0, atol=1e-13)
        np.testing.assert_allclose(own_intercepts, intercepts, rtol=0, atol=1e-13)


def test_what_fills_a_batch_up_does_not_count(digits, trained):
    x, y = digits[0][:8], digits[1][:8]
    counted = np.array([1, 1, 1, 1, 1, 0, 0, 0], dtype=np.float32)
    mean_loss = jax.jit(training.mean_loss, static_argnums=(4, 5))
    whole = mean_loss(trained.layers, x[:5], y[:5], counted[:5], 2, 0.1)
    padded = mean_loss(trained.layers, x, y, counted, 2, 0.1)
    assert float(whole) == pytest.approx(float(padded), rel=1e-6)


def test_without_filters_it_trains_as_the_perceptron(digits):
    settings = {
        "hidden_layer_sizes": (20, 10), "learning_rates": [0.003, 0.001], "annealed": True,
        "max_iter": 3, "batch_size": 64, "alpha": 0.1, "random_state": 3,
    }  # fmt: skip
    by_hand = MLPClassifier(**settings).fit(*digits)
    by_jax = ConvolutionalClassifier(filters=(), **settings).fit(*digits)
    np.testing.assert_allclose(by_jax.loss_curve_, by_hand.loss_curve_, rtol=2e-3)
    difference = by_jax.predict_proba(digits[0]) - by_hand.predict_proba(digits[0])
    assert np.abs(difference).mean() < 1e-3


def test_numpy_answers_as_jax(digits, trained):
    by_jax = np.asarray(training.scores(trained.layers, digits[0], trained.stride))
    by_numpy = convolution.forward(digits[0], trained.layers, trained.stride)
    scale = np.abs(by_jax).max()
    np.testing.assert_allclose(by_numpy / scale, by_jax / scale, rtol=0, atol=1e-5)
    probabilities = np.asarray(jax.nn.softmax(by_jax))
    np.testing.assert_allclose(trained.predict_proba(digits[0]), probabilities, atol=1e-5)
    assert (trained.predict(digits[0]) == digits[1]).mean() > 0.8
    assert trained.loss_curve_[-1] < 0.5 * trained.loss_curve_[0]


def test_the_weights_are_the_same_on_any_number_of_cores():
    code = (
        "import hashlib\nimport numpy as np\n"
        "from pdflearn.models.convolutional import ConvolutionalClassifier\n"
        "random = np.random.default_rng(0)\n"
        "x, y = random.normal(size=(300, 120)), random.integers(0, 9, 300)\n"
        "net = ConvolutionalClassifier((8, 16), batch_size=128, max_iter=1, random_state=0)\n"
        "net.fit(x, y)\n"
        "print(hashlib.sha256(b''.join(part.tobytes() for part in net.coefs_)).hexdigest())"
    )
    digests = []
    for cores in ("1", "8"):
        called = subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "NPROC": cores, "OMP_NUM_THREADS": cores},
            capture_output=True, text=True,
        )  # fmt: skip
        assert called.returncode == 0, called.stderr
        digests.append(called.stdout)
    assert digests[0] == digests[1]


@pytest.mark.skipif(jax.default_backend() != "cpu", reason="there is a GPU")
def test_without_a_gpu_the_cpu_trains_and_the_log_says_so(caplog, digits, trained):
    training.log_device("gpu")
    assert "docs/deep.md; the CPU takes its place" in caplog.text
    asked = ConvolutionalClassifier(**SMALL, device="gpu").fit(*digits)
    for part, expected in zip(asked.coefs_, trained.coefs_, strict=True):
        np.testing.assert_array_equal(part, expected)


def test_a_file_is_read_and_asked_without_jax(tmp_path):
    grid = Grid(1.0, 20.0, 0.1)
    label = np.repeat(["a", "b", "c"], 20)
    wave = np.select([label == "a", label == "b"], [2.0, 2.5], 3.0)[:, None]
    patterns = np.sin(wave * grid.r).astype(np.float32)
    params = {
        "features": "first_peak", "filters": [4, 4], "hidden_layer_sizes": [8], "batch_size": 20,
        "max_iter": 15, "learning_rates": [0.01, 0.003], "stretch_std": 0.01,
        "tta_stretches": [0.99],
    }  # fmt: skip
    spec = {"estimator": "cnn", "params": params}
    model = build.build_model("cnn", spec, {}, Preprocessing(grid, (1.5, 18.0)), seed=0)
    model.fit(patterns, label)
    expected = model.predict_proba(patterns)
    files = [tmp_path / "1.skops", tmp_path / "2.skops"]
    for file in files:
        persistence.save_model(file, model)
    assert files[0].read_bytes() == files[1].read_bytes()
    np.save(tmp_path / "patterns.npy", patterns)
    code = (
        "import sys\nimport numpy as np\n"
        "from pdflearn.models import persistence, stored_networks\n"
        "import pdflearn.study.identify\n"
        "folder = sys.argv[1]\n"
        "patterns = np.load(f'{folder}/patterns.npy')\n"
        "stored = stored_networks.load_classifier(f'{folder}/1.skops')\n"
        "assert isinstance(stored, stored_networks.ConvolutionalNetwork)\n"
        "np.save(f'{folder}/light.npy', stored.predict_proba(patterns))\n"
        "model = persistence.load_model(f'{folder}/1.skops')\n"
        "np.save(f'{folder}/whole.npy', model.predict_proba(patterns))\n"
        "print([name for name in ('jax', 'jaxlib', 'optax') if name in sys.modules])"
    )
    called = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True
    )
    assert called.stdout == "[]\n", called.stderr
    for name in ("light", "whole"):
        np.testing.assert_allclose(np.load(tmp_path / f"{name}.npy"), expected, atol=1e-6)
