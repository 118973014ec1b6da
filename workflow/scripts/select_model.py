"""Select the model of a task by cross-validation alone."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, replacing, save_table, save_yaml
from pdflearn.validation import selection

import shutil
from pathlib import Path
from typing import Any


def main(
    files: dict[str, Any], metric: str, estimators: dict[str, str], outputs: dict[str, str]
) -> None:
    """Gather the cross-validation of all models, select one, and copy it with its card."""
    validation_files = [files["controls"], *files["validation"]]
    table = concat([load_table(file, columns.VALIDATION) for file in validation_files])
    summary = selection.summarise(table, metric).drop_duplicates("model")
    selected = {"metric": metric, **selection.select_model(summary, estimators, metric)}
    _copy_selected(selected["model"], files["models"], outputs["model"])
    _copy_selected(selected["model"], files["cards"], outputs["card"])
    save_table(outputs["validation"], table)
    save_yaml(outputs["selected"], selected)


def _copy_selected(name: str, files: list[str], out: str) -> None:
    """Copy the file of one model, <model>/<file>."""
    file = next(file for file in files if Path(file).parent.name == name)
    with open(file, "rb") as source, replacing(out) as target:
        shutil.copyfileobj(source, target)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"]["metric"],
        settings["estimators"],
        dict(snakemake.output.items()),
    )
