"""Which models of a config can learn which task."""

import pytest

from pdflearn.study.task_models import (
    compatible_models,
    is_model_of_other_task,
    task_types_of_model,
    trainable_models,
)

CONFIG = {
    "tasks": {
        "type": {},
        "few": {"labelled_fraction": 0.1},
        "size": {"task_type": "regression"},
        "named": {"models": ["knn"]},
    },
    "models": {
        "majority": {"estimator": "majority"},
        "knn": {"estimator": "knn"},
        "trees": {"estimator": "extra_trees", "task_type": "regression"},
        "spread": {"estimator": "label_spreading"},
        "both": {"estimator": "average", "members": ["knn", "trees"]},
    },
}


@pytest.mark.parametrize(
    ("task", "models"),
    [
        ("type", ["majority", "knn"]),
        ("few", ["majority", "knn", "spread"]),
        ("size", ["knn", "trees", "both"]),
    ],
)
def test_models_that_can_learn_a_task(task, models):
    assert compatible_models(CONFIG, task) == models


def test_controls_and_averages_do_not_learn_by_themselves():
    assert trainable_models(CONFIG) == ["knn", "trees", "spread"]


def test_a_model_is_kept_to_the_type_of_task_in_its_entry():
    assert task_types_of_model(CONFIG["models"]["trees"]) == ("regression",)


def test_members_from_another_task_must_be_learned_there():
    assert is_model_of_other_task(CONFIG, "named/knn")
    assert not is_model_of_other_task(CONFIG, "named/spread")  # that task names its models
    assert not is_model_of_other_task(CONFIG, "size/knn")  # a regression
    assert not is_model_of_other_task(CONFIG, "knn")
