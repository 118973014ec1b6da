"""Gather what every shard read into one manifest, and what was refused into one list."""

import logging

from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, save_table
from pdflearn.dataset.manifest import drop_duplicates
from pdflearn.structures.structure import StructureError
from pdflearn.study import logs


def main(row_files: list[str], manifest_out: str, rejected_out: str, owners_out: str) -> None:
    """One row a structure; and for each the number of the shard that it is taken from, since one
    that was read twice may stand in several."""
    tables = [load_table(file).assign(shard=n) for n, file in enumerate(row_files)]
    if not any(len(rows) for rows in tables):
        raise StructureError(
            "there is no structure to learn from: structures.library is empty, structures.folder "
            "holds no file and structures.clusters no shape. Set the library to resources/library, "
            "or put structure files into the folder"
        )
    table = concat(tables)
    table = table.reindex(columns=list(dict.fromkeys([*columns.STRUCTURE, *table.columns])))
    refused = table["reason"].notna()
    rejected = table[refused]
    save_table(rejected_out, rejected[["file", "name", "reason"]].sort_values("file"))
    manifest = drop_duplicates(table[~refused].drop(columns="reason"))
    logging.info("%d structures, %d refused", len(manifest), len(rejected))
    logging.info("%d stand in several shards", (~refused).sum() - len(manifest))
    save_table(owners_out, manifest[["id", "shard"]])
    save_table(manifest_out, manifest.drop(columns="shard"))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        list(snakemake.input),
        snakemake.output.structure_index,
        snakemake.output.rejected,
        snakemake.output.shard_map,
    )
