"""From the config to an untrained model: faults are named, every estimator can be built."""

import pytest

from pdflearn.core.grid import Grid
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import build, pattern_models

PREPROCESSING = Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 18.0))


@pytest.mark.parametrize("key", ["stretch_std", "truncated_fraction"])
def test_augmentation_is_for_networks_alone(key):
    spec = {"estimator": "knn", "params": {key: 0.02}}
    with pytest.raises(
        pattern_models.ModelError, match=r"models\.near: knn sees its patterns once"
    ):
        build.build_model("near", spec, {}, PREPROCESSING, 0)


def test_faults_in_the_config_are_named():
    with pytest.raises(
        pattern_models.ModelError, match=r"models\.x\.estimator is 'forest'; expected one"
    ):
        build.build_model("x", {"estimator": "forest"}, {}, PREPROCESSING, 0)
    with pytest.raises(
        pattern_models.ModelError, match=r"models\.x: .* has no parameter neighbours"
    ):
        build.build_model("x", {"estimator": "knn"}, {"neighbours": 3}, PREPROCESSING, 0)


def test_the_param_grid_is_every_combination():
    spec = {"param_grid": {"a": [1, 2], "b": ["x", "y", "z"]}}
    found = build.param_grid(spec)
    assert len(found) == 6
    assert found[0] == {"a": 1, "b": "x"}
    assert build.param_grid({}) == [{}]


def test_parameters_reach_the_steps_that_have_them():
    spec = {"estimator": "ridge", "params": {"envelope_width": 20, "alpha": 3.0}}
    model = build.build_model("r", spec, {"alpha": 5.0}, PREPROCESSING, 0, "regression")
    steps = model.estimator.named_steps
    assert steps["envelope"].envelope_width == 20
    assert steps["ridge"].alpha == 5.0  # what is searched wins over what is fixed
    assert steps["blockscaler"].copy is False


def test_models_of_one_estimator_start_apart_and_each_the_same_again():
    spec = {"estimator": "extra_trees"}
    states = [
        build.build_model(name, spec, {}, PREPROCESSING, 7).estimator.random_state
        for name in ("a", "b", "a")
    ]
    assert states[0] == states[2] != states[1]
