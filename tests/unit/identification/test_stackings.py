"""Mixtures of types that stack the same layers may be one crystal with stacking faults."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from pdflearn.identification.candidates import Candidate, RefinedCandidate
from pdflearn.identification.stackings import FAMILIES, are_stackings
from pdflearn.identification.verdict import _without_stackings
from pdflearn.structures.library import load_library
from pdflearn.structures.structure import make_structure


def hcp(a):
    sites = np.array([(1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)])
    return make_structure((a, a, a * (8 / 3) ** 0.5, 90, 90, 120), ["Co"] * 2, sites)


def fcc(a):
    sites = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
    return make_structure((a, a, a, 90, 90, 90), ["Co"] * 4, sites)


def item(types, structures, adjusted_rw=0.1):
    phase = SimpleNamespace(radiation="xray", periodic=True)
    candidates = tuple(Candidate(name, name, name, phase, 0.9) for name in types)
    return RefinedCandidate(
        candidates, SimpleNamespace(structures=structures, rw=adjusted_rw), adjusted_rw
    )


@pytest.mark.parametrize(
    ("types", "a_of_hcp", "expected"),
    [
        (("fcc", "hcp"), 2.51, True),
        (("hcp", "fcc"), 2.51, True),
        (("fcc", "hcp"), 2.70, False),  # other distances: another metal
        (("fcc", "bcc"), 2.51, False),  # no stacking of the same layers
    ],
)
def test_stackings_have_the_same_layers_and_distances(types, a_of_hcp, expected):
    structures = {"fcc": fcc(3.55), "hcp": hcp(a_of_hcp), "bcc": hcp(a_of_hcp)}
    assert are_stackings(item(types, [structures[name] for name in types])) is expected


def test_all_types_are_those_of_the_library():
    folder = Path(__file__).parents[3] / "resources" / "library"
    types = set(load_library(folder).types.index)
    assert set().union(*FAMILIES) <= types


def test_one_phase_that_fits_stays_first_and_says_that_faults_may_be_in_it():
    single = item(["hcp"], [hcp(2.51)], 0.2)
    stacked = item(["hcp", "fcc"], [hcp(2.51), fcc(3.55)], 0.1)
    other = item(["hcp", "bcc"], [hcp(2.51), hcp(2.87)], 0.15)
    mixtures, (first,) = _without_stackings([stacked, other], [single], rw_limit=0.3)
    assert mixtures == [other]
    assert "stacking faults" in first.note
    assert _without_stackings([other], [single], rw_limit=0.3) == ([other], [single])


def test_where_one_phase_does_not_fit_the_mixture_stays():
    single = item(["hcp"], [hcp(2.51)], 0.4)
    stacked = item(["hcp", "fcc"], [hcp(2.51), fcc(3.55)], 0.1)
    assert _without_stackings([stacked], [single], rw_limit=0.3) == ([stacked], [single])
