"""None of these: are types that training never saw told from those that it did?

Beside the types a model learns one class more, of patterns that are none of them: those of types
that are too rare to be learned. So its probabilities need not all go to what it knows (learning
from outliers: D. Hendrycks, M. Mazeika and T. Dietterich, ICLR (2019), arXiv:1812.04606).

To try it, types are taken out of training, a part of them at a time, once so that relatives of each
stay (near: a superlattice whose parent is known) and once with all their relatives (unlike). What
the model says of their patterns is held against what it says of known types' patterns, both from
families that it did not learn from.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.metrics import roc_auc_score

from pdflearn.dataset.targets import known
from pdflearn.dataset.training_data import TrainingData
from pdflearn.models.pattern_models import PatternClassifier
from pdflearn.validation.bootstrap import bootstrap

CASES = ("near", "unlike")

# The fold that is not learned from: its patterns are held against each other.
TESTED_FOLD = 0

# Share of known types' patterns that are to pass.
KEPT = 0.95

# The class of what is none of the types.
NONE = "none of these"

# What says that a pattern is known, the more the better.
SIGNS = ("confidence", "not_none")

COLUMNS = ["case", "sign", "metric", "score", "ci_low", "ci_high", "known", "new", "types"]


@dataclass(frozen=True)
class Others:
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
    others: Others,
    roots: dict[str, str],
    n: int,
    seed: int,
) -> pd.DataFrame:
    """Train without a part of the types, in turn, and measure what betrays their patterns.

    Parameters
    ----------
    model : PatternClassifier
        Untrained.
    data : TrainingData
        Of development; its index has structure_type, fold and group. A type goes with all
        patterns that have it as their label or as their structure type.
    others : Others
        Without those of development's types. For unlike types, relatives of what was left out are
        left out of these as well.
    roots, n, seed
        See `parts_of`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; without rows for a case in which no part holds a type that is tested.
    """
    patterns, index, target = data.patterns, data.index, data.target
    held = index["fold"].to_numpy() == TESTED_FOLD
    groups = index["group"].to_numpy(dtype=str)
    plain = index["structure_type"].to_numpy(dtype=str)
    types = np.unique([*target.classes, *plain])
    families = np.array([roots.get(name, name) for name in others.types])
    tables = []
    for case in CASES:
        part = dict(zip(types, parts_of(types, roots, n, case, seed), strict=True))
        of_label = np.array([part.get(name, -1) for name in target.y_train])
        of_plain = np.array([part[name] for name in plain])
        found = []
        for number in range(n):
            new = of_label == number
            gone = new | (of_plain == number)
            rows = np.flatnonzero(held & target.evaluated & (new | ~gone))
            if not new[rows].any():
                continue
            learned = ~held & ~gone & known(target.y_train)
            gone_families = [roots.get(name, name) for name in types if part[name] == number]
            none = ~np.isin(others.types, types)
            if case == "unlike":
                none &= ~np.isin(families, gone_families)
            trained = clone(model).fit(
                np.concatenate([patterns[learned], others.patterns[none]]),
                np.concatenate([target.y_train[learned], np.full(none.sum(), NONE)]),
            )
            about = {"known": ~new[rows], "group": groups[rows], "type": target.y_true[rows]}
            found.append(signs(trained, patterns[rows]).assign(**about))
        if found:
            tables.append(measure(pd.concat(found, ignore_index=True), case, seed))
    return pd.concat(tables) if tables else pd.DataFrame(columns=COLUMNS)


def parts_of(types: np.ndarray, roots: dict[str, str], n: int, case: str, seed: int) -> np.ndarray:
    """The part (m,) in which each type is left out; -1: in none.

    Parameters
    ----------
    types : array (m,) of str
        In alphabetical order.
    roots : dict
        Of every type the one at the end of its line of parents.
    n : int
        Number of parts.
    case : str
        "near": relatives go to different parts, types without a relative to none. "unlike": all
        relatives go together.
    seed : int
    """
    random = np.random.default_rng([seed, CASES.index(case)])
    families = np.array([roots.get(name, name) for name in types])
    parts = np.full(len(types), -1)
    names = np.unique(families)
    places = random.permutation(len(names)) % n
    for name, place in zip(names, places, strict=True):
        members = np.flatnonzero(families == name)
        if case == "unlike":
            parts[members] = place
        elif len(members) > 1:
            parts[random.permutation(members)] = (place + np.arange(len(members))) % n
    return parts


def signs(model: PatternClassifier, patterns: np.ndarray) -> pd.DataFrame:
    """What a model that learned `NONE` as well says of how well it knows patterns (n, points).

    Returns
    -------
    DataFrame
        confidence (the highest probability of any type: D. Hendrycks and K. Gimpel, ICLR (2017),
        arXiv:1610.02136), not_none (one minus the probability of `NONE`).
    """
    said = model.predict_proba(patterns)
    none = model.classes_ == NONE
    return pd.DataFrame(
        {"confidence": said[:, ~none].max(axis=1), "not_none": 1.0 - said[:, none].sum(axis=1)}
    )


def measure(table: pd.DataFrame, case: str, seed: int) -> pd.DataFrame:
    """How well each sign tells known from new.

    Parameters
    ----------
    table : DataFrame
        Columns of `SIGNS`, known, group, type.
    case : str
    seed : int

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; metrics auroc (area under the receiver operating characteristic: how
        often a known pattern scores above a new one) and found (share of new patterns below the
        threshold that lets `KEPT` of the known pass), with 95 % intervals over groups.
    """
    old = table["known"].to_numpy()
    counts = (int(old.sum()), int((~old).sum()), table["type"][~old].nunique())
    rows = []
    for name in SIGNS:
        score = table[name].to_numpy(dtype=np.float64)
        order = np.argsort(score[old])

        def both(
            weights: np.ndarray, score: np.ndarray = score, order: np.ndarray = order
        ) -> dict[str, float]:
            if not weights[old].any() or not weights[~old].any():
                return {}  # a resample of few families may hold none of a kind
            place = np.cumsum(weights[old][order])
            least = np.searchsorted(place, (1 - KEPT) * place[-1], side="right")
            below = score[~old] < score[old][order][least]
            new = weights[~old]
            return {
                "auroc": float(roc_auc_score(old, score, sample_weight=weights)),
                "found": float((new * below).sum() / new.sum()),
            }

        limits = bootstrap(both, table["group"].to_numpy(dtype=str), seed)
        for metric, value in both(np.ones(len(table))).items():
            low, high = np.clip(limits[metric], 0.0, 1.0)
            rows.append((case, name, metric, value, low, high, *counts))
    return pd.DataFrame(rows, columns=COLUMNS)
