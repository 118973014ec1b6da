"""Read one batch of the public and the user's measured PDFs; put them on the study's grid."""

import zipfile
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from pdflearn import grids, job, measured, measured_index, regridding, sharding, storage


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
    unreadable_out: str,
    patterns_out: str,
    observations_out: str,
) -> None:
    """Write what was read, what could not be read and why, the patterns and what to fit."""
    samples: dict[str, dict[str, Any]] = {}
    for table in sample_tables:
        samples |= measured_index.samples_of(table, folder)
    public = measured_index.public_samples(public_table)
    r = grids.make_grid(**grid)
    rows, unreadable, curves, observations = [], [], [], []
    taken: dict[str, str] = {}
    sources = [(file, "user") for file in files]
    with zipfile.ZipFile(archive) as fetched:
        if fetched.namelist():  # it is empty when none were wanted or could be had
            sources.insert(0, (archive, "public"))
    for file, source in sources:

        def place(name: str, file: str = file, source: str = source) -> str:
            return name if source == "public" else measured_index.name_in(folder, file, name)

        def mine(name: str, file: str = file, place: Callable[[str], str] = place) -> bool:
            divided = sharding.is_archive(file)
            return not divided or sharding.shard_of(place(name), batches) == batch

        for name, pattern in measured.read_pdfs(file, mine):
            shown = place(name)
            if shown in taken and not isinstance(pattern, measured.PatternError):
                again = f"a {taken[shown]} file of this name was read before; rename this one"
                pattern = measured.PatternError(again, measured.shown(name))
            if isinstance(pattern, measured.PatternError):
                unreadable.append({"file": shown, "reason": str(pattern)})
                continue
            taken[shown] = source
            known = (
                public.get(name, {})
                if source == "public"
                else measured_index.known_of(samples, folder, file, name)
            )
            row, observation = measured_index.describe(shown, source, pattern, known)
            rows.append(row)
            nothing = (np.empty(0), np.empty(0))
            observations.append((observation.r, observation.g) if observation else nothing)
            curves.append(regridding.regrid(pattern.r, pattern.g, r))
    storage.save_table(index_out, pd.DataFrame(rows, columns=measured_index.INDEX_COLUMNS))
    storage.save_table(unreadable_out, pd.DataFrame(unreadable, columns=["file", "reason"]))
    storage.save_arrays(
        patterns_out, patterns=np.array(curves, dtype=np.float32).reshape(-1, len(r))
    )
    storage.save_arrays(observations_out, **measured_index.pack_curves(observations, ("r", "g")))


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        sorted([*snakemake.input.files, *settings["odd_files"]]),
        settings["measured/folder"],
        list(settings["samples"]),
        snakemake.input.public,
        snakemake.input.archive,
        settings["simulate/grid"],
        int(snakemake.wildcards.batch),
        settings["measured/batches"],
        snakemake.output.index,
        snakemake.output.unreadable,
        snakemake.output.patterns,
        snakemake.output.observations,
    )
