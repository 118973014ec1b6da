"""The config of a study: does it hold every key, valid values, and no contradiction?

Snakemake reads this while it parses, and so does every job on a cluster: standard library and YAML
only, and the library for the schema where a config is checked.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

from pdflearn.core.columns import LABELS
from pdflearn.core.errors import PdflearnError
from pdflearn.core.tasks import CLASSIFICATION, METRICS
from pdflearn.models.registry import REGISTRY, is_control
from pdflearn.study.task_models import (
    compatible_models,
    is_model_of_other_task,
    task_type_of,
    task_types_of_model,
    trainable_models,
)

SCHEMA = Path(__file__).parents[2] / "schemas" / "config.schema.yaml"

# Parameters of models that once had another name, wherever a config gives them.
RENAMED_PARAMS = {
    "rates": "learning_rates",
    "jitter": "stretch_std",
    "shortened": "truncated_fraction",
    "views": "tta_stretches",
    "balance": "prior_correction",
}
# Keys that once had another name; * stands for the name of a task, a model or the like.
RENAMED = {
    "structures.compounds": "compounds_per_type: {min: ..., max: ...}",
    "structures.clusters.atoms": "n_atoms: {min: ..., max: ...}",
    "structures.clusters.geometries": "max_geometries",
    "labels.visible_contrast": "min_contrast",
    "tasks.*.patterns": "max_patterns",
    "tasks.*.kind": "task_type",
    "tasks.*.labelled": "labelled_fraction",
    "tasks.*.scored": "report",
    "models.*.kind": "task_type",
    "models.*.search": "param_grid",
    "audit.shares": "train_sizes",
    "audit.novelty.made_up": "hypothetical",
    "audit.novelty.parts": "folds",
    "audit.curves.patterns": "max_patterns",
    "audit.curves.capacity.*.setting": "param_name",
    "audit.curves.capacity.*.values": "param_range",
    "cluster.patterns": "max_patterns",
    "cluster.pairs": "max_pairwise",
    "cluster.views": "representations",
    "cluster.neighbours": "n_neighbors",
    "cluster.number": "n_clusters",
    "cluster.numbers": "n_clusters_range",
    "cluster.resamples": "n_resamples",
    "measured.public": "fetch_public",
    "measured.ranks": "top_n",
    **{
        f"{section}.{old}": new
        for section in ("models.*.params", "models.*.param_grid", "audit.curves.capacity.*.params")
        for old, new in RENAMED_PARAMS.items()
    },
}


# Both loaders are safe ones; libyaml, where PyYAML has it, takes a tenth of the time.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class ConfigError(PdflearnError):
    """The config holds something that the study cannot run with."""


def read_config(path: str | Path) -> dict[str, Any]:
    """What a YAML file holds."""
    return yaml.load(Path(path).read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506


def check_config(config: dict[str, Any]) -> None:
    """Check a config against the schema, and its keys against each other.

    Raises
    ------
    ConfigError
        With one line for each fault: the key, its value, what was expected.
    """
    from jsonschema import Draft202012Validator

    schema = read_config(SCHEMA)
    faults = list(_renamed_keys(config))
    for error in Draft202012Validator(schema).iter_errors(config) if not faults else ():
        key = ".".join(str(part) for part in error.absolute_path) or "config"
        hint = error.schema.get("description", "")
        faults.append(f"{key}: {error.message}" + (f" (expected: {hint})" if hint else ""))
    if not faults:
        faults += _faults_of_structures(config)
        faults += _faults_of_simulation(config)
        for name in config["models"]:
            faults += _faults_of_model(config, name)
    if not faults:
        for task in config["tasks"]:
            faults += _faults_of_task(config, task)
        faults += _faults_of_audit(config)
        faults += _faults_of_minerals(config)
    if faults:
        lines = "\n  ".join(sorted(faults))
        raise ConfigError(f"the config has {len(faults)} fault(s):\n  {lines}")


def _renamed_keys(config: Any) -> Iterator[str]:
    """A line for each key that has a new name."""
    for old, new in RENAMED.items():
        *sections, key = old.split(".")
        entries = [("", config)]
        for section in sections:
            entries = [
                (f"{path}{name}.", entry[name])
                for path, entry in entries
                if isinstance(entry, dict)
                for name in (entry if section == "*" else {section} & entry.keys())
            ]
        for path, entry in entries:
            if isinstance(entry, dict) and key in entry:
                yield f"{path}{key}: {entry[key]!r}; expected its new name, {path}{new}"


def check_labels(config: dict[str, Any], user_columns: Iterable[str]) -> None:
    """Check that the labels of tasks and clusters are columns of the dataset.

    Parameters
    ----------
    config : dict
        A config that `check_config` accepts.
    user_columns : iterable of str
        Columns of the user's labels.csv.

    Raises
    ------
    ConfigError
    """
    labels = {f"tasks.{task}": spec["label"] for task, spec in config["tasks"].items()}
    labels["cluster"] = config["cluster"]["label"]
    expected = [*sorted(set(user_columns) - set(LABELS)), *LABELS]
    faults = [
        f"{key}.label: {label!r}; expected a column of your labels.csv or one of "
        f"{', '.join(expected)}"
        for key, label in labels.items()
        if label not in expected
    ]
    if faults:
        raise ConfigError("\n  ".join([f"the config has {len(faults)} fault(s):", *faults]))


def _faults_of_structures(config: dict[str, Any]) -> Iterator[str]:
    structures = config["structures"]
    for key, limits in (
        ("compounds_per_type", structures["compounds_per_type"]),
        ("clusters.n_atoms", structures["clusters"]["n_atoms"]),
    ):
        if limits["min"] > limits["max"]:
            yield (
                f"structures.{key}: min {limits['min']} is above max {limits['max']}; expected min "
                "at most max"
            )


def _faults_of_simulation(config: dict[str, Any]) -> Iterator[str]:
    usual, stress = config["simulate"]["ranges"], config["simulate"]["stress"]
    conditions = {f"stress.{name}": changes for name, changes in stress.items()}
    for key, ranges in {"ranges": usual, **conditions}.items():
        for name, limits in ranges.items():
            if name != "r_limit" and limits[0] > limits[1]:
                yield f"simulate.{key}.{name}: low {limits[0]} is above high {limits[1]}"
        q_min, q_max = (({**usual, **ranges})[name] for name in ("q_min", "q_max"))
        if q_min[1] >= q_max[0]:
            yield (
                f"simulate.{key}: q_min is up to {q_min[1]}, q_max from {q_max[0]}; expected "
                "every q_min below every q_max"
            )
    grid = config["simulate"]["grid"]
    low, high = config["features"]["window"]
    if not grid["r_min"] <= low < high <= grid["r_max"]:
        yield (
            f"features.window: [{low}, {high}] does not lie in simulate.grid, "
            f"{grid['r_min']} to {grid['r_max']} angstrom"
        )


def _faults_of_model(config: dict[str, Any], name: str) -> Iterator[str]:
    spec = config["models"][name]
    if spec["estimator"] not in REGISTRY:
        yield (
            f"models.{name}.estimator: {spec['estimator']!r}; expected one of {', '.join(REGISTRY)}"
        )
        return
    members, trainable = spec.get("members") or [], trainable_models(config)
    wrong = [m for m in members if m not in trainable and not is_model_of_other_task(config, m)]
    if REGISTRY[spec["estimator"]].is_average != bool(members) or wrong:
        yield (
            f"models.{name}.members: {members}; an average, and nothing else, has members; "
            f"expected models that learn by themselves ({', '.join(trainable)}), or "
            "task/model for a model of another task"
        )


def _faults_of_task(config: dict[str, Any], task: str) -> Iterator[str]:
    spec, models = config["tasks"][task], config["models"]
    task_type = task_type_of(config, task)
    if spec["metric"] not in METRICS[task_type]:
        yield (
            f"tasks.{task}.metric: {spec['metric']!r}; a {task_type} expects one of "
            f"{', '.join(METRICS[task_type])}"
        )
    names = spec.get("models") or compatible_models(config, task)
    known = [name for name in names if name in models]
    unsuitable = [name for name in known if task_type not in task_types_of_model(models[name])]
    if unsuitable:
        yield (
            f"tasks.{task}.models: {', '.join(unsuitable)} cannot learn a {task_type}; expected "
            f"some of {', '.join(compatible_models(config, task))}"
        )
    if all(is_control(models[name]["estimator"]) for name in known):
        yield f"tasks.{task}.models: {known}; expected at least one that is no control"
    members = {m for name in known for m in models[name].get("members") or [] if "/" not in m}
    missing = sorted(({*names} - {*models}) | (members - {*names}))
    if missing:
        yield (
            f"tasks.{task}.models: {', '.join(missing)}; expected models of the config, an average "
            "together with its members"
        )


def _faults_of_audit(config: dict[str, Any]) -> Iterator[str]:
    """Faults of keys that name one task or model: those of the audit and of measured files."""
    audit, models, trainable = config["audit"], config["models"], trainable_models(config)
    classifications = [
        task
        for task, spec in config["tasks"].items()
        if task_type_of(config, task) == CLASSIFICATION and spec.get("report", True)
    ]
    if audit["task"] not in classifications or audit["model"] not in trainable:
        yield (
            f"audit: task {audit['task']!r}, model {audit['model']!r}; expected a classification "
            "among the tasks and a model of the config that is no average and no control"
        )
    novelty_model = audit["novelty"]["model"]
    if novelty_model not in trainable or models[novelty_model].get("param_grid"):
        yield (
            f"audit.novelty.model: {novelty_model!r}; expected a model of the config that is no "
            "average and no control, and has no param_grid"
        )
    curves, folds = audit["curves"], config["split"]["folds"]
    if curves["folds"] > folds:
        yield (
            f"audit.curves.folds: {curves['folds']}; expected at most split.folds, which is {folds}"
        )
    wrong = sorted({*curves["capacity"], curves["loss"]["model"]} - {*trainable})
    if wrong:
        yield (
            f"audit.curves: {', '.join(wrong)}; expected models of the config that are no average"
        )
    elif models[curves["loss"]["model"]]["estimator"] != "logistic_gradient":
        yield (
            f"audit.curves.loss.model: {curves['loss']['model']!r}; expected a model whose "
            "estimator is logistic_gradient"
        )
    audited = {audit["model"], novelty_model, *curves["capacity"]} & {*trainable}
    for name in sorted(audited):
        packages = REGISTRY[models[name]["estimator"]].trained_with
        if packages:
            yield (
                f"audit: model {name!r} is trained with {', '.join(packages)}, which the rules of "
                "the audit do without; expected another model of the config"
            )
    if config["measured"]["task"] not in classifications:
        yield (
            f"measured.task: {config['measured']['task']!r}; expected a classification among the "
            f"tasks ({', '.join(classifications)})"
        )


def _faults_of_minerals(config: dict[str, Any]) -> Iterator[str]:
    """Faults of the section on minerals, where there is one."""
    minerals = config.get("minerals")
    if minerals is None:
        return
    if minerals["validated"] > minerals["folds"]:
        yield (
            f"minerals.validated: {minerals['validated']}; expected at most minerals.folds, which "
            f"is {minerals['folds']}"
        )
    classifiers = [
        name
        for name in trainable_models(config)
        if CLASSIFICATION in task_types_of_model(config["models"][name])
    ]
    wrong = [name for name in minerals["models"] if name not in classifiers]
    if wrong:
        yield (
            f"minerals.models: {', '.join(wrong)}; expected classifiers of the config that are no "
            f"average and no control ({', '.join(classifiers)})"
        )


def drop_null_entries(config: dict[str, Any]) -> dict[str, Any]:
    """The config without the tasks and models that a second config file sets to null."""
    kept = dict(config)
    for section in ("tasks", "models"):
        entries = kept.get(section)
        if isinstance(entries, dict):
            kept[section] = {name: spec for name, spec in entries.items() if spec is not None}
    minerals = kept.get("minerals")
    if isinstance(minerals, dict) and isinstance(minerals.get("tasks"), dict):
        tasks = {label: splits for label, splits in minerals["tasks"].items() if splits is not None}
        kept["minerals"] = {**minerals, "tasks": tasks}
    return kept
