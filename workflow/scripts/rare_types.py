"""Build the compounds of types that are too rare to learn, and a pattern of each to look up."""

import logging
from typing import Any

import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn import job, library, screening, storage, structures


def main(
    folder: str,
    names: list[str],
    grid: dict[str, float],
    structures_out: str,
    manifest_out: str,
    templates_out: str,
) -> None:
    """Write the structures, a row for each, and their patterns on the logarithmic axis."""
    built: dict[str, Structure] = {}
    rows: list[dict[str, Any]] = []
    tables = library.load_library(folder) if names else None
    for name in names:
        kind = tables.compounds.loc[name, "structure_type"]
        try:
            structure = tables.build(name)
            found = structures.describe(structure)
        except (structures.StructureError, library.LibraryError) as error:
            logging.warning("%s was left out: %s", name, error)
            continue
        row = {**found, "id": structures.identity(structure), "family": found["formula"]}
        row |= {"source": name, "name": name, "structure_type": kind, "origin": "real"}
        row |= {"warnings": "", "parent": tables.types.loc[kind, "parent"], "simpler_types": ""}
        rows.append(row)
        built[row["id"]] = structure
    manifest = pd.DataFrame(rows, columns=None if rows else [*structures.COLUMNS, "parent"])
    storage.save_table(manifest_out, manifest)
    structures.save_structures(structures_out, built)
    curves = {
        radiation: screening.make_templates(built.values(), grid, radiation)
        for radiation in ("xray", "neutron")
    }
    storage.save_arrays(templates_out, ids=np.array(list(built), dtype=str), **curves)


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        settings["structures/library"],
        list(settings["rare"]),
        settings["simulate/grid"],
        snakemake.output.structures,
        snakemake.output.manifest,
        snakemake.output.templates,
    )
