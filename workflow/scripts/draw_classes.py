"""Draw what the chosen model took each type of the vault for, and how often it was right against
how sure it was; list every confusion and type."""

import numpy as np

from pdflearn import figure_style, figures_of_learning, job, mistakes, storage

if __name__ == "__main__":
    job.start(snakemake)
    chosen = storage.load_yaml(snakemake.input.chosen)["model"]
    predictions = storage.load_rows(snakemake.input.predictions, model=chosen)
    nominal = predictions[predictions["condition"] == "nominal"]
    truth, predicted = (nominal[name].to_numpy(dtype=str) for name in ("truth", "predicted"))
    shares = nominal.filter(regex="^p_")
    classes = np.array([name.removeprefix("p_") for name in shares.columns], dtype=str)
    storage.save_table(snakemake.output.table, mistakes.confusions(truth, predicted))
    storage.save_table(snakemake.output.types, mistakes.found_types(truth, predicted))
    groups = nominal["group"].to_numpy(dtype=str)
    figures = {
        "confusion": figures_of_learning.confusion(truth, predicted, snakemake.wildcards.task),
        "calibration": figures_of_learning.calibration(truth, shares.to_numpy(), classes, groups),
    }
    figure_style.save_all(figures, snakemake.output)
