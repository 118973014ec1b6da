"""Other sizes and surfaces of clusters, with made-up fits."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from pdflearn.identification import cluster_search
from pdflearn.identification.candidates import Candidate, RefinedCandidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.cluster_search import better_clusters, contracted, with_gaps
from pdflearn.identification.search import ReferencePatterns
from pdflearn.structures.clusters import geometries, make_cluster

SIZES = {"s13": 13, "s19": 19, "s38": 38, "s55": 55, "s79": 79, "s116": 116, "s140": 140}


@pytest.fixture
def catalogue():
    rows = [(name, "octahedron", "Pt", "cluster") for name in SIZES] + [("Cu", "fcc", "Cu", "real")]
    table = pd.DataFrame(rows, columns=["id", "structure_type", "elements", "structure_kind"])
    table["origin"] = table["file"] = ""
    return Catalogue(
        structures=table.set_index("id"),
        references=ReferencePatterns(table["id"].to_numpy(dtype=str), {}),
        load=lambda name: range(SIZES[name]),
    )


def candidate(name, structure_type="octahedron", periodic=False):
    return Candidate(name, name, structure_type, Stub(periodic), similarity=0.9)


class Stub:
    """A phase that only knows whether it is a crystal."""

    def __init__(self, periodic):
        self.periodic, self.structure = periodic, None


def searched(catalogue, monkeypatch, first, rw_of, gaps=1.0):
    """What is refined, and the answer, where the Rw follows from size and contraction."""
    asked = []

    def refine(one):
        asked.append((one.id, one.contraction))
        rw = rw_of(SIZES[one.id], one.contraction) + one.missing * gaps
        return RefinedCandidate((one,), SimpleNamespace(), rw)

    monkeypatch.setattr(cluster_search, "contracted", lambda structure, share: share)
    monkeypatch.setattr(cluster_search, "with_gaps", lambda structure, share: share)
    monkeypatch.setattr(cluster_search, "replace", _replace)
    new = better_clusters(first, catalogue, lambda name: [candidate(name)], refine)
    return asked, sorted(new, key=lambda item: item.adjusted_rw)


def _replace(item, **changes):
    if isinstance(item, Stub):
        return item
    return Candidate(**{**vars(item), **changes})


def test_sizes_are_followed_to_the_best_and_its_surface_moved(catalogue, monkeypatch):
    first = [RefinedCandidate((candidate("s13"),), SimpleNamespace(), 0.2)]

    def rw_of(n, share):
        return np.sqrt(0.01 * np.log(n / 79) ** 2 + 9 * (share - 0.022) ** 2 + 4e-4)

    asked, new = searched(catalogue, monkeypatch, first, rw_of)
    assert new[0].candidates[0].id == "s79"
    assert new[0].candidates[0].contraction == 0.022
    assert {name for name, share in asked if share == 0} == set(SIZES)
    assert len({item.candidates[0].id for item in new}) == len(new)  # each cluster once


def test_a_surface_that_fits_no_better_is_left(catalogue, monkeypatch):
    first = [RefinedCandidate((candidate("s38"),), SimpleNamespace(), 0.05)]
    _, new = searched(catalogue, monkeypatch, first, lambda n, s: 0.05 + abs(n - 38) / 100 + s)
    assert new[0].candidates[0].id == "s38"
    assert new[0].candidates[0].contraction == 0.0


@pytest.mark.parametrize(("gaps", "missing"), [(0.1, 0.0), (-0.1, cluster_search.MISSING)])
def test_gaps_are_told_where_they_fit_better(catalogue, monkeypatch, gaps, missing):
    first = [RefinedCandidate((candidate("s38"),), SimpleNamespace(), 0.05)]
    _, new = searched(catalogue, monkeypatch, first, lambda n, s: 0.05 + abs(n - 38) + s, gaps)
    assert new[0].candidates[0].missing == missing


def test_nothing_is_tried_where_no_cluster_is_near(catalogue, monkeypatch):
    crystal = crystal_of(15.0, 0.05)
    far = RefinedCandidate((candidate("s38"),), SimpleNamespace(), 0.3)
    assert searched(catalogue, monkeypatch, [crystal, far], lambda n, s: 0.0) == ([], [])


def test_gaps_are_where_atoms_have_few_neighbours():
    (whole,) = (make_cluster(g, "Au") for g in geometries(55, 55, 1, ["icosahedron"]))
    occupancy = np.array([atom.occupancy for atom in with_gaps(whole, 0.15)])
    radius = np.linalg.norm(whole.xyz - whole.xyz.mean(axis=0), axis=1)
    np.testing.assert_allclose(occupancy[radius > 1.1 * np.sort(radius)[12]], 0.85)
    np.testing.assert_allclose(occupancy[radius < 1.1 * np.sort(radius)[12]], 1.0)


def crystal_of(diameter, rw):
    fit = SimpleNamespace(parameters={"diameter": SimpleNamespace(value=diameter)})
    return RefinedCandidate((candidate("Cu", "fcc", periodic=True),), fit, rw)


def test_nothing_is_tried_beside_a_crystal_of_larger_particles(catalogue, monkeypatch):
    near = RefinedCandidate((candidate("s38"),), SimpleNamespace(), 0.06)
    assert searched(catalogue, monkeypatch, [crystal_of(37.0, 0.05), near], rw_of_38)[0] == []
    assert searched(catalogue, monkeypatch, [crystal_of(22.0, 0.05), near], rw_of_38)[0]


def rw_of_38(n, share):
    return 0.05 + abs(n - 38) / 100 + share


def test_only_the_outer_atoms_move():
    (whole,) = (make_cluster(g, "Au") for g in geometries(55, 55, 1, ["icosahedron"]))
    moved = contracted(whole, 0.02)
    centre = whole.xyz.mean(axis=0)
    before, after = (np.linalg.norm(one.xyz - centre, axis=1) for one in (whole, moved))
    inner = before < 1.1 * np.sort(before)[12]
    np.testing.assert_allclose(after[inner], before[inner])
    np.testing.assert_allclose(after[~inner], 0.98 * before[~inner])
    assert inner.sum() == 13
    assert moved.periodic is False
