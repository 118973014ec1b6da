"""Simulate patterns of the types that are too rare to learn: what none of the learned types is."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import save_array, save_table
from pdflearn.dataset.collection import Collection
from pdflearn.simulation import patterns
from pdflearn.structures import hypothetical, library
from pdflearn.study import logs


def main(types: list[str], settings: dict[str, Any], patterns_out: str, index_out: str) -> None:
    """Write patterns of these types' compounds, real and hypothetical, and one row for each."""
    found, parents, seed = Collection(), {}, settings["seed"]
    if types:
        tables = library.load_library(settings["structures/library"])
        parents = tables.types["parent"].to_dict()
    for kind in types:
        compounds = tables.compounds
        found.add_compounds(tables, list(compounds.index[compounds["structure_type"] == kind]))
        made = hypothetical.hypothetical_compounds(tables, kind, settings["hypothetical"], seed)
        for name, structure in made:
            found.add(structure, file=name, structure_type=kind)
    index = found.index()
    kind_of = dict(zip(index["id"], index["structure_type"], strict=True))
    grid = settings["simulate"]["grid"]
    r = Grid(**grid).r
    noise = patterns.MeasurementNoise(r, patterns.largest_q(settings["simulate"]))
    draws = settings["simulate"]["hypothetical_draws"]
    rows: list[dict[str, Any]] = []
    curves = [np.empty((0, len(r)), dtype=np.float32)]
    for identity, structure in sorted(found.structures().items()):
        drawn, simulated, _ = patterns.simulate_draws(
            structure, identity, draws, settings["simulate"], {}, seed, noise
        )
        kind = kind_of[identity]
        known = {"structure_type": kind, "parent": parents[kind]}
        rows += [{**row, **known} for row in drawn]
        curves.append(simulated)
    told = [*columns.PATTERN, "structure_type", "parent"]
    save_array(patterns_out, np.concatenate(curves))
    save_table(index_out, pd.DataFrame(rows, columns=told))
    logging.info("%d patterns of %d types", len(rows), len(types))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(list(settings["types"]), settings, snakemake.output.patterns, snakemake.output.index)
