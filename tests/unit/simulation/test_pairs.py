"""Points that stand for pairs keep the moments of their distances."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from pdflearn.simulation.cluster_pairs import cluster_pairs
from pdflearn.simulation.kernels import COARSE, FINE, N_FINE, NEAR
from pdflearn.simulation.pairs import (
    PairHistogram,
    bin_count,
    bin_edges,
    pair_points,
    partial_table,
    shortest_distance,
    variance_levels,
)


def test_points_keep_moments_with_less_than_three_a_bin():
    rng = np.random.default_rng(5)
    xyz = rng.random((400, 3)) * 15
    d = pdist(xyz)
    d = d[d >= 0.3]
    points = pair_points(cluster_pairs(xyz, np.zeros(400, int), np.ones(400), 100.0))
    for power in range(4):
        got = (points.weight * points.distance**power).sum()
        assert got == pytest.approx(2 * (d**power).sum(), rel=1e-10)
    assert len(points.distance) <= 2 * (400 + np.ceil((d.max() - 4) / 0.05))


def test_one_distance_stays_one_exact_point():
    points = pair_points(
        cluster_pairs(np.array([[0, 0, 0], [0, 0, 2.34567]]), np.zeros(2, int), np.ones(2), 9.0)
    )
    assert points.distance == pytest.approx([2.34567], abs=1e-12)
    assert points.weight == pytest.approx([2.0])


def test_partials_of_any_two_species_have_one_index():
    table = partial_table(4)
    assert np.array_equal(table, table.T)
    assert sorted(table[np.triu_indices(4)]) == list(range(10))


def test_bins_are_fine_below_near_and_meet_there():
    n = bin_count(10.0)
    start, width = bin_edges(n)
    assert start[-1] + width[-1] > 10.0
    assert start[1:] == pytest.approx((start + width)[:-1])
    assert start[N_FINE] == NEAR
    assert (width[:N_FINE] == FINE).all()
    assert (width[N_FINE:] == COARSE).all()


def test_the_shortest_distance_beyond_near_is_the_mean_of_its_bin():
    moments = np.zeros((1, bin_count(9.0), 4))
    assert shortest_distance(np.inf, moments) == np.inf
    moments[0, N_FINE + 20, :2] = 4.0, 1.0
    assert shortest_distance(np.inf, moments) == pytest.approx(NEAR + 20.25 * COARSE)
    assert shortest_distance(2.5, moments) == 2.5


def test_levels_cover_the_relative_displacements():
    assert variance_levels(None, 1, 500).number == 0
    tensors = np.einsum("i,jk->ijk", [0.004, 0.006], np.eye(3))
    levels = variance_levels(tensors, 1, 500)
    assert levels.low == pytest.approx(0.008)
    assert levels.number / levels.scale == pytest.approx(0.004)
    # as wide as 5 % of the least
    assert levels.number == 10
    assert variance_levels(tensors, 1000, 5000).number == 1


def test_coefficients_of_either_sign_add_partials_up():
    xyz = np.random.default_rng(4).random((40, 3)) * 8
    histogram = cluster_pairs(xyz, np.arange(40) % 2, np.ones(40), 20.0)
    split = pair_points(histogram)
    for coefficients in (np.array([1.0, 0.5, 0.25]), np.array([1.0, -0.5, 0.25])):
        points = pair_points(histogram, coefficients)
        assert set(points.partial) == {0}
        total = (split.weight * coefficients[split.partial] * split.distance).sum()
        assert (points.weight * points.distance).sum() == pytest.approx(total)


def test_an_empty_histogram_has_no_points():
    points = pair_points(PairHistogram(np.zeros((1, 500, 4)), 9.0, 0, np.inf))
    assert points.distance.size == 0
