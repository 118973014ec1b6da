"""Pairs of crystals are those of a plain sum over the lattice, whatever the cell."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.simulation.crystal_pairs import (
    count_translations,
    crystal_pairs,
    environments,
    translation_orbits,
)
from pdflearn.simulation.pairs import pair_points, partial_table

bounded = settings(max_examples=25, deadline=None, derandomize=True)
FCC = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])


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
    histogram = crystal_pairs(basis, frac, species, occupancy, np.arange(4), r_max)
    table = partial_table(2)
    counts, sums, shortest = np.zeros(3), np.zeros(3), np.inf
    for i, j, d, _ in all_distances(basis, frac, r_max):
        w = occupancy[i] * occupancy[j]
        counts[table[species[i], species[j]]] += w * d.size
        sums[table[species[i], species[j]]] += (
            w * np.exp(-0.5 * ((d - 0.5 * r_max) / 0.8) ** 2).sum()
        )
        shortest = min(shortest, d.min(initial=np.inf))
    points = pair_points(histogram)
    assert np.bincount(points.partial, points.weight, 3) == pytest.approx(counts, rel=1e-9)
    assert smooth_sums(points, 3, r_max) == pytest.approx(sums, rel=1e-5, abs=1e-8)
    assert histogram.shortest == pytest.approx(shortest)


@bounded
@given(cells, st.permutations(range(3)))
def test_half_of_the_lattice_suffices_where_each_vector_has_its_opposite(drawn, axes):
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


def test_orbits_weigh_as_all_atoms_do():
    frac = np.vstack([FCC, (FCC + 0.25) % 1])
    species = np.repeat([0, 1], 4)
    orbits = translation_orbits(frac, species, 5.4 * np.eye(3))
    assert orbits.tolist() == [0, 0, 0, 0, 4, 4, 4, 4]
    one = crystal_pairs(5.4 * np.eye(3), frac, species, np.ones(8), orbits, 20.0)
    every = crystal_pairs(5.4 * np.eye(3), frac, species, np.ones(8), np.arange(8), 20.0)
    assert np.allclose(one.moments[..., 0], every.moments[..., 0])


def test_translations_respect_site_types_and_tolerance():
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


def test_alternatives_on_one_site_are_no_pair():
    frac = np.array([(0, 0, 0), (0.001, 0, 0)])
    points = pair_points(
        crystal_pairs(4 * np.eye(3), frac, np.zeros(2, int), np.full(2, 0.5), np.arange(2), 5.0)
    )
    assert points.distance.min() > 3.9


def test_surroundings_tell_sites_apart():
    frac = np.vstack([FCC, [(0.25, 0.25, 0.25)]])
    values = environments(4.0 * np.eye(3), frac, np.ones(5), 7.0)
    # the four sites of the cubic cell see the fifth atom from one distance
    assert values[:4] == pytest.approx(values[0])
    assert values[4] != pytest.approx(values[0])
    unlike = environments(4.0 * np.eye(3), frac[:4], np.array([1.0, 1.0, 1.0, 2.0]), 7.0)
    assert unlike[0] != pytest.approx(unlike[3])


def test_translations_are_counted_within_a_tolerance():
    one = np.zeros(4, dtype=int)
    shifted = FCC + [[0, 0, 0.01], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    for tolerance, expected in ((0.01, 1), (0.15, 4)):
        assert count_translations(shifted, one, 5.0 * np.eye(3), tolerance) == expected
    ordered = np.array([0, 1, 1, 0])
    assert count_translations(FCC, ordered, 5.0 * np.eye(3), 0.1) == 2
