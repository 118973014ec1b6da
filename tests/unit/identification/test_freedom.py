"""Freedom that must earn its place: parameters at bounds, and axis ratios of children."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import fcc
from identification_cases import make_catalogue, measured

from pdflearn.identification.candidates import Candidate, RefinedCandidate, refine_candidates
from pdflearn.identification.freedom import distorted_as, unearned_children, without_bounds
from pdflearn.identification.order import at_bounds
from pdflearn.identification.ranking import fits_alike
from pdflearn.identification.verdict import identify
from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.parameter import Q_DAMP_LIMITS, U_ISO_LIMITS, Parameter
from pdflearn.refinement.phase import Phase
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.structure import make_structure

SITES = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])


def stretched(ratio, elements=("Ni", "Ni", "Ni", "Ni"), a=3.52):
    return make_structure((a, a, ratio * a, 90, 90, 90), list(elements), SITES)


def candidate(structure, structure_type, system):
    phase = Phase(structure, crystal_system=system, name=structure_type)
    return Candidate(structure_type, structure_type, structure_type, phase, 0.9)


def seen_of(structure):
    r, g = simulate_pdf(structure, u_iso=0.006, q_damp=0.04, r_min=1.8, r_max=20.0, r_step=0.05)
    noise = np.random.default_rng(1).normal(size=len(r))
    return Observation(r, g + 0.05 * g.std() * noise, q_damp=0.04)


@pytest.fixture(scope="module")
def fits():
    """Fcc and its ordered child, refined against fcc that is stretched by 1.3 per cent."""
    seen, solutions = seen_of(stretched(1.013)), Solutions()
    child = stretched(1.0, ("Ni", "Co", "Co", "Ni"))
    pair = (candidate(fcc(), "fcc", "cubic"), candidate(child, "L1_0", "tetragonal"))
    return seen, [refine_candidates(seen, (item,), solutions, full=True) for item in pair]


def test_a_distortion_of_the_parent_is_no_order(fits):
    seen, (parent, child) = fits
    assert not fits_alike(parent, child)
    solutions = Solutions()
    distorted = distorted_as(seen, parent, child, solutions)
    assert fits_alike(distorted, child)
    assert distorted.fit.parameters["c"].value != distorted.fit.parameters["a"].value
    catalogue = replace(make_catalogue(["Ni fcc"]), parents={"L1_0": "fcc"})
    assert unearned_children(seen, [parent, child], catalogue, 0.9, solutions) == {"L1_0"}
    assert distorted_as(seen, child, parent, solutions) is None


def test_order_that_scatters_is_earned():
    ordered = stretched(1.0, ("Fe", "Pt", "Pt", "Fe"), 3.85)
    seen, solutions = seen_of(ordered), Solutions()
    mixed = stretched(1.0, ("Pt",) * 4, 3.85)
    pair = (candidate(mixed, "fcc", "cubic"), candidate(ordered, "L1_0", "tetragonal"))
    refined = [refine_candidates(seen, (item,), solutions, full=True) for item in pair]
    catalogue = replace(make_catalogue(["Ni fcc"]), parents={"L1_0": "fcc"})
    assert not unearned_children(seen, refined, catalogue, 0.9, solutions)


def test_a_fit_beyond_the_limit_is_not_made_again(fits):
    seen, (parent, _) = fits
    bound = Parameter("u_iso_Ni", U_ISO_LIMITS[1], *U_ISO_LIMITS)
    values = dict(parent.fit.parameters) | {"u_iso_Ni": bound}
    item = replace(parent, fit=replace(parent.fit, parameters=values))
    solutions = Solutions()
    assert without_bounds(seen, item, 0.9 * item.fit.rw, solutions) is item
    assert solutions.new == 0
    without_bounds(seen, item, 2 * item.fit.rw, solutions)
    assert solutions.new > 0


def test_bounds_are_named_but_bulk_is_none(fits):
    seen, (parent, _) = fits
    values = dict(parent.fit.parameters)

    def at(**changed):
        return at_bounds(replace(parent.fit, parameters=values | changed))

    assert at() == []
    assert at(u_iso_Ni=Parameter("u_iso_Ni", U_ISO_LIMITS[0], *U_ISO_LIMITS)) == ["u_iso_Ni"]
    assert at(u_iso_Ni=Parameter("u_iso_Ni", U_ISO_LIMITS[1], *U_ISO_LIMITS)) == ["u_iso_Ni"]
    assert at(q_damp=Parameter("q_damp", Q_DAMP_LIMITS[1], *Q_DAMP_LIMITS)) == ["q_damp"]
    assert at(q_damp=Parameter("q_damp", 0.0, *Q_DAMP_LIMITS)) == []
    assert at(diameter=Parameter("diameter", np.inf, min=10.0)) == []
    assert at(diameter=Parameter("diameter", 10.0, min=10.0)) == ["diameter"]
    fixed = Parameter("u_iso_Ni", U_ISO_LIMITS[0], *U_ISO_LIMITS, vary=False)
    assert at(u_iso_Ni=fixed) == []


def test_damping_at_its_bound_is_held_and_size_takes_its_place():
    r, g = simulate_pdf(fcc(), u_iso=0.006, q_damp=0.04, diameter=35.0, r_min=1.8, r_max=20.0,
                        r_step=0.05)  # fmt: skip
    seen = Observation(r, g * np.exp(-((0.08 * r) ** 2) / 2))
    one = candidate(fcc(), "fcc", "cubic")
    full = refine_candidates(seen, (one,), Solutions(), full=True)
    assert "q_damp" in at_bounds(full.fit)
    held = without_bounds(seen, full, 0.45, Solutions())
    assert at_bounds(held.fit) == []
    assert held.fit.parameters["diameter"].value < 35.0
    free = RefinedCandidate((one,), held.fit, held.adjusted_rw)
    assert without_bounds(seen, free, 0.45, Solutions()) is free


def test_an_accepted_answer_has_no_parameter_at_a_bound(even, catalogue):
    answer = identify(measured(("Ni fcc", 1.0)), even, catalogue)
    assert at_bounds(answer.ranked[0].fit) == []
