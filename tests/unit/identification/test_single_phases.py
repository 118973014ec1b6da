"""Single phases are refined with atoms that move, hydrogen or not; where not, a note says why."""

import numpy as np
import pytest
from identification_cases import INSTRUMENT, LIBRARY, even_probabilities, make_catalogue

from pdflearn.identification import single_phases
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.phase import Phase
from pdflearn.simulation.simulator import simulate_pdf

NAME = "AlO2H diaspore"


@pytest.fixture(scope="module")
def hydroxide():
    """A curve of diaspore whose atoms lie elsewhere than the library's, and a catalogue with it."""
    phase = Phase(LIBRARY.build(NAME), "xray", "orthorhombic")
    moving = phase.with_modes(phase.free_modes())
    moved = moving.displaced(np.array([0.04, -0.03, 0.0, 0.03, 0.0, 0.0]))
    r, g = simulate_pdf(
        moved, delta2=2.4, u_iso=0.006, **INSTRUMENT, r_min=1.6, r_max=20.0, r_step=0.05
    )
    return Observation(r, g, "xray", **INSTRUMENT), make_catalogue([NAME, "Si diamond"])


def best_of(hydroxide):
    observation, catalogue = hydroxide
    probabilities = {"xray": even_probabilities(catalogue)}
    items = single_phases.refine_single_phases(
        observation, probabilities, catalogue, 0.2, Solutions()
    )
    return min(items, key=lambda item: item.fit.rw)


def test_hydrogen_does_not_keep_atoms_in_place(hydroxide):
    best = best_of(hydroxide)
    assert best.candidates[0].id == NAME
    assert best.fit.rw < 0.03
    assert best.fit.parameters["moved"].value > 0.01
    assert not best.note


def test_atoms_that_stay_in_place_are_told(hydroxide, monkeypatch):
    monkeypatch.setattr(single_phases, "MAX_MODES", 2)
    best = best_of(hydroxide)
    assert best.candidates[0].id == NAME
    assert "6" in best.note
    assert "moved" not in best.fit.parameters
