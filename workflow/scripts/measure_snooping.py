"""Show what choosing on the test set does to its score, on a mock vault out of development."""

from typing import Any

import numpy as np

from pdflearn.core.grid import grid_of
from pdflearn.core.io import load_table, save_table
from pdflearn.dataset import features, targets
from pdflearn.study import logs
from pdflearn.validation import snooping


def main(patterns_file: str, index_file: str, settings: dict[str, Any], out: str) -> None:
    """Write the table of the best models' scores."""
    index = load_table(index_file)
    target = targets.target(index, settings["task"], settings["seed"])
    grid = grid_of(settings["simulate/grid"])
    transform = features.PatternFeatures("first_peak", grid, tuple(settings["features"]["window"]))
    patterns = np.load(patterns_file, mmap_mode="r")
    save_table(
        out,
        snooping.measure_snooping(
            transform.fit(patterns[:1]).transform(patterns),
            target,
            index["group"].to_numpy(dtype=str),
            **settings["snooping"],
            seed=settings["seed"],
        ),
    )


if __name__ == "__main__":
    logs.start(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings,
        snakemake.output[0],
    )
