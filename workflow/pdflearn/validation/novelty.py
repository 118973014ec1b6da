"""Novelty detection: are types that training never saw told from those that it did?

Beside the types a model learns one more class, of patterns that are none of them: those of types
that are too rare to be learned, and so are outliers. Its probabilities need not all go to the types
that it knows (outlier exposure: D. Hendrycks, M. Mazeika and T. Dietterich, ICLR (2019),
arXiv:1812.04606).

To test this, types are left out of training, some at a time, in two cases: "near", so that a
relative of each stays (a superlattice whose parent is known), and "unlike", together with all their
relatives. What the model predicts of their patterns is compared with what it predicts of the
patterns of known types, both from families that it did not learn from.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import clone

from pdflearn.dataset.targets import known
from pdflearn.dataset.training_data import TrainingData
from pdflearn.models.pattern_models import PatternClassifier
from pdflearn.validation.bootstrap import bootstrap_intervals
from pdflearn.validation.metrics import auroc

CASES = ("near", "unlike")

# The fold that is not learned from: its patterns are scored.
HELD_OUT_FOLD = 0

# Share of the patterns of known types that the threshold lets pass.
PASS_RATE = 0.95

# The class of patterns that are of none of the types.
NONE = "none of these"

# Signs that the type of a pattern is known, the larger the surer. docs/novelty.md lists what else
# was tried, on a fold of development that is not scored here.
SIGNS = ("certainty", "confidence", "not_none")

COLUMNS = ["case", "sign", "metric", "score", "ci_low", "ci_high", "known", "new", "types"]


@dataclass(frozen=True)
class Outliers:
    """Patterns of types that are too rare to be learned.

    Attributes
    ----------
    patterns : array (m, points)
    types : array (m,) of str
    """

    patterns: np.ndarray
    types: np.ndarray


def leave_types_out(
    model: PatternClassifier,
    data: TrainingData,
    outliers: Outliers,
    roots: dict[str, str],
    n_folds: int,
    seed: int,
) -> pd.DataFrame:
    """Train without some of the types, in turn, and measure how well their patterns are detected.

    Parameters
    ----------
    model : PatternClassifier
        Untrained.
    data : TrainingData
        Of development; its index has structure_type, fold and group. A type is left out with all
        patterns that have it as their label or as their structure type.
    outliers : Outliers
        Types of development among them are not used; in the case "unlike" neither are relatives of
        what is left out.
    roots, n_folds, seed
        See `assign_type_folds`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`, see `score_signs`; without rows for a case in which no fold holds a type
        that is evaluated.
    """
    patterns, index, target = data.patterns, data.index, data.target
    held_out = index["fold"].to_numpy() == HELD_OUT_FOLD
    groups = index["group"].to_numpy(dtype=str)
    structure_types = index["structure_type"].to_numpy(dtype=str)
    types = np.unique([*target.classes, *structure_types])
    outlier_roots = np.array([roots.get(name, name) for name in outliers.types])
    tables = []
    for case in CASES:
        folds = assign_type_folds(types, roots, n_folds, case, seed)
        fold_of = dict(zip(types, folds, strict=True))
        label_fold = np.array([fold_of.get(name, -1) for name in target.y_train])
        structure_fold = np.array([fold_of[name] for name in structure_types])
        signs = []
        for k in range(n_folds):
            new = label_fold == k
            left_out = new | (structure_fold == k)
            scored = np.flatnonzero(held_out & target.evaluated & (new | ~left_out))
            if not new[scored].any():
                continue
            train = ~held_out & ~left_out & known(target.y_train)
            roots_left_out = [roots.get(name, name) for name in types if fold_of[name] == k]
            none = ~np.isin(outliers.types, types)
            if case == "unlike":
                none &= ~np.isin(outlier_roots, roots_left_out)
            trained = clone(model).fit(
                np.concatenate([patterns[train], outliers.patterns[none]]),
                np.concatenate([target.y_train[train], np.full(none.sum(), NONE)]),
            )
            signs.append(
                novelty_signs(trained, patterns[scored]).assign(
                    known=~new[scored], group=groups[scored], type=target.y_true[scored]
                )
            )
        if signs:
            tables.append(score_signs(pd.concat(signs, ignore_index=True), case, seed))
    return pd.concat(tables) if tables else pd.DataFrame(columns=COLUMNS)


def assign_type_folds(
    types: np.ndarray, roots: dict[str, str], n_folds: int, case: str, seed: int
) -> np.ndarray:
    """The fold (m,) in which each type is left out; -1 for a type that never is.

    Parameters
    ----------
    types : array (m,) of str
        In alphabetical order.
    roots : dict
        Of every type the one at the end of its line of parents.
    n_folds : int
    case : {"near", "unlike"}
        "near": relatives go to different folds, types without a relative to none. "unlike": all
        relatives go together.
    seed : int

    Examples
    --------
    >>> types = np.array(["L1_0", "L1_2", "fcc", "rutile"])
    >>> roots = {"L1_0": "fcc", "L1_2": "fcc"}
    >>> together = assign_type_folds(types, roots, 2, "unlike", seed=0)
    >>> len(set(together[:3]))
    1
    >>> int(assign_type_folds(types, roots, 2, "near", seed=0)[3])
    -1
    """
    random = np.random.default_rng([seed, CASES.index(case)])
    families = np.array([roots.get(name, name) for name in types])
    folds = np.full(len(types), -1)
    names = np.unique(families)
    first_folds = random.permutation(len(names)) % n_folds
    for name, first in zip(names, first_folds, strict=True):
        members = np.flatnonzero(families == name)
        if case == "unlike":
            folds[members] = first
        elif len(members) > 1:
            folds[random.permutation(members)] = (first + np.arange(len(members))) % n_folds
    return folds


def novelty_signs(model: PatternClassifier, patterns: np.ndarray) -> pd.DataFrame:
    """How well a model that learned `NONE` as well knows each of the patterns (n, points).

    Returns
    -------
    DataFrame
        confidence (the highest probability of any type [1]_), not_none (one minus the probability
        of `NONE`), certainty (their product: surely a type, and surely this one).

    References
    ----------
    .. [1] D. Hendrycks and K. Gimpel, ICLR (2017), arXiv:1610.02136.
    """
    proba = model.predict_proba(patterns)
    none = model.classes_ == NONE
    confidence, not_none = proba[:, ~none].max(axis=1), 1.0 - proba[:, none].sum(axis=1)
    return pd.DataFrame(
        {"certainty": confidence * not_none, "confidence": confidence, "not_none": not_none}
    )


def score_signs(table: pd.DataFrame, case: str, seed: int) -> pd.DataFrame:
    """How well each sign tells patterns of known types from those of new ones.

    Parameters
    ----------
    table : DataFrame
        One row a pattern: the columns of `SIGNS`, known, group, type.
    case : {"near", "unlike"}
    seed : int

    Returns
    -------
    DataFrame
        case, sign, metric, score, ci_low, ci_high (95 % interval over groups), known and new (how
        many patterns), types (how many new ones). The metrics are auroc (area under the receiver
        operating characteristic: how often a known pattern scores above a new one) and recall
        (share of new patterns below the threshold that lets `PASS_RATE` of the known pass).
    """
    old = table["known"].to_numpy()
    counts = (int(old.sum()), int((~old).sum()), table["type"][~old].nunique())
    rows = []
    for name in SIGNS:
        sign = table[name].to_numpy(dtype=np.float64)
        order = np.argsort(sign[old])

        def statistic(
            weights: np.ndarray, sign: np.ndarray = sign, order: np.ndarray = order
        ) -> dict[str, np.ndarray]:
            of_old, of_new = weights[:, old][:, order], weights[:, ~old]
            cumulative = np.cumsum(of_old, axis=1)
            least = (cumulative <= (1 - PASS_RATE) * cumulative[:, -1:]).sum(axis=1)
            limits = sign[old][order][np.minimum(least, len(order) - 1)]
            below = (of_new * (sign[~old] < limits[:, None])).sum(axis=1)
            area = auroc(old, sign, weights)
            # a resample of few families may hold known or new patterns alone
            recall = np.where(np.isnan(area), np.nan, below / np.maximum(of_new.sum(axis=1), 1.0))
            return {"auroc": area, "recall": recall}

        intervals = bootstrap_intervals(statistic, table["group"].to_numpy(dtype=str), seed)
        for metric, (score,) in statistic(np.ones((1, len(table)))).items():
            low, high = np.clip(intervals[metric], 0.0, 1.0)
            rows.append((case, name, metric, float(score), low, high, *counts))
    return pd.DataFrame(rows, columns=COLUMNS)
