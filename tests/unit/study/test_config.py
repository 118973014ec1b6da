"""The config's tasks and models: who learns what, and faults named before anything runs."""

import copy
import re
from pathlib import Path

import pytest
import yaml

from pdflearn.core.tasks import REGRESSION
from pdflearn.models.registry import REGISTRY
from pdflearn.study import priorities
from pdflearn.study.config import RENAMED, SCHEMA, ConfigError, check_config
from pdflearn.study.study import Study
from pdflearn.study.task_models import compatible_models

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "config" / "config.yaml").read_text()
CONFIG = yaml.safe_load(TEXT)


@pytest.fixture
def config():
    return copy.deepcopy(CONFIG)


def test_a_task_without_models_takes_all_that_can_learn_it(config):
    named = {name: spec["estimator"] for name, spec in config["models"].items()}
    taken = [named[name] for name in compatible_models(config, "structure_type")]
    assert {"perfect", "perceptron", "logistic_gradient", "mlp"} <= set(taken)
    semi_supervised = {name for name, entry in REGISTRY.items() if entry.semi_supervised}
    assert not {"mean", "linear_regression", *semi_supervised} & set(taken)
    assert "shell_trees" not in compatible_models(config, "structure_type")  # numbers alone
    del config["tasks"]["diameter"]["models"]
    numbers = compatible_models(config, "diameter")
    assert {"mean", "linear_regression", "shell_trees"} <= set(numbers)
    assert not {"majority", "perceptron", "template"} & set(numbers)
    check_config(config)


def test_the_task_that_stands_commented_out_works(config):
    block = re.search(r"(?m)^  # few_labels:\n(?:  #   .*\n)+", TEXT)[0]
    config["tasks"] |= yaml.safe_load(block.replace("  # ", "", 1).replace("\n  # ", "\n"))
    assert config["tasks"]["few_labels"]["labelled_fraction"] == 0.1
    check_config(config)
    assert "self_training" in compatible_models(config, "few_labels")


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


@pytest.mark.parametrize(
    ("place", "value", "words"),
    [
        ("simulate.stress.high_noise.noise", [0.2, 0.1], "low 0.2 is above high 0.1"),
        ("simulate.ranges.q_min", [0.3, 18.0], "q_min is up to 18.0, q_max from 17.0"),
        ("simulate.stress.unseen_instrument.q_max", [1.0, 2.0], "q_min is up to 1.2, q_max from 1"),
        ("simulate.ranges.strain", [-2, 0.02], "-2 is less than the minimum"),
        ("simulate.ranges.axial_strain", [0.0, 5], "5 is greater than the maximum"),
        ("structures.compounds_per_type.min", 25, "min 25 is above max 24"),
        ("structures.clusters.n_atoms.max", 4, "min 5 is above max 4"),
        ("audit.curves.folds", 20, "20; expected at most split.folds, which is 4"),
    ],
)
def test_a_value_that_would_fail_later_is_named_with_its_key(config, place, value, words):
    *sections, key = place.split(".")
    section = config
    for name in sections:
        section = section[name]
    section[key] = value
    # of stress alone, or of ranges that stress takes over: the key or the one above it
    with pytest.raises(ConfigError, match=rf"(?s){place.rpartition('.')[0]}.*{re.escape(words)}"):
        check_config(config)


@pytest.mark.parametrize("section", [(), ("novelty",)])
def test_a_network_by_jax_cannot_be_audited(config, section):
    config["models"]["net"] = {"estimator": "cnn"}
    check_config(config)
    audit = config["audit"]
    for name in section:
        audit = audit[name]
    audit["model"] = "net"
    with pytest.raises(ConfigError, match="audit: model 'net' is trained with jax, optax"):
        check_config(config)


