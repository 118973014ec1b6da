"""Make synthetic crystals of the commonest space groups, and simulate their patterns: one shard."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import concat, load_table, save_arrays, save_table
from pdflearn.dataset.relatives import commonest, never_tested
from pdflearn.simulation import patterns
from pdflearn.simulation.noise import MeasurementNoise
from pdflearn.structures.atoms import Atoms, load_atoms
from pdflearn.structures.crystal import Crystal
from pdflearn.structures.errors import StructureError
from pdflearn.structures.habits import Habits, learn_habits
from pdflearn.structures.structure import identity, save_structures, structure_of_crystal
from pdflearn.structures.synthetic import synthetic_crystal

import logging
from typing import Any

import gemmi
import numpy as np
import pandas as pd


def habits_of_learned(
    structures: str, index: pd.DataFrame, study: dict[str, Any], seed: int
) -> Habits:
    """The habits of the minerals that no split tests.

    Parameters
    ----------
    structures : str
        What `read_minerals` wrote.
    index : DataFrame
        One row a pattern, with what is known of its structure.
    study : dict
        The section `minerals` of the config.
    seed : int
    """
    splits = study["tasks"]["space_group"]
    learned = never_tested(index, splits, study["classes"], study["folds"], seed)
    logging.info("habits of %d minerals that no split tests", len(learned))
    return learn_habits(
        Crystal(atoms.cell, np.array(atoms.symbols), atoms.xyz, atoms.occupancy, atoms.orbits)
        for atoms in load_atoms(structures, learned).values()
    )


def main(inputs: Any, shard: int, settings: dict[str, Any], outputs: Any) -> None:
    """Draw crystals of each of the groups that are learned; none of a prototype that is real.

    Parameters
    ----------
    inputs : named paths
        structures, index (what `read_minerals` wrote), patterns_index (one a shard).
    shard : int
        Crystals whose number leaves this remainder are made.
    settings : dict
        Of the rule: seed, simulate, minerals, shards.
    outputs : named paths
        structures, patterns, index, rejected.
    """
    study, seed, config = settings["minerals"], settings["seed"], settings["simulate"]
    known = load_table(inputs.index)
    drawn = concat([load_table(file) for file in inputs.patterns_index])
    index = drawn[["id", "radiation", "draw"]].merge(known, on="id", how="left")
    habits = habits_of_learned(inputs.structures, index, study, seed)
    prototypes = set(known["prototype"])
    grid = Grid(**config["grid"])
    noise = MeasurementNoise(grid.r, patterns.largest_q(config))
    wanted = study["synthetic"]
    structures: dict[str, Crystal] = {}
    curves = [np.empty((0, grid.points), dtype=np.float32)]
    rows: list[dict[str, Any]] = []
    rejected: list[dict[str, str]] = []
    for name in commonest(index.drop_duplicates("id")["space_group"], study["classes"]):
        number = gemmi.find_spacegroup_by_name(name).number
        for k in range(shard, wanted["crystals"], settings["shards"]):
            try:
                crystal = synthetic_crystal(habits, number, seed, k, prototypes)
            except StructureError as error:
                rejected.append({"id": f"{name} {k}", "radiation": "", "reason": str(error)})
                continue
            unique = identity(crystal)
            simulators = patterns.simulators_of(Atoms.of(structure_of_crystal(crystal)), config)
            simulated = patterns.simulate_draws(
                simulators, unique, wanted["draws"], config, {}, seed, noise
            )
            structures[unique] = crystal
            curves.append(simulated.patterns)
            rows += [{**row, "space_group": name} for row in simulated.rows]
            rejected += simulated.rejected
    logging.info("synthetic crystals: %d, not made: %d", len(structures), len(rejected))
    save_structures(outputs.structures, structures)
    save_arrays(outputs.patterns, patterns=np.concatenate(curves))
    save_table(outputs.index, pd.DataFrame(rows, columns=[*columns.PATTERN, "space_group"]))
    save_table(outputs.rejected, pd.DataFrame(rejected, columns=patterns.REJECTED_COLUMNS))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input,
        int(snakemake.wildcards.shard),
        snakemake.params.settings,
        snakemake.output,
    )
