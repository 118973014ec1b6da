"""Draw the measured series."""

import numpy as np

from pdflearn import figure_style, figures_of_measured, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    with np.load(snakemake.input.arrays) as stored:
        arrays = dict(stored)
    figure = figures_of_measured.series(
        storage.load_table(snakemake.input.series),
        storage.load_table(snakemake.input.changes),
        [str(name) for name in arrays.pop("names")],
        arrays,
    )
    figure_style.save_all({"series": figure}, snakemake.output)
