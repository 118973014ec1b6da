"""The shape function of a sphere is the share of pairs that it holds."""

import numpy as np
import pytest

from pdflearn.simulation.shape import spherical_shape


def test_it_is_the_probability_that_a_second_point_is_within():
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (200_000, 3)) * 10
    points = points[(points**2).sum(axis=1) <= 100]
    directions = rng.normal(size=points.shape)
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    for r in (3.0, 9.0, 16.0):
        inside = ((points + r * directions) ** 2).sum(axis=1) <= 100
        assert spherical_shape(r, 20.0) == pytest.approx(inside.mean(), abs=0.005)


def test_bulk_keeps_all_and_nothing_is_left_beyond_a_diameter():
    r = np.linspace(0, 50, 11)
    assert (spherical_shape(r, np.inf) == 1).all()
    assert (spherical_shape(r, 25.0)[r >= 25] == 0).all()


def test_diameters_broadcast():
    values = spherical_shape(np.array([5.0, 10.0]), np.array([[10.0], [20.0]]))
    assert values == pytest.approx(np.array([[0.3125, 0.0], [0.6328125, 0.3125]]))
