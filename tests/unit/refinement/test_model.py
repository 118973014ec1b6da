"""The calculated curve at the measured points, and its scales."""

import numpy as np
import pytest
from crystals import diamond, fcc, rutile
from refinement_cases import simulated
from scipy.optimize import nnls

from pdflearn.measured.observation import Observation
from pdflearn.refinement.model import (
    Interpolation,
    Model,
    RefinementError,
    nonnegative_scales,
)
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.starts import usual_start
from pdflearn.refinement.vector import SCALES
from pdflearn.structures.modes import symmetric_modes


@pytest.mark.parametrize("value", [0.0, np.nan])
def test_a_curve_of_nothing_is_refused(value):
    r = np.arange(1.6, 20.0, 0.05)
    with pytest.raises(RefinementError, match="zero or holds NaN"):
        Model(Observation(r, np.full(len(r), value)), [Phase(fcc())])


def test_interpolation_meets_the_highest_frequency_between_the_points():
    q_max = 25.0
    r = np.arange(1.0, 20.3, 0.4 / q_max)
    x = np.random.default_rng(3).uniform(r[0], r[-1], 500)
    for q in (0.0, 5.0, q_max):
        wave = Interpolation(r, x).of(np.cos(q * r + 0.3))
        assert np.abs(wave - np.cos(q * x + 0.3)).max() < 1e-3


@pytest.mark.parametrize("n_phases", [2, 3])
def test_scales_are_those_of_nonnegative_least_squares(n_phases):
    rng = np.random.default_rng(n_phases)
    some_are_zero = 0
    for _ in range(50):
        curves, target = rng.normal(size=(40, n_phases)), rng.normal(size=40)
        scales = nonnegative_scales(curves, target)
        assert scales == pytest.approx(nnls(curves, target)[0], abs=1e-12)
        some_are_zero += 0 < np.count_nonzero(scales) < n_phases
    assert some_are_zero > 5


def test_two_equal_curves_share_their_scale():
    curve = np.sin(np.arange(50.0))
    scales = nonnegative_scales(np.column_stack([curve, curve]), 3 * curve)
    assert scales.sum() == pytest.approx(3.0)
    assert scales.min() >= 0


@pytest.fixture(scope="module")
def model():
    phases = [Phase(fcc(), crystal_system="cubic"), Phase(diamond(), crystal_system="cubic")]
    return Model(simulated(fcc()), phases)


def test_scales_are_those_that_a_curve_was_made_with(model):
    curves = model.curves(usual_start(model))
    exact = Model(Observation(model.observation.r, curves @ [2.0, 0.5]), model.phases)
    scales, residuals = exact.scale(curves)
    np.testing.assert_allclose(scales * exact.norm, [2.0, 0.5])
    assert np.abs(residuals).max() < 1e-9


def test_no_scale_is_negative(model):
    curves = model.curves(usual_start(model))
    for columns in (-curves, -curves[:, :1]):
        assert (model.scale(columns)[0] >= 0).all()


def assert_alike(found, expected):
    assert np.abs(found - expected).max() < 0.02 * np.abs(expected).max()


@pytest.mark.parametrize("shares", [(2.0, 0.5), (2.0, -0.5)])
def test_changes_are_those_of_curves_and_residuals(shares):
    """Also where the scale of a phase is at zero; the second phase has all kinds of entries."""
    modes = symmetric_modes(rutile())
    phases = [Phase(fcc(), crystal_system="cubic"), Phase(rutile(), "xray", "tetragonal")]
    phases[1] = phases[1].with_modes(modes)
    start = Model(simulated(fcc()), phases)
    values = usual_start(start)
    values[[3, 10]] = 1.0, 0.5  # sizes
    target = start.curves(values) @ shares + 0.01 * np.sin(start.observation.r)
    model = Model(Observation(start.observation.r, target, q_damp=None), phases)
    groups = model.vector.free_groups(full=True)
    usual = set(SCALES) - {"angle", "aspect", "core", "delta1", "log_tensor", "occupancy"}
    assert {model.vector.entries[group[0]].quantity for group in groups} == usual
    curves = model.curves(values)
    changes = model.curve_changes(values, groups)
    columns = model.residual_changes(curves, changes).T
    for k, group in enumerate(groups):
        step = 0.02 * (np.arange(len(values)) == group[0])
        step[group] = 0.02
        sides = [model.curves(values + step), model.curves(values - step)]
        assert_alike(changes[k], (sides[0] - sides[1]) / 0.04)
        residuals = [model.scale(side)[1] for side in sides]
        expected = (residuals[0] - residuals[1]) / 0.04
        assert np.abs(columns[k] - expected).max() < 0.02 * np.abs(changes[k]).max() + 1e-6
