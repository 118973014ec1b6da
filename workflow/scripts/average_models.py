"""Average trained models, and score the average on the folds of their cross-validation."""

from pdflearn.study import logs
from pdflearn.core.io import load_table, save_yaml
from pdflearn.core.tasks import REGRESSION
from pdflearn.dataset import targets
from pdflearn.models import cards, ensemble, persistence, probabilities
from pdflearn.validation import cross_validation, training

from typing import Any

import numpy as np
import pandas as pd


def main(
    files: dict[str, Any],
    task_name: str,
    name: str,
    settings: dict[str, Any],
    out: dict[str, str],
) -> None:
    """Write the average's scores, its held-out predictions, and the model with its card."""
    task, spec = settings[f"tasks/{task_name}"], settings[f"models/{name}"]
    index = load_table(files["index"])
    task = ensemble.members_task(task, settings["members"])
    target = targets.target(index, task, settings["seed"])
    weights = ensemble.class_weights(name, spec, target)
    predictions, members = [], []
    sources = zip(files["predictions"], files["models"], settings["members"], strict=True)
    for predictions_file, model_file, member_task in sources:
        predictions.append(load_predictions(predictions_file, member_task, task, index))
        members.append(load_member(model_file, member_task, task, index))
    if target.task_type != REGRESSION:
        classes = [member.classes_ for member in members]
        ensemble.require_same_classes(name, dict(zip(spec["members"], classes, strict=True)))
    average = training.calibrate_and_train(
        cross_validation.cross_validate_average(name, predictions, index, target, weights),
        target,
        task["metric"],
        lambda _: ensemble.average_of(members, weights),
    )
    average.save(out, target.classes)
    origin = cards.Origin.from_settings({"model": out["model"], "index": files["index"]}, settings)
    named = {"name": task_name, **task}
    card = cards.model_card(name, spec, named, average.best, index, target, origin)
    save_yaml(out["card"], card)


def load_predictions(
    file: str, member_task: dict[str, Any], task: dict[str, Any], index: pd.DataFrame
) -> np.ndarray:
    """A member's predictions on held-out folds, in the task's classes."""
    with np.load(file) as arrays:
        if task.get("task_type") == REGRESSION:  # a mean of intervals would be no interval
            return arrays["predictions"][:, :1]
        names = targets.class_names_in(arrays["classes"], index, member_task, task)
        return probabilities.merge(arrays["predictions"], names)[0]


def load_member(
    file: str, member_task: dict[str, Any], task: dict[str, Any], index: pd.DataFrame
) -> persistence.Model | ensemble.SummedClassifier:
    """A trained member, read in the task's classes."""
    member = persistence.load_model(file)
    if member_task["label"] == task["label"]:
        return member
    return ensemble.SummedClassifier(
        member, targets.class_names_in(member.classes_, index, member_task, task)
    )


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        dict(snakemake.input.items()),
        snakemake.wildcards.task,
        snakemake.wildcards.model,
        snakemake.params.settings,
        dict(snakemake.output.items()),
    )
