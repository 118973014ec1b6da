"""Simulate the patterns of one shard of structures."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn import job, patterns, storage, structures


def main(
    shard: str, settings: dict[str, Any], patterns_file: str, index_file: str, refused_file: str
) -> None:
    """Draw and simulate every structure of a shard; write patterns, index and what was refused."""
    points = len(patterns.make_grid(**settings["simulate"]["grid"]))
    rows: list[dict[str, Any]] = []
    refused: list[dict[str, str]] = []
    curves: list[np.ndarray] = []
    references: dict[str, np.ndarray] = {}
    for identity, structure in structures.load_structures(shard).items():
        drawn, simulated, without = patterns.simulate_draws(
            structure, identity, settings["simulate"], settings["seed"]
        )
        rows += drawn
        refused += without
        if drawn:
            curves.append(simulated)
            grid = settings["simulate"]["grid"]
            references[identity] = patterns.simulate_reference(structure, grid)
    empty = np.empty((0, points), dtype=np.float32)
    storage.save_arrays(
        patterns_file,
        patterns=np.concatenate([empty, *curves]),
        reference_ids=np.array(list(references), dtype=str),
        references=np.array(list(references.values()), dtype=np.float32).reshape(-1, points),
    )
    storage.save_table(refused_file, pd.DataFrame(refused, columns=patterns.REFUSED_COLUMNS))
    storage.save_table(index_file, pd.DataFrame(rows, columns=patterns.INDEX_COLUMNS))


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input[0],
        snakemake.params.settings,
        snakemake.output.patterns,
        snakemake.output.index,
        snakemake.output.refused,
    )
