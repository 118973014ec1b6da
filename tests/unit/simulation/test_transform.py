"""The transforms agree with plain sums, and the windows with their integrals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import sici

from pdflearn.simulation.transform import (
    fq_from_gr,
    plan_transform,
    sharp_window,
    sine_series,
    transform_fq,
    window_steps,
    window_weights,
)

bounded = settings(max_examples=25, deadline=None, derandomize=True)


def direct(f, dq, r, q_damp=0.0):
    k = np.arange(len(f))
    return 2 / np.pi * dq * np.sin(np.outer(r, dq * k)) @ f * np.exp(-0.5 * (q_damp * r) ** 2)


@bounded
@given(st.integers(2, 300), st.integers(1, 700), st.integers(0, 2**32 - 1))
def test_series_is_the_sum_of_sines(n, points, seed):
    rng = np.random.default_rng(seed)
    f, r = rng.normal(size=n), rng.uniform(0, 50, points)
    assert sine_series(f, 0.06, r, 0.02) == pytest.approx(direct(f, 0.06, r, 0.02), abs=1e-9)


@bounded
@given(
    st.floats(8, 40),
    st.sampled_from([0.002, 0.01, 0.02, 0.05, 0.1, 0.13, 0.25, 0.7]),
    st.integers(0, 300),
    st.integers(0, 2**32 - 1),
)
def test_fast_grids_agree_with_the_sum(q_max, r_step, first, seed):
    plan = plan_transform(first * r_step, r_step, 150, q_max)
    period = plan.period(first * r_step + 150 * r_step + 20)
    dq = np.pi / period
    f = np.random.default_rng(seed).normal(size=int(q_max / dq) + 1)
    r = r_step * (first + np.arange(150))
    g = plan.sum(f[None], period, 0.03)[0]
    expected = direct(f, dq, r, 0.03)
    scale = np.abs(direct(f, dq, np.arange(0, period, 0.1))).max()
    assert np.abs(g - expected).max() < 2e-5 * scale


def test_a_start_between_points_has_no_plan():
    assert plan_transform(1.033, 0.1, 10, 25.0) is None
    assert plan_transform(1.0, 0.1, 10, 25.0) is not None


def test_forward_transform_of_a_peak_is_known():
    # integral of exp(-(r - d)^2 / 2 s^2) sin(Q r) dr = sqrt(2 pi) s exp(-Q^2 s^2 / 2) sin(Q d)
    d, s, dr = 5.0, 0.2, 0.05
    r = dr * np.arange(401)
    f, dq = fq_from_gr(np.exp(-0.5 * ((r - d) / s) ** 2), dr)
    q = dq * np.arange(len(f))
    expected = np.sqrt(2 * np.pi) * s * np.exp(-0.5 * (q * s) ** 2) * np.sin(q * d)
    assert f == pytest.approx(expected, abs=1e-12)


@bounded
@given(st.floats(0, 3), st.floats(5, 29))
def test_window_weighs_cells_by_their_share(q_min, q_max):
    dq = 0.0613
    weights = window_weights(500, dq, q_min, q_max)
    inside = q_max - max(q_min, 0)
    # the cell around zero reaches below zero, where nothing counts twice
    lost = max(0.0, min(dq / 2 - q_min, dq / 2)) if q_min < dq / 2 else 0.0
    assert dq * weights[1:].sum() + lost == pytest.approx(inside, abs=1e-9)
    steps = window_steps(500, dq, q_min, q_max)
    assert set(steps) <= {0.0, 1.0}
    assert dq * steps.sum() == pytest.approx(q_max - q_min, abs=1.01 * dq)


def test_transform_moves_smoothly_with_q_max():
    q = 0.05 * np.arange(600)
    f = np.sin(3 * q) * np.exp(-0.002 * q**2)
    r = np.linspace(1, 20, 300)
    before, after = (transform_fq(q, f, r, 0.5, q_max) for q_max in (24.924, 24.926))
    assert np.abs(after - before).max() < 0.002


def test_transform_takes_part_of_a_grid_and_refuses_an_uneven_one():
    q = 0.05 * np.arange(500)
    f = np.sin(2 * q)
    r = np.linspace(1, 9, 50)
    upper = q >= 1.0
    assert transform_fq(q[upper], f[upper], r, 1.5, 20) == pytest.approx(
        transform_fq(q, f, r, 1.5, 20)
    )
    with pytest.raises(ValueError, match="evenly spaced"):
        transform_fq(np.sort(np.random.default_rng(0).random(50)) * 25, f[:50], r)
    with pytest.raises(ValueError, match="equally long"):
        transform_fq(q, f[:-1], r)


@bounded
@given(st.floats(20, 200), st.one_of(st.just(0.0), st.floats(0.01, 3)), st.floats(5, 29))
def test_sharp_window_is_made_of_sine_integrals(period, q_min, q_max):
    n = int((q_max + 3) * period / np.pi)
    x = np.pi * np.arange(n)
    low, high = period * q_min, period * q_max
    expected = sici(x - low)[0] - sici(x - high)[0] + sici(x + high)[0] - sici(x + low)[0]
    assert sharp_window(n, period, q_min, q_max) == pytest.approx(expected / np.pi, abs=2e-6)


@bounded
@given(st.floats(0.2, 3), st.floats(10, 24), st.floats(2, 40))
def test_sharp_window_cuts_exactly(q_min, q_max, d):
    # a peak at d, cut: 2 / pi times the integral of exp(-Q^2 v / 2) sin(Q d) sin(Q r)
    variance, r = 0.01, np.linspace(0.5, 30, 60)
    period = 30.0 + d + 2.0
    q = np.pi / period * np.arange(int((q_max + 3) * period / np.pi))
    f = np.exp(-0.5 * variance * q**2) * np.sin(q * d)
    g = sine_series(f * sharp_window(q.size, period, q_min, q_max), q[1], r, 0.0)
    nodes, weights = np.polynomial.legendre.leggauss(600)
    q = 0.5 * (q_max - q_min) * nodes + 0.5 * (q_max + q_min)
    weights = 0.5 * (q_max - q_min) * weights
    f = np.exp(-0.5 * variance * q**2) * np.sin(q * d)
    expected = 2 / np.pi * np.sin(np.outer(r, q)) @ (weights * f)
    assert g == pytest.approx(expected, abs=2e-4)
