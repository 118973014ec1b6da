"""Hydrogen with X-rays: it limits neither delta2 nor the displacements of other atoms."""

from pathlib import Path

import numpy as np
import pytest

from pdflearn.measured.observation import Observation
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.library import load_library

LIBRARY = load_library(Path(__file__).parents[3] / "resources" / "library")
INSTRUMENT = {"q_min": 0.5, "q_max": 25.0, "q_damp": 0.03}


@pytest.fixture(scope="module")
def diaspore():
    return LIBRARY.build("AlO2H diaspore")


def test_the_shortest_distance_is_that_of_heavier_atoms_for_x_rays(diaspore):
    assert Phase(diaspore, "xray", "orthorhombic").shortest_distance == pytest.approx(
        1.85, abs=0.02
    )
    assert Phase(diaspore, "neutron", "orthorhombic").shortest_distance < 1.05
    assert len(Phase(diaspore, "xray", "orthorhombic").free_modes()) == 6
    assert len(Phase(diaspore, "neutron", "orthorhombic").free_modes()) == 8


def test_delta2_beyond_the_o_h_distance_is_right_for_x_rays_alone(diaspore):
    r, g = simulate_pdf(diaspore, delta2=2.0, **INSTRUMENT)
    assert np.isfinite(g).all()
    with pytest.raises(SimulationError, match="leave no width"):
        simulate_pdf(diaspore, radiation="neutron", delta2=2.0, **INSTRUMENT)


def test_atoms_of_a_hydroxide_are_moved(diaspore):
    phase = Phase(diaspore, "xray", "orthorhombic")
    modes = phase.free_modes()
    moved = phase.with_modes(modes).displaced(np.array([0.08, -0.06, 0.0, 0.05, 0.0, 0.0]))
    r, g = simulate_pdf(
        moved, delta2=2.4, u_iso=0.006, **INSTRUMENT, r_min=1.6, r_max=20, r_step=0.05
    )
    observation = Observation(r, g, **INSTRUMENT)
    still = refine(observation, [phase], full=True)
    free = refine(observation, [phase.with_modes(modes)], full=True)
    assert still.rw > 0.1
    assert free.rw < 0.02
    assert free.parameters["delta2"].value == pytest.approx(2.4, abs=0.1)
