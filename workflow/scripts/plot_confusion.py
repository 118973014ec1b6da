"""Plot the chosen model's confusions on the vault and its calibration; list every confusion."""

import numpy as np

from pdflearn.core.io import load_rows, load_yaml, save_table
from pdflearn.reporting import classification, style
from pdflearn.study import logs
from pdflearn.validation import confusion

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    selected = load_yaml(snakemake.input.selected)["model"]
    predictions = load_rows(snakemake.input.predictions, model=selected)
    nominal = predictions[predictions["condition"] == "nominal"]
    y_true, y_pred = (nominal[name].to_numpy(dtype=str) for name in ("truth", "predicted"))
    proba = nominal.filter(regex="^p_")
    classes = np.array([name.removeprefix("p_") for name in proba.columns], dtype=str)
    save_table(snakemake.output.table, confusion.confusion_table(y_true, y_pred))
    save_table(snakemake.output.types, confusion.recall_table(y_true, y_pred))
    groups = nominal["group"].to_numpy(dtype=str)
    figures = {
        "confusion": classification.plot_confusion(y_true, y_pred, snakemake.wildcards.task),
        "calibration": classification.plot_calibration(y_true, proba.to_numpy(), classes, groups),
    }
    style.save_all(figures, snakemake.output)
