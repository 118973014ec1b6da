"""Cross-validate every candidate of one model on one task, then train the best on all of
development; an average of other models is put together from what they learned."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn import (
    choice,
    grids,
    job,
    ladder,
    model_cards,
    model_files,
    models,
    storage,
    targets,
    validation,
)


def main(
    files: dict[str, Any],
    task: dict[str, Any],
    name: str,
    spec: dict[str, Any],
    settings: dict[str, Any],
    task_name: str,
    out: dict[str, str],
) -> None:
    """Write all scores, the best candidate's settings and its predictions on held-out folds (those
    of classes are calibrated), and the model with its card."""
    index = storage.load_table(files["index"])
    patterns = np.load(files["patterns"], mmap_mode="r")
    seed, window = settings["seed"], tuple(settings["features"]["window"])
    grid = grids.grid_of(settings["simulate/grid"])
    target = targets.target(index, task, seed)
    weights = models.class_weights(name, spec, target) if files["members"] else None
    if files["members"]:
        members = _predictions(files["members"], settings["member_tasks"], task, index)
        table, predictions = validation.average(name, members, index, target, weights)
    else:
        table, predictions, _ = validation.cross_validate(
            name, spec, patterns, index, target, grid, window, task["metric"], seed
        )
    best = choice.best_candidate(table, task["metric"])
    if target.kind == ladder.CLASSIFICATION:
        known = ~np.isnan(predictions[:, 0])
        best.update(validation.calibrate(target.truth[known], predictions[known], target.classes))
        predictions[known] = models.temper(predictions[known], best["temperature"])
    storage.save_table(out["validation"], table)
    storage.save_yaml(out["best"], best)
    storage.save_arrays(out["predictions"], predictions=predictions, classes=target.classes)

    if files["members"]:
        trained = _models(files["member_models"], settings["member_tasks"], task, index)
        model = models.average_of(trained, weights)
    else:
        model = models.build(name, spec, best["settings"], grid, window, seed, target.kind)
        learned = models.teachable(spec["estimator"], target.taught)
        model.fit(patterns if learned.all() else patterns[learned], target.taught[learned])
    if "temperature" in best:
        model.temperature = best["temperature"]
    model_files.save_model(out["model"], model)
    context = {"seed": seed, "grid": settings["simulate/grid"], "window": list(window)}
    own = {"model": out["model"], "patterns": files["patterns"], "index": files["index"]}
    about = (name, spec, best, own, index, target, context)
    storage.save_yaml(out["card"], model_cards.card(task_name, task, *about))


def _predictions(
    files: list[str], own: list[dict[str, Any]], task: dict[str, Any], index: pd.DataFrame
) -> list[np.ndarray]:
    """The members' predictions on held-out folds, in the task's classes."""
    found = []
    for file, of_member in zip(files, own, strict=True):
        with np.load(file) as arrays:
            names = targets.read_as(arrays["classes"], index, of_member, task)
            found.append(models.merge(arrays["predictions"], names)[0])
    return found


def _models(
    files: list[str], own: list[dict[str, Any]], task: dict[str, Any], index: pd.DataFrame
) -> list[models.PatternClassifier | models.SummedClassifier | models.PatternRegressor]:
    """The trained members, read in the task's classes."""
    found = []
    for file, of_member in zip(files, own, strict=True):
        member = model_files.load_model(file)
        if of_member["label"] != task["label"]:
            names = targets.read_as(member.classes_, index, of_member, task)
            member = models.SummedClassifier(member, names)
        found.append(member)
    return found


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"],
        snakemake.wildcards.model,
        settings[f"models/{snakemake.wildcards.model}"],
        settings,
        snakemake.wildcards.task,
        dict(snakemake.output.items()),
    )
