"""Divide the structures into development and vault, and check that nothing leaks."""

import logging
from typing import Any

import numpy as np

from pdflearn.core.io import load_table, save_table
from pdflearn.dataset import split
from pdflearn.dataset.labels import check_leakage
from pdflearn.dataset.manifest import load_references
from pdflearn.study import logs


def main(
    manifest_file: str,
    shard_map_file: str,
    pattern_files: list[str],
    settings: dict[str, Any],
    split_file: str,
    leakage_file: str,
) -> None:
    """Join near-duplicates into groups, split by group, write the split and the leakage table."""
    manifest = load_table(manifest_file).sort_values("id").reset_index(drop=True)
    references = load_references(load_table(shard_map_file), pattern_files)
    manifest = manifest[manifest["id"].isin(references)].reset_index(drop=True)
    curves = np.array([references[identity] for identity in manifest["id"]])
    pairs = split.similar_pairs(
        curves, manifest["nearest_neighbour"].to_numpy(), **settings["split"]["near_duplicate"]
    )
    manifest["group"] = split.join_groups(
        manifest["family"], pairs, manifest["origin"] == "hypothetical"
    )
    table = split.split(manifest, settings["split"], settings["seed"])
    check_leakage(table)
    save_table(leakage_file, split.closest_across(table, curves))
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
