"""Read one batch of the public and the user's measured PDFs; put them on the study's grid."""

import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.grid import Grid
from pdflearn.core.io import save_arrays, save_table
from pdflearn.measured import reader, resample
from pdflearn.measured.index import (
    INDEX_COLUMNS,
    describe,
    known_of,
    name_in,
    pack_curves,
    public_samples,
    samples_of,
)
from pdflearn.study import logs, sharding


def main(
    files: list[str],
    folder: str,
    sample_tables: list[str],
    public_table: str,
    archive: str,
    grid: dict[str, float],
    batch: int,
    batches: int,
    index_out: str,
    rejected_out: str,
    patterns_out: str,
    observations_out: str,
) -> None:
    """Write what was read, what could not be read and why, the patterns and what to fit."""
    samples: dict[str, dict[str, Any]] = {}
    for table in sample_tables:
        samples |= samples_of(table, folder)
    public = public_samples(public_table)
    r = Grid(**grid).r
    rows, rejected, curves, observations = [], [], [], []
    taken: dict[str, str] = {}
    sources = [(file, "user") for file in files]
    with zipfile.ZipFile(archive) as fetched:
        if fetched.namelist():  # it is empty when none were wanted or could be had
            sources.insert(0, (archive, "public"))
    for file, source in sources:

        def place(name: str, file: str = file, source: str = source) -> str:
            return name if source == "public" else name_in(folder, file, name)

        def mine(name: str, file: str = file, place: Callable[[str], str] = place) -> bool:
            divided = sharding.is_archive(file)
            return not divided or sharding.shard_of(place(name), batches) == batch

        for name, pattern in reader.read_pdfs(file, mine):
            shown = place(name)
            if shown in taken and not isinstance(pattern, reader.PatternError):
                again = f"a {taken[shown]} file of this name was read before; rename this one"
                pattern = reader.PatternError(again, reader.shown(name))
            if isinstance(pattern, reader.PatternError):
                rejected.append({"file": shown, "reason": str(pattern)})
                continue
            taken[shown] = source
            known = (
                public.get(name, {})
                if source == "public"
                else known_of(samples, folder, file, name)
            )
            row, observation = describe(shown, source, pattern, known)
            rows.append(row)
            nothing = (np.empty(0), np.empty(0))
            observations.append((observation.r, observation.g) if observation else nothing)
            curves.append(resample.regrid(pattern.r, pattern.g, r))
    save_table(index_out, pd.DataFrame(rows, columns=INDEX_COLUMNS))
    save_table(rejected_out, pd.DataFrame(rejected, columns=["file", "reason"]))
    save_arrays(patterns_out, patterns=np.array(curves, dtype=np.float32).reshape(-1, len(r)))
    save_arrays(observations_out, **pack_curves(observations, ("r", "g")))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        sorted([*snakemake.input.files, *settings["untracked_files"]]),
        settings["measured/folder"],
        list(settings["samples"]),
        snakemake.input.public,
        snakemake.input.archive,
        settings["simulate/grid"],
        int(snakemake.wildcards.batch),
        settings["measured/batches"],
        snakemake.output.index,
        snakemake.output.rejected,
        snakemake.output.patterns,
        snakemake.output.observations,
    )
