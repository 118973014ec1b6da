"""How much of a score is leakage: one model, cross-validated under several ways to split."""

from dataclasses import replace
from typing import Any

import gemmi
import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, StratifiedGroupKFold

from pdflearn.dataset.targets import UNKNOWN, Target, known
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models.build import training_rows
from pdflearn.validation.bootstrap import classification_scores
from pdflearn.validation.cross_validation import cross_validate

SCHEMES = ("pattern", "structure", "family", "heaviest_element", "radiation")
COLUMNS = ["model", "scheme", "metric", "score", "ci_low", "ci_high", "n", "groups"]


def heaviest_elements(elements: pd.Series) -> pd.Series:
    """The heaviest element of each entry.

    Examples
    --------
    >>> heaviest_elements(pd.Series(["Cl-Na", "C"])).tolist()
    ['Cl', 'C']
    """
    return elements.map(
        lambda text: max(text.split("-"), key=lambda symbol: gemmi.Element(symbol).atomic_number)
    )


def assign_folds(
    index: pd.DataFrame, scheme: str, n_splits: int, y_true: np.ndarray | None, seed: int
) -> np.ndarray:
    """The fold in which each pattern validates, under one way to split.

    Parameters
    ----------
    index : DataFrame
        id, group, elements and fold.
    scheme : {"pattern", "structure", "family", "heaviest_element", "radiation"}
        What never stands on both sides. "pattern" divides patterns at random, as most published
        scores do; "family" is the study's own division, which "radiation" keeps.
    n_splits : int
        Number of folds.
    y_true : array (n,), optional
        Labels that the folds are stratified by; not needed for "pattern" and "family".
    seed : int

    Returns
    -------
    array (n,) of int
    """
    if scheme in ("family", "radiation"):
        return index["fold"].to_numpy()
    if scheme == "pattern":
        splits = KFold(n_splits, shuffle=True, random_state=seed).split(index)
    else:
        groups = index["id"] if scheme == "structure" else heaviest_elements(index["elements"])
        splitter = StratifiedGroupKFold(n_splits, shuffle=True, random_state=seed)
        splits = splitter.split(index, y_true, groups)
    fold = np.empty(len(index), dtype=int)
    for k, (_, validation) in enumerate(splits):
        fold[validation] = k
    return fold


def compare_splits(
    name: str,
    spec: dict[str, Any],
    params: dict[str, Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    seed: int,
) -> pd.DataFrame:
    """Cross-validate one model with the same parameters under every scheme of `SCHEMES`.

    Only evaluated patterns are scored. Under "radiation" each pattern is predicted by a model that
    learned from the patterns of the other radiation alone; this scheme is left out where there is
    one radiation.

    Parameters
    ----------
    name, spec, data, preprocessing, seed
        See `cross_validation.cross_validate`.
    params : dict
        The parameters of the model, fixed.

    Returns
    -------
    DataFrame
        model, scheme, metric, score, ci_low, ci_high, n, groups; intervals over families.
    """
    n_splits = int(data.index["fold"].max()) + 1
    target = data.target
    data = data.take(training_rows(spec["estimator"], target.y_train) | target.evaluated)
    index, target = data.index, data.target
    fixed = {**spec, "param_grid": {key: [value] for key, value in params.items()}}
    radiation = index["radiation"].to_numpy()
    tables = []
    for scheme in SCHEMES:
        folds = index.assign(fold=assign_folds(index, scheme, n_splits, target.y_true, seed))
        proba = np.full((len(index), len(target.classes)), np.nan)
        for part in _across_radiations(target, radiation) if scheme == "radiation" else [target]:
            predictions = cross_validate(
                name,
                fixed,
                TrainingData(data.patterns, folds, part),
                preprocessing,
                "balanced_accuracy",
                seed,
            ).predictions
            predicted = ~np.isnan(predictions[:, 0])
            proba[predicted] = 0.0
            columns = np.searchsorted(target.classes, part.classes)
            proba[np.ix_(predicted, columns)] = predictions[predicted]
        predicted = ~np.isnan(proba[:, 0])
        if not predicted.any():
            continue
        table = classification_scores(
            target.y_true[predicted],
            proba[predicted],
            target.classes,
            index["group"].to_numpy()[predicted],
            seed,
        )
        tables.append(table.assign(model=name, scheme=scheme))
    return pd.concat(tables, ignore_index=True)[COLUMNS]


def _across_radiations(target: Target, radiation: np.ndarray) -> list[Target]:
    """For each radiation a target that trains on the others and evaluates this one."""
    targets = []
    for name in np.unique(radiation):
        here = radiation == name
        y_train = np.where(here, UNKNOWN[target.task_type], target.y_train)
        if known(y_train).any() and (target.evaluated & here).any():
            targets.append(replace(target, y_train=y_train, evaluated=target.evaluated & here))
    return targets
