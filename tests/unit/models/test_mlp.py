"""The multilayer perceptron: the same weights as scikit-learn's, stage by stage."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.neural_network import MLPClassifier as PeerClassifier
from sklearn.utils.estimator_checks import estimator_checks_generator

from pdflearn.models import mlp
from pdflearn.models.mlp import MLPClassifier


@pytest.fixture(scope="module")
def digits():
    x, y = load_digits(return_X_y=True)
    return x / 16.0, y


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
@pytest.mark.parametrize("activation", ["relu", "tanh", "logistic"])
@pytest.mark.parametrize("sizes", [12, (20, 10)])
def test_weights_and_losses_are_those_of_scikit_learn(digits, activation, sizes):
    settings = {
        "hidden_layer_sizes": sizes, "activation": activation, "alpha": 0.1, "batch_size": 50,
        "max_iter": 4, "random_state": 3,
    }  # fmt: skip
    x, y = digits
    ours = MLPClassifier(**settings, learning_rates=[0.003]).fit(x, y)
    peer = PeerClassifier(**settings, learning_rate_init=0.003).fit(x, y)
    for own, other in zip(
        ours.coefs_ + ours.intercepts_, peer.coefs_ + peer.intercepts_, strict=True
    ):
        np.testing.assert_allclose(own, other, rtol=0, atol=1e-12)
    np.testing.assert_allclose(ours.loss_curve_, peer.loss_curve_, rtol=1e-12)
    np.testing.assert_allclose(ours.predict_proba(x), peer.predict_proba(x), rtol=0, atol=1e-12)
    np.testing.assert_array_equal(ours.predict(x), peer.predict(x))


@pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning")
def test_single_precision_stays_single_and_close(digits):
    x, y = digits[0].astype(np.float32), digits[1]
    settings = {"hidden_layer_sizes": (12,), "max_iter": 4, "random_state": 3}
    ours, peer = MLPClassifier(**settings).fit(x, y), PeerClassifier(**settings).fit(x, y)
    assert {part.dtype for part in ours.coefs_ + ours.intercepts_} == {np.dtype(np.float32)}
    assert ours.predict_proba(x).dtype == np.float32
    np.testing.assert_allclose(ours.predict_proba(x), peer.predict_proba(x), rtol=0, atol=1e-5)


def test_two_classes_are_learned_as_any_others(digits):
    x, y = digits
    pair = np.isin(y, (3, 8))
    names = np.where(y[pair] == 3, "three", "eight")
    model = MLPClassifier((8,), batch_size=20, max_iter=30, random_state=0).fit(x[pair], names)
    assert list(model.classes_) == ["eight", "three"]
    np.testing.assert_allclose(model.predict_proba(x[pair]).sum(axis=1), 1.0)
    assert (model.predict(x[pair]) == names).mean() > 0.95


def test_shorter_steps_go_on_from_the_longer_ones_and_a_fit_starts_anew(digits):
    x, y = digits
    losses = {}
    for name, rates, passes in (
        ("one", [0.01], 8), ("two", [0.01, 0.001], 4),
    ):  # fmt: skip
        net = MLPClassifier((8,), learning_rates=rates, max_iter=passes, random_state=1)
        first = net.fit(x, y).coefs_[0].copy()
        np.testing.assert_array_equal(net.fit(x, y).coefs_[0], first)
        losses[name] = net.loss_curve_
    assert losses["two"][:4] == losses["one"][:4]
    assert losses["two"][4:] != losses["one"][4:]


def test_an_annealed_rate_goes_evenly_to_the_next_and_to_zero(digits, monkeypatch):
    rates = []

    def watch(weights, gradient, moments, factors, penalised, steps):
        rates.append((steps, factors[0]))

    monkeypatch.setattr(mlp, "_adam_step", watch)
    x, y = digits
    net = MLPClassifier((8,), batch_size=500, max_iter=1, learning_rates=[0.01, 0.002])
    net.set_params(annealed=True).fit(x, y)  # four steps a pass
    steps, expected = [1, 2, 3, 4, 5, 6, 7, 8], [10, 8, 6, 4, 2, 1.5, 1, 0.5]
    assert [step for step, _ in rates] == steps
    assert [1000 * rate for _, rate in rates] == pytest.approx(expected)


@pytest.mark.parametrize(
    "wrong",
    [
        {"activation": "step"},
        {"batch_size": 0},
        {"max_iter": 0},
        {"hidden_layer_sizes": [4, 0]},
        {"hidden_layer_sizes": []},
        {"learning_rates": []},
    ],
)
def test_impossible_settings_are_named(digits, wrong):
    ((name, value),) = wrong.items()
    with pytest.raises(ValueError, match=name) as caught:
        MLPClassifier(**wrong).fit(*digits)
    assert repr(value) in str(caught.value)


SMALL = MLPClassifier((8,), learning_rates=[0.01], max_iter=30, random_state=0)


# No check fails.
@pytest.mark.parametrize(
    ("estimator", "check"),
    list(estimator_checks_generator(SMALL, mark=None)),
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", ""),
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_contract(estimator, check):
    check(estimator)
