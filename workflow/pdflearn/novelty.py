"""None of these: are types that training never saw told from those that it did?

Types are taken out of training, a part of them at a time, once so that relatives of each stay
(near: a superlattice whose parent is known) and once with all their relatives (unlike). What a
model says of their patterns is held against what it says of known types' patterns, both from
families that it did not learn from.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from pdflearn.models import PatternClassifier
from pdflearn.templates import TemplateClassifier
from pdflearn.validation import bootstrap

CASES = ("near", "unlike")

# Share of known types' patterns that are to pass.
KEPT = 0.95

# What is known of a pattern, the more the better known; and all of it together.
SIGNS = ("confidence", "certainty", "agreement", "correlation")
COMBINED = "combined"

COLUMNS = ["case", "score", "metric", "value", "low", "high", "known", "new", "types"]


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
    known = table["known"].to_numpy()
    counts = (int(known.sum()), int((~known).sum()), table["type"][~known].nunique())
    rows = []
    for name in [*(n for n in SIGNS if n in table), COMBINED]:
        score = table[name].to_numpy(dtype=np.float64)
        order = np.argsort(score[known])

        def both(
            weights: np.ndarray, score: np.ndarray = score, order: np.ndarray = order
        ) -> dict[str, float]:
            place = np.cumsum(weights[known][order])
            least = np.searchsorted(place, (1 - KEPT) * place[-1], side="right")
            below = score[~known] < score[known][order][least]
            new = weights[~known]
            return {
                "auroc": float(roc_auc_score(known, score, sample_weight=weights)),
                "found": float((new * below).sum() / new.sum()),
            }

        limits = bootstrap(both, table["group"].to_numpy(dtype=str), seed)
        for metric, value in both(np.ones(len(table))).items():
            low, high = np.clip(limits[metric], 0.0, 1.0)
            rows.append((case, name, metric, value, low, high, *counts))
    return pd.DataFrame(rows, columns=COLUMNS)
