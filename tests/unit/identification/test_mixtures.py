"""A second phase is found in what the first one leaves, and only where it is needed."""

import numpy as np
import pytest
from identification_cases import measured, types

from pdflearn.identification import mixtures
from pdflearn.identification.candidates import most_similar, refine_candidates
from pdflearn.identification.mixtures import MIN_GAIN, find_mixtures
from pdflearn.refinement.cache import Solutions


def single_fits(seen, catalogue):
    candidates = most_similar(seen, catalogue, 4)
    return [refine_candidates(seen, (one,), Solutions(), full=False) for one in candidates]


def test_both_phases_are_found_as_their_simplest_types(catalogue):
    seen = measured(("Si diamond", 0.6), ("Ni fcc", 0.4))
    fits = single_fits(seen, catalogue)
    first, *others = find_mixtures(seen, fits, catalogue, Solutions())
    assert first.structure_type == "diamond+fcc"
    assert first.adjusted_rw < (1 - MIN_GAIN) * min(item.adjusted_rw for item in fits)
    assert sum(first.fit.fractions) == pytest.approx(1.0)
    assert "diamond+fcc" not in types(others)


def test_pairs_that_are_given_up_early_change_nothing(catalogue, monkeypatch):
    seen = measured(("Si diamond", 0.6), ("Ni fcc", 0.4))
    fits = single_fits(seen, catalogue)
    early = find_mixtures(seen, fits, catalogue, Solutions())
    monkeypatch.setattr(
        mixtures,
        "refine_candidates",
        lambda *args, full, useful=np.inf: refine_candidates(*args, full=full),
    )
    late = find_mixtures(seen, fits, catalogue, Solutions())
    assert types(early) == types(late)
    assert [pair.fit.rw for pair in early] == [pair.fit.rw for pair in late]


def test_one_phase_that_fits_needs_no_second(copper, catalogue):
    assert find_mixtures(copper, single_fits(copper, catalogue), catalogue, Solutions()) == []
