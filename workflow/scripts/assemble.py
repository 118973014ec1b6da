"""Gather the patterns of one subset of the split into one array and one index."""

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import load_table, save_array, save_table
from pdflearn.dataset.labels import check_leakage, types_as_seen, visible_types
from pdflearn.dataset.manifest import owned_rows
from pdflearn.study import logs


def main(
    split_file: str,
    shard_map_file: str,
    threshold: float,
    pattern_files: list[str],
    index_files: list[str],
    contrast_files: list[str],
    subset: str,
    patterns_out: str,
    index_out: str,
) -> None:
    """Check the split once more, then write its patterns, ordered by structure and draw."""
    split = load_table(split_file, columns.SPLIT_TABLE)
    check_leakage(split)
    chosen = split[split["subset"] == subset]
    shard_map = load_table(shard_map_file)
    shard_map = shard_map[shard_map["id"].isin(chosen["id"])]
    indexes, contrasts, curves = [], [], []
    files = zip(pattern_files, index_files, contrast_files, strict=True)
    for shard, (pattern_file, index_file, contrast_file) in enumerate(files):
        seen = load_table(contrast_file)
        contrasts.append(seen[owned_rows(seen, shard_map, shard)])
        index = load_table(index_file)
        keep = owned_rows(index, shard_map, shard).to_numpy()
        if subset == "development":  # conditions of stress are for the vault alone
            keep = keep & (index["condition"] == "nominal").to_numpy()
        indexes.append(index[keep])
        with np.load(pattern_file) as arrays:
            curves.append(arrays["patterns"][keep])
    index = pd.concat(indexes, ignore_index=True)
    order = index.sort_values(["id", "radiation", "condition", "draw"]).index
    # what a draw changed (its strained shortest distance) goes before what the structure has
    drawn = [name for name in index.columns if name != "id"]
    chosen = chosen.drop(columns=drawn, errors="ignore")
    index = index.loc[order].merge(chosen, on="id", how="left", validate="many_to_one")
    index["visible_type"] = visible_types(index, pd.concat(contrasts), threshold)
    index["type_as_seen"] = types_as_seen(index)
    save_array(patterns_out, np.concatenate(curves)[order])
    save_table(index_out, index)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.split,
        snakemake.input.shard_map,
        snakemake.params.settings["labels"]["min_contrast"],
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.contrasts,
        snakemake.wildcards.subset,
        snakemake.output.patterns,
        snakemake.output.index,
    )
