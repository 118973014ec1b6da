"""How much of a score is leakage, and how much more data would help: one model, other splits."""

from dataclasses import replace
from typing import Any

import gemmi
import numpy as np
import pandas as pd
from sklearn.model_selection import KFold, StratifiedGroupKFold

from pdflearn.dataset.targets import UNKNOWN, Target, known
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models.build import build_model
from pdflearn.validation import bootstrap, cross_validation, metrics

SCHEMES = ("pattern", "structure", "family", "heaviest_element", "radiation")


def heaviest(names: pd.Series) -> pd.Series:
    """The heaviest element of each entry such as "Cl-Na"."""
    return names.map(
        lambda text: max(text.split("-"), key=lambda name: gemmi.Element(name).atomic_number)
    )


def folds(index: pd.DataFrame, scheme: str, n: int, truth: np.ndarray, seed: int) -> np.ndarray:
    """Fold of each pattern when nothing, the structure, the family or the heaviest element is held.

    Parameters
    ----------
    index : DataFrame
        id, group, elements and fold.
    scheme : str
        One of `SCHEMES`. "pattern" divides patterns at random, as most published scores do;
        "family" is the study's own division, which "radiation" keeps.
    n : int
        Number of folds.
    truth : array (n,)
        Labels that the folds are stratified by.
    seed : int
    """
    if scheme in ("family", "radiation"):
        return index["fold"].to_numpy()
    if scheme == "pattern":
        parts = KFold(n, shuffle=True, random_state=seed).split(index)
    else:
        groups = index["id"] if scheme == "structure" else heaviest(index["elements"])
        splitter = StratifiedGroupKFold(n, shuffle=True, random_state=seed)
        parts = splitter.split(index, truth, groups)
    found = np.empty(len(index), dtype=int)
    for fold, (_, members) in enumerate(parts):
        found[members] = fold
    return found


def compare_splits(
    name: str,
    spec: dict[str, Any],
    chosen: dict[str, Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    seed: int,
) -> pd.DataFrame:
    """Cross-validate one model with the same settings under every scheme.

    Only tested patterns are compared. Under "radiation" each
    pattern is asked of a model that learned from the other radiation's patterns alone; the scheme
    is left out where there is one radiation.

    Returns
    -------
    DataFrame
        model, scheme, metric, score, ci_low, ci_high, n, groups; intervals over families.
    """
    index, target = data.index, data.target
    n = int(index["fold"].max()) + 1
    fixed = {**spec, "param_grid": {key: [value] for key, value in chosen.items()}}
    radiation = index["radiation"].to_numpy()
    tables = []
    for scheme in SCHEMES:
        own = index.assign(fold=folds(index, scheme, n, target.y_true, seed))
        scores = np.full((len(index), len(target.classes)), np.nan)
        for part in _asked(target, radiation) if scheme == "radiation" else [target]:
            other = TrainingData(data.patterns, own, part)
            said = cross_validation.cross_validate(
                name, fixed, other, preprocessing, "balanced_accuracy", seed
            ).predictions
            answered = ~np.isnan(said[:, 0])
            scores[answered] = 0.0
            places = np.searchsorted(target.classes, part.classes)
            scores[np.ix_(answered, places)] = said[answered]
        answered = ~np.isnan(scores[:, 0])
        if not answered.any():
            continue
        table = bootstrap.scores_with_intervals(
            target.y_true[answered],
            scores[answered],
            target.classes,
            index["group"].to_numpy()[answered],
            seed,
            0.5,
        )
        tables.append(table.assign(model=name, scheme=scheme))
    columns = ["model", "scheme", "metric", "score", "ci_low", "ci_high", "n", "groups"]
    return pd.concat(tables, ignore_index=True)[columns]


def _asked(target: Target, radiation: np.ndarray) -> list[Target]:
    """For each of several radiations a target that learns from the others and tests this one."""
    parts = []
    for own in np.unique(radiation):
        here = radiation == own
        taught = np.where(here, UNKNOWN[target.task_type], target.y_train)
        if known(taught).any() and (target.evaluated & here).any():
            parts.append(replace(target, y_train=taught, evaluated=target.evaluated & here))
    return parts


def learning_curve(
    name: str,
    spec: dict[str, Any],
    chosen: dict[str, Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    shares: list[float],
    seed: int,
) -> pd.DataFrame:
    """Score against how many families are learned from; every fold tests the same patterns.

    Returns
    -------
    DataFrame
        model, train_size, families, fold, split ("train", "validation"), metric, score.
    """
    patterns, index, target = data.patterns, data.index, data.target
    truth, fold = target.y_true, index["fold"].to_numpy()
    random = np.random.default_rng(seed)
    order = pd.Series(random.permutation(index["group"].unique())).reset_index()
    place = index["group"].map(order.set_index(0)["index"]).to_numpy() / len(order)
    rows = []
    for share in shares:
        for k in range(fold.max() + 1):
            train = (fold != k) & (place < share) & known(target.y_train)
            held_out = (fold == k) & target.evaluated
            model = build_model(name, spec, chosen, preprocessing, seed)
            model.fit(patterns[train], truth[train])
            families = index["group"][train].nunique()
            seen = cross_validation.scored_of_training(train, target)
            for part, rows_of in (("train", seen), ("validation", held_out)):
                scores = model.predict_proba(patterns[rows_of], truth[rows_of])
                found = metrics.score(truth[rows_of], scores, model.classes_)
                for metric, value in found.items():
                    rows.append((name, share, families, k, part, metric, value))
    columns = ["model", "train_size", "families", "fold", "split", "metric", "score"]
    return pd.DataFrame(rows, columns=columns)
