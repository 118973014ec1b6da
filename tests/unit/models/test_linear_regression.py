"""Linear regression by the normal equations: against scikit-learn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LinearRegression as PeerRegression
from sklearn.linear_model import Ridge
from sklearn.utils.estimator_checks import estimator_checks_generator

from pdflearn.models.linear_regression import LinearRegression


@pytest.fixture(scope="module")
def numbers():
    random = np.random.default_rng(1)
    x = random.normal(size=(120, 5)) + [0, 1, 2, 3, 4]
    return x, x @ [1.0, -2.0, 0.5, 0.0, 3.0] + 7.0 + random.normal(size=120)


def test_weights_agree_with_scikit_learn(numbers):
    x, y = numbers
    peer = PeerRegression().fit(x, y)
    solved = LinearRegression().fit(x, y)
    np.testing.assert_allclose(solved.coef_, peer.coef_, rtol=1e-9)
    assert solved.intercept_ == pytest.approx(peer.intercept_, rel=1e-9)
    np.testing.assert_allclose(solved.predict(x), peer.predict(x), rtol=1e-9)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(seed=st.integers(0, 9999), n=st.integers(3, 40), m=st.integers(1, 8), alpha=st.floats(0, 9))
def test_normal_equations_are_ridge_and_least_norm_where_there_are_too_few(seed, n, m, alpha):
    random = np.random.default_rng(seed)
    x, y = random.normal(size=(n, m)), random.normal(size=n)
    alpha = 0.0 if alpha < 0.1 else alpha
    model = LinearRegression(alpha).fit(x, y)
    peer = Ridge(alpha, solver="svd").fit(x, y) if alpha else PeerRegression().fit(x, y)
    if alpha or n > m + 2 or n < m:  # nearly square systems are as ill-conditioned as they like
        np.testing.assert_allclose(model.predict(x), peer.predict(x), atol=1e-5)
        centred = x - x.mean(axis=0)
        gradient = centred.T @ (y - model.predict(x)) - alpha * model.coef_
        np.testing.assert_allclose(gradient, 0.0, atol=1e-6)


def test_single_precision_input_is_summed_in_double(numbers):
    x, y = numbers
    x = x + 1000.0
    single = LinearRegression().fit(x.astype(np.float32), y)
    double = LinearRegression().fit(x.astype(np.float32).astype(np.float64), y)
    np.testing.assert_allclose(single.coef_, double.coef_, rtol=1e-9)


def test_a_negative_penalty_is_named(numbers):
    with pytest.raises(ValueError, match=r"alpha is -1\.0; expected a number, zero or more"):
        LinearRegression(-1.0).fit(*numbers)


# No check fails.
@pytest.mark.parametrize(
    ("estimator", "check"),
    list(estimator_checks_generator(LinearRegression(), mark=None)),
    ids=lambda value: getattr(getattr(value, "func", value), "__name__", ""),
)
@pytest.mark.filterwarnings("ignore")
def test_scikit_learn_contract(estimator, check):
    check(estimator)
