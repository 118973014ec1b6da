"""Split the structures into development and vault, and check that nothing leaks."""

from pdflearn.study import logs
from pdflearn.core.io import load_table, save_table
from pdflearn.dataset.leakage import check_leakage, closest_across
from pdflearn.dataset.manifest import load_references
from pdflearn.dataset.split import join_groups, similar_pairs, split_structures

import logging
from typing import Any

import numpy as np


def main(
    index_file: str,
    shard_map_file: str,
    pattern_files: list[str],
    settings: dict[str, Any],
    split_file: str,
    leakage_file: str,
) -> None:
    """Join near-duplicates into groups, split by group, write the split and the leakage table."""
    structures = load_table(index_file).sort_values("id").reset_index(drop=True)
    references = load_references(load_table(shard_map_file), pattern_files)
    structures = structures[structures["id"].isin(references)].reset_index(drop=True)
    patterns = np.array([references[identity] for identity in structures["id"]])
    pairs = similar_pairs(
        patterns, structures["nearest_neighbour"].to_numpy(), **settings["split"]["near_duplicate"]
    )
    structures["group"] = join_groups(
        structures["family"], pairs, structures["origin"] == "hypothetical"
    )
    table = split_structures(structures, settings["split"], settings["seed"])
    check_leakage(table)
    save_table(leakage_file, closest_across(table, patterns))
    save_table(split_file, table)
    logging.info("structures: %s", table["subset"].value_counts().to_dict())
    logging.info("near-duplicates joined: %d pairs", len(pairs))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.structure_index,
        snakemake.input.shard_map,
        snakemake.input.patterns,
        snakemake.params.settings,
        snakemake.output.split,
        snakemake.output.leakage,
    )
