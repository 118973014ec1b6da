"""Types that no pattern tells apart: pairs at chance for the model, and no farther apart than the
patterns of one type are from each other."""

import itertools

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import rankdata
from sklearn.metrics import roc_auc_score

from pdflearn.validation.bootstrap import bootstrap

# Pairs whose patterns the model orders worse than this are looked at more closely.
SUSPECT = 0.8

COLUMNS = ["type", "other_type", "patterns", "auroc", "ci_low", "ci_high", "distance",
           "own_distance", "equivalent"]  # fmt: skip


def confused_pairs(
    truth: np.ndarray,
    scores: np.ndarray,
    classes: np.ndarray,
    features: np.ndarray,
    groups: np.ndarray,
    seed: int,
) -> pd.DataFrame:
    """Pairs of types that a model hardly tells apart, and whether they count as one.

    Two types are equivalent where the interval of the area under the ROC curve between them holds
    0.5, which is guessing, and where the median pattern of either has a pattern of the other as
    near as one of its own type from another family.

    Parameters
    ----------
    truth : array (n,)
    scores : array (n, n_classes)
        Probabilities from folds that did not train on the pattern.
    classes : array (n_classes,)
    features : array (n, m)
        What patterns are compared by.
    groups : array (n,)
        Families.
    seed : int

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: type and other_type, patterns (of both), auroc with its 95 % interval
        over groups, distance (1 - Pearson's correlation with the nearest pattern of the other
        type, median) and own_distance (the same with its own type, of other groups), equivalent.
    """
    unit = features - features.mean(axis=1, keepdims=True)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-12)
    rows = []
    for first, second in itertools.combinations(np.intersect1d(classes, truth), 2):
        own = np.flatnonzero((truth == first) | (truth == second))
        one, other = (scores[own, np.searchsorted(classes, name)] for name in (first, second))
        odds = np.log(np.maximum(one, 1e-12)) - np.log(np.maximum(other, 1e-12))
        is_first = truth[own] == first
        if _area(is_first, odds) > SUSPECT:
            continue

        def auroc(
            weights: np.ndarray, is_first: np.ndarray = is_first, odds: np.ndarray = odds
        ) -> dict[str, float]:
            if not weights[is_first].any() or not weights[~is_first].any():
                return {"auroc": 0.5}
            return {"auroc": float(roc_auc_score(is_first, odds, sample_weight=weights))}

        low, high = np.clip(bootstrap(auroc, groups[own], seed)["auroc"], 0.0, 1.0)
        apart, within = _distances(unit[own], is_first, groups[own])
        value = auroc(np.ones(len(own)))["auroc"]
        equal = bool(low <= 0.5 <= high and apart <= within)
        rows.append((first, second, len(own), value, low, high, apart, within, equal))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["auroc", "type", "other_type"], kind="stable", ignore_index=True)


def _area(is_first: np.ndarray, odds: np.ndarray) -> float:
    """The area under the ROC curve, from ranks: scikit-learn's checks take longer than all pairs.

    Notes
    -----
    J. A. Hanley and B. J. McNeil, Radiology 143 (1982) 29.
    """
    n = int(is_first.sum())
    above = rankdata(odds)[is_first].sum() - n * (n + 1) / 2
    return float(above / (n * (len(odds) - n)))


def _distances(unit: np.ndarray, is_first: np.ndarray, groups: np.ndarray) -> tuple[float, float]:
    """Median distance to the nearest of the other type, and to the nearest of the own one."""
    away = 1.0 - unit @ unit.T
    same = is_first[:, None] == is_first
    other_group = groups[:, None] != groups
    across = np.where(~same, away, np.inf).min(axis=1)
    within = np.where(same & other_group, away, np.inf).min(axis=1)
    return float(np.median(across)), float(np.median(within))


def merged_names(classes: np.ndarray, table: pd.DataFrame) -> dict[str, str]:
    """What each class is called where equivalent ones count as one: "a / b", or its own name."""
    pairs = table[table["equivalent"].astype(bool)]
    ends = [np.searchsorted(classes, pairs[name]) for name in ("type", "other_type")]
    n = len(classes)
    _, part = connected_components(coo_array((np.ones(len(pairs)), ends), shape=(n, n)))
    joined = [" / ".join(classes[part == number]) for number in part]
    return dict(zip(classes.tolist(), joined, strict=True))
