"""Noise and background: of the size asked for, and within the measured range of Q."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.simulation.noise import MeasurementNoise

GRID = np.arange(1.0, 20.01, 0.1)


@settings(max_examples=20, deadline=None, derandomize=True)
@given(noise=st.floats(0.005, 0.3), background=st.floats(0.0, 0.3), seed=st.integers(0, 999))
def test_noise_and_background_have_the_size_asked_for(noise, background, seed):
    g = np.sin(2.5 * GRID) * np.exp(-GRID / 15)
    draw = {"q_min": 0.5, "q_max": 22.0, "q_damp": 0.03, "noise": noise, "background": background}
    added = MeasurementNoise(GRID, 28.0)(g, draw, np.random.default_rng(seed)) - g
    far = GRID >= 1.5
    size = np.sqrt(np.mean(added[far] ** 2) / np.mean(g[far] ** 2))
    assert abs(noise - background) - 1e-9 <= size <= noise + background * (1 + noise) + 0.1 * noise


def test_noise_has_nothing_beyond_q_max():
    # Sampled at 0.05 angstrom the grid resolves Q up to 62 / angstrom.
    r = np.arange(0.05, 60.0, 0.05)
    measured = MeasurementNoise(r, 40.0)
    draw = {"q_min": 5.0, "q_max": 20.0, "q_damp": 0.05, "noise": 1.0, "background": 0.0}
    added = measured(np.ones(len(r)), draw, np.random.default_rng(0)) - 1.0
    q = np.arange(0.5, 40.0, 0.25)
    power = (np.sin(np.outer(q, r)) @ added) ** 2
    assert power[(q > 21) | (q < 4)].max() < 0.02 * power.max()


def test_errors_are_transforms_of_their_spectra():
    measured = MeasurementNoise(GRID, 28.0)
    draw = {"q_min": 0.7, "q_max": 19.95, "q_damp": 0.04, "noise": 0.3, "background": 0.2}
    g = np.sin(2.5 * GRID)
    q = measured.q
    inside = (q >= draw["q_min"]) & (q <= draw["q_max"])
    random = np.random.default_rng(3)
    noise = q * random.normal(size=len(q))
    positions = random.uniform(*measured.FALSE_PEAKS, size=3)
    smooth = random.normal(size=3) @ np.sin(np.outer(positions, q))
    far = GRID >= measured.R_MIN
    expected = g.copy()
    for name, spectrum in (("noise", noise), ("background", smooth)):
        error = np.sin(np.outer(GRID, q)) @ (inside * spectrum)
        error *= np.exp(-0.5 * (draw["q_damp"] * GRID) ** 2)
        size = draw[name] * np.sqrt(np.mean(g[far] ** 2) / np.mean(error[far] ** 2))
        expected += size * error
    added = measured(g, draw, np.random.default_rng(3))
    assert added == pytest.approx(expected, abs=1e-9)
