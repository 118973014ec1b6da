"""Gather what the shards read into one index of structures, and what was rejected into a list."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, save_table
from pdflearn.dataset.manifest import drop_duplicates
from pdflearn.structures.errors import StructureError

import logging


def main(shard_indexes: list[str], index_file: str, rejected_file: str, map_file: str) -> None:
    """Gather the shards' indexes of structures.

    Parameters
    ----------
    shard_indexes : list of str
        The shards' tables in their order.
    index_file : str
        Gets one row for each structure.
    rejected_file : str
        Gets what was rejected and why.
    map_file : str
        Gets for each structure the number of the shard that it is taken from: one that was read
        twice may stand in several.
    """
    tables = [load_table(file).assign(shard=n) for n, file in enumerate(shard_indexes)]
    if not any(len(rows) for rows in tables):
        raise StructureError(
            "there is no structure to learn from: structures.library is empty, structures.folder "
            "holds no file and structures.clusters no shape. Set the library to resources/library, "
            "or put structure files into the folder"
        )
    table = concat(tables)
    table = table.reindex(columns=list(dict.fromkeys([*columns.STRUCTURE, *table.columns])))
    is_rejected = table["reason"].notna()
    rejected = table[is_rejected]
    save_table(rejected_file, rejected[["file", "name", "reason"]].sort_values("file"))
    index = drop_duplicates(table[~is_rejected].drop(columns="reason"))
    logging.info("%d structures, %d rejected", len(index), len(rejected))
    logging.info("%d stand in several shards", (~is_rejected).sum() - len(index))
    save_table(map_file, index[["id", "shard"]])
    save_table(index_file, index.drop(columns="shard"))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        list(snakemake.input),
        snakemake.output.structure_index,
        snakemake.output.rejected,
        snakemake.output.shard_map,
    )
