"""Draw the measured patterns, each with its first answer."""

import numpy as np
from matplotlib.figure import Figure

from pdflearn import figures, grids, job, storage


def main(
    index_file: str, patterns_file: str, identification_file: str, grid: dict[str, float]
) -> Figure:
    """Put the first-ranked type and its probability beside every pattern."""
    index = storage.load_table(index_file)
    table = storage.load_table(identification_file)
    first = table[table["rank"] == 1].set_index("file")
    answers = [
        f"{first.at[file, 'structure_type']} ({first.at[file, 'probability']:.2f})"
        for file in index["file"]
    ]
    with np.load(patterns_file) as arrays:
        curves = arrays["patterns"]
    names = [file.rsplit("/", 1)[-1] for file in index["file"]]
    return figures.measured(grids.make_grid(**grid), curves, names, answers)


if __name__ == "__main__":
    job.start(snakemake)
    figures.save(
        main(
            snakemake.input.index,
            snakemake.input.patterns,
            snakemake.input.identification,
            snakemake.params.settings["simulate/grid"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
