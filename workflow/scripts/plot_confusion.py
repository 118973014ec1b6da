"""Draw what the chosen model took each type of the vault for, and how often it was right against
how sure it was; list every confusion and type."""

import numpy as np

from pdflearn.core.io import load_rows, load_yaml, save_table
from pdflearn.reporting import classification, style
from pdflearn.study import logs
from pdflearn.validation import confusion

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    chosen = load_yaml(snakemake.input.selected)["model"]
    predictions = load_rows(snakemake.input.predictions, model=chosen)
    nominal = predictions[predictions["condition"] == "nominal"]
    truth, predicted = (nominal[name].to_numpy(dtype=str) for name in ("truth", "predicted"))
    shares = nominal.filter(regex="^p_")
    classes = np.array([name.removeprefix("p_") for name in shares.columns], dtype=str)
    save_table(snakemake.output.table, confusion.confusion_table(truth, predicted))
    save_table(snakemake.output.types, confusion.recall_table(truth, predicted))
    groups = nominal["group"].to_numpy(dtype=str)
    figures = {
        "confusion": classification.plot_confusion(truth, predicted, snakemake.wildcards.task),
        "calibration": classification.plot_calibration(truth, shares.to_numpy(), classes, groups),
    }
    style.save_all(figures, snakemake.output)
