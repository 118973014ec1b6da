"""Score one model under other splits, and with less to learn from."""

from typing import Any

import numpy as np

from pdflearn import audit, grids, job, storage, targets


def main(
    patterns_file: str,
    index_file: str,
    best_file: str,
    settings: dict[str, Any],
    splits_out: str,
    learning_out: str,
) -> None:
    """Write the comparison of splits and the learning curve."""
    name = settings["audit"]["model"]
    index = storage.load_table(index_file)
    common = (
        name,
        settings["spec"],
        storage.load_yaml(best_file)["settings"],
        np.load(patterns_file, mmap_mode="r"),
        index,
        targets.target(index, settings["task"], settings["seed"]),
        grids.grid_of(settings["simulate/grid"]),
        tuple(settings["features"]["window"]),
    )
    storage.save_table(splits_out, audit.compare_splits(*common, settings["seed"]))
    shares = settings["audit"]["shares"]
    storage.save_table(learning_out, audit.learning_curve(*common, shares, settings["seed"]))


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.best,
        snakemake.params.settings,
        snakemake.output.splits,
        snakemake.output.learning,
    )
