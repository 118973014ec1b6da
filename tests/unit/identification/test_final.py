"""The final fit covers the whole range, follows the recipe, and leaves the verdict as it is."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import fcc

from pdflearn.identification.candidates import Candidate, RefinedCandidate
from pdflearn.identification.final import with_final_fit
from pdflearn.identification.results import parameter_rows
from pdflearn.identification.verdict import Answer
from pdflearn.measured.reader import Pattern
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.refinement.shapes import spheroid_shape
from pdflearn.simulation.simulator import simulate_pdf


def sample(**given):
    r, g = simulate_pdf(fcc(a=3.53), r_min=1.0, r_max=60.0, r_step=0.02, u_iso=0.006, q_damp=0.04)
    header = {"q_max": 25.0, "q_damp": 0.04, "radiation": "xray"}
    return MeasuredSample.from_pattern("a.gr", Pattern(r, g, header=header), given)


def answer_of(seen, verdict="accepted"):
    phase = Phase(fcc(), "xray", "cubic")
    fit = refine(seen.observation, [phase], test_size=False)
    best = RefinedCandidate((Candidate("1", "Ni", "fcc", phase, 1.0),), fit, fit.rw)
    return Answer(verdict, "It fits.", [best], "xray", 0.3, {})


def test_the_final_fit_reaches_50_angstrom_and_the_verdict_stays():
    seen = sample()
    answer = answer_of(seen)
    final = with_final_fit(seen, answer)
    assert final.final.r[-1] == pytest.approx(50.0, abs=0.1)
    assert answer.ranked[0].fit.r[-1] < 20.1
    assert (final.verdict, final.ranked) == (answer.verdict, answer.ranked)
    rows = {row["parameter"]: row["value"] for row in parameter_rows("a.gr", final)}
    assert rows["a"] == pytest.approx(3.53, rel=1e-4)
    assert rows["r_max"] == final.final.r[-1]
    assert rows["diameter"] == np.inf


def test_the_recipe_of_the_table_is_followed():
    seen = sample(r_max=30.0, correlation="delta1", fixed="delta1=0.1", shape="bulk")
    assert seen.recipe == "correlation=delta1; shape=bulk; fixed=delta1=0.1"
    final = with_final_fit(seen, answer_of(seen)).final
    assert final.r[-1] == pytest.approx(30.0, abs=0.1)
    assert final.parameters["delta1"].value == pytest.approx(0.1)


def test_a_recipe_that_does_not_suit_is_said_and_nothing_is_lost():
    seen = sample(fixed="beta=99")
    final = with_final_fit(seen, answer_of(seen))
    assert final.final is None
    assert "'beta' is no parameter of this fit" in final.reason
    assert final.refined is final.ranked[0].fit


def test_nothing_is_refined_anew_where_nothing_is_accepted():
    seen = sample()
    assert with_final_fit(seen, answer_of(seen, "ambiguous")).final is None
    lost = replace(seen, whole=None, observation=None)
    assert with_final_fit(lost, answer_of(seen)).final is None


@pytest.mark.parametrize(("polar", "words"), [(14.0, "across and 1"), (30.0, "")])
def test_particles_that_are_no_spheres_are_noted(polar, words):
    r, g = simulate_pdf(fcc(), r_min=1.0, r_max=45.0, r_step=0.02, u_iso=0.006, q_damp=0.02)
    g = g * spheroid_shape(r, 30.0, polar) + 0.02 * np.sin(7.0 * r)
    header = {"q_max": 25.0, "q_damp": 0.02, "radiation": "xray"}
    seen = MeasuredSample.from_pattern("a.gr", Pattern(r, g, header=header), {})
    final = with_final_fit(seen, answer_of(seen))
    assert final.final.parameters["diameter"].value < 40.0
    assert ("spheroids" in final.reason) == bool(words)
    assert words in final.reason
