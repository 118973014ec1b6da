"""Tests of pdflearn.models.stored_numbers."""

from dataclasses import replace

import numpy as np
import pytest

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import REGRESSION
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import persistence
from pdflearn.models.build import build_model
from pdflearn.models.number_limits import Seen, number_words
from pdflearn.models.stored_numbers import load_number_model, predict_numbers
from pdflearn.simulation.shape import spherical_shape

GRID = Grid(r_min=1.0, r_max=30.0, r_step=0.1)
PREPROCESSING = Preprocessing(GRID, (1.5, 20.0))
Q_DAMP = (0.01, 0.06)
SEEN = Seen(r_min=0.0, r_max=30.0, q_max=25.0, q_damp=0.03)


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
    assert (stored.smallest, stored.largest) == (diameters.min(), diameters.max())


def test_a_diameter_that_may_be_bulk_has_a_lower_end_alone(trained, tmp_path):
    model, _, _ = trained
    persistence.save_model(tmp_path / "model.skops", model)
    models = {"diameter": load_number_model(tmp_path / "model.skops"), "nearest_neighbour": None}
    patterns = _waves([25.0, np.inf], np.random.default_rng(5))
    table = predict_numbers(models, patterns, [SEEN] * 2, Q_DAMP)
    small, bulk = table.to_dict("records")
    assert small["diameter_low"] <= small["diameter"] <= small["diameter_high"] < 90.0
    assert bulk["diameter_low"] > 30.0
    assert np.isnan([bulk["diameter"], bulk["diameter_high"]]).all()
    assert table[[name for name in table if name.startswith("nearest")]].isna().all(axis=None)


def test_particles_smaller_than_any_that_was_learned_have_an_upper_end_alone(trained, tmp_path):
    model, _, _ = trained
    persistence.save_model(tmp_path / "model.skops", model)
    models = {"diameter": load_number_model(tmp_path / "model.skops")}
    patterns = _waves([11.0], np.random.default_rng(6))
    (row,) = predict_numbers(models, patterns, [SEEN], Q_DAMP).to_dict("records")
    assert np.isnan([row["diameter"], row["diameter_low"]]).all()
    assert 11.0 < row["diameter_high"] < 40.0
    assert number_words(row) == f"particles of {row['diameter_high']:.0f} A or less"


@pytest.mark.parametrize(
    ("change", "word"),
    [({"q_damp": 0.08}, "q_damp is 0.08"), ({"r_max": 7.0}, "ends at 7.0 A"),
     ({"q_max": 5.0}, "Q_max is 5")],
)  # fmt: skip
def test_a_curve_unlike_those_that_were_learned_has_no_diameter(trained, tmp_path, change, word):
    model, _, _ = trained
    persistence.save_model(tmp_path / "model.skops", model)
    models = {"diameter": load_number_model(tmp_path / "model.skops")}
    patterns = _waves([25.0, 25.0], np.random.default_rng(5))
    both = predict_numbers(models, patterns, [SEEN, replace(SEEN, **change)], Q_DAMP)
    within, beyond = both.to_dict("records")
    assert np.isfinite(within["diameter"])
    assert within["numbers_note"] == ""
    assert np.isnan([beyond[f"diameter{end}"] for end in ("", "_low", "_high")]).all()
    assert word in beyond["numbers_note"]
    assert word in number_words(beyond)


def test_a_model_without_intervals_states_none(tmp_path):
    spec = {"estimator": "ridge", "params": {"features": "raw"}}
    model = build_model("r", spec, {}, PREPROCESSING, seed=1, task_type=REGRESSION)
    patterns = _waves([20.0, 40.0], np.random.default_rng(1))
    persistence.save_model(tmp_path / "ridge.skops", model.fit(patterns, np.array([20.0, 40.0])))
    assert load_number_model(tmp_path / "ridge.skops") is None
