"""Simulate one pattern of each structure of a shard and radiation, to look measured ones up in."""

from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table, save_arrays
from pdflearn.identification import catalogue, search
from pdflearn.structures.structure import load_structures
from pdflearn.study import logs


def main(
    shard: str,
    number: int,
    manifest_file: str,
    owners_file: str,
    grid: dict[str, float],
    out: str,
) -> None:
    """Write the patterns on the logarithmic axis; rows of NaN where there is none."""
    owners = load_table(owners_file)
    own = set(owners.loc[owners["shard"] == number, "id"])
    wanted = own & catalogue.reference_ids(load_table(manifest_file))
    known = {
        name: structure for name, structure in load_structures(shard).items() if name in wanted
    }
    save_arrays(out, **search.reference_arrays(known, Grid(**grid)))


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
