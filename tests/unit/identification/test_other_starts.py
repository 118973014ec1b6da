"""A type that fits poorly is begun from its other structures, and with other scatterers."""

import pytest
from identification_cases import make_catalogue, measured

from pdflearn.identification.candidates import choose_candidates, refine_candidates
from pdflearn.identification.other_starts import OtherStarts, fits_poorly
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.identification.single_phases import refine_single_phases
from pdflearn.refinement.cache import Solutions


def full_fits(observation, catalogue, request=NOTHING_KNOWN):
    candidates = choose_candidates(observation, {}, catalogue, request)
    fits = [
        refine_candidates(observation, (one,), Solutions(), full=True) for one in candidates[:1]
    ]
    return fits, OtherStarts(observation, catalogue, Solutions(), request)


@pytest.fixture(scope="module")
def light_salt():
    """What the library does not have: a rocksalt whose atoms scatter about alike."""
    observation = measured(("CaS rocksalt", 1.0))
    catalogue = make_catalogue(["PbS rocksalt"])
    return observation, catalogue, *full_fits(observation, catalogue)


def test_a_weaker_scatterer_stands_for_a_heavy_atom_where_the_model_is_sure(light_salt):
    _, _, fits, starts = light_salt
    (other,) = starts.other_scatterers(fits, {"rocksalt": 0.9})
    assert other.adjusted_rw < 0.5 * fits[0].adjusted_rw
    assert "stands for what scatters as" in other.candidates[0].note


def test_no_scatterer_is_exchanged_where_the_model_is_not_sure(light_salt):
    _, _, fits, starts = light_salt
    assert starts.other_scatterers(fits, {"rocksalt": 0.4}) == []


def test_no_scatterer_is_exchanged_where_the_elements_are_known(light_salt):
    observation, catalogue, _, _ = light_salt
    fits, starts = full_fits(observation, catalogue, Request.of_chemistry("PbS"))
    assert starts.other_scatterers(fits, {"rocksalt": 0.9}) == []


def test_the_type_that_fits_best_starts_from_cells_of_other_shapes():
    names = ["CaTiO3 GdFeO3", "LaMnO3 GdFeO3", "SrTiO3 perovskite"]
    catalogue = make_catalogue(names)
    observation = measured(("CaTiO3 GdFeO3", 1.0))
    fits, starts = full_fits(observation, catalogue)
    assert fits[0].name == "CaTiO3 GdFeO3"
    assert [item.name for item in starts.other_members(fits)] == ["LaMnO3 GdFeO3"]


def test_a_type_without_free_positions_has_no_other_starts(light_salt):
    observation, _, _, _ = light_salt
    fits, starts = full_fits(observation, make_catalogue(["PbS rocksalt", "NaCl rocksalt"]))
    assert starts.other_members(fits) == []


def test_a_fit_is_poor_where_most_right_structures_fit_better(light_salt):
    _, _, fits, _ = light_salt
    assert fits_poorly(fits, rw_limit=fits[0].adjusted_rw)
    assert not fits_poorly(fits, rw_limit=3 * fits[0].adjusted_rw)
    assert not fits_poorly([], rw_limit=0.3)


def test_all_ways_to_put_the_elements_onto_the_sites_are_tried_where_the_likely_ones_fit_poorly():
    """An anti-structure: sodium where the type is known to have fluorine or oxygen."""
    observation = measured(("Na4I2O K2NiF4", 1.0))
    catalogue = make_catalogue(["K2NiF4 K2NiF4", "Sr2TiO4 K2NiF4"])
    fits, starts = full_fits(observation, catalogue, Request(("I", "Na", "O")))
    ways = starts.other_ways(fits, {}, 0.3)
    best = min(ways, key=lambda item: item.adjusted_rw)
    assert best.compound == "Na4I2O"
    assert best.adjusted_rw < 0.3 * fits[0].adjusted_rw  # its oxygen has moved


def test_a_sample_of_which_no_likely_way_is_near_is_answered_all_the_same():
    """The likeliest way of a type may fit worse than others that are refined no further."""
    observation = measured(("Na4I2O K2NiF4", 1.0))
    catalogue = make_catalogue(["K2NiF4 K2NiF4", "NaCl rocksalt", "PbI2 CdI2"])
    request = Request(("I", "Na", "O"))
    probabilities = {"xray": {"rocksalt": 1.0}}
    refined = refine_single_phases(observation, probabilities, catalogue, 0.3, Solutions(), request)
    best = min(refined, key=lambda item: item.adjusted_rw)
    assert best.compound == "Na4I2O"
