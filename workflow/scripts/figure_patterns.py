"""Draw one reference pattern for each structure type."""

import numpy as np
from matplotlib.figure import Figure

from pdflearn import figures, grids, job, storage


def main(split_file: str, pattern_files: list[str], grid: dict[str, float]) -> Figure:
    """Take the alphabetically first structure of each type that is learned from."""
    references = {}
    for file in pattern_files:
        with np.load(file) as arrays:
            references.update(zip(arrays["reference_ids"], arrays["references"], strict=True))
    split = storage.load_table(split_file)
    first = (
        split[split["part"] == "development"].sort_values("name").drop_duplicates("structure_type")
    )
    examples = {
        row.structure_type: (row.name, references[row.id]) for row in first.itertuples(index=False)
    }
    return figures.patterns(grids.make_grid(**grid), examples)


if __name__ == "__main__":
    job.start(snakemake)
    figures.save(
        main(
            snakemake.input.split,
            snakemake.input.patterns,
            snakemake.params.settings["simulate/grid"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
