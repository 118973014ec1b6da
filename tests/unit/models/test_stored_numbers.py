"""Tests of pdflearn.models.stored_numbers."""

import numpy as np
import pytest

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import REGRESSION
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import persistence
from pdflearn.models.build import build_model
from pdflearn.models.stored_numbers import load_number_model, predict_numbers
from pdflearn.simulation.shape import spherical_shape

GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)
PREPROCESSING = Preprocessing(GRID, (1.5, 20.0))


def _waves(diameters, random):
    shapes = np.array([spherical_shape(GRID.r, diameter) for diameter in diameters])
    waves = np.sin(random.uniform(2.0, 4.0, len(diameters))[:, None] * GRID.r)
    noise = 0.02 * random.standard_normal(shapes.shape)
    return (shapes * waves + noise).astype(np.float32)


@pytest.fixture(scope="module")
def trained():
    random = np.random.default_rng(0)
    diameters = np.exp(random.uniform(np.log(15.0), np.log(100.0), 400))
    patterns = _waves(diameters, random)
    spec = {
        "estimator": "quantile_trees",
        "params": {"features": "envelope", "max_iter": 20, "truncated_fraction": 0.2},
    }
    model = build_model("d", spec, {}, PREPROCESSING, seed=1, task_type=REGRESSION)
    return model.fit(patterns, diameters), diameters, patterns


def test_a_model_read_without_scikit_learn_answers_the_same(trained, tmp_path):
    model, diameters, patterns = trained
    model.margin = 0.125
    persistence.save_model(tmp_path / "model.skops", model)
    stored = load_number_model(tmp_path / "model.skops")
    np.testing.assert_array_equal(
        stored.predict_interval(patterns), model.predict_interval(patterns)
    )
    assert stored.largest == diameters.max()


def test_a_diameter_that_may_be_bulk_has_a_lower_end_alone(trained, tmp_path):
    model, _, _ = trained
    persistence.save_model(tmp_path / "model.skops", model)
    models = {"diameter": load_number_model(tmp_path / "model.skops"), "nearest_neighbour": None}
    table = predict_numbers(models, _waves([25.0, np.inf], np.random.default_rng(5)))
    small, bulk = table.to_dict("records")
    assert small["diameter_low"] <= small["diameter"] <= small["diameter_high"] < 90.0
    assert bulk["diameter_low"] > 30.0
    assert np.isnan([bulk["diameter"], bulk["diameter_high"]]).all()
    assert table[[name for name in table if name.startswith("nearest")]].isna().all(axis=None)


def test_a_model_without_intervals_states_none(tmp_path):
    spec = {"estimator": "ridge", "params": {"features": "raw"}}
    model = build_model("r", spec, {}, PREPROCESSING, seed=1, task_type=REGRESSION)
    patterns = _waves([20.0, 40.0], np.random.default_rng(1))
    persistence.save_model(tmp_path / "ridge.skops", model.fit(patterns, np.array([20.0, 40.0])))
    assert load_number_model(tmp_path / "ridge.skops") is None
