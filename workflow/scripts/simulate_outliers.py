"""Simulate outliers: patterns of types too rare to be learned, and so of none that is learned."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import save_array, save_table
from pdflearn.dataset.collection import Collection
from pdflearn.simulation import patterns
from pdflearn.simulation.noise import MeasurementNoise
from pdflearn.structures import hypothetical, library

import logging
from typing import Any

import numpy as np
import pandas as pd


def main(types: list[str], settings: dict[str, Any], patterns_out: str, index_out: str) -> None:
    """Write the patterns of these types' compounds, real and hypothetical, and one row for each."""
    collection, parents, seed = Collection(), {}, settings["seed"]
    if types:
        tables = library.load_library(settings["structures/library"])
        parents = tables.types["parent"].to_dict()
    for structure_type in types:
        compounds = tables.compounds
        names = compounds.index[compounds["structure_type"] == structure_type]
        collection.add_compounds(tables, list(names))
        for name, structure in hypothetical.hypothetical_compounds(
            tables, structure_type, settings["hypothetical"], seed
        ):
            collection.add(structure, file=name, structure_type=structure_type)
    index = collection.index()
    type_of = dict(zip(index["id"], index["structure_type"], strict=True))
    r = Grid(**settings["simulate"]["grid"]).r
    noise = MeasurementNoise(r, patterns.largest_q(settings["simulate"]))
    draws = settings["simulate"]["hypothetical_draws"]
    rows: list[dict[str, Any]] = []
    curves = [np.empty((0, len(r)), dtype=np.float32)]
    for identity, structure in sorted(collection.structures().items()):
        simulators = patterns.simulators_of(structure, settings["simulate"])
        simulated = patterns.simulate_draws(
            simulators, identity, draws, settings["simulate"], {}, seed, noise
        )
        structure_type = type_of[identity]
        labels = {"structure_type": structure_type, "parent": parents[structure_type]}
        rows += [{**row, **labels} for row in simulated.rows]
        curves.append(simulated.patterns)
    save_array(patterns_out, np.concatenate(curves))
    save_table(
        index_out, pd.DataFrame(rows, columns=[*columns.PATTERN, "structure_type", "parent"])
    )
    logging.info("%d patterns of %d types", len(rows), len(types))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(list(settings["types"]), settings, snakemake.output.patterns, snakemake.output.index)
