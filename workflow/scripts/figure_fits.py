"""Draw the measured curves with what was calculated for them."""

import numpy as np
from matplotlib.figure import Figure

from pdflearn import figure_style, figures_of_measured, job, measured_index, storage


def main(index_file: str, fits_file: str, identification_file: str) -> Figure:
    """One panel for each of the samples that are shown."""
    index = measured_index.load_index(index_file)
    answers = storage.load_table(identification_file)
    answers["file"] = answers["file"].astype(str)
    with np.load(fits_file) as arrays:
        files = [str(name) for name in arrays["files"]]
        curves = {
            file: tuple(
                measured_index.curve_of(arrays, files.index(file), "r", "measured", "calculated")
            )
            for file in figures_of_measured.shown_samples(index, files)
        }
    return figures_of_measured.fits(curves, answers)


if __name__ == "__main__":
    job.start(snakemake)
    figure_style.save(
        main(
            snakemake.input.index,
            snakemake.input.fits,
            snakemake.input.identification,
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
