"""Open the vault: score the trained models of a task on patterns that nothing before has seen."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdflearn import dataset, job, ladder, model_files, models, storage, targets, validation

COLUMNS = ["model", "part", "metric", "value", "low", "high", "n", "groups"]


def main(
    files: dict[str, Any],
    task: dict[str, Any],
    names: list[str],
    seed: int,
    scores_out: str,
    predictions_out: str,
) -> None:
    """Write every model's scores with their intervals, and every prediction."""
    index = storage.load_table(files["index"])
    split = storage.load_table(files["split"])
    patterns = np.load(files["patterns"], mmap_mode="r")
    truth = targets.truth_of(index, task)
    if not targets.known(truth).any():
        raise targets.TargetError(
            f"tasks: no structure of the vault has the label {task['label']!r}, so nothing can be "
            "scored; label more structures"
        )
    trained = model_files.load_model(files["controls"])
    best = storage.load_yaml(files["best_of_controls"])
    for model_file, best_file in zip(files["models"], files["best"], strict=True):
        name = Path(model_file).parent.name
        trained[name] = model_files.load_model(model_file)
        best[name] = storage.load_yaml(best_file)
    scores, predictions = [], []
    for name in names:
        model = trained[name]
        said = models.answers(model, patterns, truth)
        classes = getattr(model, "classes_", None)
        parts = scores_by_part(task, truth, said, classes, index, split, best[name], seed)
        scores.append(parts.assign(model=name)[COLUMNS])
        predictions.append(row_by_row(truth, said, classes, index).assign(model=name))
    storage.save_table(scores_out, pd.concat(scores))
    storage.save_table(predictions_out, pd.concat(predictions, ignore_index=True))


def scores_by_part(
    task: dict[str, Any],
    truth: np.ndarray,
    said: np.ndarray,
    classes: np.ndarray | None,
    index: pd.DataFrame,
    split: pd.DataFrame,
    best: dict[str, Any],
    seed: int,
) -> pd.DataFrame:
    """One model's scores on all nominal patterns, by radiation, under each stress, and, for types,
    merged to their parents and with the number of elements known."""
    label = task["label"]
    classification = task.get("kind", ladder.CLASSIFICATION) == ladder.CLASSIFICATION
    labelled = targets.known(truth)
    nominal = labelled & (index["condition"] == "nominal").to_numpy()
    tables = []

    def add(part: str, rows: np.ndarray, *views: Any) -> None:
        groups = index["group"].to_numpy()[rows]
        if not len(groups):
            return
        if classification:
            labels, values, names = views or (truth, said, classes)
            table = validation.scores_with_intervals(
                labels[rows], values[rows], names, groups, seed, best["set_threshold"]
            )
        else:
            table = validation.errors_with_intervals(truth[rows], said[rows, 0], groups, seed)
        tables.append(table.assign(part=part))

    add("all", nominal)
    for radiation in sorted(index["radiation"].unique()):
        add(radiation, nominal & (index["radiation"] == radiation).to_numpy())
    for condition in sorted(set(index["condition"]) - {"nominal"}):
        add(f"stress: {condition}", labelled & (index["condition"] == condition).to_numpy())
    if label in ("structure_type", "visible_type"):
        roots = dataset.root_types(split)
        merged, names = models.merge(said, [roots[name] for name in classes])
        add("parent types", nominal, pd.Series(truth).map(roots).to_numpy(str), merged, names)
        possible = dataset.types_by_elements(split, visible=label == "visible_type")
        known = validation.restrict(said, classes, index["n_elements"].map(possible).to_list())
        add("number of elements known", nominal, truth, known, classes)
    return pd.concat(tables)


def row_by_row(
    truth: np.ndarray, said: np.ndarray, classes: np.ndarray | None, index: pd.DataFrame
) -> pd.DataFrame:
    """What a model said of every labelled pattern of the vault, beside the truth."""
    columns = ["id", "name", "group", "radiation", "draw", "condition"]
    rows = index[columns].assign(truth=truth)
    if classes is None:
        rows["predicted"] = said[:, 0]
    else:
        rows["predicted"] = classes[np.argmax(said, axis=1)]
        shares = pd.DataFrame(said.astype(np.float32), columns=[f"p_{name}" for name in classes])
        rows = rows.join(shares)
    return rows[targets.known(truth)]


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"],
        settings["models"],
        settings["seed"],
        snakemake.output.scores,
        snakemake.output.predictions,
    )
