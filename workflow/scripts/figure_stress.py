"""Draw the chosen model's score on parts of the vault and beyond what it was trained on."""

from pdflearn import figure_style, figures_of_learning, job, models, storage

if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    figure_style.save(
        figures_of_learning.stress(
            storage.load_table(snakemake.input.evaluation),
            settings[f"tasks/{snakemake.wildcards.task}"]["metric"],
            storage.load_yaml(snakemake.input.chosen)["model"],
            [n for n, kind in settings["estimators"].items() if kind in models.CONTROLS],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
