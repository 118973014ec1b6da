"""Open the vault: score one trained model on patterns that nothing before has seen."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn import dataset, job, model_files, storage, validation

COLUMNS = ["model", "part", "metric", "value", "low", "high", "n", "groups"]


def main(
    files: dict[str, str],
    label: str,
    name: str,
    seed: int,
    scores_out: str,
    predictions_out: str,
) -> None:
    """Write the model's scores with their intervals, and every prediction."""
    index = storage.load_table(files["index"])
    split = storage.load_table(files["split"])
    truth = index[label].to_numpy(dtype=str)
    model = model_files.load_model(files["model"])
    scores = model.predict_proba(np.load(files["patterns"]), truth)
    best = storage.load_yaml(files["best"])
    nominal = (index["condition"] == "nominal").to_numpy()
    tables = []

    def add(part: str, rows: np.ndarray, *views: Any) -> None:  # noqa: ANN401
        labels, values, classes = views or (truth, scores, model.classes_)
        table = validation.scores_with_intervals(
            labels[rows],
            values[rows],
            classes,
            index["group"].to_numpy()[rows],
            seed,
            best["set_threshold"],
        )
        tables.append(table.assign(model=name, part=part))

    add("all", nominal)
    for radiation in sorted(index["radiation"].unique()):
        add(radiation, nominal & (index["radiation"] == radiation).to_numpy())
    for condition in sorted(set(index["condition"]) - {"nominal"}):
        add(f"stress: {condition}", (index["condition"] == condition).to_numpy())
    if label in ("structure_type", "visible_type"):
        roots = dataset.root_types(split)
        merged, classes = validation.merge(scores, model.classes_, roots)
        add("parent types", nominal, pd.Series(truth).map(roots).to_numpy(str), merged, classes)
    if label == "structure_type":
        possible = split.groupby("n_elements")["structure_type"].agg(set).to_dict()
        known = validation.restrict(
            scores, model.classes_, index["n_elements"].map(possible).to_list()
        )
        add("number of elements known", nominal, truth, known, model.classes_)
    storage.save_table(scores_out, pd.concat(tables)[COLUMNS])
    columns = ["id", "name", "group", "radiation", "draw", "condition"]
    predictions = index[columns].assign(
        truth=truth, predicted=model.classes_[np.argmax(scores, axis=1)]
    )
    shares = pd.DataFrame(scores, columns=[f"p_{kind}" for kind in model.classes_])
    storage.save_table(predictions_out, predictions.join(shares))


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"]["label"],
        snakemake.wildcards.model,
        settings["seed"],
        snakemake.output.scores,
        snakemake.output.predictions,
    )
