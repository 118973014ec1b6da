"""Clusters and crystals with small particles: which of them is told."""

from types import SimpleNamespace

import pytest

from pdflearn.identification.candidates import Candidate, RefinedCandidate
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.particles import (
    clusters_before_small_crystals,
    explains_alone,
    is_cluster,
    is_small,
)
from pdflearn.identification.ranking import fits_alike

CATALOGUE = Catalogue(
    structures=None, references=None, load=None, parents={"octahedron": "fcc", "cube": "sc"}
)


def refined(structure_type, rw, diameter=None):
    phase = SimpleNamespace(radiation="xray", degrees_of_freedom=2, periodic=diameter is not None)
    parameters = {} if diameter is None else {"diameter": SimpleNamespace(value=diameter)}
    candidate = Candidate("", "", structure_type, phase, similarity=0.9)
    return RefinedCandidate((candidate,), SimpleNamespace(parameters=parameters), rw)


def first(*ranked):
    return clusters_before_small_crystals(list(ranked), CATALOGUE, fits_alike)[0].structure_type


def test_what_is_a_cluster_and_what_is_small():
    assert is_cluster(refined("octahedron", 0.1))
    assert not is_cluster(refined("fcc", 0.1, 15.0))
    assert is_small(refined("fcc", 0.1, 15.0))
    assert not is_small(refined("fcc", 0.1, 30.0))
    assert not is_small(refined("octahedron", 0.1))


@pytest.mark.parametrize(
    ("diameter", "rw", "answer"),
    [
        (15.0, 0.11, "octahedron"),  # small, and as good
        (15.0, 0.20, "fcc"),  # small, but clearly worse
        (24.0, 0.11, "fcc"),  # large enough to be told as a crystal
        (24.0, 0.08, "octahedron"),  # and yet clearly this cluster
        (30.0, 0.08, "fcc"),  # larger than any cluster of the library
        (float("inf"), 0.08, "fcc"),
    ],
)
def test_a_cluster_is_told_where_the_particle_is_small(diameter, rw, answer):
    assert first(refined("fcc", 0.10, diameter), refined("octahedron", rw)) == answer


def test_a_cluster_of_the_same_packing_is_preferred():
    crystal = refined("fcc", 0.10, 15.0)
    assert first(crystal, refined("cube", 0.09), refined("octahedron", 0.10)) == "octahedron"
    assert first(crystal, refined("cube", 0.05), refined("octahedron", 0.10)) == "cube"


def test_a_cluster_that_is_first_stays_first():
    assert first(refined("octahedron", 0.1), refined("fcc", 0.08, 15.0)) == "octahedron"


def test_a_cluster_that_explains_the_curve_leaves_no_second_phase():
    crystal = refined("hcp", 0.15, 15.0)
    assert explains_alone([crystal, refined("octahedron", 0.16)])
    assert not explains_alone([crystal, refined("octahedron", 0.20)])
    assert not explains_alone([refined("hcp", 0.4, 15.0), refined("octahedron", 0.4)])


def test_no_cluster_explains_the_curve_of_larger_particles():
    cluster = refined("octahedron", 0.16)
    assert not explains_alone([refined("fcc", 0.15, 37.0), cluster])
    assert not explains_alone([refined("fcc", 0.15, float("inf")), cluster])
    assert explains_alone([refined("fcc", 0.17, 37.0), cluster])  # the cluster fits best
