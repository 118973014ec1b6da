"""Verdicts on simulated samples: right, simplest, mixed, or none of the library's."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from pdflearn.core.grid import Grid
from pdflearn.identification import ranking, verdict
from pdflearn.identification.amorphous import damped_wave_rw
from pdflearn.identification.candidates import Candidate, RefinedCandidate
from pdflearn.identification.catalogue import Catalogue, types_of_classes
from pdflearn.identification.messages import ACCEPTED, NONE, NOTHING_REFINED
from pdflearn.identification.results import refined_structures
from pdflearn.identification.sample import identify_sample
from pdflearn.identification.search import ReferencePatterns, reference_patterns
from pdflearn.measured.observation import Observation
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.phase import Phase
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.library import load_library
from pdflearn.structures.structure import describe

GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)
NAMES = ["Ni fcc", "FeNi L1_0", "Si diamond", "CuCl zincblende", "NaCl rocksalt", "Fe bcc"]
INSTRUMENT = {"q_min": 0.5, "q_max": 25.0, "q_damp": 0.03}


@pytest.fixture(scope="module")
def library():
    return load_library(Path(__file__).parents[3] / "resources" / "library")


@pytest.fixture(scope="module")
def catalogue(library):
    known = {name: library.build(name) for name in NAMES}
    rows = [
        {"id": name, "name": name, **describe(structure)}
        | {"structure_type": library.compounds.loc[name, "structure_type"]}
        for name, structure in known.items()
    ]
    curves = {
        radiation: reference_patterns(known.values(), GRID, radiation)
        for radiation in ("xray", "neutron")
    }
    types = library.types.loc[library.types["parent"] != "", "parent"]
    return Catalogue(
        pd.DataFrame(rows).set_index("id"),
        ReferencePatterns(np.array(NAMES), curves),
        known.__getitem__,
        types.to_dict(),
    )


def observe(*curves, radiation="xray"):
    """A sample of so many parts of each structure, with a little noise."""
    total = 0.0
    for structure, share in curves:
        r, g = simulate_pdf(
            structure, radiation=radiation, u_iso=0.007, **INSTRUMENT, r_min=1.6, r_max=20.0,
            r_step=0.05,
        )  # fmt: skip
        total = total + share * g
    noise = np.random.default_rng(0).normal(size=len(r))
    return Observation(r, total + 0.03 * np.std(total) * noise, **INSTRUMENT)


def even(catalogue):
    kinds = sorted(set(catalogue.structures["structure_type"]))
    return dict.fromkeys(kinds, 1 / len(kinds))


def test_the_parent_goes_before_its_ordered_child(library, catalogue):
    found = verdict.identify(observe((library.build("Cu fcc"), 1.0)), even(catalogue), catalogue)
    assert found.verdict == ACCEPTED
    assert found.ranked[0].structure_type == "fcc"
    assert found.ranked[0].fit.parameters["a"].value == pytest.approx(3.615, abs=0.01)
    assert "L1_0" in {item.structure_type for item in found.ranked}
    assert found.reason.endswith("Only the type is claimed; the elements are the library's.")
    titles = [s.title for s in refined_structures("a.gr", found).values()]
    assert titles == [
        "fcc, refined from Ni fcc; only the type is claimed, the elements are the library's"
    ]


def test_the_reason_names_all_that_would_do_as_well_and_can_be_meant(library, catalogue):
    sample = observe((library.build("Cu fcc"), 1.0))
    first = verdict.identify(sample, even(catalogue), catalogue)
    fcc, others = first.ranked[0], first.ranked[1:]
    ordered = next(item for item in others if item.structure_type == "L1_0")
    rocksalt = next(item for item in others if item.structure_type == "rocksalt")

    def reason(*also, composition=None):
        ranked = [replace(fcc, adjusted_rw=0.20, log_posterior=0.0, log_prior=0.0), *also]
        answer = verdict.judge(sample, ranked, catalogue, 0.3, composition)
        assert answer[0] == ACCEPTED
        return answer[1]

    worse = replace(rocksalt, adjusted_rw=0.26, log_posterior=-5.0)
    assert "clearly better than any other type." in reason(worse)
    alike = replace(rocksalt, adjusted_rw=0.24, log_posterior=-5.0)
    assert "is simpler than rocksalt, which would do as well." in reason(alike)
    relative = replace(ordered, adjusted_rw=0.24, log_posterior=-1.0)
    assert "any type but its relatives: L1_0 would do as well." in reason(relative)
    both = reason(alike, relative)
    assert "simpler than rocksalt, which would do as well; of its relatives L1_0 would" in both
    # What needs two elements cannot be meant where there is one.
    assert "clearly better than any other type." in reason(alike, relative, composition={"Cu": 1})


def test_elements_that_the_user_vouches_for_are_no_templates(library, catalogue):
    sample = observe((library.build("Cu fcc"), 1.0))
    found = verdict.identify(sample, even(catalogue), catalogue, {"Cu": 1.0})
    assert found.verdict == ACCEPTED
    assert "elements" not in found.reason
    (refined,) = refined_structures("a.gr", found).values()
    assert refined.title == "fcc, refined from Ni fcc"
    assert {atom.element for atom in refined} == {"Cu"}


def test_a_mixture_is_named_by_its_simplest_types(library, catalogue):
    sample = observe((library.build("Si diamond"), 0.6), (library.build("Ni fcc"), 0.4))
    found = verdict.identify(sample, even(catalogue), catalogue)
    assert found.verdict == ACCEPTED
    assert found.ranked[0].structure_type == "diamond+fcc"
    assert "two together do" in found.reason
    parts = found.ranked[0].fit.partials
    np.testing.assert_allclose(sum(parts), found.ranked[0].fit.calculated, atol=1e-9)


def test_what_is_not_in_the_library_is_refused(library, catalogue):
    name = library.compounds.index[library.compounds["structure_type"] == "garnet"][0]
    found = verdict.identify(observe((library.build(name), 1.0)), even(catalogue), catalogue)
    assert found.verdict == NONE
    assert "is expected to reach" in found.reason
    closest = found.ranked[0]
    assert [item.adjusted_rw for item in found.ranked] == sorted(
        item.adjusted_rw for item in found.ranked
    )
    assert closest.name in found.reason
    assert f"Rw {closest.fit.rw:.2f}" in found.reason
    assert found.radiation == closest.radiation


def test_what_fits_but_is_far_less_likely_is_named_and_not_accepted(library, catalogue):
    sample = observe((library.build("Cu fcc"), 1.0))
    ranked = verdict.identify(sample, even(catalogue), catalogue).ranked
    likely, fitting = replace(ranked[0], adjusted_rw=0.32), replace(ranked[1], adjusted_rw=0.29)
    found, reason = verdict.judge(sample, [likely, fitting], catalogue, 0.3)
    assert found == NONE
    assert reason.startswith(f"The likeliest structure, {likely.name}, leaves")
    assert f"{fitting.name} does" in reason


def test_a_type_that_the_model_did_not_learn_is_found_by_its_fit(library, catalogue):
    learned = {kind: p for kind, p in even(catalogue).items() if kind != "rocksalt"}
    sample = observe((library.build("NaCl rocksalt"), 1.0))
    found = verdict.identify(sample, {**learned, "fcc": 1.0}, catalogue)
    assert found.ranked[0].structure_type == "rocksalt"
    assert found.verdict == ACCEPTED


def test_a_class_speaks_for_every_type_that_looks_so(library, catalogue):
    rows = [
        ("xray", "fcc", "fcc"), ("xray", "fcc", "fcc"),
        ("xray", "rocksalt", "fcc"), ("xray", "rocksalt", "rocksalt"),
        ("neutron", "rocksalt", "rocksalt"), ("neutron", "", "fcc"),
    ]  # fmt: skip
    index = pd.DataFrame(rows, columns=["radiation", "structure_type", "visible_type"])
    class_types = types_of_classes(index, "visible_type")
    assert class_types["xray"]["fcc"] == pytest.approx({"fcc": 2 / 3, "rocksalt": 1 / 3})
    assert class_types["neutron"] == {"rocksalt": {"rocksalt": 1.0}}
    assert types_of_classes(index, "structure_type")["xray"]["rocksalt"] == {"rocksalt": 1.0}
    told = replace(catalogue, class_types=class_types)
    sample = observe((library.build("NaCl rocksalt"), 1.0))
    found = verdict.identify(sample, {"fcc": 0.9, "bcc": 0.1}, told)
    assert found.probabilities == pytest.approx({"fcc": 0.6, "rocksalt": 0.3, "bcc": 0.1})
    assert (found.ranked[0].structure_type, found.verdict) == ("rocksalt", ACCEPTED)


@pytest.mark.parametrize("radiation", ["xray", "neutron"])
def test_without_a_known_radiation_both_are_ranked_together(library, catalogue, radiation):
    sample = observe((library.build("NaCl rocksalt"), 1.0), radiation=radiation)
    found = verdict.identify(sample, even(catalogue), catalogue, radiation_known=False)
    assert found.ranked[0].structure_type == "rocksalt"
    assert found.radiation == found.ranked[0].radiation == radiation
    assert len({item.structure_type for item in found.ranked}) == len(found.ranked)


def test_a_curve_that_nothing_can_be_refined_against_says_so_and_no_more(library, catalogue):
    seen = observe((library.build("NaCl rocksalt"), 1.0))
    flat = MeasuredSample("a.gr", observation=replace(seen, g=1e-310 * seen.g))
    short = MeasuredSample("a.gr", fit_error="too short")
    for sample, reason in (
        (flat, NOTHING_REFINED),
        (short, "It could not be fitted: too short."),
    ):
        first = identify_sample(sample, even(catalogue), catalogue, top_n=3).types[0]
        assert (first["verdict"], first["reason"]) == (NONE, reason)


def test_a_damped_wave_is_no_structure(library, catalogue):
    crystal = observe((library.build("Ni fcc"), 1.0))
    wave = replace(crystal, g=np.sin(2.7 * crystal.r) * np.exp(-crystal.r / 9))
    assert damped_wave_rw(wave) < 0.05
    assert damped_wave_rw(crystal) > 0.6
    found = verdict.identify(wave, even(catalogue), catalogue)
    assert found.verdict == NONE


def refined(library, name, structure_type, rw, log_prior, log_posterior):
    """A candidate with a fit that left so much."""
    structure = library.build(name)
    phase = Phase(structure, crystal_system=describe(structure)["crystal_system"])
    candidate = Candidate(name, name, structure_type, phase, 0.9)
    return RefinedCandidate((candidate,), None, rw, log_prior, log_posterior)


def test_a_model_whose_types_do_not_fit_is_silent_about_the_others(library, catalogue):
    sample = observe((library.build("NaCl rocksalt"), 1.0))
    answers = {"bcc": 1.0, "rocksalt": 0.0}
    found = {
        item.structure_type: item
        for item in verdict.identify(sample, answers, catalogue).ranked
    }  # fmt: skip
    assert found["bcc"].adjusted_rw > verdict.expected_rw(sample)
    # Diamond was not learned, rocksalt was: of neither does the model say anything.
    assert found["rocksalt"].log_prior == pytest.approx(found["diamond"].log_prior)
    believed = verdict.identify(sample, {"rocksalt": 0.0, "fcc": 1.0}, catalogue)
    assert believed.ranked[0].structure_type == "rocksalt"


def test_polytypes_are_no_rivals_of_a_simpler_one_that_fits_alike(library, catalogue):
    wurtzite = refined(library, "ZnS wurtzite", "wurtzite", 0.32, -2.1, -2.9)
    long = refined(library, "ZnS SiC_6H", "SiC_6H", 0.28, -2.0, -2.0)
    assert wurtzite.degrees_of_freedom < long.degrees_of_freedom
    ranked = ranking.simplest_first([long, wurtzite], catalogue, 0.45)
    assert [item.structure_type for item in ranked] == ["wurtzite", "SiC_6H"]
    assert ranking.rivals_of(ranked, catalogue, 0.45) == [long]
    assert ranking.simplest_first([long, wurtzite], catalogue, 0.30) == [long, wurtzite]
    unlikely = replace(long, log_posterior=-4.5)
    assert ranking.rivals_of([wurtzite, unlikely], catalogue, 0.45) == []
    better = replace(long, adjusted_rw=0.15, log_posterior=-2.0)
    assert ranking.simplest_first([better, wurtzite], catalogue, 0.45) == [better, wurtzite]


def test_what_is_thirty_times_less_likely_or_does_not_fit_is_no_rival(library, catalogue):
    first = refined(library, "Fe bcc", "bcc", 0.10, -0.5, -0.5)
    other = refined(library, "Ni fcc", "fcc", 0.20, -0.5, -3.0)
    assert ranking.rivals_of([first, other], catalogue, 0.3) == [other]
    assert ranking.rivals_of([first, replace(other, log_posterior=-4.0)], catalogue, 0.3) == []
    assert ranking.rivals_of([first, other], catalogue, 0.15) == []


def test_a_nearly_perfect_fit_outweighs_a_likelier_type(library, catalogue):
    right = refined(library, "NaCl rocksalt", "rocksalt", 0.05, 0.0, 0.0)
    likelier = refined(library, "Ni fcc", "fcc", 0.125, 0.0, 0.0)
    chances = {"xray": {"fcc": 0.9, "rocksalt": 0.1}}
    ranked = ranking.rank([likelier, right], chances, catalogue, 0.3)
    assert [item.structure_type for item in ranked] == ["rocksalt", "fcc"]
    assert (right.log_posterior, likelier.log_posterior) == (0.0, 0.0)  # rank makes new objects
    assert ranking.rivals_of(ranked, catalogue, 0.3) == []
    # Where neither is near perfect, the same difference says less.
    right, likelier = replace(right, adjusted_rw=0.15), replace(likelier, adjusted_rw=0.225)
    ranked = ranking.rank([likelier, right], chances, catalogue, 0.3)
    assert ranking.rivals_of(ranked, catalogue, 0.3) == ranked[1:]


def test_a_parent_beyond_the_limit_does_not_displace_a_child_that_fits(library, catalogue):
    child = refined(library, "CuCl zincblende", "zincblende", 0.40, -0.5, -0.5)
    parent = refined(library, "Si diamond", "diamond", 0.44, -0.5, -0.8)
    assert ranking.parents_first([child, parent], catalogue, 0.45) == [parent, child]
    assert ranking.parents_first([child, parent], catalogue, 0.42) == [child, parent]
