"""Open the vault: score one trained model on patterns that nothing before has seen."""

import numpy as np
import pandas as pd

from pdflearn import job, model_files, storage, validation


def main(
    patterns_file: str,
    index_file: str,
    model_file: str,
    label: str,
    name: str,
    seed: int,
    scores_out: str,
    predictions_out: str,
) -> None:
    """Write the model's scores with their intervals, and every prediction."""
    index = storage.load_table(index_file)
    curves = np.load(patterns_file)
    truth = index[label].to_numpy(dtype=str)
    model = model_files.load_model(model_file)
    scores = model.predict_proba(curves, truth)
    parts = {"all": np.ones(len(index), dtype=bool)}
    for radiation in sorted(index["radiation"].unique()):
        parts[radiation] = (index["radiation"] == radiation).to_numpy()
    tables = [
        validation.scores_with_intervals(
            truth[rows], scores[rows], model.classes_, index["group"].to_numpy()[rows], seed
        ).assign(model=name, part=part)
        for part, rows in parts.items()
    ]
    table = pd.concat(tables)[["model", "part", "metric", "value", "low", "high", "n", "groups"]]
    storage.save_table(scores_out, table)
    predictions = index[["id", "name", "group", "radiation", "draw"]].assign(
        truth=truth, predicted=model.classes_[np.argmax(scores, axis=1)]
    )
    columns = {f"p_{label}": scores[:, i] for i, label in enumerate(model.classes_)}
    storage.save_table(predictions_out, predictions.assign(**columns))


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.input.model,
        settings[f"tasks/{snakemake.wildcards.task}"]["label"],
        snakemake.wildcards.model,
        settings["seed"],
        snakemake.output.scores,
        snakemake.output.predictions,
    )
