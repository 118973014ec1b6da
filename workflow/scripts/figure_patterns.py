"""Draw one reference pattern for each structure type."""

import numpy as np
from matplotlib.figure import Figure

from pdflearn import figure_style, figures_of_data, grids, job, storage


def main(split_file: str, pattern_files: list[str], grid: dict[str, float]) -> Figure:
    """Take the alphabetically first real structure of each type that is learned from."""
    references = {}
    for file in pattern_files:
        with np.load(file) as arrays:
            references.update(zip(arrays["reference_ids"], arrays["references"], strict=True))
    split = storage.load_table(split_file)
    real = split["origin"] != figures_of_data.MADE_UP
    learned = split[(split["part"] == "development") & real].sort_values("name")
    first = learned.drop_duplicates("structure_type")
    return figures_of_data.patterns(grids.make_grid(**grid), first, references)


if __name__ == "__main__":
    job.start(snakemake)
    figure_style.save(
        main(
            snakemake.input.split,
            snakemake.input.patterns,
            snakemake.params.settings["simulate/grid"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
