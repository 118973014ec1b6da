"""Draw Ward's tree of the patterns."""

import numpy as np

from pdflearn import figure_style, figures_of_trees, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    scores = storage.load_table(snakemake.input.scores)
    with np.load(snakemake.input.shapes) as arrays:
        tree, rows = arrays["tree"], arrays["tree_rows"]
    labels = storage.load_table(snakemake.input.assignments)["label"].to_numpy(dtype=str)[rows]
    figure_style.save(
        figures_of_trees.dendrogram(tree, labels, scores["view"].iloc[0]),
        snakemake.output.svg,
        snakemake.output.png,
    )
