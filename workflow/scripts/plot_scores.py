"""Plot the scores of all models, and those of the chosen one under other conditions."""

from typing import Any

from matplotlib.figure import Figure

from pdflearn.core import columns
from pdflearn.core.io import load_table, load_yaml
from pdflearn.models.registry import is_control
from pdflearn.reporting import names, scores, style
from pdflearn.study import logs
from pdflearn.validation import selection


def main(
    files: dict[str, Any], task: dict[str, Any], estimators: dict[str, str]
) -> dict[str, Figure]:
    """Return the figures by name; estimators: the estimator of each model."""
    metric = task["metric"]
    selected = load_yaml(files["selected"])["model"]
    validation = selection.best_of_each(load_table(files["validation"], columns.VALIDATION), metric)
    evaluation = load_table(files["evaluation"], columns.EVALUATION)
    vault = evaluation[(evaluation["metric"] == metric) & (evaluation["condition"] == "all")]
    controls = [name for name, estimator in estimators.items() if is_control(estimator)]
    unit = names.unit_of(task["label"]) if metric in ("rmse", "mae") else ""
    return {
        "scores": scores.plot_scores(validation, vault, metric, selected, controls, unit),
        "stress": scores.plot_stress(evaluation, metric, selected, controls, unit),
    }


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    task = settings[f"tasks/{snakemake.wildcards.task}"]
    figures = main(dict(snakemake.input.items()), task, settings["estimators"])
    style.save_all(figures, snakemake.output)
