"""Draw what the largest clusters hold."""

import numpy as np

from pdflearn import figure_style, figures_of_clusters, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    with np.load(snakemake.input.shapes) as arrays:
        shapes = {name: arrays[name] for name in ("mean", "low", "high", "central")}
        kind, axis = str(arrays["kind"]), arrays["axis"]
    table = storage.load_table(snakemake.input.contents)
    figure_style.save(
        figures_of_clusters.contents(table, kind, axis, shapes),
        snakemake.output.svg,
        snakemake.output.png,
    )
