"""Open the vault: score the trained models of a task on patterns that nothing before has seen."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table, load_yaml, save_table
from pdflearn.dataset import targets
from pdflearn.models import pattern_models, persistence
from pdflearn.validation.evaluation import VaultPredictions, scores_by_condition

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

COLUMNS = ["model", "condition", "metric", "score", "ci_low", "ci_high", "n", "groups"]


def main(
    files: dict[str, Any],
    task: dict[str, Any],
    names: list[str],
    seed: int,
    outputs: dict[str, str],
) -> None:
    """Write every model's scores with their intervals, and every prediction."""
    index = load_table(files["index"])
    split = load_table(files["split"], columns.SPLIT_TABLE)
    patterns = np.load(files["patterns"], mmap_mode="r")
    y_true = targets.true_labels(index, task)
    if not targets.known(y_true).any():
        raise targets.TargetError(
            f"tasks: no structure of the vault has the label {task['label']!r}, so nothing can be "
            "scored; label more structures"
        )
    models = persistence.load_model(files["controls"])
    best = load_yaml(files["control_params"])
    for model_file, params_file in zip(files["models"], files["best_params"], strict=True):
        name = Path(model_file).parent.name
        models[name] = persistence.load_model(model_file)
        best[name] = load_yaml(params_file)
    scores, predictions = [], []
    for name in names:
        model = models[name]
        y_pred = pattern_models.predict(model, patterns, y_true)
        of_model = VaultPredictions(index, y_true, y_pred, getattr(model, "classes_", None))
        threshold = best[name].get("set_threshold")
        table = scores_by_condition(of_model, task["label"], split, threshold, seed)
        scores.append(table.assign(model=name)[COLUMNS])
        predictions.append(of_model.table().assign(model=name))
    save_table(outputs["scores"], pd.concat(scores))
    save_table(outputs["predictions"], pd.concat(predictions, ignore_index=True))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"],
        settings["models"],
        settings["seed"],
        dict(snakemake.output.items()),
    )
