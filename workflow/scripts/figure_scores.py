"""Draw each model's scores in cross-validation and on the vault."""

from matplotlib.figure import Figure

from pdflearn import figure_style, figures_of_learning, job, models, storage, validation


def main(
    validation_file: str,
    chosen_file: str,
    evaluation_file: str,
    metric: str,
    estimators: dict[str, str],
) -> Figure:
    """Take the best candidate of each model."""
    table = validation.best_of_each(storage.load_table(validation_file), metric)
    evaluation = storage.load_table(evaluation_file)
    evaluation = evaluation[(evaluation["metric"] == metric) & (evaluation["part"] == "all")]
    controls = [name for name, kind in estimators.items() if kind in models.CONTROLS]
    chosen = storage.load_yaml(chosen_file)["model"]
    return figures_of_learning.scores(table, evaluation, metric, chosen, controls)


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    figure_style.save(
        main(
            snakemake.input.validation,
            snakemake.input.chosen,
            snakemake.input.evaluation,
            settings[f"tasks/{snakemake.wildcards.task}"]["metric"],
            settings["estimators"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
