"""Train a model without one fold and ask of that fold which distances decide."""

from typing import Any

import numpy as np

from pdflearn import importance, job, models, patterns, storage


def main(
    patterns_file: str, index_file: str, best_file: str, settings: dict[str, Any], out: str
) -> None:
    """Write what the accuracy on the first fold loses for each range of r."""
    index = storage.load_table(index_file)
    g = np.load(patterns_file)
    truth = index[settings["label"]].to_numpy(dtype=str)
    grid = patterns.grid_of(settings["simulate/grid"])
    window = tuple(settings["features"]["window"])
    name, seed = settings["audit"]["model"], settings["seed"]
    chosen = storage.load_yaml(best_file)["settings"]
    model = models.build(name, settings["spec"], chosen, grid, window, seed)
    fold, tested = index["fold"].to_numpy(), index["tested"].to_numpy()
    model.fit(g[fold != 0], truth[fold != 0])
    rows = (fold == 0) & tested
    groups = index["group"].to_numpy()[rows]
    table = importance.permutation_importance(
        model, g[rows], truth[rows], groups, grid, window, seed
    )
    storage.save_table(out, table)


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.best,
        snakemake.params.settings,
        snakemake.output[0],
    )
