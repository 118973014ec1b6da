"""Learn one label of the minerals under one split; choose by cross-validation, test once."""

import logging
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.io import concat, load_table, save_arrays, save_table
from pdflearn.dataset.relatives import commonest, divide
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.study import logs
from pdflearn.validation.committee import LabelledPatterns, learn_and_test


def load(
    structures: str, index_files: list[str], pattern_files: list[str]
) -> tuple[pd.DataFrame, np.ndarray]:
    """A row for each pattern with what is known of its structure, and the patterns (n, points)."""
    known = load_table(structures)
    index = concat([load_table(file) for file in index_files])
    index = index[["id", "radiation", "draw", "diameter"]].merge(known, on="id", how="left")
    arrays = []
    for file in pattern_files:
        with np.load(file) as archive:
            arrays.append(archive["patterns"])
    return index, np.concatenate(arrays)


def main(inputs: Any, label: str, split: str, settings: dict[str, Any], outputs: Any) -> None:
    """Cross-validate, choose, predict the test set.

    Parameters
    ----------
    inputs : named paths
        structures, patterns, index.
    label : str
        The column that is learned: its commonest values.
    split : str
        See `dataset.relatives.SPLITS`.
    settings : dict
        Of the rule.
    outputs : named paths
        validation, predictions (probabilities of the test patterns by model), rows (what is known
        of these patterns), classes (with the number of training structures of each).
    """
    study = settings["minerals"]
    index, patterns = load(inputs.structures, inputs.index, inputs.patterns)
    kept = index[label].isin(commonest(index.drop_duplicates("id")[label], study["classes"]))
    index, patterns = index[kept].reset_index(drop=True), patterns[kept.to_numpy()]
    part = divide(index, split, study["folds"], settings["seed"], label)
    labels = index[label].to_numpy().astype(str)
    data = LabelledPatterns(patterns, labels, part, (index["draw"] == 0).to_numpy())
    outcome = learn_and_test(
        data,
        settings["models"],
        Preprocessing.from_settings(settings),
        study["validated"],
        settings["seed"],
    )
    logging.info("%s, split by %s: selected %s", label, split, outcome.selected)
    learned = index[part >= 0].drop_duplicates("id")[label].value_counts()
    save_table(
        outputs.classes,
        pd.DataFrame({"label": outcome.classes, "n_training": learned[outcome.classes].to_numpy()}),
    )
    save_table(
        outputs.validation,
        outcome.validation.assign(selected=outcome.validation["model"] == outcome.selected),
    )
    save_table(outputs.rows, index[(part < 0) & data.scored].reset_index(drop=True))
    save_arrays(outputs.predictions, **{n: p.astype("f4") for n, p in outcome.proba.items()})


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input,
        snakemake.wildcards.label,
        snakemake.wildcards.scheme,
        snakemake.params.settings,
        snakemake.output,
    )
