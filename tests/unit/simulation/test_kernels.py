"""Compiled loops add what a plain sum over pairs adds, and depend on no other file."""

import ast
import inspect

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher
from scipy.spatial.distance import cdist, pdist

from pdflearn.simulation import crystal_pairs, kernels, pairs, peaks, reference, spectrum, transform
from pdflearn.simulation.cluster_pairs import _cell_list
from pdflearn.simulation.pairs import bin_count, bin_edges, partial_table, variance_levels

XYZ = np.random.default_rng(0).random((300, 3)) * 25
SITE_TYPE = np.sort(np.random.default_rng(1).integers(0, 2, 300))
BOUNDS = np.searchsorted(SITE_TYPE, [0, 1, 2])
N_BINS = bin_count(60.0)


def counts(moments):
    return moments[..., 0].sum(axis=1)


def sums_of_distances(moments):
    start, width = bin_edges(moments.shape[1])
    return (moments[..., 0] * start + moments[..., 1] * width).sum(axis=1)


def distances_of_partials(limit=np.inf):
    first, second = XYZ[SITE_TYPE == 0], XYZ[SITE_TYPE == 1]
    every = [pdist(first), cdist(first, second).ravel(), pdist(second)]
    return [d[(d >= kernels.SAME_SITE) & (d < limit)] for d in every]


def test_all_pairs_of_a_cluster():
    moments, shortest = kernels.all_pairs_moments(
        np.ascontiguousarray(XYZ.T), BOUNDS, partial_table(2), N_BINS, 3
    )
    expected = distances_of_partials()
    assert counts(moments).tolist() == [d.size for d in expected]
    assert sums_of_distances(moments) == pytest.approx([d.sum() for d in expected])
    assert shortest == pytest.approx(min(d.min() for d in expected))


@pytest.mark.parametrize("with_levels", [False, True])
def test_the_cell_list_finds_all_near_pairs(with_levels):
    tensors = np.einsum("i,jk->ijk", np.linspace(0.003, 0.01, 300), np.eye(3))
    order, cells = _cell_list(XYZ, SITE_TYPE, 2, 12.0)
    levels = variance_levels(tensors[order] if with_levels else None, 3, N_BINS)
    moments, shortest = kernels.cell_list_moments(
        np.ascontiguousarray(XYZ[order].T), tuple(cells), partial_table(2), 12.0, N_BINS, 3,
        tuple(levels),
    )  # fmt: skip
    expected = distances_of_partials(12.0)
    moments = moments.reshape(3, max(levels.number, 1), *moments.shape[1:]).sum(axis=1)
    assert counts(moments).tolist() == [d.size for d in expected]
    assert shortest == pytest.approx(min(d.min() for d in expected))


def test_far_pairs_of_all_centres_are_all_far_pairs():
    moments = kernels.sampled_moments(
        np.ascontiguousarray(XYZ.T), SITE_TYPE, np.arange(300), partial_table(2), 12.0, N_BINS, 3
    )
    far = [np.count_nonzero(d >= 12.0) for d in distances_of_partials()]
    assert counts(moments).tolist() == [2 * n for n in far]


def test_a_lattice_of_one_atom():
    # a pair of an atom with itself is symmetric and counts half of the vectors
    orbit_pairs = (
        np.zeros(1, int), np.zeros(1, int), np.zeros(1, int), np.ones(1, bool),
        np.zeros((1, 3)), np.array([2.0]),
    )  # fmt: skip
    levels = variance_levels(None, 1, bin_count(6.5))
    moments, shortest = kernels.crystal_moments(
        3.0 * np.eye(3), orbit_pairs, 6.5, bin_count(6.5), 1, tuple(levels)
    )
    # shells of the simple cubic lattice: 6 at a, 12 at sqrt(2) a, 8 at sqrt(3) a, 6 at 2 a
    assert counts(moments).tolist() == [32.0]
    assert shortest == pytest.approx(3.0)
    lengths = 3.0 * np.sqrt([1, 2, 3, 4])
    assert sums_of_distances(moments) == pytest.approx([lengths @ [6, 12, 8, 6]])


@pytest.mark.parametrize(
    "module", [crystal_pairs, kernels, pairs, peaks, reference, spectrum, transform]
)
def test_cached_functions_use_nothing_compiled_from_another_file(module):
    """Numba's cache would not notice when that file changes."""
    tree = ast.parse(inspect.getsource(module))
    imported = {
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("pdflearn")
        for alias in node.names
    }
    compiled = [value for value in vars(module).values() if isinstance(value, Dispatcher)]
    own = [function for function in compiled if function.__module__ == module.__name__]
    assert own
    for function in own:
        assert not imported & set(function.py_func.__code__.co_names), function.__name__
