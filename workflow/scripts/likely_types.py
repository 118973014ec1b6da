"""Say which structure types the measured patterns look like to the chosen model."""

import numpy as np

from pdflearn.core import columns
from pdflearn.core.io import load_table, save_table
from pdflearn.models import persistence, probabilities
from pdflearn.study import logs


def main(index_file: str, patterns_file: str, model_file: str, out: str) -> None:
    """Write the probability of every type for every measured file."""
    index = load_table(index_file, columns.MEASURED_INDEX)
    with np.load(patterns_file) as arrays:
        curves = arrays["patterns"]
    table = probabilities.type_probabilities(curves, persistence.load_model(model_file))
    table.insert(0, "file", index["file"].to_numpy(dtype=str))
    save_table(out, table)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.index,
        snakemake.input.patterns,
        snakemake.input.model,
        snakemake.output[0],
    )
