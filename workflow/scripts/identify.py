"""Say which structure types the measured patterns look like."""

import numpy as np

from pdflearn import identification, job, model_files, storage


def main(index_file: str, patterns_file: str, model_file: str, ranks: int, out: str) -> None:
    """Write the most probable types of every measured file."""
    index = storage.load_table(index_file)
    with np.load(patterns_file) as arrays:
        curves = arrays["patterns"]
    model = model_files.load_model(model_file)
    storage.save_table(out, identification.rank_types(index, curves, model, ranks))


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input.index,
        snakemake.input.patterns,
        snakemake.input.model,
        snakemake.params.settings["measured"]["ranks"],
        snakemake.output[0],
    )
