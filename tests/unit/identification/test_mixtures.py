"""Phases are looked for together, as many as the curve supports."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from identification_cases import make_catalogue, measured, types

from pdflearn.identification import mixtures
from pdflearn.identification.candidates import compare, most_similar, refine_candidates
from pdflearn.identification.mixtures import find_mixtures, fits_part_alike
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.refinement.cache import Solutions


def single_fits(seen, catalogue):
    candidates = most_similar(seen, catalogue, 4)
    return [refine_candidates(seen, (one,), Solutions(), full=True) for one in candidates]


def mixtures_of(seen, catalogue):
    return find_mixtures(seen, single_fits(seen, catalogue), catalogue, Solutions())


@pytest.fixture(scope="module")
def wider():
    names = ["Ni fcc", "Si diamond", "CuCl zincblende", "NaCl rocksalt", "Fe bcc", "TiO2 rutile"]
    return make_catalogue([*names, "CsCl CsCl", "Po sc"])


def test_both_phases_are_found_as_their_simplest_types(catalogue):
    first, *others = mixtures_of(measured(("Si diamond", 0.6), ("Ni fcc", 0.4)), catalogue)
    assert first.structure_type == "diamond+fcc"
    assert first.fit.rw < 0.05
    assert sum(first.fit.fractions) == pytest.approx(1.0)
    assert "diamond+fcc" not in types(others)


def test_three_phases_are_found(wider):
    parts = ("Si diamond", 0.5), ("Ni fcc", 0.3), ("TiO2 rutile", 0.4)
    first, *_ = mixtures_of(measured(*parts), wider)
    assert first.structure_type == "diamond+fcc+rutile"
    norms = [np.linalg.norm(part) for part in first.fit.partials]
    assert norms == sorted(norms, reverse=True)


def test_a_weak_phase_is_found_above_the_noise_and_not_below(catalogue):
    first, *_ = mixtures_of(measured(("Ni fcc", 0.9), ("Si diamond", 0.1)), catalogue)
    assert first.structure_type == "diamond+fcc"
    assert mixtures_of(measured(("Ni fcc", 0.99), ("Si diamond", 0.01)), catalogue) == []


def test_a_phase_is_no_parent_that_its_part_excludes(wider):
    """Rocksalt beside a stronger phase changes the whole residual little."""
    first, *_ = mixtures_of(measured(("Fe bcc", 0.8), ("NaCl rocksalt", 0.3)), wider)
    assert first.structure_type == "bcc+rocksalt"


def test_fits_of_one_part_are_compared_with_that_part(catalogue):
    seen = measured(("Ni fcc", 0.95), ("Si diamond", 0.15))
    (fcc,) = most_similar(seen, catalogue, 1, only={"fcc"})
    without = refine_candidates(seen, (fcc,), Solutions(), full=True)
    compared = compare(seen, catalogue, without.fit.partials)
    diamond, zincblende = (
        most_similar(seen, catalogue, 1, only={name}, compared=compared)[0]
        for name in ("diamond", "zincblende")
    )
    right = refine_candidates(seen, (fcc, diamond), Solutions(), full=True)
    alike = refine_candidates(seen, (fcc, zincblende), Solutions(), full=True)
    assert fits_part_alike(right, alike, 1)
    assert not fits_part_alike(without, right, 1)


def test_one_phase_that_fits_needs_no_second(copper, catalogue):
    assert mixtures_of(copper, catalogue) == []


def test_no_phase_takes_part_of_anothers_peaks(catalogue):
    """FeNi in L1_0 and Ni in fcc have the same peaks: together they are one phase."""
    seen = measured(("Ni fcc", 0.7), ("FeNi L1_0", 0.3))
    assert mixtures_of(seen, catalogue) == []


def test_no_more_phases_than_the_limit(wider, monkeypatch):
    monkeypatch.setattr(mixtures, "MAX_PHASES", 2)
    parts = ("Si diamond", 0.5), ("Ni fcc", 0.3), ("TiO2 rutile", 0.4)
    assert all(len(item.candidates) <= 2 for item in mixtures_of(measured(*parts), wider))


def test_a_known_compound_takes_the_place_of_a_built_one(wider):
    """Beside nickel, TiO in zincblende is built of the elements; TiO2 in rutile is known."""
    seen = measured(("Ni fcc", 0.5), ("TiO2 rutile", 0.6))
    request = Request.of_chemistry("", "Ni, O, Ti")
    search = mixtures._Mixtures(seen, wider, Solutions(), request)
    (nickel,) = most_similar(seen, wider, 1, only={"fcc"}, request=Request.of_chemistry("Ni"))
    built, known = (
        next(c for c in most_similar(seen, wider, 8, only={name}, request=request))
        for name in ("zincblende", "rutile")
    )
    assert not built.variant.as_it_is
    wrong = search.refine([nickel, built], full=True)
    right = search.with_known_compounds(wrong)
    assert right.structure_type == "fcc+rutile"
    assert right.adjusted_rw < wrong.adjusted_rw
    again = search.refine([nickel, known], full=True)
    assert search.with_known_compounds(again) is again  # what is known is left


def test_what_the_curve_shows_plainly_needs_no_fit_without_it(wider):
    parts = ("Si diamond", 0.5), ("Ni fcc", 0.3), ("TiO2 rutile", 0.4)
    search = mixtures._Mixtures(measured(*parts), wider, Solutions(), NOTHING_KNOWN)
    (three, *_) = mixtures_of(search.observation, wider)
    assert all(search.is_plain(three, index) for index in range(3))
    strongest = three.fit.partials[0]
    twice = replace(three, fit=replace(three.fit, partials=(strongest, *three.fit.partials[:2])))
    assert not search.is_plain(twice, 0)  # the other has the same curve
    assert search.reduced(three) is three


def test_a_phase_that_gains_more_than_chance_is_shown_beside_what_is_supported(wider):
    seen = measured(("Si diamond", 0.5), ("Ni fcc", 0.3), ("TiO2 rutile", 0.4))
    search = mixtures._Mixtures(seen, wider, Solutions(), NOTHING_KNOWN)
    three, *_ = mixtures_of(seen, wider)
    two = search.without(three, 2)
    search.richest = three
    assert search.one_more_than(two) == [three]
    assert search.one_more_than(three) == []
    search.richest = replace(three, fit=replace(three.fit, rw=two.fit.rw))
    assert search.one_more_than(two) == []


def test_what_several_phases_explain_alike_is_no_phase_beside_small_particles(wider):
    seen = measured(("Si diamond", 0.5), ("Ni fcc", 0.3))
    search = mixtures._Mixtures(seen, wider, Solutions(), NOTHING_KNOWN)
    single, other, *_ = single_fits(seen, wider)
    bulk, small = (
        replace(single, fit=replace(single.fit, parameters={"diameter": SimpleNamespace(value=d)}))
        for d in (np.inf, 40.0)
    )
    right, *_ = mixtures_of(seen, wider)
    assert not search.is_one_of_many(right, small)
    second = next(c for c in other.candidates if c.structure_type not in right.structure_type)
    alike = replace(right, candidates=(right.candidates[0], second))
    search.tried = [alike]
    assert search.is_one_of_many(right, small)
    assert not search.is_one_of_many(right, bulk)
    search.tried = [replace(alike, fit=single.fit)]  # the other explains nothing
    assert not search.is_one_of_many(right, small)
