import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from pdflearn.simulation import cluster_pairs as cluster_module
from pdflearn.simulation.cluster_pairs import cluster_pairs
from pdflearn.simulation.crystal_pairs import crystal_pairs, translation_orbits
from pdflearn.simulation.pairs import pair_points, partial_table

bounded = settings(max_examples=25, deadline=None, derandomize=True)


def all_distances(basis, frac, r_max):
    """Ordered pairs (i, j, d, vector) of one cell's atoms with all atoms, by brute force."""
    heights = 1 / np.linalg.norm(np.linalg.inv(basis).T, axis=1)
    n = np.ceil(r_max / heights).astype(int) + 1
    cells = np.stack(np.meshgrid(*[np.arange(-k, k + 1) for k in n], indexing="ij"), -1)
    shifts = cells.reshape(-1, 3) @ basis
    xyz = frac @ basis
    for i in range(len(frac)):
        for j in range(len(frac)):
            v = xyz[j] - xyz[i] + shifts
            d = np.linalg.norm(v, axis=1)
            keep = (d >= 0.3) & (d <= r_max)
            yield i, j, d[keep], v[keep]


def smooth_sums(points, rows, r_max):
    """Sums of a smooth function that fades before r_max, over each class of pairs."""
    d = points.distance
    value = points.weight * np.exp(-0.5 * ((d - 0.5 * r_max) / 0.8) ** 2)
    return np.bincount(points.partial, value, rows)


cells = st.tuples(
    *[st.floats(2.5, 7.0)] * 3, *[st.floats(-1.2, 1.2)] * 3, st.integers(0, 2**32 - 1)
)


def random_crystal(drawn, n=4):
    a, b, c, xy, xz, yz, seed = drawn
    basis = np.array([[a, 0, 0], [xy, b, 0], [xz, yz, c]])
    rng = np.random.default_rng(seed)
    return basis, rng.random((n, 3)), rng.integers(0, 2, n), rng.uniform(0.2, 1.0, n)


@bounded
@given(cells)
def test_crystal_pairs_are_those_of_a_plain_sum(drawn):
    basis, frac, species, occupancy = random_crystal(drawn)
    species[0], species[1] = 0, 1
    r_max = 9.0137  # not a distance of the round cells that hypothesis likes
    found = crystal_pairs(basis, frac, species, occupancy, np.arange(4), r_max)
    table = partial_table(2)
    counts, sums, shortest = np.zeros(3), np.zeros(3), np.inf
    for i, j, d, _ in all_distances(basis, frac, r_max):
        w = occupancy[i] * occupancy[j]
        counts[table[species[i], species[j]]] += w * d.size
        sums[table[species[i], species[j]]] += (
            w * np.exp(-0.5 * ((d - 0.5 * r_max) / 0.8) ** 2).sum()
        )
        shortest = min(shortest, d.min(initial=np.inf))
    points = pair_points(found)
    assert np.bincount(points.partial, points.weight, 3) == pytest.approx(counts, rel=1e-9)
    assert smooth_sums(points, 3, r_max) == pytest.approx(sums, rel=1e-5, abs=1e-8)
    assert found.shortest == pytest.approx(shortest)


@bounded
@given(cells, st.permutations(range(3)))
def test_half_of_the_lattice_stands_for_pairs_that_halves_of_its_vectors_part(drawn, axes):
    basis, _, _, _ = random_crystal(drawn)
    halves = np.array([(0, 0, 0), (0.5, 0, 0), (0, 0.5, 0.5), (0.5, 0.5, 0.5), (0.5, 0.25, 0.5)])
    frac = (halves[:, axes] + drawn[-1] % 97 / 97) % 1
    species, occupancy = np.array([0, 0, 1, 1, 1]), np.array([1, 0.7, 0.9, 0.9, 0.4])
    r_max = 9.0137
    points = pair_points(crystal_pairs(basis, frac, species, occupancy, np.arange(5), r_max))
    counts = np.zeros(3)
    for i, j, d, _ in all_distances(basis, frac, r_max):
        counts[partial_table(2)[species[i], species[j]]] += occupancy[i] * occupancy[j] * d.size
    assert np.bincount(points.partial, points.weight, 3) == pytest.approx(counts, rel=1e-9)


@bounded
@given(cells)
def test_displacements_along_pairs_keep_their_sum(drawn):
    basis, frac, species, occupancy = random_crystal(drawn)
    rng = np.random.default_rng(drawn[-1])
    roots = rng.normal(size=(4, 3, 3)) * 0.05
    tensors = roots @ roots.transpose(0, 2, 1) + 0.003 * np.eye(3)
    points = pair_points(
        crystal_pairs(basis, frac, species, occupancy, np.arange(4), 7.0137, tensors)
    )
    total, spread = 0.0, 0.0
    for i, j, d, v in all_distances(basis, frac, 7.0137):
        s = np.einsum("ni,ij,nj->n", v, tensors[i] + tensors[j], v) / d**2
        w = occupancy[i] * occupancy[j]
        total += w * s.sum()
        spread += w * np.exp(-150 * s).sum()
    assert (points.weight * points.variance).sum() == pytest.approx(total, rel=1e-9)
    # nonlinear in the displacement: only fine levels get it right
    assert (points.weight * np.exp(-150 * points.variance)).sum() == pytest.approx(spread, rel=2e-3)


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


def test_orbits_weigh_as_all_atoms_do():
    places = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
    frac = np.vstack([places, (places + 0.25) % 1])
    species = np.repeat([0, 1], 4)
    orbits = translation_orbits(frac, species, 5.4 * np.eye(3))
    assert orbits.tolist() == [0, 0, 0, 0, 4, 4, 4, 4]
    one = crystal_pairs(5.4 * np.eye(3), frac, species, np.ones(8), orbits, 20.0)
    every = crystal_pairs(5.4 * np.eye(3), frac, species, np.ones(8), np.arange(8), 20.0)
    assert np.allclose(one.moments[..., 0], every.moments[..., 0])


def test_translations_respect_kinds_and_tolerance():
    frac = np.array([(0, 0, 0), (0.5, 0.5, 0.5)])
    basis = 3.0 * np.eye(3)
    assert translation_orbits(frac, np.array([0, 0]), basis).tolist() == [0, 0]
    assert translation_orbits(frac, np.array([0, 1]), basis).tolist() == [0, 1]
    moved = frac + np.array([(0, 0, 0), (0, 0, 0.01)])
    # one atom in the middle always repeats; a third one that does not breaks the translation
    third = np.vstack([moved, (0.1, 0.2, 0.3)])
    assert len(set(translation_orbits(third, np.array([0, 0, 0]), basis))) == 3


def test_an_orbit_of_unlike_atoms_is_split():
    basis, frac = 4.0 * np.eye(3), np.array([(0, 0, 0), (0.5, 0.5, 0.5)])
    same = np.zeros(2, int)
    wrong = crystal_pairs(basis, frac, same, np.array([1.0, 0.5]), same, 6.0)
    right = crystal_pairs(basis, frac, same, np.array([1.0, 0.5]), np.arange(2), 6.0)
    assert np.allclose(wrong.moments, right.moments)


def test_sites_at_one_place_are_no_pair():
    frac = np.array([(0, 0, 0), (0.001, 0, 0)])
    points = pair_points(
        crystal_pairs(4 * np.eye(3), frac, np.zeros(2, int), np.full(2, 0.5), np.arange(2), 5.0)
    )
    assert points.distance.min() > 3.9


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
