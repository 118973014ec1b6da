"""Draw how often the chosen model is right against how sure it was."""

import numpy as np

from pdflearn import figure_style, figures_of_learning, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    chosen = storage.load_yaml(snakemake.input.chosen)["model"]
    predictions = storage.load_rows(snakemake.input.predictions, model=chosen)
    nominal = predictions[predictions["condition"] == "nominal"]
    shares = nominal.filter(regex="^p_")
    figure_style.save(
        figures_of_learning.calibration(
            nominal["truth"].to_numpy(dtype=str),
            shares.to_numpy(),
            np.array([name.removeprefix("p_") for name in shares.columns], dtype=str),
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
