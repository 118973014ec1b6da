"""Open the vault: score the trained models of a task on patterns that nothing before has seen."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import load_table, load_yaml, save_table
from pdflearn.dataset import targets
from pdflearn.models import pattern_models, persistence
from pdflearn.study import logs
from pdflearn.validation import evaluation

COLUMNS = ["model", "condition", "metric", "score", "ci_low", "ci_high", "n", "groups"]


def main(
    files: dict[str, Any],
    task: dict[str, Any],
    names: list[str],
    seed: int,
    scores_out: str,
    predictions_out: str,
) -> None:
    """Write every model's scores with their intervals, and every prediction."""
    index = load_table(files["index"])
    split = load_table(files["split"], columns.SPLIT_TABLE)
    patterns = np.load(files["patterns"], mmap_mode="r")
    truth = targets.true_labels(index, task)
    if not targets.known(truth).any():
        raise targets.TargetError(
            f"tasks: no structure of the vault has the label {task['label']!r}, so nothing can be "
            "scored; label more structures"
        )
    trained = persistence.load_model(files["controls"])
    best = load_yaml(files["control_params"])
    for model_file, best_file in zip(files["models"], files["best_params"], strict=True):
        name = Path(model_file).parent.name
        trained[name] = persistence.load_model(model_file)
        best[name] = load_yaml(best_file)
    scores, predictions = [], []
    for name in names:
        model = trained[name]
        said = pattern_models.predict(model, patterns, truth)
        classes = getattr(model, "classes_", None)
        found = best[name]
        table = evaluation.scores_by_condition(
            task, truth, said, classes, index, split, found, seed
        )
        scores.append(table.assign(model=name)[COLUMNS])
        rows = evaluation.row_by_row(truth, said, classes, index)
        predictions.append(rows.assign(model=name))
    save_table(scores_out, pd.concat(scores))
    save_table(predictions_out, pd.concat(predictions, ignore_index=True))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"],
        settings["models"],
        settings["seed"],
        snakemake.output.scores,
        snakemake.output.predictions,
    )
