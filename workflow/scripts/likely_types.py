"""Say which structure types the measured patterns look like to the chosen model."""

import numpy as np

from pdflearn import job, likely_types, model_files, storage


def main(index_file: str, patterns_file: str, model_file: str, out: str) -> None:
    """Write the probability of every type for every measured file."""
    index = storage.load_table(index_file)
    with np.load(patterns_file) as arrays:
        curves = arrays["patterns"]
    table = likely_types.type_probabilities(curves, model_files.load_model(model_file))
    table.insert(0, "file", index["file"].to_numpy(dtype=str))
    storage.save_table(out, table)


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input.index,
        snakemake.input.patterns,
        snakemake.input.model,
        snakemake.output[0],
    )
