"""Draw the chosen model's score on parts of the vault and beyond what it was trained on."""

from pdflearn import figure_style, figures_of_learning, job, ladder, storage
from pdflearn.figures_of_course import unit_of

if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    task = settings[f"tasks/{snakemake.wildcards.task}"]
    figure_style.save(
        figures_of_learning.stress(
            storage.load_table(snakemake.input.evaluation),
            task["metric"],
            storage.load_yaml(snakemake.input.chosen)["model"],
            [n for n, kind in settings["estimators"].items() if kind in ladder.CONTROLS],
            unit_of(task["label"]) if task["metric"] in ("rmse", "mae") else "",
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
