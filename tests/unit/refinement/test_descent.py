"""A descent ends where scipy's least squares ends, within the limits, and sits on them."""

import numpy as np
import pytest
from scipy.optimize import least_squares, lsq_linear

from pdflearn.refinement.descent import Tolerance, descend

CLOSE = Tolerance(change=1e-12, step=1e-12)
R = np.linspace(0.0, 10.0, 80)


def wave(x):
    """A damped wave: its amplitude, wave number, decay and mean."""
    amplitude, k, decay, mean = x
    return amplitude * np.exp(-decay * R) * np.sin(k * R) + mean


def slopes(x):
    amplitude, k, decay, _ = x
    faded = np.exp(-decay * R)
    of_decay = -R * amplitude * faded * np.sin(k * R)
    return np.column_stack(
        [faded * np.sin(k * R), R * amplitude * faded * np.cos(k * R), of_decay, np.ones(len(R))]
    )


def descent(target, start, limits, max_nfev=200, tolerance=CLOSE):
    return descend(lambda x: wave(x) - target, slopes, np.array(start), limits, tolerance, max_nfev)


@pytest.mark.parametrize("highest_decay", [1.0, 0.15])
def test_it_ends_where_the_method_of_scipy_ends(highest_decay):
    target = wave([2.0, 1.5, 0.2, 0.1]) + 0.1 * np.random.default_rng(0).normal(size=len(R))
    limits = np.array([0.0, 1.0, 0.0, 0.0]), np.array([9.0, 2.0, highest_decay, 0.05])
    values, squares = descent(target, [1.0, 1.4, 0.0, 0.0], limits)
    expected = least_squares(
        lambda x: wave(x) - target, [1.0, 1.4, 0.1, 0.01], slopes, limits, ftol=1e-12, xtol=1e-12
    )
    assert squares == pytest.approx(2 * expected.cost, rel=1e-6)
    assert values == pytest.approx(expected.x, abs=1e-3)
    assert values[2] == highest_decay or highest_decay == 1.0
    assert (values >= limits[0]).all()
    assert (values <= limits[1]).all()


@pytest.mark.parametrize("seed", range(20))
def test_values_that_depend_on_each_other_find_their_limits(seed):
    rng = np.random.default_rng(seed)
    matrix = rng.normal(size=(30, 6)) @ rng.normal(size=(6, 6))
    target = rng.normal(size=30)
    limits = np.full(6, -0.05), np.full(6, 0.05)
    values, squares = descend(
        lambda x: matrix @ x - target, lambda _: matrix, np.zeros(6), limits, CLOSE, 500
    )
    expected = lsq_linear(matrix, target, limits, tol=1e-14)
    assert squares == pytest.approx(2 * expected.cost, rel=1e-7)
    assert values == pytest.approx(expected.x, abs=1e-4)


def test_it_never_ends_higher_and_counts_its_evaluations():
    target, limits = wave([2.0, 1.5, 0.2, 0.1]), (np.full(4, -9.0), np.full(4, 9.0))
    evaluated = []

    def residuals(x):
        evaluated.append(x)
        return wave(x) - target

    start = np.array([1.0, 1.2, 0.0, 0.0])
    for max_nfev in (1, 2, 5):
        evaluated.clear()
        squares = descend(residuals, slopes, start, limits, CLOSE, max_nfev)[1]
        assert len(evaluated) == max_nfev
        assert squares <= np.sum((wave(start) - target) ** 2)


def test_a_value_without_influence_stays():
    limits = np.full(2, -5.0), np.full(2, 5.0)
    values, squares = descend(
        lambda x: np.array([x[0] - 1.0, 0.0]), lambda _: np.diag([1.0, 0.0]), np.full(2, 0.5),
        limits, CLOSE, 50,
    )  # fmt: skip
    assert values == pytest.approx([1.0, 0.5])
    assert squares == pytest.approx(0.0, abs=1e-12)


def test_a_descent_that_will_not_be_of_use_ends_early():
    target, limits = wave([2.0, 1.5, 0.2, 0.1]), (np.full(4, -9.0), np.full(4, 9.0))
    noise = 0.3 * np.random.default_rng(1).normal(size=len(R))
    evaluated = []

    def residuals(x):
        evaluated.append(x)
        return wave(x) - target - noise

    def squares(useful):
        evaluated.clear()
        start = np.array([1.0, 1.4, 0.0, 0.0])
        return descend(residuals, slopes, start, limits, CLOSE, 100, useful)[1]

    least, n_needed = squares(np.inf), len(evaluated)
    assert squares(1.01 * least) == least  # it is on its way to what is of use
    assert least <= squares(0.5 * least) < 1.1 * least
    assert len(evaluated) < n_needed
