"""Score what was learned of minerals on the test set of each split."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table, save_table, save_text
from pdflearn.dataset.relatives import SPLITS
from pdflearn.reporting.minerals import summary
from pdflearn.structures.subgroups import Subgroups
from pdflearn.validation.group_errors import error_relations
from pdflearn.validation.ranks import rank_scores, ranks_of_true, scores_by_size

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gemmi
import numpy as np
import pandas as pd

# Lower ends of the ranges of training structures of a class.
SIZES = (0, 30, 60, 120, 240)
# Particles below this diameter, in angstrom, show less than two or three cells of most minerals.
SMALL = 30.0


def subsets(rows: pd.DataFrame) -> Iterator[tuple[str, np.ndarray]]:
    """All test patterns, and parts of them by how they were measured."""
    yield "all", np.ones(len(rows), dtype=bool)
    for radiation in ("xray", "neutron"):
        yield radiation, (rows["radiation"] == radiation).to_numpy()
    yield "bulk", rows["diameter"].isna().to_numpy()
    yield "small particles", (rows["diameter"] < SMALL).to_numpy()


def crystal_systems(
    rows: pd.DataFrame, classes: np.ndarray, proba: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
    """True systems, all systems, and their probabilities: those of their groups, summed."""
    systems = np.array(
        [gemmi.find_spacegroup_by_name(name).crystal_system_str() for name in classes]
    )
    names = np.unique(systems)
    sums = {
        model: np.column_stack([values[:, systems == name].sum(axis=1) for name in names])
        for model, values in proba.items()
    }
    return rows["crystal_system"].to_numpy().astype(str), names, sums


def main(inputs: Any, tasks: list[str], seed: int, outputs: Any) -> None:
    """Write scores with intervals and controls, scores by size, and the relations of errors.

    Parameters
    ----------
    inputs : named paths
        rows, predictions, classes, validation (one for each task), subgroups.
    tasks : list of str
        label/split.
    seed : int
        Of the bootstrap.
    outputs : named paths
        scores, by_size, errors, folds, summary.
    """
    subgroups = Subgroups(inputs.subgroups)
    scores, sizes, errors, folds = [], [], [], []
    for task, *files in zip(
        tasks, inputs.rows, inputs.predictions, inputs.classes, inputs.validation, strict=True
    ):
        label, split = task.split("/")
        rows_file, proba_file, classes_file, validation_file = files
        rows, known = load_table(rows_file), load_table(classes_file, columns.MINERAL_CLASSES)
        validation = load_table(validation_file, columns.MINERAL_FOLDS)
        selected = validation.loc[validation["selected"], "model"].iloc[0]
        n_training = known["n_training"].to_numpy()
        classes = known["label"].to_numpy().astype(str)
        with np.load(proba_file) as archive:
            proba = {name: archive[name] for name in archive.files}
        proba["majority"] = np.tile(n_training / n_training.sum(), (len(rows), 1))
        kept = SPLITS[split]
        groups = rows["id" if kept == "pattern" else kept].to_numpy()
        named = {"split": split, "selected": selected}
        y_true = rows[label].to_numpy().astype(str)
        answers = {label: (y_true, classes, proba)}
        if label == "space_group":
            answers["crystal_system"] = crystal_systems(rows, classes, proba)
        for name, (true, options, values) in answers.items():
            for model in values:
                ranks = ranks_of_true(true, values[model], options)
                for subset, chosen in subsets(rows):
                    if chosen.any():
                        table = rank_scores(true[chosen], ranks[chosen], groups[chosen], seed)
                        scores.append(table.assign(label=name, **named, model=model, subset=subset))
        ranks = ranks_of_true(y_true, proba[selected], classes)
        count = dict(zip(classes, n_training, strict=True))
        of_true = np.array([count.get(name, 0) for name in y_true])
        by_size = scores_by_size(y_true, ranks, of_true, SIZES)
        sizes.append(by_size.assign(label=label, split=split))
        folds.append(validation.assign(label=label, split=split))
        if label == "space_group":
            numbers = np.array([gemmi.find_spacegroup_by_name(name).number for name in classes])
            predicted = numbers[proba[selected].argmax(axis=1)]
            frequencies = dict(zip(numbers.tolist(), n_training.tolist(), strict=True))
            true_numbers = rows["space_group_number"].to_numpy()
            table = error_relations(true_numbers, predicted, frequencies, subgroups)
            errors.append(table.assign(split=split))
    all_scores = pd.concat(scores, ignore_index=True)
    save_table(outputs.scores, all_scores)
    save_table(outputs.by_size, pd.concat(sizes, ignore_index=True))
    relations = pd.concat(errors, ignore_index=True) if errors else pd.DataFrame()
    save_table(outputs.errors, relations)
    save_table(outputs.folds, pd.concat(folds, ignore_index=True))
    save_text(Path(outputs.summary), summary(all_scores, relations))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(snakemake.input, settings["tasks"], settings["seed"], snakemake.output)
