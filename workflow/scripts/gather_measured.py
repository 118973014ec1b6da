"""Gather what the batches of measured files hold: the tables, and the patterns in their order."""

import numpy as np

from pdflearn import job, storage


def main(
    index_files: list[str],
    unreadable_files: list[str],
    pattern_files: list[str],
    index_out: str,
    unreadable_out: str,
    patterns_out: str,
) -> None:
    """Write the public files first, then the user's, each in order of name."""
    index = storage.concat([storage.load_table(file) for file in index_files])
    order = np.lexsort([index["file"].to_numpy(dtype=str), index["source"] != "public"])
    storage.save_table(index_out, index.iloc[order])
    curves = []
    for file in pattern_files:
        with np.load(file) as arrays:
            curves.append(arrays["patterns"])
    storage.save_arrays(patterns_out, patterns=np.concatenate(curves)[order])
    unreadable = storage.concat([storage.load_table(file) for file in unreadable_files])
    storage.save_table(unreadable_out, unreadable.sort_values(["file", "reason"]))


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input.index,
        snakemake.input.unreadable,
        snakemake.input.patterns,
        snakemake.output.index,
        snakemake.output.unreadable,
        snakemake.output.patterns,
    )
