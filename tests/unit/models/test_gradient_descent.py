"""Regression by gradient descent: against closed forms and scikit-learn."""

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.utils.estimator_checks import estimator_checks_generator

from pdflearn.models.gradient_descent import (
    DivergenceError,
    LinearGradientRegressor,
    LogisticGradientClassifier,
)


@pytest.fixture(scope="module")
def classes():
    random = np.random.default_rng(0)
    label = random.integers(3, size=150)
    x = random.normal(size=(150, 4)) + 1.5 * np.eye(3, 4)[label]
    return x, np.array(["fcc", "bcc", "hcp"])[label]


@pytest.fixture(scope="module")
def numbers():
    random = np.random.default_rng(1)
    x = random.normal(size=(120, 5)) + [0, 1, 2, 3, 4]
    return x, x @ [1.0, -2.0, 0.5, 0.0, 3.0] + 7.0 + random.normal(size=120)


def test_one_logistic_step_by_hand():
    # At zero weights both classes have p = 1/2. Gradient of class 1's weights: mean of (p - t) x
    # = (0.5 * 2 + (-0.5) * 4) / 2 = -0.5, of its bias (0.5 - 0.5) / 2 = 0; class 0's is opposite.
    model = LogisticGradientClassifier(learning_rate=0.1, max_epochs=1, alpha=0.0)
    model.fit([[2.0], [4.0]], [0, 1])
    np.testing.assert_allclose(model.coef_, [[-0.05], [0.05]])
    np.testing.assert_allclose(model.intercept_, [0.0, 0.0])
    assert model.loss_curve_ == pytest.approx([np.log(2.0)])


def test_one_linear_step_by_hand():
    # Errors at zero weights are -3 and -5: w = 0.1 (3 * 2 + 5 * 4) / 2 = 1.3, b = 0.1 * 4 = 0.4.
    model = LinearGradientRegressor(learning_rate=0.1, max_epochs=1, alpha=0.0)
    model.fit([[2.0], [4.0]], [3.0, 5.0])
    assert model.coef_ == pytest.approx([1.3])
    assert model.intercept_ == pytest.approx(0.4)
    assert model.loss_curve_ == pytest.approx([0.5 * (9 + 25) / 2])


@pytest.mark.parametrize("alpha", [0.01, 0.1])
def test_batch_descent_ends_at_scikit_learns_logistic_regression(classes, alpha):
    x, y = classes
    model = LogisticGradientClassifier(alpha=alpha, max_epochs=20_000, tol=1e-13).fit(x, y)
    peer = LogisticRegression(C=1 / (alpha * len(x)), tol=1e-10, max_iter=10_000).fit(x, y)
    np.testing.assert_allclose(model.coef_, peer.coef_, atol=2e-5)
    np.testing.assert_allclose(model.predict_proba(x), peer.predict_proba(x), atol=2e-5)
    np.testing.assert_array_equal(model.predict(x), peer.predict(x))
    assert (np.diff(model.loss_curve_) <= 1e-12).all()  # the safe rate never goes uphill


def test_two_classes_agree_with_scikit_learns_single_plane(classes):
    x, y = classes[0][classes[1] != "hcp"], classes[1][classes[1] != "hcp"]
    alpha = 0.05
    model = LogisticGradientClassifier(alpha=alpha, max_epochs=20_000, tol=1e-13).fit(x, y)
    # The softmax shares w between two classes as +-w/2: its |w|^2 is half of the single plane's.
    peer = LogisticRegression(C=2 / (alpha * len(x)), tol=1e-10).fit(x, y)
    np.testing.assert_allclose(model.predict_proba(x), peer.predict_proba(x), atol=2e-5)
    np.testing.assert_allclose(model.decision_function(x), peer.decision_function(x), atol=1e-3)


@pytest.mark.parametrize("batch_size", [1, 16])
def test_stochastic_descent_comes_near_the_same_place(classes, batch_size):
    x, y = classes
    model = LogisticGradientClassifier(
        learning_rate=0.05 * batch_size**0.5, batch_size=batch_size, max_epochs=200, decay=0.1,
        alpha=0.1, random_state=0,
    ).fit(x, y)  # fmt: skip
    peer = LogisticRegression(C=1 / (0.1 * len(x)), tol=1e-10).fit(x, y)
    np.testing.assert_allclose(model.predict_proba(x), peer.predict_proba(x), atol=0.02)
    assert len(model.loss_curve_) == model.n_iter_ == 200
    assert model.loss_curve_[-1] < model.loss_curve_[0]


def test_linear_descent_ends_at_scikit_learns_linear_regression(numbers):
    x, y = numbers
    peer = LinearRegression().fit(x, y)
    walked = LinearGradientRegressor(alpha=0.0, max_epochs=50_000).fit(x, y)
    np.testing.assert_allclose(walked.coef_, peer.coef_, atol=1e-5)
    assert walked.intercept_ == pytest.approx(peer.intercept_, abs=1e-5)


@pytest.mark.parametrize("batch_size", [None, 1])
@pytest.mark.parametrize("kind", [LogisticGradientClassifier, LinearGradientRegressor])
def test_a_rate_that_is_too_large_is_refused_with_the_losses(kind, batch_size, numbers):
    x, y = numbers
    target = y > y.mean() if kind is LogisticGradientClassifier else y
    model = kind(learning_rate=1e4, batch_size=batch_size, random_state=0)
    with pytest.raises(
        DivergenceError, match="diverged in epoch .* learning_rate 1e\\+04"
    ) as caught:
        model.fit(x, target)
    assert not caught.value.loss_curve[-1] < 0.5  # larger, or no number any more
    kind(batch_size=batch_size, max_epochs=20, random_state=0).fit(x, target)  # the safe rate


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"learning_rate": 0.0}, "learning_rate is 0.0; expected a number above 0"),
        ({"batch_size": -3}, "batch_size is -3; expected a number above 0"),
        ({"alpha": -1.0}, "alpha is -1.0; expected a number, 0 or more"),
        ({"max_epochs": 0}, "max_epochs is 0; expected a number, 1 or more"),
    ],
)
def test_faults_in_the_settings_are_named(settings, words, classes):
    with pytest.raises(ValueError, match=words):
        LogisticGradientClassifier(**settings).fit(*classes)


# No check fails.
@pytest.mark.parametrize(
    ("estimator", "check"),
    [
        pair
        for estimator in (
            LogisticGradientClassifier(random_state=0),
            LogisticGradientClassifier(batch_size=8, max_epochs=50, random_state=0),
            LinearGradientRegressor(random_state=0),
        )
        for pair in estimator_checks_generator(estimator, mark=None)
    ],
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", ""),
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_contract(estimator, check):
    check(estimator)
