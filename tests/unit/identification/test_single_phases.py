"""Which single phases are refined, and how far."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from pdflearn.identification import single_phases
from pdflearn.identification.candidates import Candidate, choose_candidates
from pdflearn.identification.ranking import RW_FLOOR
from pdflearn.identification.single_phases import (
    FAR,
    MODES_RW_FACTOR,
    MUCH_WORSE,
    N_SIMILAR,
    refine_single_phases,
)
from pdflearn.refinement.cache import Solutions


def fits(*adjusted_rw):
    return [SimpleNamespace(adjusted_rw=value) for value in adjusted_rw]


@pytest.mark.parametrize(
    ("best", "expected"),
    [
        (0.01, MUCH_WORSE * RW_FLOOR),  # hardly better than others at the floor
        (0.10, MUCH_WORSE * 0.10),
        (0.25, MODES_RW_FACTOR * 0.3),  # displacements may still make a fit of it
        (0.80, FAR * 0.80),
    ],
)
def test_a_fit_is_of_use_near_the_best_one_and_near_the_limit(best, expected):
    assert single_phases._useful_rw(fits(0.9, best), rw_limit=0.3) == pytest.approx(expected)


def test_the_first_fit_is_of_use_however_bad_it_is():
    assert single_phases._useful_rw([], rw_limit=0.3) >= MODES_RW_FACTOR * 0.3


def test_clusters_and_the_most_similar_crystals_are_left_of_a_curve_without_order():
    def candidate(name, similarity, periodic, file=""):
        phase = SimpleNamespace(periodic=periodic, radiation="xray")
        return Candidate(name, name, "fcc", phase, similarity, file=file)

    crystals = [candidate(str(k), 0.01 * k, True) for k in range(20)]
    others = [candidate("cluster", 0.0, False), candidate("own", 0.0, True, "mine.cif")]
    kept = single_phases._closest([*others, *crystals])
    assert [one.id for one in kept] == ["cluster", "own", *map(str, range(20 - N_SIMILAR, 20))]


def test_a_crystal_s_curve_is_compared_with_all_candidates(copper, even, catalogue):
    n = len(choose_candidates(copper, even, catalogue))
    refined = refine_single_phases(copper, {"xray": even}, catalogue, 0.3, Solutions())
    assert len({item.candidates[0].id for item in refined}) == n


def test_a_curve_without_squares_is_refined_against_nothing(copper, even, catalogue):
    flat = replace(copper, g=np.full_like(copper.g, 1e-310))
    assert refine_single_phases(flat, {"xray": even}, catalogue, 0.3, Solutions()) == []
