"""Types that no pattern tells apart.

The model guesses between them, and their patterns are no farther apart than patterns of one type
are from each other.
"""

import itertools

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from pdflearn.validation.bootstrap import bootstrap_intervals
from pdflearn.validation.metrics import auroc

# Pairs of types are looked at where the area under the ROC curve between them is at most this.
MAX_AUROC = 0.8

COLUMNS = ["type", "other_type", "patterns", "auroc", "ci_low", "ci_high", "distance",
           "own_distance", "equivalent"]  # fmt: skip


def confusable_pairs(
    y_true: np.ndarray,
    proba: np.ndarray,
    classes: np.ndarray,
    features: np.ndarray,
    groups: np.ndarray,
    seed: int,
) -> pd.DataFrame:
    """Pairs of types that a model hardly tells apart, and whether they count as one.

    Two types are equivalent where the interval of the area under the ROC curve between them holds
    0.5, which is guessing, and where the median pattern of either has a pattern of the other type
    as near as one of its own type from another family.

    Parameters
    ----------
    y_true : array (n,) of str
        True types.
    proba : array (n, n_classes)
        Probabilities from folds that did not train on the pattern.
    classes : array (n_classes,) of str
        The classes of the columns, in alphabetical order.
    features : array (n, m)
        What patterns are compared by.
    groups : array (n,)
        Families.
    seed : int

    Returns
    -------
    DataFrame
        One row a pair: type and other_type, patterns (of both), auroc with its 95 % interval over
        groups (ci_low, ci_high), distance (1 - Pearson's correlation with the nearest pattern of
        the other type, median), own_distance (the same with its own type, of other groups),
        equivalent.

    See Also
    --------
    merged_classes : what the classes are called where equivalent types count as one.
    """
    unit = features - features.mean(axis=1, keepdims=True)
    unit /= np.maximum(np.linalg.norm(unit, axis=1, keepdims=True), 1e-12)
    log_proba = np.log(np.maximum(proba, 1e-12))
    names = np.intersect1d(classes, y_true)
    column_of = dict(zip(names, np.searchsorted(classes, names), strict=True))
    rows_of = {name: np.flatnonzero(y_true == name) for name in names}
    rows = []
    for first, second in itertools.combinations(names, 2):
        log_odds_of = [
            log_proba[rows_of[name], column_of[first]] - log_proba[rows_of[name], column_of[second]]
            for name in (first, second)
        ]
        observed = _auroc(*log_odds_of)
        if observed > MAX_AUROC:
            continue
        pair = np.concatenate([rows_of[first], rows_of[second]])
        log_odds = np.concatenate(log_odds_of)
        is_first = np.arange(len(pair)) < len(rows_of[first])

        def area(
            weights: np.ndarray, is_first: np.ndarray = is_first, log_odds: np.ndarray = log_odds
        ) -> dict[str, np.ndarray]:
            # a resample of one type alone says nothing
            return {"auroc": np.nan_to_num(auroc(is_first, log_odds, weights), nan=0.5)}

        intervals = bootstrap_intervals(area, groups[pair], seed)
        low, high = np.clip(intervals["auroc"], 0.0, 1.0)
        across, within = _nearest_distances(unit[pair], is_first, groups[pair])
        equivalent = bool(low <= 0.5 <= high and across <= within)
        rows.append((first, second, len(pair), observed, low, high, across, within, equivalent))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["auroc", "type", "other_type"], kind="stable", ignore_index=True)


def _auroc(first: np.ndarray, second: np.ndarray) -> float:
    """How often a value of the first is above one of the second; ties count half."""
    ranked = np.sort(second)
    twice = np.searchsorted(ranked, first, "left") + np.searchsorted(ranked, first, "right")
    return float(twice.mean() / (2 * len(second)))


def _nearest_distances(
    unit: np.ndarray, is_first: np.ndarray, groups: np.ndarray
) -> tuple[float, float]:
    """Median distance to the nearest pattern of the other type, and to that of its own type."""
    distances = 1.0 - unit @ unit.T
    same_type = is_first[:, None] == is_first
    other_group = groups[:, None] != groups
    across = np.where(~same_type, distances, np.inf).min(axis=1)
    within = np.where(same_type & other_group, distances, np.inf).min(axis=1)
    return float(np.median(across)), float(np.median(within))


def merged_classes(classes: np.ndarray, pairs: pd.DataFrame) -> dict[str, str]:
    """What each class is called where equivalent ones count as one: "a / b", or its own name.

    Parameters
    ----------
    classes : array (n_classes,) of str
        In alphabetical order.
    pairs : DataFrame
        type, other_type, equivalent: rows of `confusable_pairs`.

    Examples
    --------
    >>> pairs = pd.DataFrame({"type": ["bcc"], "other_type": ["fcc"], "equivalent": [True]})
    >>> merged_classes(np.array(["bcc", "fcc", "hcp"]), pairs)
    {'bcc': 'bcc / fcc', 'fcc': 'bcc / fcc', 'hcp': 'hcp'}
    """
    pairs = pairs[pairs["equivalent"].astype(bool)]
    ends = [np.searchsorted(classes, pairs[name]) for name in ("type", "other_type")]
    n = len(classes)
    _, component = connected_components(coo_array((np.ones(len(pairs)), ends), shape=(n, n)))
    names = [" / ".join(classes[component == k]) for k in component]
    return dict(zip(classes.tolist(), names, strict=True))
