"""Draw the measured grids, each with its first answer."""

import numpy as np
from matplotlib.figure import Figure

from pdflearn import figure_style, figures_of_measured, grids, job, measured_index, storage


def main(
    index_file: str, patterns_file: str, identification_file: str, grid: dict[str, float]
) -> Figure:
    """Put the first answer and its verdict beside every pattern."""
    answers = storage.load_table(identification_file)
    answers["file"] = answers["file"].astype(str)
    with np.load(patterns_file) as arrays:
        curves = arrays["patterns"]
    index = measured_index.load_index(index_file)
    return figures_of_measured.measured(grids.make_grid(**grid), curves, index, answers)


if __name__ == "__main__":
    job.start(snakemake)
    figure_style.save(
        main(
            snakemake.input.index,
            snakemake.input.patterns,
            snakemake.input.identification,
            snakemake.params.settings["simulate/grid"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
