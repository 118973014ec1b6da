"""Series are refined from neighbour to neighbour; transitions and strange curves are told."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import fcc
from refinement_cases import simulated

from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.refinement.rivals import compare, crossings
from pdflearn.refinement.series import refine_series
from pdflearn.structures.structure import make_structure

NICKEL = [Phase(fcc(), crystal_system="cubic")]
KELVIN = np.array([100.0, 150.0, 200.0, 250.0, 300.0, 350.0, 400.0])
CRITICAL = 260.0  # kelvin, of the distorted series


def bct(splitting=0.0, a=4.0, c=4.9):
    """Two heavy atoms in a cell whose a and b differ by this share of their sum."""
    cell = (a * (1 + splitting), a * (1 - splitting), c, 90, 90, 90)
    return make_structure(cell, ["Sn"] * 2, np.array([(0, 0, 0), (0.5,) * 3]), orbits=[0, 0])


@pytest.fixture(scope="module")
def expanding():
    """Nickel that expands by 2e-5 a kelvin, with noise."""
    return [
        simulated(fcc(a=3.52 * (1 + 2e-5 * kelvin)), noise=0.05, u_iso=0.003 + 1e-5 * kelvin)
        for kelvin in KELVIN
    ]


@pytest.fixture(scope="module")
def distorting():
    """A splitting of a and b that vanishes on warming as sqrt(1 - T / Tc)."""
    splittings = 0.012 * np.sqrt(np.maximum(1 - KELVIN / CRITICAL, 0.0))
    return splittings, [simulated(bct(s), noise=0.05) for s in splittings]


@pytest.fixture(scope="module")
def orthorhombic(distorting):
    return refine_series(distorting[1], [Phase(bct(0.01), crystal_system="orthorhombic")])


def test_a_series_follows_thermal_expansion(expanding):
    frames = refine_series(expanding, NICKEL)
    a = np.array([frame.fit.parameters["a"].value for frame in frames])
    u = np.array([frame.fit.parameters["u_iso_Ni"].value for frame in frames])
    assert a == pytest.approx(3.52 * (1 + 2e-5 * KELVIN), rel=1e-4)
    assert u == pytest.approx(0.003 + 1e-5 * KELVIN, rel=0.05)
    assert all(frame.explained for frame in frames)


def test_curves_that_cannot_be_fitted_are_passed_over(expanding):
    frames = refine_series([expanding[0], None, expanding[2]], NICKEL)
    assert [frame.fit is not None for frame in frames] == [True, False, True]
    assert "cannot be fitted" in frames[1].reason
    assert not frames[1].explained
    empty = refine_series([None, None], NICKEL)
    assert [frame.fit for frame in empty] == [None, None]


def test_a_curve_of_another_phase_is_not_explained(expanding):
    foreign = simulated(bct(), noise=0.05)
    frames = refine_series([*expanding[:3], foreign, *expanding[4:]], NICKEL)
    assert [frame.explained for frame in frames] == [True] * 3 + [False] + [True] * 3


def test_no_fit_of_a_series_is_worse_than_by_itself(distorting, orthorhombic):
    _, curves = distorting
    phases = [Phase(bct(0.01), crystal_system="orthorhombic")]
    recipe = orthorhombic[0].fit.recipe
    for k in (0, 3, 6):
        assert orthorhombic[k].rw <= refine(curves[k], phases, recipe=recipe).rw * (1 + 1e-3)


def test_a_splitting_is_followed_to_where_it_vanishes(distorting, orthorhombic):
    splittings, _ = distorting
    cells = [frame.fit.structures[0].lattice for frame in orthorhombic]
    measured = np.array([(cell.a - cell.b) / (cell.a + cell.b) for cell in cells])
    assert measured[:3] == pytest.approx(splittings[:3], rel=0.03)
    # The axes keep their places as far as they differ.
    assert (measured[splittings > 0] > 0).all()
    assert measured[splittings == 0] == pytest.approx(0.0, abs=2e-3)


def test_the_order_of_rival_models_changes_at_the_transition(distorting, orthorhombic):
    _, curves = distorting
    models = {
        "orthorhombic": orthorhombic,
        "tetragonal": refine_series(curves, [Phase(bct(), crystal_system="tetragonal")]),
    }
    criteria = compare(models, curves)
    assert criteria.shape == (2, len(curves))
    (change,) = crossings(KELVIN, list(models), criteria)
    assert (change.before, change.after) == ("orthorhombic", "tetragonal")
    assert change.last < CRITICAL < change.first + 1
    assert change.x == pytest.approx(CRITICAL, abs=2 * change.stderr)


def test_models_that_tie_or_fail_change_nowhere():
    x = np.arange(4.0)
    assert crossings(x, ["one"], np.zeros((1, 4))) == []
    assert crossings(x, ["one", "other"], np.array([[0.0] * 4, [np.inf] * 4])) == []
    # One undecided curve amid clear ones is no change.
    single = np.array([[0.0, 0.0, 1.0, 0.0], [20.0, 20.0, 0.0, 20.0]])
    assert crossings(x, ["one", "other"], single) == []


def test_the_same_series_gives_the_same_numbers(expanding):
    one, other = (refine_series(expanding[:3], NICKEL) for _ in range(2))
    assert [frame.rw for frame in one] == [frame.rw for frame in other]


def test_backwards_helps_where_the_first_curve_is_hopeless(expanding):
    noise = np.random.default_rng(3).normal(size=len(expanding[0].g))
    spoilt = replace(expanding[0], g=noise)
    frames = refine_series([spoilt, *expanding[1:4]], NICKEL)
    assert not frames[0].explained
    assert all(frame.explained and frame.rw < 0.1 for frame in frames[1:])


def test_a_size_that_some_curves_do_not_support_is_none_for_all(expanding):
    small = [simulated(fcc(), noise=0.05, diameter=diameter) for diameter in (30.0, 40.0)]
    sizes = [frame.fit.parameters["diameter"].value for frame in refine_series(small, NICKEL)]
    assert sizes == pytest.approx([30.0, 40.0], rel=0.05)
    bulk = refine_series(expanding[:2], NICKEL)
    assert [frame.fit.parameters["diameter"].value for frame in bulk] == [np.inf, np.inf]
