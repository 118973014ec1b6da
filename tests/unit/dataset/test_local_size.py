"""Tests of pdflearn.dataset.local_size."""

import numpy as np

from pdflearn.core.grid import Grid
from pdflearn.dataset.axes import feature_axis
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.local_size import FLOOR, extrema, log_envelopes
from pdflearn.simulation.shape import spherical_shape

GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)


def test_an_envelope_is_the_local_root_mean_square():
    g = np.random.default_rng(0).normal(size=(3, 100))
    expected = np.log(np.sqrt(np.mean(g[:, 20:40] ** 2, axis=1)) + FLOOR)
    np.testing.assert_allclose(log_envelopes(g)[:, 2], expected, rtol=1e-5)


def test_a_smaller_particle_fades_sooner():
    r = GRID.r
    wave = np.sin(2 * np.pi * r)
    g = np.array([wave * spherical_shape(r, d) for d in (20.0, 40.0, 80.0)], dtype=np.float32)
    features = PatternFeatures("envelope", GRID, (1.5, 20.0)).fit_transform(g)
    axis = feature_axis("envelope", GRID, (1.5, 20.0))
    assert features.shape == (3, len(axis))
    assert axis[-1] > 28.0  # beyond the window, to the end of the grid
    fading = features[:, 0] - features[:, np.searchsorted(axis, 15.0)]
    assert (np.diff(fading) < 0).all()


def test_a_minimum_before_the_first_maximum_has_its_place():
    r = np.arange(1.5, 10.0, 0.1)
    g = -np.exp(-((r - 1.9) ** 2) / 0.01) + np.exp(-((r - 2.8) ** 2) / 0.01)
    maxima, minima = extrema(r, g[None])[0].reshape(-1, 2).T
    np.testing.assert_allclose(maxima, 2.8, atol=0.01)
    np.testing.assert_allclose(minima, 1.9, atol=0.01)


def test_shells_end_where_their_axis_does():
    features = PatternFeatures("first_shells", GRID, (1.5, 20.0)).fit_transform(
        np.cos(GRID.r)[None].astype(np.float32)
    )
    axis = feature_axis("first_shells", GRID, (1.5, 20.0))
    assert axis[-1] <= 7.5 + 1e-6
    assert features.shape == (1, len(axis) + 10)
