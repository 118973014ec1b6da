"""Gather what every shard read into one manifest, and what was refused into one list."""

import logging

import pandas as pd

from pdflearn import columns, job, storage, structures


def main(row_files: list[str], manifest_out: str, rejected_out: str, owners_out: str) -> None:
    """One row a structure; and for each the number of the shard that it is taken from, since one
    that was read twice may stand in several."""
    tables = [storage.load_table(file).assign(shard=n) for n, file in enumerate(row_files)]
    table = pd.concat([rows for rows in tables if len(rows)], ignore_index=True)
    table = table.reindex(columns=list(dict.fromkeys([*columns.STRUCTURE, *table.columns])))
    refused = table["reason"].notna()
    rejected = table[refused].rename(columns={"source": "file"})
    storage.save_table(rejected_out, rejected[["file", "name", "reason"]].sort_values("file"))
    manifest = structures.first_read(table[~refused].drop(columns="reason"))
    logging.info("%d structures, %d refused", len(manifest), len(rejected))
    logging.info("%d read twice", (~refused).sum() - len(manifest))
    storage.save_table(owners_out, manifest[["id", "shard"]])
    storage.save_table(manifest_out, manifest.drop(columns="shard"))


if __name__ == "__main__":
    job.start(snakemake)
    main(
        list(snakemake.input),
        snakemake.output.manifest,
        snakemake.output.rejected,
        snakemake.output.owners,
    )
