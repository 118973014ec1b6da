"""Simulate the patterns of one shard of structures."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table, save_arrays, save_table
from pdflearn.simulation import contrast, patterns
from pdflearn.simulation.noise import MeasurementNoise
from pdflearn.simulation.reference import ReferenceCurves
from pdflearn.structures.atoms import load_atoms
from pdflearn.structures.relations import SimplerType

from typing import Any

import numpy as np
import pandas as pd


def main(
    shard: str,
    index_of_structures: str,
    settings: dict[str, Any],
    patterns_file: str,
    index_file: str,
    rejected_file: str,
    contrasts_file: str,
) -> None:
    """Draw parameters for every structure of a shard and simulate its patterns.

    Parameters
    ----------
    shard : str
        Structures, as `save_structures` wrote them.
    index_of_structures : str
        The shard's table with a row for each structure.
    settings : dict
        The `simulate` section of the config, and the seed.
    patterns_file : str
        Gets the arrays patterns, reference_ids and references (one reference a structure).
    index_file : str
        Gets a row for each pattern: the structure and the drawn parameters.
    rejected_file : str
        Gets what could not be simulated and why.
    contrasts_file : str
        Gets how far each structure can be told from simpler types.
    """
    config = settings["simulate"]
    grid = Grid(**config["grid"])
    noise = MeasurementNoise(grid.r, patterns.largest_q(config))
    index = load_table(index_of_structures).dropna(subset="id")
    origins = dict(zip(index["id"], index["origin"], strict=True))
    simpler_types_of = dict(zip(index["id"], index["simpler_types"], strict=True))
    reference_curves = ReferenceCurves(grid)
    rows: list[dict[str, Any]] = []
    rejected: list[dict[str, str]] = []
    contrasts: list[dict[str, Any]] = []
    curves = [np.empty((0, grid.points), dtype=np.float32)]
    references: dict[str, np.ndarray] = {}
    for identity, atoms in load_atoms(shard).items():
        hypothetical = origins[identity] == "hypothetical"
        draws = config["hypothetical_draws" if hypothetical else "draws"]
        conditions = {} if hypothetical else config["stress"]
        simulators = patterns.simulators_of(atoms, config)
        simulated = patterns.simulate_draws(
            simulators, identity, draws, config, conditions, settings["seed"], noise
        )
        simpler_types = SimplerType.parse(simpler_types_of[identity])
        radiations = sorted({row["radiation"] for row in simulated.rows})
        values = contrast.type_contrasts(simulators, simpler_types, reference_curves, radiations)
        names = [simpler.name for simpler in simpler_types]
        for (radiation, name), value in values.items():
            row = {"id": identity, "radiation": radiation, "position": names.index(name)}
            contrasts.append({**row, "simpler_type": name, "contrast": value})
        rows += simulated.rows
        rejected += simulated.rejected
        if simulated.rows:
            curves.append(simulated.patterns)
            references[identity] = reference_curves.pattern(simulators, "xray")
    save_arrays(
        patterns_file,
        patterns=np.concatenate(curves),
        reference_ids=np.array(list(references), dtype=str),
        references=np.array(list(references.values()), dtype=np.float32).reshape(-1, grid.points),
    )
    save_table(rejected_file, pd.DataFrame(rejected, columns=patterns.REJECTED_COLUMNS))
    save_table(contrasts_file, pd.DataFrame(contrasts, columns=contrast.CONTRAST_COLUMNS))
    save_table(index_file, pd.DataFrame(rows, columns=columns.PATTERN))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.structures,
        snakemake.input.index,
        snakemake.params.settings,
        snakemake.output.patterns,
        snakemake.output.index,
        snakemake.output.rejected,
        snakemake.output.contrasts,
    )
