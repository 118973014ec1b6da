"""Scores of a trained model on patterns that it never met, by condition and row by row."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.dataset import targets
from pdflearn.dataset.labels import root_types, types_by_elements
from pdflearn.models import probabilities
from pdflearn.validation import bootstrap


def scores_by_condition(
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
    merged to their parents and with the number of elements known.

    Parameters
    ----------
    task : dict
        The task's entry in the config.
    truth : array (n,)
        See `targets.true_labels`.
    said : array (n, n_classes)
        The model's probabilities, or its numbers (n, 1).
    classes : array (n_classes,) or None
        What it learned; None for numbers.
    index : DataFrame
        One row a pattern: radiation, condition, group, n_elements.
    split : DataFrame
        One row a structure: structure_type, parent, n_elements, simpler_types.
    best : dict
        What cross-validation found: set_threshold (of classes).
    seed : int

    Returns
    -------
    DataFrame
        condition and the columns of `bootstrap.scores_with_intervals`.
    """
    label = task["label"]
    classification = task.get("task_type", CLASSIFICATION) == CLASSIFICATION
    labelled = targets.known(truth)
    nominal = labelled & (index["condition"] == "nominal").to_numpy()
    tables = []

    def add(condition: str, rows: np.ndarray, *views: Any) -> None:
        groups = index["group"].to_numpy()[rows]
        if not len(groups):
            return
        if classification:
            labels, values, names = views or (truth, said, classes)
            table = bootstrap.scores_with_intervals(
                labels[rows], values[rows], names, groups, seed, best["set_threshold"]
            )
        else:
            table = bootstrap.errors_with_intervals(truth[rows], said[rows, 0], groups, seed)
        tables.append(table.assign(condition=condition))

    add("all", nominal)
    for radiation in sorted(index["radiation"].unique()):
        add(radiation, nominal & (index["radiation"] == radiation).to_numpy())
    for condition in sorted(set(index["condition"]) - {"nominal"}):
        add(f"stress: {condition}", labelled & (index["condition"] == condition).to_numpy())
    if label in ("structure_type", "visible_type"):
        # A class may be a simpler type that no structure of the study has: its own root.
        found = root_types(split)
        roots = {name: found.get(name, name) for name in {*classes, *truth}}
        merged, names = probabilities.merge(said, [roots[name] for name in classes])
        add("parent types", nominal, np.array([roots[name] for name in truth]), merged, names)
        possible = types_by_elements(split, visible=label == "visible_type")
        known = probabilities.restrict(said, classes, index["n_elements"].map(possible).to_list())
        add("number of elements known", nominal, truth, known, classes)
    return pd.concat(tables)


def row_by_row(
    truth: np.ndarray, said: np.ndarray, classes: np.ndarray | None, index: pd.DataFrame
) -> pd.DataFrame:
    """What a model said of every labelled pattern, beside the truth; see `scores_by_condition`."""
    columns = ["id", "name", "group", "radiation", "draw", "condition"]
    rows = index[columns].assign(truth=truth)
    if classes is None:
        rows["predicted"] = said[:, 0]
    else:
        rows["predicted"] = classes[np.argmax(said, axis=1)]
        shares = pd.DataFrame(said.astype(np.float32), columns=[f"p_{name}" for name in classes])
        rows = rows.join(shares)
    return rows[targets.known(truth)]
