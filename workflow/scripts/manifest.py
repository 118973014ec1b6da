"""Gather what every shard read into one manifest, and what was refused into one list."""

import logging

import pandas as pd

from pdflearn import job, storage, structures


def main(row_files: list[str], manifest_out: str, rejected_out: str) -> None:
    """One row a structure; of one read twice the first by source is kept, a labelled one before."""
    tables = [storage.load_table(file) for file in row_files]
    table = pd.concat([rows for rows in tables if len(rows)], ignore_index=True)
    table = table.reindex(columns=list(dict.fromkeys([*structures.COLUMNS, *table.columns])))
    refused = table["reason"].notna()
    rejected = table[refused].rename(columns={"source": "file"})
    storage.save_table(rejected_out, rejected[["file", "name", "reason"]].sort_values("file"))
    kept = table[~refused].drop(columns="reason")
    unlabelled = kept["structure_type"].fillna("") == ""
    kept = kept.assign(unlabelled=unlabelled).sort_values(["id", "unlabelled", "source"])
    manifest = kept.drop(columns="unlabelled").drop_duplicates("id").reset_index(drop=True)
    logging.info("%d structures, %d refused", len(manifest), len(rejected))
    logging.info("%d read twice", len(kept) - len(manifest))
    storage.save_table(manifest_out, manifest)


if __name__ == "__main__":
    job.start(snakemake)
    main(list(snakemake.input), snakemake.output.manifest, snakemake.output.rejected)
