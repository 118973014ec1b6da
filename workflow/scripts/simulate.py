"""Simulate the patterns of one shard of structures."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.grid import make_grid
from pdflearn.core.io import load_table, save_arrays, save_table
from pdflearn.simulation import patterns, reference
from pdflearn.structures.relations import SimplerType
from pdflearn.structures.structure import first_read, load_structures
from pdflearn.study import logs


def main(
    shard: str,
    rows_file: str,
    settings: dict[str, Any],
    patterns_file: str,
    index_file: str,
    refused_file: str,
    contrasts_file: str,
) -> None:
    """Draw and simulate every structure of a shard; write patterns, index, what was refused, and
    how far each structure can be told from simpler types."""
    grid = settings["simulate"]["grid"]
    r = make_grid(**grid)
    disturb = patterns.Disturbance(r, patterns.largest_q(settings["simulate"]))
    known = first_read(load_table(rows_file)).set_index("id")
    rows: list[dict[str, Any]] = []
    refused: list[dict[str, str]] = []
    contrasts: list[dict[str, Any]] = []
    curves: list[np.ndarray] = []
    references: dict[str, np.ndarray] = {}
    for identity, structure in load_structures(shard).items():
        hypothetical = known.loc[identity, "origin"] == "hypothetical"
        draws = settings["simulate"]["hypothetical_draws" if hypothetical else "draws"]
        conditions = {} if hypothetical else settings["simulate"]["stress"]
        drawn, simulated, without = patterns.simulate_draws(
            structure, identity, draws, settings["simulate"], conditions, settings["seed"], disturb
        )
        simpler = SimplerType.parse(known.loc[identity, "simpler_types"])
        radiations = sorted({row["radiation"] for row in drawn})
        seen = patterns.type_contrasts(structure, simpler, grid, radiations)
        names = [other.name for other in simpler]
        for (radiation, name), value in seen.items():
            row = {"id": identity, "radiation": radiation, "simpler_type": name}
            contrasts.append({**row, "place": names.index(name), "contrast": value})
        rows += drawn
        refused += without
        if drawn:
            curves.append(simulated)
            references[identity] = reference.simulate_reference(structure, grid)
    empty = np.empty((0, len(r)), dtype=np.float32)
    save_arrays(
        patterns_file,
        patterns=np.concatenate([empty, *curves]),
        reference_ids=np.array(list(references), dtype=str),
        references=np.array(list(references.values()), dtype=np.float32).reshape(-1, len(r)),
    )
    save_table(refused_file, pd.DataFrame(refused, columns=patterns.REFUSED_COLUMNS))
    save_table(contrasts_file, pd.DataFrame(contrasts, columns=patterns.CONTRAST_COLUMNS))
    save_table(index_file, pd.DataFrame(rows, columns=columns.PATTERN))


if __name__ == "__main__":
    logs.start(snakemake)
    main(
        snakemake.input.structures,
        snakemake.input.rows,
        snakemake.params.settings,
        snakemake.output.patterns,
        snakemake.output.index,
        snakemake.output.refused,
        snakemake.output.contrasts,
    )
