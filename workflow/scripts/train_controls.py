"""Cross-validate a task's controls, which bound every score, and train them on development."""

from pdflearn.study import logs
from pdflearn.core.io import concat, save_table, save_yaml
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import persistence
from pdflearn.validation import cross_validation, training

from typing import Any

import pandas as pd


def main(
    patterns_file: str,
    index_file: str,
    task: dict[str, Any],
    settings: dict[str, Any],
    out: dict[str, str],
) -> None:
    """Write the scores of all controls as one table, the calibration of each, and the models."""
    seed, preprocessing = settings["seed"], Preprocessing.from_settings(settings)
    data = TrainingData.load(patterns_file, index_file, task, seed)
    controls = {
        name: training.train_model(name, spec, data, preprocessing, task["metric"], seed)
        for name, spec in settings["controls"].items()
    }
    tables = [
        pd.DataFrame(columns=cross_validation.COLUMNS),
        *(control.table for control in controls.values()),
    ]
    save_table(out["validation"], concat(tables))
    save_yaml(out["best_params"], {name: control.best for name, control in controls.items()})
    persistence.save_model(
        out["models"], {name: control.model for name, control in controls.items()}
    )


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        settings[f"tasks/{snakemake.wildcards.task}"],
        settings,
        dict(snakemake.output.items()),
    )
