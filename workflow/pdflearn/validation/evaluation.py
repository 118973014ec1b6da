"""Scores of a trained model on the vault, by condition, and its predictions row by row."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from pdflearn.dataset.labels import root_types, types_by_elements
from pdflearn.dataset.targets import known
from pdflearn.models import probabilities
from pdflearn.validation.bootstrap import classification_scores, regression_scores

# Particles below this diameter (angstrom) end within what many measured curves show; their sizes
# start refinements.
SMALL = 60.0


@dataclass(frozen=True)
class VaultPredictions:
    """What a model predicts of the patterns of the vault.

    Attributes
    ----------
    index : DataFrame
        One row a pattern: id, name, group, radiation, draw, condition, n_elements.
    y_true : array (n,) of str or float
        True labels; "" or NaN where unknown.
    y_pred : array (n, n_classes)
        Predicted probabilities, or numbers (n, 1), or with the ends of their intervals (n, 3).
    classes : array (n_classes,) or None
        The classes of the columns; None for numbers.
    """

    index: pd.DataFrame
    y_true: np.ndarray
    y_pred: np.ndarray
    classes: np.ndarray | None

    def table(self) -> pd.DataFrame:
        """Every labelled pattern with its true and its predicted label.

        Returns
        -------
        DataFrame
            id, name, group, radiation, draw, condition, truth, predicted; of classes the
            probability of each, p_<class>; of numbers with intervals their ends, low and high.
        """
        columns = ["id", "name", "group", "radiation", "draw", "condition"]
        rows = self.index[columns].assign(truth=self.y_true)
        if self.classes is None:
            names = ["predicted", "low", "high"][: self.y_pred.shape[1]]
            rows = rows.join(pd.DataFrame(self.y_pred, columns=names))
        else:
            rows["predicted"] = self.classes[np.argmax(self.y_pred, axis=1)]
            names = [f"p_{name}" for name in self.classes]
            rows = rows.join(pd.DataFrame(self.y_pred.astype(np.float32), columns=names))
        return rows[known(self.y_true)]

    def scores(self, subset: np.ndarray, set_threshold: float | None, seed: int) -> pd.DataFrame:
        """Scores of the patterns of a subset (a mask), with intervals over groups."""
        groups = self.index["group"].to_numpy()[subset]
        y_true, y_pred = self.y_true[subset], self.y_pred[subset]
        if self.classes is None:
            return regression_scores(y_true, y_pred, groups, seed)
        return classification_scores(y_true, y_pred, self.classes, groups, seed, set_threshold)


def scores_by_condition(
    predictions: VaultPredictions,
    label: str,
    split: pd.DataFrame,
    set_threshold: float | None,
    seed: int,
) -> pd.DataFrame:
    """Scores of one model on all nominal patterns, by radiation, and under each stress.

    Structure types are also scored with each type counted as its parent ("parent types"), and with
    the number of elements known; diameters also of small particles alone.

    Parameters
    ----------
    predictions : VaultPredictions
    label : str
        The label of the task.
    split : DataFrame
        One row a structure: structure_type, parent, n_elements, simpler_types.
    set_threshold : float or None
        The probability from which a class belongs to a label set, as calibration found it; None
        for numbers.
    seed : int

    Returns
    -------
    DataFrame
        condition, metric, score, ci_low, ci_high, n, groups.
    """
    index = predictions.index
    labelled = known(predictions.y_true)
    nominal = labelled & (index["condition"] == "nominal").to_numpy()
    conditions = [("all", nominal, predictions)]
    for radiation in sorted(index["radiation"].unique()):
        subset = nominal & (index["radiation"] == radiation).to_numpy()
        conditions.append((radiation, subset, predictions))
    for condition in sorted(set(index["condition"]) - {"nominal"}):
        subset = labelled & (index["condition"] == condition).to_numpy()
        conditions.append((f"stress: {condition}", subset, predictions))
    if label == "diameter":
        small = nominal & (np.nan_to_num(predictions.y_true, nan=np.inf) < SMALL)
        conditions.append((f"below {SMALL:.0f} angstrom", small, predictions))
    if label in ("structure_type", "visible_type"):
        conditions.append(("parent types", nominal, _as_parents(predictions, split)))
        possible = types_by_elements(split, visible=label == "visible_type")
        restricted = _with_elements_known(predictions, possible)
        conditions.append(("number of elements known", nominal, restricted))
    return pd.concat(
        [
            variant.scores(subset, set_threshold, seed).assign(condition=condition)
            for condition, subset, variant in conditions
            if subset.any()
        ]
    )


def _as_parents(predictions: VaultPredictions, split: pd.DataFrame) -> VaultPredictions:
    """The same predictions with every type counted as the root of its line of parents."""
    y_true, classes = predictions.y_true, predictions.classes
    roots = root_types(split)
    # A class may be a simpler type that no structure of the study has: it is its own root.
    roots = {name: roots.get(name, name) for name in {*classes, *y_true}}
    y_pred, names = probabilities.merge(predictions.y_pred, [roots[name] for name in classes])
    y_true = np.array([roots[name] for name in y_true])
    return replace(predictions, y_true=y_true, y_pred=y_pred, classes=names)


def _with_elements_known(
    predictions: VaultPredictions, possible: dict[int, set[str]]
) -> VaultPredictions:
    """The same predictions restricted to types that have as many elements as the pattern's."""
    types = predictions.index["n_elements"].map(possible).to_list()
    y_pred = probabilities.restrict(predictions.y_pred, predictions.classes, types)
    return replace(predictions, y_pred=y_pred)
