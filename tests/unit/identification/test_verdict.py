"""Verdicts on simulated samples: right, simplest, mixed, or none of the library's."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from identification_cases import LIBRARY, even_probabilities, make_catalogue, measured, types

from pdflearn.identification import verdict
from pdflearn.identification.amorphous import damped_wave_rw
from pdflearn.identification.expected_rw import expected_rw
from pdflearn.identification.judgement import judge, scattered_shares, weak_phases
from pdflearn.identification.messages import ACCEPTED, ACCEPTED_IN_PART, AMBIGUOUS, NONE
from pdflearn.identification.request import NOTHING_KNOWN, Request


def test_the_parent_goes_before_its_ordered_child(copper_answer):
    assert copper_answer.verdict == ACCEPTED
    assert copper_answer.ranked[0].structure_type == "fcc"
    assert copper_answer.ranked[0].fit.parameters["a"].value == pytest.approx(3.615, abs=0.01)
    assert "L1_0" in types(copper_answer.ranked)
    reason = copper_answer.reason
    assert "Only the type is claimed; the elements are the library's." in reason
    assert "would not be seen" in reason


def test_the_reason_names_all_that_would_do_as_well_and_can_be_meant(
    copper, copper_answer, catalogue
):
    fcc, *others = copper_answer.ranked
    ordered = next(item for item in others if item.structure_type == "L1_0")
    rocksalt = next(item for item in others if item.structure_type == "rocksalt")

    def reason(*also, request=NOTHING_KNOWN):
        ranked = [replace(fcc, adjusted_rw=0.20, log_posterior=0.0, log_prior=0.0), *also]
        judgement = judge(copper, ranked, catalogue, 0.3, request)
        assert judgement.verdict == ACCEPTED
        return judgement.reason

    worse = replace(rocksalt, adjusted_rw=0.26, log_posterior=-5.0)
    assert "clearly better than any other type." in reason(worse)
    alike = replace(rocksalt, adjusted_rw=0.24, log_posterior=-5.0)
    assert "is simpler than rocksalt, which would do as well." in reason(alike)
    relative = replace(ordered, adjusted_rw=0.24, log_posterior=-1.0)
    assert "any type but its relatives: it or L1_0, X-rays cannot tell which." in reason(relative)
    both = reason(alike, relative)
    assert "simpler than rocksalt, which would do as well; so would L1_0, X-rays" in both
    # What needs two elements cannot be meant where there is one.
    alone = Request(("Cu",))
    assert "clearly better than any other type." in reason(alike, relative, request=alone)


def test_rivals_and_too_few_shells_make_it_ambiguous(copper, copper_answer, catalogue):
    fcc = replace(copper_answer.ranked[0], log_posterior=0.0, log_prior=0.0)
    rocksalt = next(i for i in copper_answer.ranked if i.structure_type == "rocksalt")
    rival = replace(rocksalt, adjusted_rw=0.24, log_posterior=-0.5, log_prior=0.0)
    answer, reason, *_ = judge(copper, [fcc, rival], catalogue, 0.3)
    assert answer == AMBIGUOUS
    assert "but so does rocksalt" in reason
    diameter = replace(fcc.fit.parameters["diameter"], value=12.0)
    small = replace(fcc, fit=replace(fcc.fit, parameters={"diameter": diameter}))
    answer, reason, *_ = judge(copper, [small], catalogue, 0.3)
    assert answer == AMBIGUOUS
    assert "particles of 12 A" in reason


@pytest.mark.parametrize(("trace", "expected"), [(0.05, ACCEPTED), (0.40, ACCEPTED_IN_PART)])
def test_a_weak_phase_beside_is_a_trace_or_makes_the_first_a_part(
    copper, copper_answer, catalogue, trace, expected
):
    fcc = copper_answer.ranked[0]
    other = replace(fcc.candidates[0], structure_type="bcc")
    g = fcc.fit.g
    fit = SimpleNamespace(g=g, rw=0.05, fractions=(1 - trace, trace), partials=(g, 0.1 * g))
    mixture = replace(fcc, candidates=(*fcc.candidates, other), fit=fit)
    assert judge(copper, [fcc], catalogue, 0.3).verdict == ACCEPTED
    judgement = judge(copper, [fcc], catalogue, 0.3, beside=mixture)
    assert judgement.verdict == expected
    assert "bcc+fcc" in judgement.reason


@pytest.mark.parametrize(
    ("part", "rw", "weak"), [(0.3, 0.12, {"bcc"}), (0.3, 0.05, set()), (0.2, 0.05, {"bcc"})]
)
def test_a_phase_is_weak_where_its_curve_is_small_or_less_than_what_is_left(
    copper_answer, part, rw, weak
):
    fcc = copper_answer.ranked[0]
    other = replace(fcc.candidates[0], structure_type="bcc")
    g = fcc.fit.g
    fit = SimpleNamespace(g=g, partials=(g, part * g))
    mixture = replace(fcc, candidates=(*fcc.candidates, other), fit=fit, adjusted_rw=rw)
    assert weak_phases(mixture, 0.30) == weak


def test_a_mixture_is_named_by_its_simplest_types(even, catalogue):
    seen = measured(("Si diamond", 0.6), ("Ni fcc", 0.4))
    answer = verdict.identify(seen, even, catalogue)
    assert answer.verdict == ACCEPTED
    assert answer.ranked[0].structure_type == "diamond+fcc"
    assert "two together do" in answer.reason
    assert sum(scattered_shares(answer.ranked[0])) == pytest.approx(1.0)
    fit = answer.ranked[0].fit
    np.testing.assert_allclose(sum(fit.partials), fit.calculated, atol=1e-9)


def test_what_is_not_in_the_library_is_refused(even, catalogue):
    name = LIBRARY.compounds.index[LIBRARY.compounds["structure_type"] == "garnet"][0]
    answer = verdict.identify(measured((name, 1.0)), even, catalogue)
    assert answer.verdict == NONE
    assert "is expected to reach" in answer.reason
    closest = answer.ranked[0]
    rws = [item.adjusted_rw for item in answer.ranked]
    assert rws == sorted(rws)
    assert closest.name in answer.reason
    assert f"Rw {closest.fit.rw:.2f}" in answer.reason
    assert answer.radiation == closest.radiation


def test_what_fits_but_is_far_less_likely_is_named_and_not_accepted(
    copper, copper_answer, catalogue
):
    ranked = copper_answer.ranked
    likely, fitting = replace(ranked[0], adjusted_rw=0.36), replace(ranked[1], adjusted_rw=0.29)
    answer, reason, *_ = judge(copper, [likely, fitting], catalogue, 0.3)
    assert answer == NONE
    assert reason.startswith(f"The likeliest structure, {likely.name}, leaves")
    assert f"{fitting.name} does" in reason


def test_a_type_that_the_model_did_not_learn_is_found_by_its_fit(even, catalogue):
    learned = {name: p for name, p in even.items() if name != "rocksalt"}
    seen = measured(("NaCl rocksalt", 1.0))
    answer = verdict.identify(seen, {**learned, "fcc": 1.0}, catalogue)
    assert answer.ranked[0].structure_type == "rocksalt"
    assert answer.verdict == ACCEPTED


def test_a_class_speaks_for_every_type_that_looks_so(catalogue):
    class_types = {"xray": {"fcc": {"fcc": 2 / 3, "rocksalt": 1 / 3}}}
    seen = measured(("NaCl rocksalt", 1.0))
    answer = verdict.identify(
        seen, {"fcc": 0.9, "bcc": 0.1}, replace(catalogue, class_types=class_types)
    )
    assert answer.probabilities == pytest.approx({"fcc": 0.6, "rocksalt": 0.3, "bcc": 0.1})
    assert (answer.ranked[0].structure_type, answer.verdict) == ("rocksalt", ACCEPTED)


@pytest.mark.parametrize("radiation", ["xray", "neutron"])
def test_without_a_known_radiation_both_are_ranked_together(even, catalogue, radiation):
    seen = measured(("NaCl rocksalt", 1.0), radiation=radiation)
    answer = verdict.identify(seen, even, catalogue, radiation_known=False)
    assert answer.ranked[0].structure_type == "rocksalt"
    assert answer.radiation == answer.ranked[0].radiation == radiation
    assert len(set(types(answer.ranked))) == len(answer.ranked)


def test_a_damped_wave_is_no_structure(even, catalogue):
    crystal = measured(("Ni fcc", 1.0))
    wave = replace(crystal, g=np.sin(2.7 * crystal.r) * np.exp(-crystal.r / 9))
    assert damped_wave_rw(wave) < 0.05
    assert damped_wave_rw(crystal) > 0.6
    assert verdict.identify(wave, even, catalogue).verdict == NONE


def test_a_model_whose_types_do_not_fit_is_silent_about_the_others(catalogue):
    seen = measured(("NaCl rocksalt", 1.0))
    answer = verdict.identify(seen, {"bcc": 1.0, "rocksalt": 0.0}, catalogue)
    by_type = {item.structure_type: item for item in answer.ranked}
    assert by_type["bcc"].adjusted_rw > expected_rw(seen)
    # Diamond was not learned, rocksalt was: of neither does the model say anything.
    assert by_type["rocksalt"].log_prior == pytest.approx(by_type["diamond"].log_prior)
    believed = verdict.identify(seen, {"rocksalt": 0.0, "fcc": 1.0}, catalogue)
    assert believed.ranked[0].structure_type == "rocksalt"


def test_a_weak_phase_of_many_atoms_is_named_and_keeps_the_other_from_being_the_whole():
    """A third of the atoms are in rutile, which holds a four-hundredth of the curve's squares."""
    known = make_catalogue(["Ni fcc", "Si diamond", "Fe bcc", "TiO2 rutile"])
    seen = measured(("Ni fcc", 0.94), ("TiO2 rutile", 0.06))
    answer = verdict.identify(seen, even_probabilities(known), known)
    assert (answer.verdict, answer.ranked[0].structure_type) == (ACCEPTED_IN_PART, "fcc+rutile")
    assert answer.reason.startswith("Sure is fcc (")
    assert "too weak to be sure of" in answer.reason
