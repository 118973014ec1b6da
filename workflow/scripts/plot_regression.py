"""Plot the numbers that the chosen model predicts for the vault against the true ones."""

from pdflearn.core.io import load_rows, load_yaml
from pdflearn.reporting import course, names, style
from pdflearn.study import logs

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    label = snakemake.params.settings[f"tasks/{snakemake.wildcards.task}"]["label"]
    selected = load_yaml(snakemake.input.selected)["model"]
    rows = load_rows(snakemake.input.predictions, model=selected)
    rows = rows[rows["condition"] == "nominal"]
    figure = course.plot_regression(
        rows["truth"].to_numpy(),
        rows["predicted"].to_numpy(),
        names.words(label) + names.unit_of(label),
    )
    style.save_all({"predicted": figure}, snakemake.output)
