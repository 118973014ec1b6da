"""Find the types that the chosen model cannot tell apart, and score it with these as one."""

from pathlib import Path
from typing import Any

import numpy as np

from pdflearn.core.grid import Grid
from pdflearn.core.io import load_rows, load_table, load_yaml, save_table
from pdflearn.dataset import features, targets
from pdflearn.models import probabilities
from pdflearn.study import logs
from pdflearn.validation import bootstrap, equivalence


def main(
    files: dict[str, Any], task: dict[str, Any], settings: dict[str, Any], pairs_out: str, out: str
) -> None:
    """Write the pairs, found on development, and the chosen model's scores on the vault."""
    chosen = load_yaml(files["selected"])["model"]
    with np.load(_of_model(chosen, files["cross_validated"])) as arrays:
        scores, classes = arrays["predictions"], arrays["classes"]
    index, seed = load_table(files["index"]), settings["seed"]
    rows = np.flatnonzero(~np.isnan(scores[:, 0]))
    transform = features.PatternFeatures(
        "first_peak", Grid(**settings["simulate/grid"]), settings["features"]["window"]
    )
    patterns = np.load(files["patterns"], mmap_mode="r")[rows]
    table = equivalence.confused_pairs(
        targets.true_labels(index, task)[rows],
        scores[rows],
        classes,
        transform.fit(patterns[:1]).transform(patterns),
        index["group"].to_numpy(dtype=str)[rows],
        seed,
    )
    names = equivalence.merged_names(classes, table)
    answers = load_rows(files["answers"], model=chosen, condition="nominal")
    said = answers[[f"p_{name}" for name in classes]].to_numpy(dtype=np.float64)
    merged, merged_classes = probabilities.merge(said, [names[name] for name in classes])
    one = bootstrap.scores_with_intervals(
        answers["truth"].map(lambda name: names.get(name, name)).to_numpy(dtype=str),
        merged,
        merged_classes,
        answers["group"].to_numpy(dtype=str),
        seed,
        load_yaml(_of_model(chosen, files["best_params"]))["set_threshold"],
    )
    save_table(pairs_out, table)
    save_table(out, one.assign(model=chosen))


def _of_model(name: str, files: list[str]) -> str:
    """The file of one model: <model>/<file>."""
    return next(f for f in files if name == Path(f).parent.name)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"],
        settings,
        snakemake.output.pairs,
        snakemake.output.scores,
    )
