"""Clusters: small-angle scattering is taken where the curve holds it, whatever the header says."""

from dataclasses import replace

import pytest

from pdflearn.measured.observation import Observation
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe
from pdflearn.refinement.refinement import refine
from pdflearn.refinement.small_angle import with_small_angles
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.clusters import geometries, make_cluster

CLUSTER = make_cluster(geometries(55, 55, 1, ["icosahedron"])[0], "Pt")


def seen(q_min, stated):
    r, g = simulate_pdf(CLUSTER, q_min=q_min, r_min=1.8, r_max=20.0, r_step=0.05, u_iso=0.007)
    return Observation(r, g, q_min=stated, q_max=25.0, q_damp=0.03)


@pytest.mark.parametrize("q_min", [0.5, 0.9])
def test_q_min_is_read_off_the_curve_where_the_header_states_another(q_min):
    observation = seen(q_min, stated=0.1)
    assert refine(observation, [Phase(CLUSTER)]).rw < 0.03
    as_stated = refine(observation, [Phase(CLUSTER)], recipe=Recipe(q_min=0.1))
    assert as_stated.rw > 0.2


def test_a_q_min_that_is_right_stays():
    observation = seen(0.55, stated=0.55)
    assert with_small_angles(Phase(CLUSTER), observation).q_min == 0.55


def test_what_is_known_and_what_is_a_crystal_stays_as_it_is():
    observation = seen(0.5, stated=0.1)
    known = Phase(CLUSTER, q_min=0.7)
    assert with_small_angles(known, observation) is known
    assert with_small_angles(replace(known, q_min=None), observation).q_min == 0.5
