"""Gather the patterns of one subset of the split into one array and one index."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table, save_array, save_table
from pdflearn.dataset.labels import types_as_seen, visible_types
from pdflearn.dataset.leakage import check_leakage
from pdflearn.dataset.manifest import owned_rows

from typing import Any

import numpy as np
import pandas as pd


def main(files: dict[str, Any], subset: str, min_contrast: float, out: dict[str, str]) -> None:
    """Check the split once more, then write a subset's patterns, by structure and draw.

    Parameters
    ----------
    files : dict
        split and shard_map; patterns, index and contrasts: one file for each shard.
    subset : {"development", "vault"}
    min_contrast : float
        Smallest contrast that can be seen; see `labels.visible_types`.
    out : dict
        patterns and index: the files to write.
    """
    split = load_table(files["split"], columns.SPLIT_TABLE)
    check_leakage(split)
    chosen = split[split["subset"] == subset]
    shard_map = load_table(files["shard_map"])
    shard_map = shard_map[shard_map["id"].isin(chosen["id"])]
    indexes, contrasts, patterns = [], [], []
    shards = zip(files["patterns"], files["index"], files["contrasts"], strict=True)
    for shard, (pattern_file, index_file, contrast_file) in enumerate(shards):
        contrast = load_table(contrast_file)
        contrasts.append(contrast[owned_rows(contrast, shard_map, shard)])
        index = load_table(index_file)
        keep = owned_rows(index, shard_map, shard).to_numpy()
        if subset == "development":  # conditions of stress are for the vault alone
            keep = keep & (index["condition"] == "nominal").to_numpy()
        indexes.append(index[keep])
        with np.load(pattern_file) as arrays:
            patterns.append(arrays["patterns"][keep])
    index = pd.concat(indexes, ignore_index=True)
    order = index.sort_values(["id", "radiation", "condition", "draw"]).index
    # what a draw changed (its strained shortest distance) goes before what the structure has
    drawn = [name for name in index.columns if name != "id"]
    chosen = chosen.drop(columns=drawn, errors="ignore")
    index = index.loc[order].merge(chosen, on="id", how="left", validate="many_to_one")
    index["visible_type"] = visible_types(index, pd.concat(contrasts), min_contrast)
    index["type_as_seen"] = types_as_seen(index)
    save_array(out["patterns"], np.concatenate(patterns)[order])
    save_table(out["index"], index)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        dict(snakemake.input.items()),
        snakemake.wildcards.subset,
        snakemake.params.settings["labels"]["min_contrast"],
        dict(snakemake.output.items()),
    )
