"""Cross-validate every candidate of one model on one task, or an average of other models."""

from typing import Any

import numpy as np

from pdflearn import choice, grids, job, ladder, models, storage, targets, validation


def main(
    patterns_file: str,
    index_file: str,
    member_files: list[str],
    member_tasks: list[dict[str, Any]],
    task: dict[str, Any],
    name: str,
    spec: dict[str, Any],
    settings: dict[str, Any],
    validation_file: str,
    best_file: str,
    predictions_file: str,
) -> None:
    """Write all scores, the best candidate's settings and its predictions on held-out folds; those
    of classes are calibrated. Members of other tasks are summed to this one's classes."""
    index = storage.load_table(index_file)
    target = targets.target(index, task, settings["seed"])
    if member_files:
        members = []
        for file, own in zip(member_files, member_tasks, strict=True):
            with np.load(file) as arrays:
                names = targets.read_as(arrays["classes"], index, own, task)
                members.append(models.merge(arrays["predictions"], names)[0])
        table, predictions = validation.average(
            name,
            members,
            index,
            target,
            models.class_weights(name, spec, target),
        )
    else:
        table, predictions, _ = validation.cross_validate(
            name,
            spec,
            np.load(patterns_file, mmap_mode="r"),
            index,
            target,
            grids.grid_of(settings["simulate/grid"]),
            tuple(settings["features"]["window"]),
            task["metric"],
            settings["seed"],
        )
    best = choice.best_candidate(table, task["metric"])
    classes = target.classes
    if target.kind == ladder.CLASSIFICATION:
        known = ~np.isnan(predictions[:, 0])
        truth = target.truth[known]
        best["temperature"] = validation.fit_temperature(truth, predictions[known], classes)
        predictions[known] = models.temper(predictions[known], best["temperature"])
        best["set_threshold"] = validation.fit_set_threshold(truth, predictions[known], classes)
    storage.save_table(validation_file, table)
    storage.save_yaml(best_file, best)
    storage.save_arrays(predictions_file, predictions=predictions, classes=classes)


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.members,
        settings["member_tasks"],
        settings[f"tasks/{snakemake.wildcards.task}"],
        snakemake.wildcards.model,
        settings[f"models/{snakemake.wildcards.model}"],
        settings,
        snakemake.output.validation,
        snakemake.output.best,
        snakemake.output.predictions,
    )
