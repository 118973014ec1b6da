"""Train a model without one fold and ask of that fold which distances decide."""

from typing import Any

import numpy as np

from pdflearn.core.grid import grid_of
from pdflearn.core.io import load_table, load_yaml, save_table
from pdflearn.dataset import targets
from pdflearn.models import pattern_models
from pdflearn.study import logs
from pdflearn.validation import importance


def main(
    patterns_file: str, index_file: str, best_file: str, settings: dict[str, Any], out: str
) -> None:
    """Write what the accuracy on the first fold loses for each range of r."""
    index = load_table(index_file)
    g = np.load(patterns_file)
    target = targets.target(index, settings["task"], settings["seed"])
    grid = grid_of(settings["simulate/grid"])
    window = tuple(settings["features"]["window"])
    name, seed = settings["model"], settings["seed"]
    chosen = load_yaml(best_file)["params"]
    model = pattern_models.build(name, settings["spec"], chosen, grid, window, seed)
    fold = index["fold"].to_numpy()
    train = (fold != 0) & targets.known(target.taught)
    model.fit(g[train], target.taught[train])
    rows = (fold == 0) & target.tested
    groups = index["group"].to_numpy()[rows]
    table = importance.permutation_importance(
        model, g[rows], target.truth[rows], groups, grid, window, seed
    )
    save_table(out, table)


if __name__ == "__main__":
    logs.start(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.best,
        snakemake.params.settings,
        snakemake.output[0],
    )
