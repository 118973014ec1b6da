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
    rows = []
    for first, second in itertools.combinations(np.intersect1d(classes, y_true), 2):
        pair = np.flatnonzero((y_true == first) | (y_true == second))
        p_first, p_second = (
            proba[pair, np.searchsorted(classes, name)] for name in (first, second)
        )
        log_odds = np.log(np.maximum(p_first, 1e-12)) - np.log(np.maximum(p_second, 1e-12))
        is_first = y_true[pair] == first
        auroc = WeightedAuroc(is_first, log_odds)
        area = auroc(np.ones(len(pair)))["auroc"]
        if area > MAX_AUROC:
            continue
        low, high = np.clip(bootstrap_intervals(auroc, groups[pair], seed)["auroc"], 0.0, 1.0)
        across, within = _nearest_distances(unit[pair], is_first, groups[pair])
        equivalent = bool(low <= 0.5 <= high and across <= within)
        rows.append((first, second, len(pair), area, low, high, across, within, equivalent))
    table = pd.DataFrame(rows, columns=COLUMNS)
    return table.sort_values(["auroc", "type", "other_type"], kind="stable", ignore_index=True)


class WeightedAuroc:
    """The area under the ROC curve between two classes, for many weights of the same patterns.

    It is the share of pairs, one of each class, in which the first has the higher score; a tie
    counts half. Scores are sorted once, while scikit-learn does so for each bootstrap sample.

    Parameters
    ----------
    is_first : array (n,) of bool
    scores : array (n,)
        Higher for the first class.

    References
    ----------
    J. A. Hanley and B. J. McNeil, Radiology 143 (1982) 29.

    Examples
    --------
    >>> auroc = WeightedAuroc(np.array([True, True, False]), np.array([2.0, 1.0, 1.0]))
    >>> auroc(np.ones(3)), auroc(np.array([0.0, 1.0, 1.0]))
    ({'auroc': 0.75}, {'auroc': 0.5})
    """

    def __init__(self, is_first: np.ndarray, scores: np.ndarray) -> None:
        self._is_first = is_first
        _, self._level = np.unique(scores, return_inverse=True)

    def __call__(self, weights: np.ndarray) -> dict[str, float]:
        """The area, by the name `bootstrap_intervals` expects; 0.5 without one of the classes."""
        n_levels = self._level.max() + 1
        first, second = (
            np.bincount(self._level, np.where(mask, weights, 0.0), n_levels)
            for mask in (self._is_first, ~self._is_first)
        )
        pairs = first.sum() * second.sum()
        if pairs == 0.0:
            return {"auroc": 0.5}
        below = np.cumsum(second) - second / 2
        return {"auroc": float(first @ below / pairs)}


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
