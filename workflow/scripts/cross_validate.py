"""Cross-validate every candidate of one model on one task."""

from typing import Any

import numpy as np

from pdflearn import job, patterns, storage, validation


def main(
    patterns_file: str,
    index_file: str,
    task: dict[str, Any],
    name: str,
    spec: dict[str, Any],
    settings: dict[str, Any],
    validation_file: str,
    best_file: str,
) -> None:
    """Write the score of every candidate and fold, and the settings of the best candidate."""
    table = validation.cross_validate(
        name,
        spec,
        np.load(patterns_file, mmap_mode="r"),
        storage.load_table(index_file),
        task["label"],
        patterns.grid_of(settings["simulate/grid"]),
        tuple(settings["features"]["window"]),
        settings["seed"],
    )
    storage.save_table(validation_file, table)
    storage.save_yaml(best_file, validation.best_candidate(table, task["metric"]))


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        settings[f"tasks/{snakemake.wildcards.task}"],
        snakemake.wildcards.model,
        settings[f"models/{snakemake.wildcards.model}"],
        settings,
        snakemake.output.validation,
        snakemake.output.best,
    )
