"""Train one model on all of development with the settings that cross-validation chose."""

from typing import Any

import numpy as np

from pdflearn import job, model_files, models, patterns, storage


def main(
    patterns_file: str,
    index_file: str,
    member_files: list[str],
    best_file: str,
    task: dict[str, Any],
    name: str,
    spec: dict[str, Any],
    settings: dict[str, Any],
    model_file: str,
) -> None:
    """Fit and write the model; an average is put together from its trained members."""
    best = storage.load_yaml(best_file)
    if member_files:
        model = models.AverageClassifier([model_files.load_model(file) for file in member_files])
    else:
        grid = patterns.grid_of(settings["simulate/grid"])
        window = tuple(settings["features"]["window"])
        model = models.build(name, spec, best["settings"], grid, window, settings["seed"])
        truth = storage.load_table(index_file)[task["label"]].to_numpy(dtype=str)
        model.fit(np.load(patterns_file), truth)
    model.temperature = best["temperature"]
    model_files.save_model(model_file, model)


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.members,
        snakemake.input.best,
        settings[f"tasks/{snakemake.wildcards.task}"],
        snakemake.wildcards.model,
        settings[f"models/{snakemake.wildcards.model}"],
        settings,
        snakemake.output.model,
    )
