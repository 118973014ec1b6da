"""Where the elements are known, mixtures of known compounds of them are looked for first."""

import pytest
from identification_cases import even_probabilities, make_catalogue, measured

from pdflearn.identification.candidates import (
    choose_candidates,
    most_similar,
    refine_candidates,
)
from pdflearn.identification.expected_rw import expected_rw
from pdflearn.identification.known_parts import find_known_parts, with_missing_elements
from pdflearn.identification.messages import ACCEPTED, ACCEPTED_IN_PART
from pdflearn.identification.phase_search import PhaseSearch
from pdflearn.identification.request import Request
from pdflearn.identification.verdict import identify
from pdflearn.refinement.cache import Solutions


@pytest.fixture(scope="module")
def wider():
    names = ["Ni fcc", "Si diamond", "CuCl zincblende", "NaCl rocksalt", "Fe bcc", "TiO2 rutile"]
    return make_catalogue([*names, "CsCl CsCl", "Po sc"])


def parts_of(seen, catalogue, elements):
    request = Request.of_chemistry("", elements)
    chosen = choose_candidates(seen, even_probabilities(catalogue), catalogue, request)
    return find_known_parts(seen, chosen, catalogue, expected_rw(seen), Solutions(), request)


def test_known_compounds_of_the_elements_are_found_together(wider):
    (first, *_), singles = parts_of(
        measured(("Ni fcc", 0.5), ("TiO2 rutile", 0.6)), wider, "Ni, O, Ti"
    )
    assert first.structure_type == "fcc+rutile"
    assert first.compound in ("Ni + TiO2", "TiO2 + Ni")
    assert not any(item.is_mixture for item in singles)


def test_one_compound_of_all_elements_is_no_mixture(wider):
    assert parts_of(measured(("TiO2 rutile", 1.0)), wider, "O, Ti") == ([], [])


def test_without_two_known_parts_there_is_none(wider):
    seen = measured(("Ni fcc", 0.5), ("TiO2 rutile", 0.6))
    assert parts_of(seen, wider, "Ni") == ([], [])
    assert parts_of(seen, wider, "Ni, Ge") == ([], [])


def test_a_weak_phase_of_missing_elements_is_added(wider):
    seen = measured(("Ni fcc", 0.94), ("NaCl rocksalt", 0.09))
    request = Request.of_chemistry("", "Cl, Na, Ni")
    search = PhaseSearch(seen, wider, Solutions(), request)
    (nickel,) = most_similar(seen, wider, 1, only={"fcc"}, request=request)
    alone = refine_candidates(seen, (nickel,), Solutions(), full=True)
    first, *others = with_missing_elements(search, alone, wider)
    assert first.structure_type == "fcc+rocksalt"
    assert all(item.fit.rw >= first.fit.rw for item in others)
    (same,) = with_missing_elements(search, first, wider)
    assert same is first


def test_an_answer_without_an_element_is_accepted_in_part(wider):
    even = even_probabilities(wider)
    seen = measured(("Ni fcc", 1.0))
    whole, part = (
        identify(seen, even, wider, Request.of_chemistry("", text)) for text in ("Ni", "Cl, Na, Ni")
    )
    assert whole.verdict == ACCEPTED
    assert part.verdict == ACCEPTED_IN_PART
    assert part.ranked[0].structure_type == "fcc"
    assert "No phase of it holds Cl and Na" in part.reason
