"""Train one model on all of development with the settings that cross-validation chose, and write
its card."""

from typing import Any

import numpy as np

from pdflearn import grids, job, model_cards, model_files, models, storage, targets


def main(
    patterns_file: str,
    index_file: str,
    member_files: list[str],
    member_tasks: list[dict[str, Any]],
    best_file: str,
    task: dict[str, Any],
    name: str,
    spec: dict[str, Any],
    settings: dict[str, Any],
    task_name: str,
    model_file: str,
    card_file: str,
) -> None:
    """Fit and write the model; an average is put together from its trained members."""
    best = storage.load_yaml(best_file)
    index = storage.load_table(index_file)
    seed, window = settings["seed"], settings["features"]["window"]
    target = targets.target(index, task, seed)
    if member_files:
        members = []
        for file, own in zip(member_files, member_tasks, strict=True):
            member = model_files.load_model(file)
            if own["label"] != task["label"]:
                names = targets.read_as(member.classes_, index, own, task)
                member = models.SummedClassifier(member, names)
            members.append(member)
        model = models.average_of(members, models.class_weights(name, spec, target))
    else:
        grid = grids.grid_of(settings["simulate/grid"])
        kind = target.kind
        model = models.build(name, spec, best["settings"], grid, tuple(window), seed, kind)
        learned = models.teachable(spec["estimator"], target.taught)
        curves = np.load(patterns_file, mmap_mode="r")
        model.fit(curves if learned.all() else curves[learned], target.taught[learned])
    if "temperature" in best:
        model.temperature = best["temperature"]
    model_files.save_model(model_file, model)
    context = {"seed": seed, "grid": settings["simulate/grid"], "window": window}
    files = {"model": model_file, "patterns": patterns_file, "index": index_file}
    about = (name, spec, best, files, index, target, context)
    storage.save_yaml(card_file, model_cards.card(task_name, task, *about))


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.members,
        settings["member_tasks"],
        snakemake.input.best,
        settings[f"tasks/{snakemake.wildcards.task}"],
        snakemake.wildcards.model,
        settings[f"models/{snakemake.wildcards.model}"],
        settings,
        snakemake.wildcards.task,
        snakemake.output.model,
        snakemake.output.card,
    )
