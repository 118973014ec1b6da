"""Draw each model's scores in cross-validation and on the vault."""

from typing import Any

from matplotlib.figure import Figure

from pdflearn import choice, figure_style, figures_of_learning, job, ladder, storage
from pdflearn.figures_of_course import unit_of


def main(
    validation_file: str,
    chosen_file: str,
    evaluation_file: str,
    task: dict[str, Any],
    estimators: dict[str, str],
) -> Figure:
    """Take the best candidate of each model."""
    metric = task["metric"]
    table = choice.best_of_each(storage.load_table(validation_file), metric)
    evaluation = storage.load_table(evaluation_file)
    evaluation = evaluation[(evaluation["metric"] == metric) & (evaluation["part"] == "all")]
    controls = [name for name, kind in estimators.items() if kind in ladder.CONTROLS]
    chosen = storage.load_yaml(chosen_file)["model"]
    unit = unit_of(task["label"]) if metric in ("rmse", "mae") else ""
    return figures_of_learning.scores(table, evaluation, metric, chosen, controls, unit)


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    figure_style.save(
        main(
            snakemake.input.validation,
            snakemake.input.chosen,
            snakemake.input.evaluation,
            settings[f"tasks/{snakemake.wildcards.task}"],
            settings["estimators"],
        ),
        snakemake.output.svg,
        snakemake.output.png,
    )
