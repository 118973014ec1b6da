"""Phases are proposed, placed and compared."""

from types import SimpleNamespace

import numpy as np
import pytest
from identification_cases import measured

from pdflearn.identification.candidates import most_similar, refine_candidates
from pdflearn.identification.phase_search import (
    FOREIGN,
    PhaseSearch,
    ends,
    misfit,
    n_foreign,
    signals,
)
from pdflearn.identification.request import NOTHING_KNOWN
from pdflearn.refinement.cache import Solutions


@pytest.fixture(scope="module")
def search(catalogue):
    seen = measured(("Ni fcc", 0.7), ("Si diamond", 0.3))
    return PhaseSearch(seen, catalogue, Solutions(), NOTHING_KNOWN)


@pytest.fixture(scope="module")
def nickel(search):
    (candidate,) = most_similar(search.observation, search.catalogue, 1, only={"fcc"})
    return refine_candidates(search.observation, (candidate,), Solutions(), full=True)


def test_the_second_phase_is_the_first_that_is_proposed(search, nickel):
    first = search.extended([nickel], nickel)[0]
    assert first.structure_type == "diamond+fcc"
    assert search.supported(nickel, first)
    assert not search.supported(first, first)


def test_quick_fits_keep_the_damping_that_is_known(search, nickel):
    search.learn_q_damp(nickel)
    assert search.quick_observation.q_damp == search.observation.q_damp == 0.03


def test_signals_are_shares_of_the_measured_squares():
    fit = SimpleNamespace(g=np.array([3.0, 4.0]), partials=(np.array([3.0, 0.0]), np.zeros(2)))
    assert signals(SimpleNamespace(fit=fit)) == [pytest.approx(9 / 25), 0.0]


def test_foreign_elements_count_against_a_mixture():
    def item(*fits):
        cluster = SimpleNamespace(periodic=False)  # which has no strain
        candidates = [SimpleNamespace(fits_composition=fit, phase=cluster) for fit in fits]
        return SimpleNamespace(candidates=candidates, adjusted_rw=0.1)

    assert [n_foreign(item(*fits)) for fits in ((None, None), (True, False))] == [0, 1]
    assert misfit(item(True, False)) == pytest.approx(0.1 * FOREIGN)


def test_phases_start_in_a_mixture_where_they_ended():
    one = SimpleNamespace(is_mixture=False, fit=SimpleNamespace(start={"a": 3.5, "q_damp": 0.03}))
    assert ends(one, [1]) == {"2_a": 3.5, "q_damp": 0.03}
    start = {"1_a": 3.5, "2_u_iso_Si": 0.01, "q_damp": 0.03}
    two = SimpleNamespace(is_mixture=True, fit=SimpleNamespace(start=start))
    assert ends(two, [1, 0]) == {"2_a": 3.5, "1_u_iso_Si": 0.01, "q_damp": 0.03}
    assert ends(two, [None, 0]) == {"1_u_iso_Si": 0.01, "q_damp": 0.03}


def test_a_mixture_without_a_phase_has_the_others_where_they_ended(search, nickel):
    both = search.in_full(search.extended([nickel], nickel)[0])
    left = search.without(both, 1 - [c.structure_type for c in both.candidates].index("fcc"))
    assert left.structure_type == "fcc"
    assert left.fit.rw == pytest.approx(nickel.fit.rw, rel=1e-3)
