"""Learn one label of the minerals under one split; choose by cross-validation, test once."""

from pdflearn.study import logs
from pdflearn.core.io import concat, load_table, save_arrays, save_table
from pdflearn.dataset.relatives import part_of_labelled
from pdflearn.dataset.training_data import Preprocessing
from pdflearn.validation.committee import LabelledPatterns, learn_and_test

import logging
from typing import Any

import numpy as np
import pandas as pd


def load(
    structures: str, index_files: list[str], pattern_files: list[str]
) -> tuple[pd.DataFrame, np.ndarray]:
    """A row for each pattern with what is known of its structure, and the patterns (n, points)."""
    known = load_table(structures)
    index = concat([load_table(file) for file in index_files])
    index = index[["id", "radiation", "draw", "diameter"]].merge(known, on="id", how="left")
    return index, load_patterns(pattern_files)


def with_synthetic(
    data: LabelledPatterns, index_files: list[str], pattern_files: list[str]
) -> LabelledPatterns:
    """The same with patterns of synthetic crystals, which are learned from in every fold."""
    groups = (
        concat([load_table(file) for file in index_files])["space_group"].to_numpy().astype(str)
    )
    known = np.isin(groups, data.labels)
    always = np.full(known.sum(), data.part.max() + 1)  # a fold that is never held out
    return LabelledPatterns(
        np.concatenate([data.patterns, load_patterns(pattern_files)[known]]),
        np.concatenate([data.labels, groups[known]]),
        np.concatenate([data.part, always]),
        np.concatenate([data.scored, np.zeros(known.sum(), dtype=bool)]),
    )


def load_patterns(files: list[str]) -> np.ndarray:
    """The patterns of all shards, (n, points)."""
    arrays = []
    for file in files:
        with np.load(file) as archive:
            arrays.append(archive["patterns"])
    return np.concatenate(arrays)


def main(inputs: Any, label: str, split: str, settings: dict[str, Any], outputs: Any) -> None:
    """Cross-validate, choose, predict the test set.

    Parameters
    ----------
    inputs : named paths
        structures, patterns, index; synthetic_patterns, synthetic_index: none without synthetic
        crystals.
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
    kept, part = part_of_labelled(
        index, label, split, study["classes"], study["folds"], settings["seed"]
    )
    index, patterns = index[kept].reset_index(drop=True), patterns[kept]
    labels = index[label].to_numpy().astype(str)
    data = LabelledPatterns(patterns, labels, part, (index["draw"] == 0).to_numpy())
    if inputs.synthetic_index:
        data = with_synthetic(data, inputs.synthetic_index, inputs.synthetic_patterns)
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
    save_table(outputs.rows, index[(part < 0) & (index["draw"] == 0)].reset_index(drop=True))
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
