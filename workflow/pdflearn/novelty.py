"""None of these: are types that training never saw told from those that it did?

Types are taken out of training, a part of them at a time, once so that relatives of each stay
(near: a superlattice whose parent is known) and once with all their relatives (unlike). What a
model says of their patterns is held against what it says of known types' patterns, both from
families that it did not learn from.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pdflearn.models import PatternClassifier
from pdflearn.targets import Target, known
from pdflearn.templates import TemplateClassifier
from pdflearn.validation import bootstrap

CASES = ("near", "unlike")

# The fold that is not learned from: its patterns are held against each other.
TESTED_FOLD = 0

# Share of known types' patterns that are to pass.
KEPT = 0.95

# What is known of a pattern, the more the better known; and all of it together.
SIGNS = ("confidence", "certainty", "agreement", "correlation")
COMBINED = "combined"

COLUMNS = ["case", "score", "metric", "value", "low", "high", "known", "new", "types"]


def leave_types_out(
    models: Sequence[PatternClassifier],
    patterns: np.ndarray,
    index: pd.DataFrame,
    target: Target,
    roots: dict[str, str],
    n: int,
    seed: int,
) -> pd.DataFrame:
    """Train without a part of the types, in turn, and measure what betrays their patterns.

    Parameters
    ----------
    models : sequence of PatternClassifier
        Untrained.
    patterns : array (n_patterns, points)
        Of development.
    index : DataFrame
        One row a pattern: structure_type, fold, group.
    target : Target
        A type goes with all patterns that have it as their label or as their structure type.
    roots, n, seed
        See `parts_of`.

    Returns
    -------
    DataFrame
        Columns `COLUMNS`; without rows for a case in which fewer than two parts hold a type that is
        tested: what the signs mean is learned on the other parts.
    """
    held = index["fold"].to_numpy() == TESTED_FOLD
    groups = index["group"].to_numpy(dtype=str)
    plain = index["structure_type"].to_numpy(dtype=str)
    types = np.unique([*target.classes, *plain])
    tables = []
    for case in CASES:
        part = dict(zip(types, parts_of(types, roots, n, case, seed), strict=True))
        of_label = np.array([part.get(name, -1) for name in target.taught])
        of_plain = np.array([part[name] for name in plain])
        found = []
        for number in range(n):
            new = of_label == number
            gone = new | (of_plain == number)
            rows = np.flatnonzero(held & target.tested & (new | ~gone))
            if not new[rows].any():
                continue
            learned = ~held & ~gone & known(target.taught)
            trained = [clone(m).fit(patterns[learned], target.taught[learned]) for m in models]
            about = {"known": ~new[rows], "group": groups[rows], "type": target.truth[rows]}
            found.append(signs(trained, patterns[rows]).assign(part=number, **about))
        if len(found) > 1:
            table = pd.concat(found, ignore_index=True)
            table[COMBINED] = combine(table)
            tables.append(measure(table, case, seed))
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


def signs(models: Sequence[PatternClassifier], patterns: np.ndarray) -> pd.DataFrame:
    """What models say of how well they know patterns (n, points); see `SIGNS`.

    Parameters
    ----------
    models : sequence of PatternClassifier
        With the same classes; a template classifier among them gives the correlation.

    Returns
    -------
    DataFrame
        confidence (the highest mean probability), certainty (the negative entropy of the mean
        probabilities, in nats), agreement (the probability that two draws, one from the first
        model's answer and one from the last one's, name the same class), correlation (the best
        with any template; missing without one).

    Notes
    -----
    D. Hendrycks and K. Gimpel, ICLR (2017), arXiv:1610.02136 (confidence).
    """
    said = [model.predict_proba(patterns) for model in models]
    mean = np.mean(said, axis=0)
    found = {
        "confidence": mean.max(axis=1),
        "certainty": (mean * np.log(np.clip(mean, 1e-12, 1.0))).sum(axis=1),
        "agreement": (said[0] * said[-1]).sum(axis=1),
    }
    for model in models:
        if isinstance(model.estimator_, TemplateClassifier):
            features = model.features_.transform(patterns)
            found["correlation"] = model.estimator_.correlations(features).max(axis=1)
    return pd.DataFrame(found)


def combine(table: pd.DataFrame) -> np.ndarray:
    """One score (n,) out of all signs: a logistic regression of the signs, fitted on the parts
    other than the pattern's own, so on other types.

    Parameters
    ----------
    table : DataFrame
        Columns of `SIGNS`, part, known (bool).
    """
    columns = [name for name in SIGNS if name in table]
    score = np.zeros(len(table))
    for part in table["part"].unique():
        own = (table["part"] == part).to_numpy()
        model = make_pipeline(StandardScaler(), LogisticRegression(class_weight="balanced"))
        model.fit(table.loc[~own, columns], table.loc[~own, "known"])
        score[own] = model.decision_function(table.loc[own, columns])
    return score


def measure(table: pd.DataFrame, case: str, seed: int) -> pd.DataFrame:
    """How well each sign, and all together, tell known from new.

    Parameters
    ----------
    table : DataFrame
        Columns of `SIGNS`, combined, part, known, group, type.
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
    for name in [*(n for n in SIGNS if n in table), COMBINED]:
        score = table[name].to_numpy(dtype=np.float64)
        order = np.argsort(score[old])

        def both(
            weights: np.ndarray, score: np.ndarray = score, order: np.ndarray = order
        ) -> dict[str, float]:
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
