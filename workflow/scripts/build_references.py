"""Build compounds and metal particles that no model learns from, and their reference patterns."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import save_arrays, save_table
from pdflearn.dataset.collection import Collection
from pdflearn.identification import search
from pdflearn.structures import library
from pdflearn.structures.structure import save_structures

import logging

import pandas as pd


def main(
    folder: str,
    names: list[str],
    with_particles: bool,
    grid: dict[str, float],
    structures_out: str,
    index_out: str,
    patterns_out: str,
) -> None:
    """Write the structures, a row for each, and their patterns on the logarithmic axis."""
    collection = Collection()
    parents: dict[str, str] = {}
    rows = pd.DataFrame(columns=[*columns.STRUCTURE, "parent"])
    if names:
        tables = library.load_library(folder)
        collection.add_compounds(tables, names)
        parents |= tables.types["parent"].to_dict()
    if with_particles:
        from pdflearn.structures import particles  # ase is large, and not every study has them

        parents |= particles.PARENTS
        for one in particles.particles():
            known = {"file": f"particle {one.name}", "name": one.name, "origin": "cluster"}
            family = one.geometry.family
            shape = one.geometry.shape
            collection.add(one.structure, **known, structure_type=shape, family=family)
    if names or with_particles:
        rows = collection.index()
        rows["parent"] = rows["structure_type"].map(parents).fillna("")
    for name, reason in rows.loc[rows["reason"].notna(), ["name", "reason"]].to_numpy():
        logging.warning("%s was left out: %s", name, reason)
    save_table(index_out, rows[rows["reason"].isna()].drop(columns="reason"))
    structures = collection.structures()
    save_structures(structures_out, structures)
    save_arrays(patterns_out, **search.reference_arrays(structures, Grid(**grid)))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        settings["structures/library"],
        list(settings["compounds"]),
        settings["measured/particles"],
        settings["simulate/grid"],
        snakemake.output.structures,
        snakemake.output.index,
        snakemake.output.patterns,
    )
