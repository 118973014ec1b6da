"""Draw the maps of the patterns."""

import numpy as np

from pdflearn import figure_style, figures_of_clusters, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    with np.load(snakemake.input.shapes) as arrays:
        explained = arrays["explained"]
    table = storage.load_table(snakemake.input.assignments)
    figure_style.save(
        figures_of_clusters.embeddings(table, explained),
        snakemake.output.svg,
        snakemake.output.png,
    )
