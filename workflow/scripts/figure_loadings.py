"""Draw the principal components against r."""

import numpy as np

from pdflearn import feature_axes, figure_style, figures_of_clusters, grids, job

if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    grid = grids.grid_of(settings["simulate/grid"])
    with np.load(snakemake.input[0]) as arrays:
        figure = figures_of_clusters.loadings(
            feature_axes.feature_axis("raw", grid, tuple(settings["features"]["window"])),
            arrays["loadings"],
            arrays["explained"],
        )
    figure_style.save(figure, snakemake.output.svg, snakemake.output.png)
