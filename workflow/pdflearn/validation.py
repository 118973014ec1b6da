"""How good is a model, and how sure is that: scores, intervals, cross-validation, the choice."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn import metrics

from pdflearn.models import CONTROLS, ESTIMATORS, build, candidates, probabilities

# Resampled families for an interval, and the interval's level.
BOOTSTRAPS = 500
LEVEL = 0.95


def top_k(truth: np.ndarray, scores: np.ndarray, classes: np.ndarray, k: int = 3) -> float:
    """Share of samples whose true class is among the k with the highest scores."""
    best = classes[np.argsort(-scores, axis=1, kind="stable")[:, :k]]
    return float(np.mean((best == truth[:, None]).any(axis=1)))


def score(truth: np.ndarray, scores: np.ndarray, classes: np.ndarray) -> dict[str, float]:
    """All classification scores at once.

    Parameters
    ----------
    truth : array (n,)
        True labels.
    scores : array (n, n_classes)
        Probabilities.
    classes : array (n_classes,)

    Returns
    -------
    dict
        accuracy, balanced_accuracy (mean over the classes present of the share found; also known
        as macro recall), top3, macro_f1, log_loss (natural logarithm, probabilities floored at
        1e-6; a class that training lacked counts as the floor).
    """
    predicted = classes[np.argmax(scores, axis=1)]
    place = {label: i for i, label in enumerate(classes)}
    column = np.array([place.get(label, -1) for label in truth])
    p_true = np.where(column >= 0, scores[np.arange(len(truth)), np.maximum(column, 0)], 0.0)
    recall = pd.Series(predicted == truth).groupby(truth).mean()
    return {
        "accuracy": float(np.mean(predicted == truth)),
        "balanced_accuracy": float(recall.mean()),
        "top3": top_k(truth, scores, classes),
        "macro_f1": float(
            metrics.f1_score(
                truth, predicted, labels=recall.index, average="macro", zero_division=0
            )
        ),
        "log_loss": float(-np.log(np.clip(p_true, 1e-6, 1.0)).mean()),
    }


def bootstrap(
    statistic: Callable[[np.ndarray], dict[str, float]], groups: np.ndarray, seed: int
) -> dict[str, tuple[float, float]]:
    """Percentile intervals from resampling whole groups, since patterns of one family are alike.

    Parameters
    ----------
    statistic : callable
        Takes row numbers, returns named values.
    groups : array (n,)
        The group of each row.
    seed : int

    Notes
    -----
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapters 8 and 13.
    """
    random = np.random.default_rng(seed)
    names, codes = np.unique(groups, return_inverse=True)
    members = np.split(np.argsort(codes, kind="stable"), np.cumsum(np.bincount(codes))[:-1])
    values: dict[str, list[float]] = {}
    for _ in range(BOOTSTRAPS):
        drawn = random.integers(len(names), size=len(names))
        for name, value in statistic(np.concatenate([members[i] for i in drawn])).items():
            values.setdefault(name, []).append(value)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    return {name: tuple(np.quantile(drawn, tails)) for name, drawn in values.items()}


def scores_with_intervals(
    truth: np.ndarray, scores: np.ndarray, classes: np.ndarray, groups: np.ndarray, seed: int
) -> pd.DataFrame:
    """Every score with its bootstrap interval over groups: metric, value, low, high, n, groups."""
    values = score(truth, scores, classes)
    limits = bootstrap(lambda rows: score(truth[rows], scores[rows], classes), groups, seed)
    counts = {"n": len(truth), "groups": len(np.unique(groups))}
    rows = [
        {"metric": name, "value": value, "low": limits[name][0], "high": limits[name][1], **counts}
        for name, value in values.items()
    ]
    return pd.DataFrame(rows)


def cross_validate(
    name: str,
    spec: dict[str, Any],
    patterns: np.ndarray,
    index: pd.DataFrame,
    label: str,
    grid: tuple[float, float, int],
    window: tuple[float, float],
    seed: int,
) -> pd.DataFrame:
    """Score every candidate of a model on every fold, on training and on validation patterns.

    Parameters
    ----------
    name, spec
        The model's name and its entry in the config.
    patterns : array (n, points)
        Development only.
    index : DataFrame
        One row a pattern, with the label's column, fold, and validates (hypothetical structures
        do not).
    label : str

    Returns
    -------
    DataFrame
        model, candidate (number), settings (JSON), fold, part, metric, value.
    """
    truth = index[label].to_numpy(dtype=str)
    fold = index["fold"].to_numpy()
    validates = index["validates"].to_numpy()
    rows = []
    for number, chosen in enumerate(candidates(spec)):
        for k in range(fold.max() + 1):
            train, held_out = fold != k, (fold == k) & validates
            model = build(name, spec, chosen, grid, window, seed)
            model.fit(patterns[train], truth[train])
            for part, rows_of in (("train", train), ("validation", held_out)):
                scores = probabilities(model, patterns[rows_of], truth[rows_of])
                for metric, value in score(truth[rows_of], scores, model.classes_).items():
                    rows.append((name, number, json.dumps(chosen), k, part, metric, value))
    columns = ["model", "candidate", "settings", "fold", "part", "metric", "value"]
    return pd.DataFrame(rows, columns=columns)


def summarise(validation: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Mean and standard error over the folds of each model's candidates, best candidate first."""
    table = validation[(validation["metric"] == metric) & (validation["part"] == "validation")]
    means = table.groupby(["model", "candidate", "settings"])["value"].agg(["mean", "sem"])
    return means.reset_index().sort_values(["mean", "candidate"], ascending=[False, True])


def best_candidate(validation: pd.DataFrame, metric: str) -> dict[str, Any]:
    """Settings of a model's best candidate with the mean and standard error of its score."""
    best = summarise(validation, metric).iloc[0]
    return {
        "settings": json.loads(best["settings"]),
        "metric": metric,
        "mean": float(best["mean"]),
        "standard_error": float(best["sem"]),
    }


def best_of_each(validation: pd.DataFrame, metric: str) -> pd.DataFrame:
    """Mean and standard error, in training and validation, of each model's best candidate."""
    best = summarise(validation, metric).drop_duplicates("model")[["model", "candidate"]]
    rows = validation[validation["metric"] == metric].merge(best, on=["model", "candidate"])
    return rows.groupby(["model", "part"])["value"].agg(["mean", "sem"]).reset_index()


def choose(summary: pd.DataFrame, estimators: dict[str, str]) -> dict[str, Any]:
    """The simplest model within one standard error of the best, controls left aside.

    Parameters
    ----------
    summary : DataFrame
        One row a model: model, mean, sem (of its best candidate).
    estimators : dict
        The estimator of each model; the order of `ESTIMATORS` ranks them from simple to complex.

    Notes
    -----
    L. Breiman et al., Classification and Regression Trees (1984), section 3.4.3.
    """
    rank = list(ESTIMATORS)
    order = sorted(estimators, key=lambda name: (rank.index(estimators[name]), name))
    order = [name for name in order if estimators[name] not in CONTROLS]
    real = summary[summary["model"].isin(order)].set_index("model")
    best = real["mean"].idxmax()
    bar = real.at[best, "mean"] - real.at[best, "sem"]
    chosen = next(name for name in order if name in real.index and real.at[name, "mean"] >= bar)
    return {
        "model": chosen,
        "mean": float(real.at[chosen, "mean"]),
        "standard_error": float(real.at[chosen, "sem"]),
        "best": best,
        "best_mean": float(real.at[best, "mean"]),
        "rule": "simplest model within one standard error of the best in cross-validation",
    }
