"""Find the types that the chosen model cannot tell apart, and score it with these as one."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pdflearn import equivalence, features, grids, job, models, storage, targets, validation


def main(
    files: dict[str, Any], task: dict[str, Any], settings: dict[str, Any], pairs_out: str, out: str
) -> None:
    """Write the pairs, found on development, and the chosen model's scores on the vault."""
    chosen = storage.load_yaml(files["chosen"])["model"]
    of_model = {Path(file).parent.name: file for file in files["cross_validated"]}
    with np.load(of_model[chosen]) as arrays:
        scores, classes = arrays["predictions"], arrays["classes"]
    index, seed = storage.load_table(files["index"]), settings["seed"]
    rows = np.flatnonzero(~np.isnan(scores[:, 0]))
    transform = features.PatternFeatures(
        "first_peak", grids.grid_of(settings["simulate/grid"]), settings["features"]["window"]
    )
    patterns = np.load(files["patterns"], mmap_mode="r")[rows]
    table = equivalence.confused_pairs(
        targets.truth_of(index, task)[rows],
        scores[rows],
        classes,
        transform.fit(patterns[:1]).transform(patterns),
        index["group"].to_numpy(dtype=str)[rows],
        seed,
    )
    names = equivalence.merged_names(classes, table)
    answers = storage.load_table({Path(f).stem: f for f in files["answers"]}[chosen])
    answers = answers[answers["condition"] == "nominal"]
    said = answers[[f"p_{name}" for name in classes]].to_numpy(dtype=np.float64)
    truth, groups = answers["truth"].astype(str), answers["group"].to_numpy(dtype=str)
    merged, merged_classes = models.merge(said, [names[name] for name in classes])
    threshold = storage.load_yaml({Path(f).parent.name: f for f in files["best"]}[chosen])[
        "set_threshold"
    ]
    tables = [
        validation.scores_with_intervals(*view, groups, seed, threshold).assign(
            model=chosen, part=part
        )
        for part, view in (
            ("all", (truth.to_numpy(), said, classes)),
            (
                "equivalent types as one",
                (truth.map(lambda name: names.get(name, name)).to_numpy(), merged, merged_classes),
            ),
        )
    ]
    columns = ["model", "part", "metric", "value", "low", "high", "n", "groups"]
    storage.save_table(pairs_out, table)
    storage.save_table(out, pd.concat(tables)[columns])


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"],
        settings,
        snakemake.output.pairs,
        snakemake.output.scores,
    )
