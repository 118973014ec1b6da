"""Cross-validate every candidate of one model on one task; train the best on all of development."""

from typing import Any

import numpy as np

from pdflearn.core.grid import grid_of
from pdflearn.core.io import load_table, save_yaml
from pdflearn.dataset import targets
from pdflearn.models import cards
from pdflearn.study import logs
from pdflearn.validation import training


def main(
    patterns_file: str,
    index_file: str,
    task_name: str,
    name: str,
    settings: dict[str, Any],
    out: dict[str, str],
) -> None:
    """Write all scores, the best candidate's settings and its predictions on held-out folds, and
    the model with its card."""
    task, spec = settings[f"tasks/{task_name}"], settings[f"models/{name}"]
    index = load_table(index_file)
    patterns = np.load(patterns_file, mmap_mode="r")
    seed, window = settings["seed"], tuple(settings["features"]["window"])
    grid = grid_of(settings["simulate/grid"])
    target = targets.target(index, task, seed)
    learned = training.learn(
        name, spec, patterns, index, target, task["metric"], grid, window, seed
    )
    learned.save(out, target.classes)
    context = {"seed": seed, "grid": settings["simulate/grid"], "window": list(window)}
    own = {"model": out["model"], "patterns": patterns_file, "index": index_file}
    about = (name, spec, learned.best, own, index, target, context)
    save_yaml(out["card"], cards.card(task_name, task, *about))


if __name__ == "__main__":
    logs.start(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.wildcards.task,
        snakemake.wildcards.model,
        snakemake.params.settings,
        dict(snakemake.output.items()),
    )
