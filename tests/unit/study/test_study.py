"""What a rule depends on: the keys that it reads, its code, and nothing else."""

import copy
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from pdflearn.core.codehash import dependencies
from pdflearn.study.study import Study, sort_keys

ROOT = Path(__file__).resolve().parents[3]
CONFIG = yaml.safe_load((ROOT / "config" / "config.yaml").read_text())


@pytest.fixture
def study(monkeypatch):
    monkeypatch.chdir(ROOT)
    return Study(copy.deepcopy(CONFIG))


def test_settings_hold_the_keys_that_are_asked_for_and_the_code(study):
    settings = study.settings("split", "seed", "split", extra=1)
    assert set(settings) == {"seed", "split", "extra", "code"}
    assert settings["split"] == sort_keys(CONFIG["split"])
    assert settings["code"] != study.settings("assemble")["code"]


def test_a_task_is_defined_without_its_models(study):
    definition = study.settings("train_model", "tasks/structure_type")["tasks/structure_type"]
    assert "models" not in definition
    assert definition["label"] == CONFIG["tasks"]["structure_type"]["label"]


def test_the_order_of_keys_changes_nothing():
    assert list(sort_keys({"b": {"d": 1, "c": 2}, "a": [{"z": 1, "y": 2}]})) == ["a", "b"]
    assert str(sort_keys({"b": 1, "a": 2})) == str(sort_keys({"a": 2, "b": 1}))


def test_networks_by_jax_have_a_rule_of_their_own(monkeypatch):
    monkeypatch.chdir(ROOT)
    config = copy.deepcopy(CONFIG)
    assert "filters" not in Study(copy.deepcopy(config)).figures
    config["models"]["net"] = {"estimator": "cnn", "params": {"device": "gpu"}}
    config["tasks"]["structure_type"]["models"].append("net")
    study = Study(config)
    assert study.models_trained_by("train_network") == ["net"]
    others = study.models_trained_by("train_model")
    assert "net" not in others
    assert set(others) | {"net"} == set(study.learners)
    assert (study.gpus("net"), study.gpus("mlp")) == (1, 0)
    assert study.convolutional_model == "net"
    assert "filters" in study.figures
    outputs = study.outputs_by_rule(
        {"train_network": ["n/{task}/{model}"], "train_model": ["m/{task}/{model}"]}
    )
    assert outputs["train_network"] == ["n/structure_type/net"]
    assert "m/structure_type/net" not in outputs["train_model"]


def test_the_study_with_a_network_compares_it_with_a_perceptron_of_the_same_training(monkeypatch):
    monkeypatch.chdir(ROOT)
    config = copy.deepcopy(CONFIG)
    update_config(config, yaml.safe_load((ROOT / "config" / "deep.yaml").read_text()))
    study = Study(config)
    assert study.models_trained_by("train_network") == ["cnn"]
    assert {"cnn", "mlp_alike"} <= set(study.candidates("structure_type"))
    network, alike = (config["models"][name]["params"] for name in ("cnn", "mlp_alike"))
    of_filters = {"filters", "filter_size", "stride", "device"}
    differing = {key for key in network if network[key] != alike.get(key)}
    assert differing == of_filters | {"hidden_layer_sizes"}


def test_no_rule_but_the_networks_has_jax_in_its_environment():
    scripts = sorted((ROOT / "workflow" / "scripts").glob("*.py"))
    by_jax = [script.stem for script in scripts if "jax" in dependencies(script)[1]]
    assert by_jax == ["train_network"]


def test_outputs_are_listed_for_every_wildcard(study):
    outputs = study.outputs_by_rule(
        {"simulate": ["p/{shard}.npz"], "assemble": ["d/{subset}"], "measure_snooping": ["s.csv"]}
    )
    assert outputs["simulate"] == [f"p/{shard}.npz" for shard in study.shards]
    assert outputs["assemble"] == ["d/development", "d/vault"]
    assert "measure_snooping" not in outputs
