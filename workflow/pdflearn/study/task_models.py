"""Which models of a config can learn which task.

Snakemake reads this while it parses: standard library only.
"""

from typing import Any

from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.models.registry import REGISTRY, EstimatorEntry


def task_type_of(config: dict[str, Any], task: str) -> str:
    """The type of a task: "classification", which is the default, or "regression"."""
    return config["tasks"][task].get("task_type", CLASSIFICATION)


def registry_entry(spec: dict[str, Any]) -> EstimatorEntry:
    """The registry's entry for a model of the config.

    An unknown estimator gets an entry that can learn any task, so that it is reported once, as an
    unknown estimator, and not for each task again.
    """
    name = spec["estimator"]
    return REGISTRY.get(name, EstimatorEntry(name, "", classifier="unknown", regressor="unknown"))


def task_types_of_model(spec: dict[str, Any]) -> tuple[str, ...]:
    """The types of task that a model learns: all its estimator can, or the one in its entry."""
    task_types = registry_entry(spec).task_types
    return tuple(name for name in task_types if name == spec.get("task_type", name))


def trainable_models(config: dict[str, Any]) -> list[str]:
    """The models that learn by themselves: neither averages of others nor controls."""
    entries = {name: registry_entry(spec) for name, spec in config["models"].items()}
    return [name for name, entry in entries.items() if not (entry.control or entry.is_average)]


def compatible_models(config: dict[str, Any], task: str) -> list[str]:
    """The models that can learn a task.

    An average is among them where all its members are. Semi-supervised models are among them only
    where the task hides some labels (labelled_fraction below 1).
    """
    task_type = task_type_of(config, task)
    hides_labels = config["tasks"][task].get("labelled_fraction", 1.0) < 1.0
    names = {
        name
        for name, spec in config["models"].items()
        if task_type in task_types_of_model(spec)
        and (hides_labels or not registry_entry(spec).semi_supervised)
    }
    return [
        name
        for name, spec in config["models"].items()
        if name in names and set(spec.get("members") or []) <= names
    ]


def is_model_of_other_task(config: dict[str, Any], member: str) -> bool:
    """Whether an average's member is "task/model" with a model of a classification task."""
    task, slash, model = member.partition("/")
    return (
        bool(slash)
        and task in config["tasks"]
        and task_type_of(config, task) == CLASSIFICATION
        and model in trainable_models(config)
        and model in (config["tasks"][task].get("models") or compatible_models(config, task))
    )
