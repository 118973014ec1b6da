"""Shares of a mixture's phases that a recipe fixes or bounds."""

import numpy as np
import pytest
from crystals import diamond, fcc
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.measured.observation import Observation
from pdflearn.refinement.fraction_limits import FractionLimits
from pdflearn.refinement.model import nonnegative_scales
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe, RecipeError, recipe_of_text
from pdflearn.refinement.refinement import refine
from pdflearn.simulation.simulator import simulate_pdf

PHASES = [Phase(diamond(), "neutron", "cubic"), Phase(fcc(), "neutron", "cubic")]


@pytest.fixture(scope="module")
def mixture():
    settings = {"radiation": "neutron", "u_iso": 0.006, "q_max": 25.0, "q_damp": 0.04}
    curves = [
        simulate_pdf(structure, r_min=1.6, r_max=15.0, r_step=0.05, **settings)
        for structure in (diamond(), fcc())
    ]
    g = 0.5 * curves[0][1] + 0.5 * curves[1][1]
    return Observation(curves[0][0], g, "neutron", 0.5, 25.0, 0.04, 0.0)


@pytest.fixture(scope="module")
def free(mixture):
    return refine(mixture, PHASES)


def test_a_share_that_is_fixed_stays(mixture, free):
    share = round(free.fractions[0] - 0.1, 2)
    fit = refine(mixture, PHASES, recipe=recipe_of_text(f"fixed=1_fraction={share}"))
    assert fit.fractions[0] == pytest.approx(share, abs=1e-3)
    assert fit.n_free == free.n_free - 1
    assert np.isnan(fit.amounts.atoms_stderr).all()
    assert free.rw < fit.rw < 0.5


def test_a_bound_holds_and_is_named(mixture, free):
    most = round(free.fractions[1] - 0.05, 2)
    fit = refine(mixture, PHASES, recipe=Recipe(bounds={"2_fraction": (0.0, most)}))
    assert fit.fractions[1] == pytest.approx(most, abs=1e-3)
    assert "2_fraction" in fit.at_limits
    assert any("2_fraction" in remark for remark in fit.remarks)


def test_bounds_that_are_not_reached_change_nothing(mixture, free):
    fit = refine(mixture, PHASES, recipe=Recipe(bounds={"1_fraction": (0.01, 0.99)}))
    assert fit.fractions == pytest.approx(free.fractions, abs=1e-3)
    assert fit.rw <= free.rw * (1 + 1e-3) + 1e-6
    assert fit.amounts.atoms_stderr[0] == pytest.approx(free.amounts.atoms_stderr[0], rel=0.2)


@pytest.mark.parametrize(
    ("fixed", "reason"),
    [
        ({"1_fraction": 1.2}, "a share is from 0 to 1"),
        ({"3_fraction": 0.2}, "the fit has 2 phases"),
        ({"1_fraction": 0.2, "2_fraction": 0.3}, "cannot add up to one"),
    ],
)
def test_shares_that_cannot_be_are_refused(mixture, fixed, reason):
    with pytest.raises(RecipeError, match=reason):
        refine(mixture, PHASES, recipe=Recipe(fixed=fixed))


def test_one_phase_has_no_share(mixture):
    with pytest.raises(RecipeError, match="the fit has one phase"):
        refine(mixture, PHASES[:1], recipe=Recipe(fixed={"1_fraction": 0.5}))


limit = st.tuples(st.floats(0, 1), st.floats(0, 1)).map(lambda pair: tuple(sorted(pair)))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), first=limit, n=st.integers(2, 3))
def test_scales_are_the_best_within_the_limits(seed, first, n):
    rng = np.random.default_rng(seed)
    curves, squares = rng.normal(size=(30, n)), rng.uniform(0.5, 2.0, size=n)
    target = curves @ rng.uniform(0.1, 1.0, size=n) + 0.1 * rng.normal(size=30)
    limits = FractionLimits({"1_fraction": first}, squares)
    scales = limits.scales(curves, target)
    amounts = scales / squares
    assert (scales >= 0).all()
    if amounts.sum() > 0:
        share = amounts[0] / amounts.sum()
        assert first[0] - 1e-6 <= share <= first[1] + 1e-6
    rw = np.linalg.norm(curves @ scales - target)
    unlimited = nonnegative_scales(curves, target)
    assert rw >= np.linalg.norm(curves @ unlimited - target) - 1e-9
    for _ in range(40):  # no other amounts within the limits are better
        trial = rng.uniform(0.0, 1.0, size=n)
        trial[0] = rng.uniform(*first) * trial[1:].sum()
        share = trial[0] / trial.sum()
        if not first[0] <= share <= first[1]:
            continue
        curve = curves @ (trial * squares)
        best = max(0.0, float(curve @ target) / float(curve @ curve))
        assert np.linalg.norm(best * curve - target) >= rw - 1e-9
