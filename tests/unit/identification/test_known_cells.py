from dataclasses import replace
from types import SimpleNamespace

import pytest
from identification_cases import even_probabilities, make_catalogue, refined

from pdflearn.identification.judgement import judge
from pdflearn.identification.known_cells import (
    is_far,
    reach,
    strain_beyond_reach,
    with_nearer_member,
)
from pdflearn.identification.messages import ACCEPTED, AMBIGUOUS
from pdflearn.identification.verdict import identify
from pdflearn.refinement.cache import Solutions


@pytest.fixture(scope="module")
def spinels():
    return make_catalogue(["MgAl2O4 spinel", "ZnFe2O4 spinel", "CoCr2S4 spinel", "Ni fcc"])


def stretched(name, by, rw=0.1, **changes):
    """A structure whose fit ended at a cell that is larger by a share."""
    item = refined(name, rw, **changes)
    cell = item.candidates[0].phase.structure.copy()
    a, b, c, *angles = cell.lattice.abcABG()
    cell.lattice.setLatPar(a * (1 + by), b * (1 + by), c * (1 + by), *angles)
    return replace(item, fit=SimpleNamespace(structures=(cell,), rw=rw, parameters={}))


def test_the_more_compounds_of_a_type_are_known_the_nearer_is_one(spinels):
    assert reach(spinels, "spinel") == pytest.approx(0.13)
    assert reach(spinels, "fcc") == reach(spinels, "not known") == pytest.approx(0.33)


def test_a_cell_is_far_from_the_one_that_it_was_refined_from(spinels):
    assert is_far(stretched("CoCr2S4 spinel", -0.15), spinels)
    assert not is_far(stretched("CoCr2S4 spinel", -0.10), spinels)
    assert not is_far(stretched("Ni fcc", 0.15), spinels)


@pytest.mark.parametrize("given", [{"file": "mine.cif"}, {"fits_composition": True}])
def test_what_the_user_knows_is_judged_otherwise(spinels, given):
    assert not is_far(stretched("CoCr2S4 spinel", -0.15, **given), spinels)


def test_a_relative_that_fits_alike_and_is_near_excuses_a_strain(spinels):
    far = stretched("CoCr2S4 spinel", -0.15)
    assert strain_beyond_reach([far], spinels) == pytest.approx(0.15)
    assert strain_beyond_reach([far, stretched("Ni fcc", 0.0)], spinels) > 0
    relative = stretched("MgAl2O4 spinel", 0.0)
    assert strain_beyond_reach([far, replace(relative, adjusted_rw=0.2)], spinels) > 0
    assert strain_beyond_reach([far, relative], spinels) == 0


@pytest.fixture(scope="module")
def metals():
    return make_catalogue(["Cu fcc", "Au fcc", "Ni fcc", "Al fcc", "Ag fcc", "Pb fcc"])


@pytest.fixture(scope="module")
def accepted(metals, copper):
    answer = identify(copper, even_probabilities(metals), metals)
    assert answer.verdict == ACCEPTED
    return answer.ranked[0]


@pytest.fixture(scope="module")
def far(accepted):
    """The fit of copper as if it were that of a metal with larger atoms."""
    (candidate,) = accepted.candidates
    known = candidate.phase.structure.copy()
    known.lattice.setLatPar(4.1, 4.1, 4.1)
    phase = replace(candidate.phase, structure=known)
    return replace(accepted, candidates=(replace(candidate, phase=phase),))


def test_what_fits_only_far_from_known_cells_is_ambiguous(copper, metals, accepted, far):
    judgement = judge(copper, [far], metals, 0.3)
    assert judgement.verdict == AMBIGUOUS
    assert "no nearer one of the type fits" in judgement.reason
    assert judge(copper, [far, accepted], metals, 0.3).verdict == ACCEPTED


def test_a_nearer_compound_stands_for_the_type_where_it_fits_better(copper, metals, far):
    (nearer,) = with_nearer_member(copper, [replace(far, adjusted_rw=0.5)], metals, Solutions())
    assert nearer.name != far.name or nearer.candidates[0].phase != far.candidates[0].phase
    assert not is_far(nearer, metals)
    assert nearer.log_posterior == far.log_posterior


def test_a_nearer_compound_that_fits_alike_is_named(copper, metals, far):
    (same,) = with_nearer_member(copper, [replace(far, adjusted_rw=0.02)], metals, Solutions())
    assert same.nearer
    assert same.fit is far.fit
    assert not is_far(same, metals)
    others = metals.limited_to(["Au fcc", "Al fcc", "Ag fcc", "Pb fcc"])
    assert with_nearer_member(copper, [far], others, Solutions())[0] is far
