"""Choose the model of a task by cross-validation alone."""

import shutil
from pathlib import Path
from typing import Any

from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, replacing, save_table, save_yaml
from pdflearn.study import logs
from pdflearn.validation import selection


def main(
    validation_files: list[str],
    model_files: list[str],
    card_files: list[str],
    metric: str,
    estimators: dict[str, str],
    validation_out: str,
    chosen_out: str,
    model_out: str,
    card_out: str,
) -> None:
    """Gather all models' cross-validation, apply the rule, and lay the chosen model and its card
    beside it."""
    tables = [load_table(file, columns.VALIDATION) for file in validation_files]
    table = concat(tables)
    summary = selection.summarise(table, metric).drop_duplicates("model")
    chosen: dict[str, Any] = {
        "metric": metric,
        **selection.select_model(summary, estimators, metric),
    }
    for files, out in ((model_files, model_out), (card_files, card_out)):
        of_model = {Path(file).parent.name: file for file in files}
        with open(of_model[chosen["model"]], "rb") as source, replacing(out) as target:
            shutil.copyfileobj(source, target)
    save_table(validation_out, table)
    save_yaml(chosen_out, chosen)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        [snakemake.input.controls, *snakemake.input.validation],
        snakemake.input.models,
        snakemake.input.cards,
        settings[f"tasks/{snakemake.wildcards.task}"]["metric"],
        settings["estimators"],
        snakemake.output.validation,
        snakemake.output.selected,
        snakemake.output.model,
        snakemake.output.card,
    )
