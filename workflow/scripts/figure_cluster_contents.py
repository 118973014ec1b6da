"""Draw what the largest clusters hold."""

import numpy as np

from pdflearn import feature_axes, figure_style, figures_of_clusters, job, patterns, storage

if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    with np.load(snakemake.input.shapes) as arrays:
        shapes = {name: arrays[name] for name in ("mean", "low", "high", "central")}
        kind = str(arrays["kind"])
    grid = patterns.grid_of(settings["simulate/grid"])
    axis = feature_axes.feature_axis(kind, grid, tuple(settings["features"]["window"]))
    figure_style.save(
        figures_of_clusters.contents(
            storage.load_table(snakemake.input.contents), kind, axis, shapes
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
