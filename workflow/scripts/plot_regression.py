"""Plot the scores of a task's models, and what the chosen one predicts for the vault."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_rows, load_table, load_yaml
from pdflearn.reporting import course, names, scores, style

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    task = settings[f"tasks/{snakemake.wildcards.task}"]
    selected = load_yaml(snakemake.input.selected)["model"]
    rows = load_rows(snakemake.input.predictions, model=selected)
    rows = rows[rows["condition"] == "nominal"]
    has_intervals = "low" in rows and rows["low"].notna().all()
    predicted = course.plot_regression(
        rows["truth"].to_numpy(),
        rows["predicted"].to_numpy(),
        names.words(task["label"]) + names.unit_of(task["label"]),
        rows[["low", "high"]].to_numpy() if has_intervals else None,
    )
    validation = load_table(snakemake.input.validation, columns.VALIDATION)
    evaluation = load_table(snakemake.input.evaluation, columns.EVALUATION)
    figures = scores.plot_task(validation, evaluation, task, selected, settings["estimators"])
    style.save_all({**figures, "predicted": predicted}, snakemake.output)
