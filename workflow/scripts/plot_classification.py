"""Plot the scores of a task's models, and the confusions and calibration of the chosen one."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_rows, load_table, load_yaml, save_table
from pdflearn.reporting import classification, scores, style
from pdflearn.validation import confusion

import numpy as np

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    name, settings = snakemake.wildcards.task, snakemake.params.settings
    selected = load_yaml(snakemake.input.selected)["model"]
    predictions = load_rows(snakemake.input.predictions, model=selected)
    nominal = predictions[predictions["condition"] == "nominal"]
    y_true, y_pred = (nominal[column].to_numpy(dtype=str) for column in ("truth", "predicted"))
    proba = nominal.filter(regex="^p_")
    classes = np.array([column.removeprefix("p_") for column in proba.columns], dtype=str)
    save_table(snakemake.output.table, confusion.confusion_table(y_true, y_pred))
    save_table(snakemake.output.types, confusion.recall_table(y_true, y_pred))
    groups = nominal["group"].to_numpy(dtype=str)
    validation = load_table(snakemake.input.validation, columns.VALIDATION)
    evaluation = load_table(snakemake.input.evaluation, columns.EVALUATION)
    task, estimators = settings[f"tasks/{name}"], settings["estimators"]
    figures = {
        **scores.plot_task(validation, evaluation, task, selected, estimators),
        "confusion": classification.plot_confusion(y_true, y_pred, name),
        "calibration": classification.plot_calibration(y_true, proba.to_numpy(), classes, groups),
    }
    style.save_all(figures, snakemake.output)
