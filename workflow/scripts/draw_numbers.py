"""Draw the chosen model's numbers for the vault against the true ones."""

from pdflearn import figure_style, figures_of_course, job, storage

if __name__ == "__main__":
    job.start(snakemake)
    label = snakemake.params.settings[f"tasks/{snakemake.wildcards.task}"]["label"]
    chosen = storage.load_yaml(snakemake.input.chosen)["model"]
    rows = storage.load_rows(snakemake.input.predictions, model=chosen)
    rows = rows[rows["condition"] == "nominal"]
    figure = figures_of_course.predicted(
        rows["truth"].to_numpy(),
        rows["predicted"].to_numpy(),
        label.replace("_", " ") + figures_of_course.unit_of(label),
    )
    figure_style.save_all({"predicted": figure}, snakemake.output)
