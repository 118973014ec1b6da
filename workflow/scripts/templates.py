"""Simulate one pattern of each structure of a shard and radiation, to look measured ones up in."""

import numpy as np

from pdflearn import catalogue, job, screening, storage, structures


def main(shard: str, manifest_file: str, grid: dict[str, float], out: str) -> None:
    """Write the patterns on the logarithmic axis; rows of NaN where there is none."""
    wanted = catalogue.looked_up(storage.load_table(manifest_file))
    known = {
        name: structure
        for name, structure in structures.load_structures(shard).items()
        if name in wanted
    }
    curves = {
        radiation: screening.make_templates(known.values(), grid, radiation)
        for radiation in ("xray", "neutron")
    }
    storage.save_arrays(out, ids=np.array(list(known), dtype=str), **curves)


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input.structures,
        snakemake.input.manifest,
        snakemake.params.settings["simulate/grid"],
        snakemake.output[0],
    )
