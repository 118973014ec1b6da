"""The order of fits: posterior, then parents and simpler types first."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import diamond, fcc, rutile
from identification_cases import refined, types
from refinement_cases import simulated

from pdflearn.identification import ranking
from pdflearn.identification.chemistry import Variant
from pdflearn.identification.ranking import CONVERGED, FLOOR, RW_FLOOR, RW_WEIGHT, UNLEARNED
from pdflearn.refinement import least_squares, refinement
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine


def test_polytypes_are_no_rivals_of_a_simpler_one_that_fits_alike(catalogue):
    wurtzite = refined("ZnS wurtzite", 0.32, -2.1, -2.9)
    long = refined("ZnS SiC_6H", 0.28, -2.0, -2.0)
    assert wurtzite.degrees_of_freedom < long.degrees_of_freedom
    ranked = ranking.simplest_first([long, wurtzite], catalogue, 0.45)
    assert types(ranked) == ["wurtzite", "SiC_6H"]
    assert ranking.rivals_of(ranked, catalogue, 0.45) == [long]
    assert ranking.simplest_first([long, wurtzite], catalogue, 0.30) == [long, wurtzite]
    unlikely = replace(long, log_posterior=-4.5)
    assert ranking.rivals_of([wurtzite, unlikely], catalogue, 0.45) == []
    better = replace(long, adjusted_rw=0.15, log_posterior=-2.0)
    assert ranking.simplest_first([better, wurtzite], catalogue, 0.45) == [better, wurtzite]


def test_what_is_thirty_times_less_likely_or_does_not_fit_is_no_rival(catalogue):
    first = refined("Fe bcc", 0.10, -0.5, -0.5)
    other = refined("Ni fcc", 0.20, -0.5, -3.0)
    assert ranking.rivals_of([first, other], catalogue, 0.3) == [other]
    assert ranking.rivals_of([first, replace(other, log_posterior=-4.0)], catalogue, 0.3) == []
    assert ranking.rivals_of([first, other], catalogue, 0.15) == []


def test_a_nearly_perfect_fit_outweighs_a_likelier_type(catalogue):
    right, likelier = refined("NaCl rocksalt", 0.05), refined("Ni fcc", 0.125)
    probabilities = {"xray": {"fcc": 0.9, "rocksalt": 0.1}}
    ranked = ranking.rank([likelier, right], probabilities, catalogue, 0.3)
    assert types(ranked) == ["rocksalt", "fcc"]
    assert ranking.rivals_of(ranked, catalogue, 0.3) == []
    # Where neither is near perfect, the same difference says less.
    right, likelier = replace(right, adjusted_rw=0.15), replace(likelier, adjusted_rw=0.225)
    ranked = ranking.rank([likelier, right], probabilities, catalogue, 0.3)
    assert ranking.rivals_of(ranked, catalogue, 0.3) == ranked[1:]


def test_ranking_leaves_its_arguments_as_they_are(catalogue):
    fits = [refined("Ni fcc", 0.2), refined("Fe bcc", 0.1)]
    before = list(fits)
    ranked = ranking.rank(fits, {"xray": {"fcc": 1.0}}, catalogue, 0.3)
    assert fits == before
    assert [item.log_posterior for item in fits] == [0.0, 0.0]
    assert all(item not in fits for item in ranked)


def test_relatives_share_their_probability_and_the_composition_counts(catalogue):
    fits = [
        refined("Ni fcc", 0.2),
        refined("FeNi L1_0", 0.2, fits_composition=False, log_given=-2.0),
        refined("Si diamond", 0.2),
    ]
    probabilities = {"xray": {"fcc": 0.3, "L1_0": 0.4, "bcc": 0.3}}
    fcc, ordered, unlearned = ranking.with_posteriors(fits, probabilities, catalogue, 0.3)
    assert fcc.log_prior == pytest.approx(np.log(0.7 + FLOOR))
    assert ordered.log_prior == pytest.approx(fcc.log_prior - 2.0)
    assert unlearned.log_prior == pytest.approx(np.log(UNLEARNED + FLOOR))
    assert fcc.log_posterior == fcc.log_prior  # the best fit loses nothing


def test_where_fits_refute_the_model_it_is_silent_about_other_types(catalogue):
    fits = [refined("Fe bcc", 0.5), refined("NaCl rocksalt", 0.1), refined("Si diamond", 0.1)]
    probabilities = {"xray": {"bcc": 1.0, "rocksalt": 0.0}}
    _, rocksalt, diamond = ranking.with_posteriors(fits, probabilities, catalogue, 0.3)
    assert rocksalt.log_prior == pytest.approx(diamond.log_prior)


def test_the_best_structure_of_a_type_stands_for_it(catalogue):
    fits = [refined("Ni fcc", 0.2), refined("Cu fcc", 0.1)]
    (best,) = ranking.rank(fits, {"xray": {"fcc": 1.0}}, catalogue, 0.3)
    assert best.name == "Cu fcc"


def test_a_parent_goes_before_its_child_unless_that_fits_clearly_better(catalogue):
    child, parent = refined("CuCl zincblende", 0.2), refined("Si diamond", 0.24)
    assert ranking.parents_first([child, parent], catalogue, 0.45) == [parent, child]
    better = replace(child, adjusted_rw=0.1)
    assert ranking.parents_first([better, parent], catalogue, 0.45) == [better, parent]
    needed = refined("CuCl zincblende", 0.2, fits_composition=True)
    assert ranking.parents_first([needed, parent], catalogue, 0.45) == [needed, parent]


def test_a_known_compound_needs_to_gain_less_against_its_parent_with_mixed_sites(catalogue):
    known = {"fits_composition": True, "log_given": 0.0}
    child = refined("CuCl zincblende", 0.18, **known)
    parent = refined("Si diamond", 0.20, **(known | {"log_given": -0.8}))
    parent = replace(
        parent, candidates=(replace(parent.candidates[0], phase=child.candidates[0].phase),)
    )
    worse = replace(child, adjusted_rw=0.199)
    freer = replace(child.candidates[0], phase=refined("TiO2 rutile", 0.1).candidates[0].phase)
    assert ranking.parents_first([child, parent], catalogue, 0.45) == [child, parent]
    freer = replace(worse, candidates=(freer,))
    assert ranking.parents_first([freer, parent], catalogue, 0.45) == [parent, freer]


def test_a_parent_beyond_the_limit_does_not_displace_a_child_that_fits(catalogue):
    child = refined("CuCl zincblende", 0.40, -0.5, -0.5)
    parent = refined("Si diamond", 0.44, -0.5, -0.8)
    assert ranking.parents_first([child, parent], catalogue, 0.45) == [parent, child]
    assert ranking.parents_first([child, parent], catalogue, 0.42) == [child, parent]


@pytest.mark.parametrize("difference", [1e-6, -1e-6])
def test_structures_of_a_type_whose_fits_differ_by_rounding_keep_their_order(catalogue, difference):
    first, second = refined("Ni fcc", 0.1), refined("Cu fcc", 0.1 + difference)
    ranked = ranking.rank([first, second], {"xray": {"fcc": 1.0}}, catalogue, 0.3)
    assert [item.name for item in ranked] == [first.name]
    better = replace(second, adjusted_rw=0.09)
    ranked = ranking.rank([first, better], {"xray": {"fcc": 1.0}}, catalogue, 0.3)
    assert [item.name for item in ranked] == [second.name]


def test_fits_that_differ_by_where_they_ended_keep_their_order(catalogue):
    fits = [refined(name, 0.1, 0.0, -1.0) for name in ("Ni fcc", "Fe bcc", "Si diamond")]
    fits[1] = replace(fits[1], log_posterior=-1.0 + 0.4 * CONVERGED)
    fits[2] = replace(fits[2], log_posterior=-1.0 + 2 * CONVERGED)
    assert types(sorted(fits, key=ranking.misfit_order)) == ["diamond", "fcc", "bcc"]


@pytest.mark.parametrize(
    ("structure", "crystal_system"),
    [(fcc(), "cubic"), (diamond(), "cubic"), (rutile(), "tetragonal")],
)
@pytest.mark.parametrize("diameter", [None, 40.0])
def test_quick_fits_converge_to_what_counts_as_a_tie(
    structure, crystal_system, diameter, monkeypatch
):
    seen = simulated(structure, noise=0.1, diameter=diameter)
    phase = Phase(structure, crystal_system=crystal_system)
    rw = refine(seen, [phase], full=False).rw
    monkeypatch.setitem(least_squares.FTOL, False, 1e-12)
    monkeypatch.setitem(refinement.MAX_NFEV, False, 200)
    above = rw - refine(seen, [phase], full=False).rw
    assert RW_WEIGHT * abs(above) / max(rw, RW_FLOOR) < CONVERGED


@pytest.mark.parametrize(
    ("child_variant", "parent_variant", "first"),
    [
        ({"as_it_is": True}, {"mixed": True}, "chalcopyrite"),  # a known compound
        ({}, {"mixed": True}, "zincblende"),  # a built one: the elements may as well mix
        ({}, {"mixed": True, "mixed_unlike": True}, "chalcopyrite"),
        ({"mixed": True}, {"mixed": True, "mixed_unlike": True}, "zincblende"),
        ({"as_it_is": True, "complete": False}, {"mixed": True}, "zincblende"),
        ({"as_it_is": True}, {}, "zincblende"),
    ],
)
def test_a_child_that_orders_what_its_parent_would_have_to_mix_stays_first(
    catalogue, child_variant, parent_variant, first
):
    def item(name, rw, variant):
        made = refined(name, rw, fits_composition=True)
        known = Variant(made.candidates[0].phase.structure, True, **variant)
        return replace(made, candidates=(replace(made.candidates[0], variant=known),))

    child = item("CuFeS2 chalcopyrite", 0.10, child_variant)
    parent = item("ZnS zincblende", 0.11, parent_variant)
    parents = replace(catalogue, parents={"chalcopyrite": "zincblende"})
    same = replace(parent.candidates[0], phase=child.candidates[0].phase)  # as many elements
    parent = replace(parent, candidates=(same,))
    order = ranking.parents_first([child, parent], parents, 0.3)
    assert order[0].structure_type == first
