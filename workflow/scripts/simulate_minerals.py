"""Simulate the patterns of one shard of the minerals."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table, save_arrays, save_table
from pdflearn.simulation import patterns
from pdflearn.simulation.noise import MeasurementNoise
from pdflearn.structures.atoms import load_atoms

from typing import Any

import numpy as np
import pandas as pd


def main(structures: str, index: str, shard: int, settings: dict[str, Any], outputs: Any) -> None:
    """Draw parameters for each structure of a shard and simulate its patterns.

    Parameters
    ----------
    structures, index : str
        What `read_minerals` wrote.
    shard : int
        Every structure whose place in the index leaves this remainder is simulated.
    settings : dict
        Of the rule: seed, simulate, draws (by radiation), shards.
    outputs : named paths
        patterns, index, rejected.
    """
    ids = load_table(index)["id"].tolist()[shard :: settings["shards"]]
    config = settings["simulate"]
    grid = Grid(**config["grid"])
    noise = MeasurementNoise(grid.r, patterns.largest_q(config))
    curves = [np.empty((0, grid.points), dtype=np.float32)]
    rows: list[dict[str, Any]] = []
    rejected: list[dict[str, str]] = []
    for identity, atoms in load_atoms(structures, ids).items():
        simulators = patterns.simulators_of(atoms, config)
        simulated = patterns.simulate_draws(
            simulators, identity, settings["draws"], config, {}, settings["seed"], noise
        )
        curves.append(simulated.patterns)
        rows += simulated.rows
        rejected += simulated.rejected
    save_arrays(outputs.patterns, patterns=np.concatenate(curves))
    save_table(outputs.index, pd.DataFrame(rows, columns=columns.PATTERN))
    save_table(outputs.rejected, pd.DataFrame(rejected, columns=patterns.REJECTED_COLUMNS))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.structures,
        snakemake.input.index,
        int(snakemake.wildcards.shard),
        snakemake.params.settings,
        snakemake.output,
    )
