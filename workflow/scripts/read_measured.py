"""Read one batch of the public and the user's measured PDFs; put them on the study's grid."""

from pdflearn.study import logs, sharding
from pdflearn.core.grid import Grid
from pdflearn.core.io import save_arrays, save_table
from pdflearn.measured.batch import MeasuredFile, read_samples, user_file
from pdflearn.measured.sample_table import SampleTables, public_samples
from pdflearn.measured.samples import INDEX_COLUMNS, curve_arrays

import zipfile
from typing import Any

import pandas as pd


def files_to_read(inputs: Any, settings: dict[str, Any], batch: int) -> list[MeasuredFile]:
    """The public archive, where it holds something, then the user's files of the batch."""
    folder, batches = settings["measured/folder"], settings["measured/batches"]

    def in_batch(index_name: str) -> bool:
        return sharding.shard_of(index_name, batches) == batch

    files = []
    with zipfile.ZipFile(inputs.archive) as archive:
        if archive.namelist():  # it is empty when none were wanted or could be had
            known = public_samples(inputs.public)
            files.append(
                MeasuredFile(
                    inputs.archive,
                    index_name=str,
                    given=lambda name: known.get(name, {}),
                    wanted=in_batch,
                    source="public",
                )
            )
    tables = SampleTables(folder, settings["samples"])
    for path in sorted([*inputs.files, *settings["untracked_files"]]):
        if sharding.is_archive(path):  # its members are shared out among the batches
            files.append(user_file(path, tables, in_batch))
        else:
            files.append(user_file(path, tables))
    return files


def main(inputs: Any, settings: dict[str, Any], outputs: Any) -> None:
    """Write what was read, what was rejected and why, the patterns and the curves to fit.

    Parameters
    ----------
    inputs : named paths
        files, public (the table of public files), archive (of these files).
    settings : dict
        Of the rule, and the number of the batch.
    outputs : named paths
        index, rejected, patterns, observations.
    """
    grid = Grid(**settings["simulate/grid"])
    batch = read_samples(files_to_read(inputs, settings, settings["batch"]), grid.r)
    rows = [sample.to_row() for sample in batch.samples]
    rejected = [{"file": file, "reason": str(error)} for file, error in batch.rejected]
    save_table(outputs.index, pd.DataFrame(rows, columns=INDEX_COLUMNS))
    save_table(outputs.rejected, pd.DataFrame(rejected, columns=["file", "reason"]))
    save_arrays(outputs.patterns, patterns=batch.patterns_array(grid.points))
    save_arrays(outputs.observations, **curve_arrays(batch.samples))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input,
        {**snakemake.params.settings, "batch": int(snakemake.wildcards.batch)},
        snakemake.output,
    )
