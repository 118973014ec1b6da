"""Pairs of clusters: all of them, by a cell list, or far ones from a sample."""

import numpy as np
import pytest
from scipy.spatial.distance import pdist

from pdflearn.simulation import cluster_pairs as cluster_module
from pdflearn.simulation.cluster_pairs import cluster_pairs
from pdflearn.simulation.pairs import pair_points


def test_cell_list_and_sampled_far_pairs_of_a_large_cluster(monkeypatch):
    rng = np.random.default_rng(1)
    xyz = rng.random((6000, 3)) * 60
    species, occupancy = rng.integers(0, 2, 6000), np.ones(6000)
    whole = pair_points(cluster_pairs(xyz, species, occupancy, 20.0))
    monkeypatch.setattr(cluster_module, "ALL_PAIRS_ATOMS", 100)
    large = cluster_pairs(xyz, species, occupancy, 20.0)
    points = pair_points(large)
    assert large.r_max == 20.0
    for row in range(3):
        near = [p.weight[(p.partial == row) & (p.distance < 19.9)].sum() for p in (whole, points)]
        assert near[1] == pytest.approx(near[0], rel=1e-9)
        far = [p.weight[(p.partial == row) & (p.distance > 20.1)].sum() for p in (whole, points)]
        assert far[1] == pytest.approx(far[0], rel=0.02)


def test_displacements_of_a_cluster():
    rng = np.random.default_rng(2)
    xyz = rng.random((60, 3)) * 10
    tensors = np.einsum("i,jk->ijk", rng.uniform(0.003, 0.01, 60), np.eye(3))
    points = pair_points(
        cluster_pairs(xyz, np.zeros(60, int), np.ones(60), 99.0, displacements=tensors)
    )
    u = tensors[:, 0, 0]
    i, j = np.triu_indices(60, 1)
    keep = pdist(xyz) >= 0.3
    assert (points.weight * points.variance).sum() == pytest.approx(2 * (u[i] + u[j])[keep].sum())


def test_occupancies_weigh_the_pairs_of_their_sites():
    xyz = np.array([(0, 0, 0), (0, 0, 2.0), (0, 0, 5.0)])
    points = pair_points(cluster_pairs(xyz, np.array([0, 0, 1]), np.array([1.0, 0.5, 0.25]), 9.0))
    weights = {(int(p), round(d, 6)): w for d, w, p, _ in zip(*points, strict=True)}
    assert weights == pytest.approx({(0, 2.0): 1.0, (1, 3.0): 0.25, (1, 5.0): 0.5})


def test_pairs_are_complete_where_all_are_counted():
    xyz = np.random.default_rng(3).random((50, 3)) * 30
    histogram = cluster_pairs(xyz, np.zeros(50, int), np.ones(50), 5.0)
    assert histogram.r_max == np.inf
    assert histogram.shortest == pytest.approx(pdist(xyz).min(), abs=0.05)
