"""Open the vault: score one trained model on patterns that nothing before has seen."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn import dataset, job, ladder, model_files, models, storage, targets, validation

COLUMNS = ["model", "part", "metric", "value", "low", "high", "n", "groups"]


def main(
    files: dict[str, str],
    task: dict[str, Any],
    name: str,
    seed: int,
    scores_out: str,
    predictions_out: str,
) -> None:
    """Write the model's scores with their intervals, and every prediction."""
    index = storage.load_table(files["index"])
    split = storage.load_table(files["split"])
    label, truth = task["label"], targets.truth_of(index, task)
    classification = task.get("kind", ladder.CLASSIFICATION) == ladder.CLASSIFICATION
    model = model_files.load_model(files["model"])
    scores = models.answers(model, np.load(files["patterns"], mmap_mode="r"), truth)
    best = storage.load_yaml(files["best"])
    labelled = targets.known(truth)
    if not labelled.any():
        raise targets.TargetError(
            f"tasks: no structure of the vault has the label {label!r}, so nothing can be scored; "
            "label more structures"
        )
    nominal = labelled & (index["condition"] == "nominal").to_numpy()
    tables = []

    def add(part: str, rows: np.ndarray, *views: Any) -> None:  # noqa: ANN401
        groups = index["group"].to_numpy()[rows]
        if not len(groups):
            return
        if classification:
            labels, values, classes = views or (truth, scores, model.classes_)
            table = validation.scores_with_intervals(
                labels[rows], values[rows], classes, groups, seed, best["set_threshold"]
            )
        else:
            table = validation.errors_with_intervals(truth[rows], scores[rows, 0], groups, seed)
        tables.append(table.assign(model=name, part=part))

    add("all", nominal)
    for radiation in sorted(index["radiation"].unique()):
        add(radiation, nominal & (index["radiation"] == radiation).to_numpy())
    for condition in sorted(set(index["condition"]) - {"nominal"}):
        add(f"stress: {condition}", labelled & (index["condition"] == condition).to_numpy())
    if label in ("structure_type", "visible_type"):
        roots = dataset.root_types(split)
        merged, classes = models.merge(scores, [roots[name] for name in model.classes_])
        add("parent types", nominal, pd.Series(truth).map(roots).to_numpy(str), merged, classes)
        possible = dataset.types_by_elements(split, visible=label == "visible_type")
        known = validation.restrict(
            scores, model.classes_, index["n_elements"].map(possible).to_list()
        )
        add("number of elements known", nominal, truth, known, model.classes_)
    storage.save_table(scores_out, pd.concat(tables)[COLUMNS])
    columns = ["id", "name", "group", "radiation", "draw", "condition"]
    predictions = index[columns].assign(truth=truth)
    if classification:
        predictions["predicted"] = model.classes_[np.argmax(scores, axis=1)]
        shares = pd.DataFrame(scores, columns=[f"p_{kind}" for kind in model.classes_])
        predictions = predictions.join(shares)
    else:
        predictions["predicted"] = scores[:, 0]
    storage.save_table(predictions_out, predictions[labelled])


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"],
        snakemake.wildcards.model,
        settings["seed"],
        snakemake.output.scores,
        snakemake.output.predictions,
    )
