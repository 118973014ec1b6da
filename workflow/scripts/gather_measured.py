"""Gather what the batches of measured files hold: the tables, and the patterns in their order."""

from pathlib import Path

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, save_arrays, save_table
from pdflearn.measured.index import name_in, no_such_file, samples_of, unmatched
from pdflearn.study import logs


def lost_lines(tables: list[str], folder: str, files: list[str]) -> pd.DataFrame:
    """Lines of the user's tables about files that are not there: they have no effect."""
    rows = []
    for table in tables:
        own = name_in(folder, table, Path(table).name)
        samples = samples_of(table, folder)
        for place in unmatched(samples, folder, files):
            rows.append({"file": own, "reason": no_such_file(place)})
    return pd.DataFrame(rows, columns=["file", "reason"])


def main(
    index_files: list[str],
    rejected_files: list[str],
    pattern_files: list[str],
    sample_tables: list[str],
    folder: str,
    index_out: str,
    rejected_out: str,
    patterns_out: str,
) -> None:
    """Write the public files first, then the user's, each in order of name."""
    index = concat([load_table(file, columns.MEASURED_INDEX) for file in index_files])
    order = np.lexsort([index["file"].to_numpy(dtype=str), index["source"] != "public"])
    save_table(index_out, index.iloc[order])
    curves = []
    for file in pattern_files:
        with np.load(file) as arrays:
            curves.append(arrays["patterns"])
    save_arrays(patterns_out, patterns=np.concatenate(curves)[order])
    rejected = concat([load_table(file, columns.REJECTED_MEASURED) for file in rejected_files])
    files = [*index.loc[index["source"] == "user", "file"], *rejected["file"]]
    rejected = concat([rejected, lost_lines(sample_tables, folder, files)])
    save_table(rejected_out, rejected.sort_values(["file", "reason"]))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.index,
        snakemake.input.rejected,
        snakemake.input.patterns,
        list(settings["samples"]),
        settings["measured/folder"],
        snakemake.output.index,
        snakemake.output.rejected,
        snakemake.output.patterns,
    )
