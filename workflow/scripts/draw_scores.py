"""Draw all models' scores, and the chosen one's beyond what it was trained on."""

from typing import Any

from matplotlib.figure import Figure

from pdflearn import choice, figure_style, figures_of_learning, job, ladder, storage
from pdflearn.figures_of_course import unit_of


def main(
    files: dict[str, Any], task: dict[str, Any], estimators: dict[str, str]
) -> dict[str, Figure]:
    """Figures by name."""
    metric = task["metric"]
    chosen = storage.load_yaml(files["chosen"])["model"]
    validation = choice.best_of_each(storage.load_table(files["validation"]), metric)
    evaluation = storage.load_table(files["evaluation"])
    measured = evaluation[evaluation["metric"] == metric]
    whole = measured[measured["part"] == "all"]
    controls = [name for name, kind in estimators.items() if kind in ladder.CONTROLS]
    unit = unit_of(task["label"]) if metric in ("rmse", "mae") else ""
    return {
        "scores": figures_of_learning.scores(validation, whole, metric, chosen, controls, unit),
        "stress": figures_of_learning.stress(evaluation, metric, chosen, controls, unit),
    }


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    task = settings[f"tasks/{snakemake.wildcards.task}"]
    figures = main(dict(snakemake.input.items()), task, settings["estimators"])
    figure_style.save_all(figures, snakemake.output)
