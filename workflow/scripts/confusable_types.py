"""Find the types that the selected model cannot tell apart, and score it with these as one."""

from pdflearn.study import logs
from pdflearn.core.io import load_rows, load_table, load_yaml, save_table
from pdflearn.dataset import targets
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.models import probabilities
from pdflearn.validation.bootstrap import classification_scores
from pdflearn.validation.equivalence import confusable_pairs, merged_classes

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd


def main(
    files: dict[str, Any], task: dict[str, Any], settings: dict[str, Any], outputs: dict[str, str]
) -> None:
    """Write the pairs, found on development, and the selected model's scores on the vault."""
    selected, seed = load_yaml(files["selected"])["model"], settings["seed"]
    with np.load(_file_of(selected, files["cross_validated"])) as arrays:
        proba, classes = arrays["predictions"], arrays["classes"]
    index = load_table(files["index"])
    rows = np.flatnonzero(~np.isnan(proba[:, 0]))
    patterns = np.load(files["patterns"], mmap_mode="r")[rows]
    preprocessing = Preprocessing.from_settings(settings)
    features = PatternFeatures("first_peak", preprocessing.grid, preprocessing.window)
    pairs = confusable_pairs(
        targets.true_labels(index, task)[rows],
        proba[rows],
        classes,
        features.fit(patterns[:1]).transform(patterns),
        index["group"].to_numpy(dtype=str)[rows],
        seed,
    )
    threshold = load_yaml(_file_of(selected, files["best_params"]))["set_threshold"]
    vault = load_rows(files["answers"], model=selected, condition="nominal")
    scores = _merged_scores(vault, classes, merged_classes(classes, pairs), seed, threshold)
    save_table(outputs["pairs"], pairs)
    save_table(outputs["scores"], scores.assign(model=selected))


def _merged_scores(
    vault: pd.DataFrame, classes: np.ndarray, names: dict[str, str], seed: int, threshold: float
) -> pd.DataFrame:
    """Scores on the vault with equivalent types as one class; names: of the merged classes."""
    proba = vault[[f"p_{name}" for name in classes]].to_numpy(dtype=np.float64)
    merged, merged_names = probabilities.merge(proba, [names[name] for name in classes])
    return classification_scores(
        vault["truth"].map(lambda name: names.get(name, name)).to_numpy(dtype=str),
        merged,
        merged_names,
        vault["group"].to_numpy(dtype=str),
        seed,
        threshold,
    )


def _file_of(model: str, files: list[str]) -> str:
    """The file of one model: <model>/<file>."""
    return next(file for file in files if model == Path(file).parent.name)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        dict(snakemake.input.items()),
        settings[f"tasks/{snakemake.wildcards.task}"],
        settings,
        dict(snakemake.output.items()),
    )
