"""The calculated curve at the measured points, and its scales."""

import numpy as np
import pytest
from crystals import diamond, fcc
from refinement_cases import simulated

from pdflearn.measured.observation import Observation
from pdflearn.refinement.model import Model, RefinementError, interpolation_matrix
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.starts import usual_start


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
        wave = interpolation_matrix(r, x) @ np.cos(q * r + 0.3)
        assert np.abs(wave - np.cos(q * x + 0.3)).max() < 1e-3


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


def test_only_the_changed_phase_is_computed_anew(model):
    values = usual_start(model)
    curves = model.curves(values)
    values[model.vector.slices[1].start] += 1.0  # strain of the second phase
    updated = model.updated_curves(values, curves, 1)
    np.testing.assert_array_equal(updated[:, 0], curves[:, 0])
    np.testing.assert_array_equal(updated, model.curves(values))
    values[-1] += 1.0  # q_damp
    assert not np.array_equal(model.updated_curves(values, curves, None)[:, 0], curves[:, 0])
