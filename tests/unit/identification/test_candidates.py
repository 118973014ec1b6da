"""Which structures are refined, and how a fit is adjusted for its parameters."""

import numpy as np
import pytest
from crystals import rutile
from identification_cases import make_catalogue, measured
from refinement_cases import simulated

from pdflearn.identification.candidates import (
    Candidate,
    RefinedCandidate,
    choose_candidates,
    most_similar,
    refine_candidates,
    refined_in_full,
)
from pdflearn.identification.request import NOTHING_KNOWN, Request
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.phase import Phase


def test_likely_and_similar_types_are_tried_with_their_parents(copper, catalogue):
    candidates = choose_candidates(copper, {"bcc": 0.9, "zincblende": 0.1}, catalogue)
    types = [candidate.structure_type for candidate in candidates]
    assert types[:2] == ["bcc", "zincblende"]
    assert {"fcc", "diamond"} <= set(types)  # by its pattern, and as a parent
    assert len(types) == len(set(types))
    assert {candidate.fits_composition for candidate in candidates} == {None}
    fcc = next(candidate for candidate in candidates if candidate.structure_type == "fcc")
    assert fcc.phase.stretch == pytest.approx(3.61 / 3.52, abs=0.01)


@pytest.mark.parametrize("order", [["bcc", "zincblende"], ["zincblende", "bcc"]])
def test_likely_types_come_in_the_order_of_their_probability(copper, catalogue, order):
    probabilities = dict(zip(order, (0.6, 0.4), strict=True)) | {"diamond": 0.001}
    candidates = choose_candidates(copper, probabilities, catalogue)
    types = list(dict.fromkeys(candidate.structure_type for candidate in candidates))
    assert types[:2] == order


def test_known_elements_are_laid_onto_the_sites(copper, catalogue):
    candidates = choose_candidates(copper, {"fcc": 1.0}, catalogue, Request.of_chemistry("Cu"))
    by_type = {candidate.structure_type: candidate for candidate in candidates}
    assert by_type["fcc"].phase.species == ("Cu",)
    assert by_type["fcc"].fits_composition is True
    salt = choose_candidates(copper, {"rocksalt": 1.0}, catalogue, Request.of_chemistry("PbS"))
    rocksalt = [candidate for candidate in salt if candidate.structure_type == "rocksalt"]
    assert {candidate.phase.species for candidate in rocksalt} == {("Pb", "S")}
    odd = choose_candidates(copper, {"rocksalt": 1.0}, catalogue, Request.of_chemistry("Pb2S3"))
    assert next(c for c in odd if c.structure_type == "rocksalt").fits_composition is False


def test_the_most_similar_structure_of_each_type_is_found(catalogue):
    seen = measured(("Si diamond", 1.0))
    first, *others = most_similar(seen, catalogue, 3)
    assert first.structure_type == "diamond"
    assert len({first.structure_type, *(other.structure_type for other in others)}) == 3
    assert first.similarity > max(other.similarity for other in others)
    without = most_similar(seen, catalogue, 3, without={"diamond"})
    assert "diamond" not in {candidate.structure_type for candidate in without}
    (only,) = most_similar(seen, catalogue, 3, only={"bcc"})
    assert only.structure_type == "bcc"


def test_rw_is_adjusted_for_the_parameters():
    seen = simulated(rutile())
    candidate = Candidate("", "", "rutile", Phase(rutile(), crystal_system="tetragonal"), 1.0)
    result = refine_candidates(seen, (candidate,), Solutions(), full=True)
    n, p = seen.independent, 2 + 2 + 1 + 1 + 1  # lattice, U, delta2, diameter, scale
    assert result.fit.n_free == p
    assert result.adjusted_rw == pytest.approx(result.fit.rw * np.sqrt(n / (n - p)))


def test_what_cannot_be_refined_gives_nothing():
    seen = simulated(rutile())
    candidate = Candidate("", "", "rutile", Phase(rutile(), crystal_system="tetragonal"), 1.0)
    flat = type(seen)(seen.r, 0 * seen.g)
    assert refine_candidates(flat, (candidate,), Solutions(), full=False) is None


def test_a_mixture_is_named_by_both_phases():
    phase = Phase(rutile(), crystal_system="tetragonal")
    one, other = (Candidate(name, name, name, phase, 1.0) for name in ("b", "a"))
    pair = RefinedCandidate((one, other), None, 0.1)
    assert (pair.structure_type, pair.name, pair.is_mixture) == ("a+b", "b + a", True)
    assert pair.degrees_of_freedom == 2 * phase.degrees_of_freedom


def test_a_full_fit_goes_on_where_the_quick_one_ended(copper, catalogue):
    candidates = choose_candidates(copper, {"fcc": 1.0}, catalogue)
    fcc = next(candidate for candidate in candidates if candidate.structure_type == "fcc")
    solutions = Solutions()
    quick = refine_candidates(copper, (fcc,), solutions, full=False)
    anew = refine_candidates(copper, (fcc,), solutions, full=True)
    went_on = refined_in_full(copper, quick, solutions)
    assert went_on.fit.rw == pytest.approx(anew.fit.rw, rel=1e-3)
    one, two = (item.fit.parameters["a"].value for item in (went_on, anew))
    assert one == pytest.approx(two, rel=1e-5)


def test_a_metals_hydride_is_no_candidate_for_x_rays_unless_hydrogen_is_known():
    """X-rays see palladium in PdH alone, in fcc."""
    known = make_catalogue(["Ni fcc", "PdH rocksalt", "Fe bcc"])

    def names(request=NOTHING_KNOWN):
        seen = measured(("PdH rocksalt", 1.0))
        return {one.name for one in choose_candidates(seen, {"fcc": 1.0}, known, request)} | {
            one.name for one in most_similar(seen, known, 3, request=request)
        }

    assert names() == {"Ni fcc", "Fe bcc"}
    assert "PdH rocksalt" in names(Request.of_chemistry("PdH"))


@pytest.mark.parametrize(
    ("elements", "fits"), [("Al B O", {"calcite"}), ("Ca Mg C O", {"calcite", "dolomite"})]
)
def test_an_ordered_type_with_too_few_elements_is_its_parent(elements, fits):
    names = ["CaCO3 calcite", "MgCO3 calcite", "CaMgC2O6 dolomite"]
    catalogue = make_catalogue(names)
    observation = measured(("CaCO3 calcite", 1.0))
    request = Request(tuple(sorted(elements.split())))
    made = choose_candidates(observation, {}, catalogue, request)
    assert {one.structure_type for one in made if one.fits_composition} == fits
