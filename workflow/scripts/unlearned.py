"""Build the compounds that the model does not learn from, and a pattern of each to look up."""

import logging

import pandas as pd

from pdflearn import columns, job, library, screening, storage, structures
from pdflearn.collection import Collection


def main(
    folder: str,
    names: list[str],
    grid: dict[str, float],
    structures_out: str,
    manifest_out: str,
    templates_out: str,
) -> None:
    """Write the structures, a row for each, and their patterns on the logarithmic axis."""
    built = Collection()
    rows = pd.DataFrame(columns=[*columns.STRUCTURE, "parent"])
    if names:
        tables = library.load_library(folder)
        built.add_compounds(tables, names)
        rows = pd.DataFrame(built.rows).reindex(columns=columns.STRUCTURE)
        rows["parent"] = rows["structure_type"].map(tables.types["parent"])
    for name, reason in rows.loc[rows["reason"].notna(), ["name", "reason"]].to_numpy():
        logging.warning("%s was left out: %s", name, reason)
    storage.save_table(manifest_out, rows[rows["reason"].isna()].drop(columns="reason"))
    structures.save_structures(structures_out, built.structures)
    storage.save_arrays(templates_out, **screening.templates_of(built.structures, grid))


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        settings["structures/library"],
        list(settings["compounds"]),
        settings["simulate/grid"],
        snakemake.output.structures,
        snakemake.output.manifest,
        snakemake.output.templates,
    )
