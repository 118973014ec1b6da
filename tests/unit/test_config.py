"""The config's tasks and models: who learns what, and faults named before anything runs."""

import copy
import re
from pathlib import Path

import pytest
import yaml

from pdflearn.ladder import REGRESSION, SEMI_SUPERVISED
from pdflearn.study import Study
from pdflearn.study_config import ConfigError, able_models, check_config

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "config" / "config.yaml").read_text()


@pytest.fixture
def config():
    return copy.deepcopy(yaml.safe_load(TEXT))


def test_a_task_without_models_takes_all_that_can_learn_it(config):
    named = {name: spec["estimator"] for name, spec in config["models"].items()}
    taken = [named[name] for name in able_models(config, "structure_type")]
    assert {"perfect", "perceptron", "logistic_gradient", "mlp"} <= set(taken)
    assert not {"mean", "linear_regression", *SEMI_SUPERVISED} & set(taken)
    assert "regression_trees" not in able_models(config, "structure_type")  # kept to regressions
    del config["tasks"]["diameter"]["models"]
    numbers = able_models(config, "diameter")
    assert {"mean", "linear_regression", "regression_trees"} <= set(numbers)
    assert not {"majority", "perceptron", "template"} & set(numbers)
    check_config(config)


def test_the_task_that_stands_commented_out_works(config):
    block = re.search(r"(?m)^  # few_labels:\n(?:  #   .*\n)+", TEXT)[0]
    config["tasks"] |= yaml.safe_load(block.replace("  # ", "", 1).replace("\n  # ", "\n"))
    assert config["tasks"]["few_labels"]["labelled"] == 0.1
    check_config(config)
    assert "self_training" in able_models(config, "few_labels")


@pytest.mark.parametrize(
    ("section", "entry", "words"),
    [
        (
            "models",
            {"mlp": {"estimator": "forest"}},
            "models.mlp.estimator: 'forest'; expected one",
        ),
        (
            "tasks",
            {"diameter": {"metric": "accuracy"}},
            "a regression expects one of rmse, mae, r2",
        ),
        ("tasks", {"diameter": {"models": ["mean", "knn", "template"]}}, "template cannot learn"),
        ("tasks", {"plain_type": {"models": ["majority"]}}, "at least one that is no control"),
        (
            "models",
            {"average": {"members": ["type_as_seen/knn", "template"]}},
            "models.average.members: .'type_as_seen/knn', 'template'.; an average.*task/model",
        ),
        ("measured", {"task": "type_as_seen"}, "measured.task: 'type_as_seen'; expected"),
        ("audit", {"task": "diameter"}, "audit: task 'diameter'.*expected a classification"),
        ("measured", {"task": "diameter"}, "measured.task: 'diameter'; expected a classification"),
    ],
)
def test_faults_are_named(config, section, entry, words):
    for key, change in entry.items():
        if isinstance(change, dict):
            config[section][key] |= change
        else:
            config[section][key] = change
    with pytest.raises(ConfigError, match=words):
        check_config(config)


def test_a_task_that_is_not_scored_lends_its_models(config):
    study = Study(config)
    assert "type_as_seen" in study.learned_tasks
    assert "type_as_seen" not in study.tasks
    assert study.members("plain_type", "average") == [
        "type_as_seen/mlp", "type_as_seen/mlp_scale_free",
    ]  # fmt: skip
    assert "average" not in able_models(config, "crystal_system")
    assert study.lends("type_as_seen", "mlp")
    assert not study.lends("structure_type", "average")
    made = study.made({"learn": ["m/{task}/{model}.skops"], "evaluate": ["e/{task}.csv"]})
    assert "m/type_as_seen/mlp.skops" in made["learn"]
    assert not [file for file in made["evaluate"] if "type_as_seen" in file]


def test_a_model_that_is_audited_alone_is_learned(config):
    config["audit"]["model"] = "mlp"
    made = Study(config).made({"learn": ["m/{task}/{model}"], "evaluate": ["e/{task}"]})
    assert "m/structure_type/mlp" in made["learn"]
    assert "mlp" not in Study(config).models_of("structure_type")


def test_null_takes_a_task_out(config):
    config["tasks"]["diameter"] = None
    study = Study(config)
    assert "diameter" not in study.tasks
    assert study.tasks_of(REGRESSION) == ["nearest_neighbour"]
