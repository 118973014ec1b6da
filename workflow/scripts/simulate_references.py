"""Simulate the reference patterns of a shard: one for each structure and radiation."""

from pdflearn.study import logs
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table, save_arrays
from pdflearn.identification import catalogue, search
from pdflearn.structures.atoms import load_atoms


def main(
    structures_file: str,
    shard: int,
    index_file: str,
    shard_map_file: str,
    grid: dict[str, float],
    patterns_out: str,
) -> None:
    """Write the patterns on the logarithmic axis; rows of NaN where there is none."""
    shard_map = load_table(shard_map_file)
    ids = set(shard_map.loc[shard_map["shard"] == shard, "id"])
    ids &= catalogue.reference_ids(load_table(index_file))
    structures = load_atoms(structures_file, ids)
    save_arrays(patterns_out, **search.reference_arrays(structures, Grid(**grid)))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.structures,
        int(snakemake.wildcards.shard),
        snakemake.input.structure_index,
        snakemake.input.shard_map,
        snakemake.params.settings["simulate/grid"],
        snakemake.output[0],
    )
