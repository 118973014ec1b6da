"""Elements that no phase holds, unless they may stand in the place of another one."""

from identification_cases import make_catalogue, measured

from pdflearn.identification.candidates import most_similar
from pdflearn.identification.missing_elements import missing_elements
from pdflearn.identification.request import NOTHING_KNOWN, Request

NAMES = ["NaCl rocksalt", "KCl rocksalt", "Ni fcc", "MgO rocksalt"]


def missing_of(structure_type, elements):
    catalogue = make_catalogue(NAMES)
    request = Request.of_chemistry("", elements) if elements else NOTHING_KNOWN
    seen = measured(("NaCl rocksalt", 1.0) if structure_type == "rocksalt" else ("Ni fcc", 1.0))
    (one,) = most_similar(seen, catalogue, 1, only={structure_type}, request=request)
    return missing_elements([one], catalogue, request)


def test_elements_of_another_phase_are_missing():
    assert missing_of("fcc", "Cl, Na, Ni") == {"Cl", "Na"}


def test_what_mixes_with_a_phases_element_is_not_missing():
    assert missing_of("fcc", "Cu, Ni") == set()


def test_what_replaces_an_element_in_a_compound_of_the_type_is_not_missing():
    assert missing_of("rocksalt", "Cl, K, Na, O") == {"O"}


def test_nothing_is_missing_where_the_elements_are_not_known():
    assert missing_of("fcc", "") == set()