@pytest.mark.parametrize("old", sorted(RENAMED))
def test_an_old_key_is_refused_with_its_new_name(config, old):
    *sections, key = old.split(".")
    section, path = config, []
    for name in sections:
        name = next(iter(section)) if name == "*" else name
        path.append(name)
        section = section.setdefault(name, {})
    section[key] = 7
    words = re.escape(f"{'.'.join(path)}.{key}: 7; expected its new name, {'.'.join(path)}.")
    with pytest.raises(ConfigError, match=words + re.escape(RENAMED[old])):
        check_config(config)
    new = RENAMED[old].split(":")[0]
    # the schema leaves the parameters to the estimators; config/README.md names them
    of_params = old.rpartition(".")[0].endswith(("params", "param_grid"))
    source = ROOT / "config" / "README.md" if of_params else SCHEMA
    keys = source.read_text() if of_params else yaml.safe_dump(yaml.safe_load(source.read_text()))
    assert new in keys


@pytest.mark.parametrize("key", ["cluster", "tasks.diameter"])
def test_a_label_that_no_column_has_is_named(config, key, tmp_path):
    section = config["cluster"] if key == "cluster" else config["tasks"]["diameter"]
    section["label"] = "härte"
    config["structures"]["folder"] = str(tmp_path)
    with pytest.raises(ConfigError, match=rf"{key}\.label: 'härte'; expected a column of your"):
        Study(config)
    (tmp_path / "deep").mkdir()
    for encoding in ("utf-8", "utf-8-sig", "latin-1", "utf-16"):
        (tmp_path / "deep" / "labels.csv").write_text("file,härte\na.cif,1\n", encoding)
        Study(config)


def test_every_column_of_the_dataset_can_be_a_label(config):
    for label in ("type_as_seen", "nearest_neighbour", "q_damp", "family", "group", "parent"):
        config["cluster"]["label"] = label
        Study(config)


def test_stress_takes_every_range(config):
    ranges = config["simulate"]["ranges"]
    config["simulate"]["stress"] = {name: {name: limits} for name, limits in ranges.items()}
    check_config(config)


def test_a_study_elsewhere_takes_the_projects_library_and_its_own_files(
    config, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    study = Study(config, ROOT)
    given = config["structures"]["library"]
    assert not Path(given).is_absolute()
    assert Path(study.config["structures"]["library"]).resolve() == ROOT / given
    assert all(Path(table).is_file() for table in study.library_tables())
    assert config["structures"]["library"] == given  # what Snakemake holds is left alone
    assert study.structures.all_files() == study.measured.all_files() == []
    own = tmp_path / given
    own.mkdir(parents=True)
    for table in (ROOT / given).glob("*.csv"):
        (own / table.name).write_bytes(table.read_bytes())
    assert Study(config, ROOT).config["structures"]["library"] == given


def test_a_task_that_is_not_scored_lends_its_models(config):
    study = Study(config)
    assert "type_as_seen" in study.trained_tasks
    assert "type_as_seen" not in study.tasks
    assert study.members("plain_type", "average") == [
        "type_as_seen/mlp", "type_as_seen/mlp_scale_free",
    ]  # fmt: skip
    assert "average" not in compatible_models(config, "crystal_system")
    assert study.priority("type_as_seen", "mlp") == priorities.VERDICT
    assert study.priority("crystal_system", "mlp_small") == priorities.OTHER
    made = study.outputs_by_rule(
        {"train_model": ["m/{task}/{model}.skops"], "evaluate": ["e/{task}.csv"]}
    )
    assert "m/type_as_seen/mlp.skops" in made["train_model"]
    assert not [file for file in made["evaluate"] if "type_as_seen" in file]


def test_a_model_that_is_audited_alone_is_learned(config):
    config["audit"]["model"] = "mlp"
    made = Study(config).outputs_by_rule(
        {"train_model": ["m/{task}/{model}"], "evaluate": ["e/{task}"]}
    )
    assert "m/structure_type/mlp" in made["train_model"]
    assert "mlp" not in Study(config).models_of("structure_type")


def test_null_takes_a_task_out(config):
    config["tasks"]["diameter"] = None
    study = Study(config)
    assert "diameter" not in study.tasks
    assert study.tasks_of_type(REGRESSION) == ["nearest_neighbour"]
