"""Types that do not look like a curve until they have the sample's elements."""

from dataclasses import replace

import pytest
from identification_cases import make_catalogue, measured

from pdflearn.identification.built_types import built_types
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.identification.single_phases import refine_single_phases
from pdflearn.refinement.cache import Solutions

NAMES = ["CuIr2S4 hausmannite", "FeCr2O4 spinel", "NaCl rocksalt", "Ni fcc"]


@pytest.fixture(scope="module")
def sample():
    return measured(("ZnMn2O4 hausmannite", 1.0)), make_catalogue(NAMES)


@pytest.mark.parametrize("request_", [Request(("Mn", "O", "Zn")), Request.of_chemistry("ZnMn2O4")])
def test_types_with_as_many_elements_are_built_at_the_volume_that_is_expected(sample, request_):
    observation, catalogue = sample
    chosen = built_types(observation, catalogue, request_)
    assert {one.structure_type for one in chosen} == {"hausmannite", "spinel"}
    similarities = [one.similarity for one in chosen]
    assert similarities == sorted(similarities, reverse=True)
    assert all(set(one.phase.species) == {"Mn", "O", "Zn"} for one in chosen)
    assert len(built_types(observation, catalogue, request_, n=1)) == 1


def test_without_elements_nothing_is_built(sample):
    observation, catalogue = sample
    assert built_types(observation, catalogue, NOTHING_KNOWN) == []
    assert built_types(observation, catalogue, Request(("Au", "B", "Cu", "Zn"))) == []


def test_of_each_type_the_cell_of_the_right_shape_is_built():
    """Of Cr2AlC: c/a is 3.5 in Ti2SC and Zr2SC, and 4.3 in Zr2SnC, which has the same metal."""
    names = ["Zr2SnC Cr2AlC", "Hf2SnC Cr2AlC", "Ti2SC Cr2AlC", "NaCl rocksalt"]
    observation = measured(("Zr2SC Cr2AlC", 1.0), radiation="neutron")
    observation = replace(observation, radiation="neutron")
    first, *_ = built_types(observation, make_catalogue(names), Request(("C", "S", "Zr")))
    assert first.name == "Ti2SC Cr2AlC"
    assert first.similarity > 0.8


def test_a_compound_of_another_cell_and_other_elements_is_named(sample):
    observation, catalogue = sample
    request = Request(("Mn", "O", "Zn"))
    probabilities = {"xray": {"rocksalt": 1.0}}
    refined = refine_single_phases(observation, probabilities, catalogue, 0.3, Solutions(), request)
    best = min(refined, key=lambda item: item.adjusted_rw)
    assert (best.structure_type, best.compound) == ("hausmannite", "Mn2ZnO4")
