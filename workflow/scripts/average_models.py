"""Put an average together from what its members learned, and score it on the same folds."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.io import load_table, save_yaml
from pdflearn.dataset import targets
from pdflearn.models import cards, ensemble, persistence, probabilities
from pdflearn.study import logs
from pdflearn.validation import cross_validation, training


def main(
    files: dict[str, Any],
    task_name: str,
    name: str,
    settings: dict[str, Any],
    out: dict[str, str],
) -> None:
    """Write its scores, its predictions on held-out folds, and the model with its card."""
    task, spec = settings[f"tasks/{task_name}"], settings[f"models/{name}"]
    index = load_table(files["index"])
    target = targets.target(index, task, settings["seed"])
    weights = ensemble.class_weights(name, spec, target)
    held_out, trained = [], []
    of_members = zip(files["predictions"], files["models"], settings["members"], strict=True)
    for predictions_file, model_file, of_member in of_members:
        held_out.append(predictions_of(predictions_file, of_member, task, index))
        trained.append(model_of(model_file, of_member, task, index))
    learned = training.calibrate_and_train(
        cross_validation.cross_validate_average(name, held_out, index, target, weights),
        target,
        task["metric"],
        lambda _: ensemble.average_of(trained, weights),
    )
    learned.save(out, target.classes)
    window = list(settings["features"]["window"])
    context = {"seed": settings["seed"], "grid": settings["simulate/grid"], "window": window}
    own = {"model": out["model"], "index": files["index"]}
    about = (name, spec, learned.best, own, index, target, context)
    save_yaml(out["card"], cards.card(task_name, task, *about))


def predictions_of(
    file: str, of_member: dict[str, Any], task: dict[str, Any], index: pd.DataFrame
) -> np.ndarray:
    """A member's predictions on held-out folds, in the task's classes."""
    with np.load(file) as arrays:
        names = targets.read_as(arrays["classes"], index, of_member, task)
        return probabilities.merge(arrays["predictions"], names)[0]


def model_of(
    file: str, of_member: dict[str, Any], task: dict[str, Any], index: pd.DataFrame
) -> persistence.Model | ensemble.SummedClassifier:
    """A trained member, read in the task's classes."""
    member = persistence.load_model(file)
    if of_member["label"] == task["label"]:
        return member
    return ensemble.SummedClassifier(
        member, targets.read_as(member.classes_, index, of_member, task)
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
