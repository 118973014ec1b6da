"""Cross-validate a task's controls, which bound every score, and train them on development."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.grid import grid_of
from pdflearn.core.io import concat, load_table, save_table, save_yaml
from pdflearn.dataset import targets
from pdflearn.models import persistence
from pdflearn.study import logs
from pdflearn.validation import cross_validation, training


def main(
    patterns_file: str,
    index_file: str,
    task: dict[str, Any],
    settings: dict[str, Any],
    out: dict[str, str],
) -> None:
    """Write the scores of all in one table, each one's calibration, and the models."""
    index = load_table(index_file)
    patterns = np.load(patterns_file, mmap_mode="r")
    seed, window = settings["seed"], tuple(settings["features"]["window"])
    grid = grid_of(settings["simulate/grid"])
    target = targets.target(index, task, seed)
    controls = {
        name: training.learn(
            name, spec, patterns, index, target, task["metric"], grid, window, seed
        )
        for name, spec in settings["controls"].items()
    }
    tables = [
        pd.DataFrame(columns=cross_validation.COLUMNS),
        *(one.table for one in controls.values()),
    ]
    save_table(out["validation"], concat(tables))
    save_yaml(out["best"], {name: one.best for name, one in controls.items()})
    persistence.save_model(out["models"], {name: one.model for name, one in controls.items()})


if __name__ == "__main__":
    logs.start(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        settings[f"tasks/{snakemake.wildcards.task}"],
        settings,
        dict(snakemake.output.items()),
    )
