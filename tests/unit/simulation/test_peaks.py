"""Sums of peaks are sums of normal distributions, and turn into G(r)."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.simulation.peaks import curves_from_sums, peak_variances, sum_peaks
from pdflearn.simulation.shape import spherical_shape

bounded = settings(max_examples=20, deadline=None, derandomize=True)
STEP = 0.05
R = STEP * np.arange(800)


def random_peaks(seed, n=30):
    rng = np.random.default_rng(seed)
    return (
        rng.uniform(2, 30, n), rng.uniform(0.5, 5, n), rng.integers(0, 3, n),
        rng.uniform(0.003, 0.05, n),
    )  # fmt: skip


@bounded
@given(st.integers(0, 999), st.floats(0.95, 1.05), st.floats(0, 0.01))
def test_sums_are_those_of_normal_distributions(seed, stretch, extra):
    distance, weight, partial, variance = peaks = random_peaks(seed)
    sums = sum_peaks(peaks, stretch, extra, STEP, (6.0, 40.0), (3, R.size))
    expected = np.zeros((3, R.size))
    for d, w, p, v in zip(distance * stretch, weight, partial, variance + extra, strict=True):
        expected[p] += w / d * np.exp(-0.5 * (R - d) ** 2 / v) / np.sqrt(2 * np.pi * v)
    assert sums == pytest.approx(expected, abs=2e-6 * expected.max())


def test_peaks_without_width_and_beyond_the_limit_are_left_out():
    peaks = (
        np.array([3.0, 5.0, 9.0]), np.ones(3), np.zeros(3, int), np.array([0.01, 0.0, 0.01]),
    )  # fmt: skip
    (sums,) = sum_peaks(peaks, 1.0, 0.0, STEP, (5.0, 8.0), (1, R.size))
    assert sums[60] > 1
    assert not sums[80:].any()


def test_variances_follow_correlated_motion_and_broadening():
    r = np.array([2.0, 4.0, 8.0])
    variance, least, least_share = peak_variances(r, np.full(3, 0.01), 1.1, 0.2, 1.0, 0.03)
    d = 1.1 * r
    factor = 1 - 0.2 / d - 1 / d**2 + 0.03**2 * d**2
    assert variance == pytest.approx(0.01 * factor)
    assert least == pytest.approx(0.01 * factor.min())
    assert least_share == pytest.approx(factor.min())


def test_peaks_that_delta2_leaves_no_width_have_none():
    variance, least, least_share = peak_variances(
        np.array([2.0, 4.0]), np.full(2, 0.01), 1.0, 0.0, 5.0, 0.0
    )
    assert variance[0] == 0
    assert least == variance[1] > 0
    assert least_share == pytest.approx(-0.25)


def test_curves_lose_the_baseline_fade_and_are_damped():
    sums = np.random.default_rng(0).random((2, R.size))
    slopes = np.array([0.3, 0.1])
    curves = curves_from_sums(sums, STEP, 0.5, slopes, (20.0, 30.0), 25.0, 0.04)
    fade = np.where(R < 20, 1.0, np.where(R < 30, 0.5 + 0.5 * np.cos(np.pi * (R - 20) / 10), 0.0))
    factor = fade * spherical_shape(R, 25.0) * np.exp(-0.5 * (0.04 * R) ** 2)
    assert curves == pytest.approx((0.5 * sums - slopes[:, None] * R) * factor, abs=1e-9)


def test_arguments_are_not_changed():
    peaks = random_peaks(1)
    before = [array.copy() for array in peaks]
    sums = sum_peaks(peaks, 1.0, 0.0, STEP, (5.0, 40.0), (3, R.size))
    kept = sums.copy()
    curves_from_sums(sums, STEP, 0.5, np.ones(3), (20.0, 30.0), 0.0, 0.0)
    assert np.array_equal(sums, kept)
    assert all(map(np.array_equal, peaks, before))
