"""Confidence intervals of scores, from resampling whole families of patterns."""

from functools import lru_cache

import numpy as np
import pandas as pd

from pdflearn.validation.metrics import (
    BOUNDED_BY_ONE,
    ClassPredictions,
    NumberPredictions,
    Statistic,
)

# Resamples for an interval, and the interval's level.
N_RESAMPLES = 500
LEVEL = 0.95

# Weights that are held at a time.
MAX_WEIGHTS = 2**21


def bootstrap_intervals(
    statistic: Statistic, groups: np.ndarray, seed: int
) -> dict[str, tuple[float, float]]:
    """Confidence intervals from resampling whole groups, since patterns of one family are alike.

    The interval holds the percentiles of the resampled scores, shifted by their estimated bias: a
    divergence or a calibration error is larger in any resample than in the sample, and without the
    shift its interval would lie beside its value [1]_. An interval is widened to hold its score
    where it does not: where nearly all resamples have one score, the few others shift it.

    Parameters
    ----------
    statistic : callable
        Weights (m, n), how often each of m resamples drew each row -> scores by name, each (m,);
        NaN where a resample has none.
    groups : array (n,)
        The group of each row.
    seed : int

    Returns
    -------
    dict
        Name of the score -> (low, high), the limits of its 95 % interval.

    References
    ----------
    .. [1] B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapters 8, 10
       and 13.

    Examples
    --------
    >>> values = np.array([1.0, 2.0, 3.0, 4.0])
    >>> def mean(weights):
    ...     return {"mean": weights @ values / weights.sum(axis=1)}
    >>> low, high = bootstrap_intervals(mean, np.array(["a", "b", "c", "d"]), seed=0)["mean"]
    >>> bool(low < 2.5 < high)
    True
    """
    names, codes = np.unique(groups, return_inverse=True)
    drawn = _draws(len(names), seed)
    size = max(1, MAX_WEIGHTS // len(codes))
    blocks = [
        statistic(drawn[start : start + size, codes].astype(float))
        for start in range(0, N_RESAMPLES, size)
    ]
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    intervals = {}
    for name, (observed,) in statistic(np.ones((1, len(codes)))).items():
        values = np.concatenate([block[name] for block in blocks])
        values = values[~np.isnan(values)]
        if not len(values):
            intervals[name] = (np.nan, np.nan)
            continue
        low, high = np.quantile(values, tails) - (values.mean() - observed)
        intervals[name] = (float(min(low, observed)), float(max(high, observed)))
    return intervals


@lru_cache(maxsize=8)
def _draws(n: int, seed: int) -> np.ndarray:
    """How often each resample draws each of n groups, (N_RESAMPLES, n)."""
    random = np.random.default_rng(seed)
    return np.array(
        [np.bincount(random.integers(n, size=n), minlength=n) for _ in range(N_RESAMPLES)]
    )


def classification_scores(
    y_true: np.ndarray,
    proba: np.ndarray,
    classes: np.ndarray,
    groups: np.ndarray,
    seed: int,
    set_threshold: float = 0.5,
) -> pd.DataFrame:
    """Every score of a classifier with its 95 % bootstrap interval over groups.

    Parameters
    ----------
    y_true : array (n,) of str
        True labels.
    proba : array (n, n_classes)
        Predicted probabilities.
    classes : array (n_classes,) of str
        The classes of the columns.
    groups : array (n,)
        The family of each pattern.
    seed : int
    set_threshold : float, default 0.5
        The probability from which a class belongs to a pattern's label set.

    Returns
    -------
    DataFrame
        One row a score: metric, score, ci_low, ci_high, n (patterns), groups (how many).

    See Also
    --------
    regression_scores : the same for numbers.
    pdflearn.validation.metrics.ClassPredictions.scores : what each score means.

    Examples
    --------
    >>> y_true = np.array(["fcc", "fcc", "bcc", "bcc"])
    >>> proba = np.array([[0.1, 0.9], [0.6, 0.4], [0.8, 0.2], [0.7, 0.3]])
    >>> groups = np.array(["Cu", "Ni", "Fe", "Cr"])
    >>> table = classification_scores(y_true, proba, np.array(["bcc", "fcc"]), groups, seed=0)
    >>> accuracy = table.set_index("metric").loc["accuracy"]
    >>> float(accuracy["score"]), float(accuracy["ci_high"]), int(accuracy["groups"])
    (0.75, 1.0, 4)
    """
    predictions = ClassPredictions.from_proba(y_true, proba, classes, set_threshold)
    return _score_table(predictions, groups, seed)


def regression_scores(
    y_true: np.ndarray, y_pred: np.ndarray, groups: np.ndarray, seed: int
) -> pd.DataFrame:
    """Every score of a regression with its 95 % bootstrap interval over groups.

    Parameters
    ----------
    y_true : array (n,)
        True numbers.
    y_pred : array (n,), (n, 1) or (n, 3)
        Predicted ones; of three columns the last are the ends of their intervals.
    groups : array (n,)
        The family of each pattern.
    seed : int

    Returns
    -------
    DataFrame
        One row a score: metric, score, ci_low, ci_high, n (patterns), groups (how many).

    See Also
    --------
    classification_scores : the same for classes.
    pdflearn.validation.metrics.NumberPredictions.scores : what each score means.

    Examples
    --------
    >>> y_true = np.array([10.0, 20.0, 30.0])
    >>> table = regression_scores(y_true, y_true + 1.0, np.array(["a", "b", "c"]), seed=0)
    >>> table[["metric", "score"]].round(3).to_numpy().tolist()
    [['rmse', 1.0], ['mae', 1.0], ['r2', 0.985]]
    """
    columns = y_pred if y_pred.ndim == 2 else y_pred[:, None]
    return _score_table(NumberPredictions.from_columns(y_true, columns), groups, seed)


def _score_table(
    predictions: ClassPredictions | NumberPredictions, groups: np.ndarray, seed: int
) -> pd.DataFrame:
    """Scores with their intervals, cut where no score can lie."""
    names, codes = np.unique(groups, return_inverse=True)
    statistic = predictions.statistic(codes)
    intervals = bootstrap_intervals(statistic, names, seed)
    counts = {"n": len(groups), "groups": len(names)}
    rows = []
    for name, (score,) in statistic(np.ones((1, len(names)))).items():
        low, high = intervals[name]
        lowest = -np.inf if name == "r2" else 0.0
        highest = 1.0 if name in BOUNDED_BY_ONE else np.inf
        limits = {"ci_low": max(low, lowest), "ci_high": min(high, highest)}
        rows.append({"metric": name, "score": float(score), **limits, **counts})
    return pd.DataFrame(rows)
