"""What independent points support."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pdflearn.identification.evidence import (
    PEAK_POINTS,
    SMALLEST_RW,
    cost,
    gain,
    gain_over_misfit,
)

RW = st.floats(0.0, 1.0)


@given(RW, RW, st.floats(10, 1000))
def test_a_gain_has_the_sign_of_what_fits_better(one, other, n):
    assert gain(one, other, n) == pytest.approx(-gain(other, one, n))
    assert (gain(one, other, n) > 0) == (gain(one, other, 10.0) > 0)
    assert gain(one, 0.0, n) >= gain(one, other, n)


def test_below_what_measurements_reach_little_is_gained():
    assert gain(SMALLEST_RW / 3, 0.0, 150) < cost(5, 1, 150)
    assert gain(3 * SMALLEST_RW, SMALLEST_RW, 150) > cost(5, 10_000, 150)


def test_noise_alone_does_not_pay_for_parameters():
    """The best of many sines, with their free scales, lowers white noise by less than it costs."""
    n, m, random = 120, 400, np.random.default_rng(1)
    curves = random.normal(size=(m, n))
    curves /= np.linalg.norm(curves, axis=1)[:, None]
    paid = 0
    for _ in range(60):
        noise = random.normal(size=n)
        before = float(noise @ noise)
        after = before - float(np.max((curves @ noise) ** 2))
        paid += n * np.log(before / after) > cost(1, m, n)
    assert paid <= 2


@given(RW, RW, st.floats(0.0, 0.5), st.floats(0.0, 0.5))
def test_misfit_makes_a_gain_smaller_and_turns_no_sign(one, other, noise, usual):
    low, high = sorted((one, other))
    over_misfit = gain_over_misfit(high, low, 150, noise, usual)
    assert 0.0 <= over_misfit <= gain_over_misfit(high, low, 150, noise, 0.0)
    assert gain_over_misfit(low, high, 150, noise, usual) <= 0.0


def test_a_point_of_misfit_counts_less_than_one_of_noise():
    of_noise = gain_over_misfit(0.2, 0.1, 150, noise=0.1, usual_rw=0.0)
    of_misfit = gain_over_misfit(0.2, 0.1, 150, noise=0.0, usual_rw=0.0)
    assert of_noise == pytest.approx(PEAK_POINTS * of_misfit)
