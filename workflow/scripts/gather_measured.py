"""Gather what the batches of measured files hold: the tables, and the patterns in their order."""

from pathlib import Path

import numpy as np
import pandas as pd

from pdflearn import job, measured_index, storage


def lost_lines(tables: list[str], folder: str, files: list[str]) -> pd.DataFrame:
    """Lines of the user's tables about files that are not there: they have no effect."""
    rows = []
    for table in tables:
        own = measured_index.name_in(folder, table, Path(table).name)
        samples = measured_index.samples_of(table, folder)
        for place in measured_index.unmatched(samples, folder, files):
            rows.append({"file": own, "reason": measured_index.no_such_file(place)})
    return pd.DataFrame(rows, columns=["file", "reason"])


def main(
    index_files: list[str],
    unreadable_files: list[str],
    pattern_files: list[str],
    sample_tables: list[str],
    folder: str,
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
    files = [*index.loc[index["source"] == "user", "file"], *unreadable["file"]]
    unreadable = storage.concat([unreadable, lost_lines(sample_tables, folder, files)])
    storage.save_table(unreadable_out, unreadable.sort_values(["file", "reason"]))


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.index,
        snakemake.input.unreadable,
        snakemake.input.patterns,
        list(settings["samples"]),
        settings["measured/folder"],
        snakemake.output.index,
        snakemake.output.unreadable,
        snakemake.output.patterns,
    )
