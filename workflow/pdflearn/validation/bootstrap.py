"""How sure a score is: intervals from resampling whole families."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from pdflearn.validation.metrics import SHARES, Predictions, Residuals

# Resampled families for an interval, and the interval's level.
BOOTSTRAPS = 500

LEVEL = 0.95


def bootstrap(
    statistic: Callable[[np.ndarray], dict[str, float]], groups: np.ndarray, seed: int
) -> dict[str, tuple[float, float]]:
    """Intervals from resampling whole groups, since patterns of one family are alike.

    Percentiles of the resampled values, moved by their estimated bias: a divergence or a
    calibration error is larger in any resample than in the sample, and without the move its
    interval would lie beside its value.

    Parameters
    ----------
    statistic : callable
        Takes how often each row was drawn, returns named values.
    groups : array (n,)
        The group of each row.
    seed : int

    Notes
    -----
    B. Efron and R. J. Tibshirani, An Introduction to the Bootstrap (1993), chapters 8, 10 and 13.
    """
    random = np.random.default_rng(seed)
    names, codes = np.unique(groups, return_inverse=True)
    values: dict[str, list[float]] = {}
    for _ in range(BOOTSTRAPS):
        drawn = np.bincount(random.integers(len(names), size=len(names)), minlength=len(names))
        for name, value in statistic(drawn[codes].astype(float)).items():
            values.setdefault(name, []).append(value)
    tails = [(1 - LEVEL) / 2, (1 + LEVEL) / 2]
    observed = statistic(np.ones(len(codes)))
    return {
        name: tuple(np.quantile(drawn, tails) - (np.mean(drawn) - observed[name]))
        for name, drawn in values.items()
    }


def scores_with_intervals(
    truth: np.ndarray,
    scores: np.ndarray,
    classes: np.ndarray,
    groups: np.ndarray,
    seed: int,
    set_threshold: float,
) -> pd.DataFrame:
    """Every score with its bootstrap interval over groups.

    Columns metric, score, ci_low, ci_high, n, groups. See `Predictions.of`;
    set_threshold is the probability from which a class belongs to a label set.
    """
    return _intervals(Predictions.of(truth, scores, classes, set_threshold).scores, groups, seed)


def errors_with_intervals(
    truth: np.ndarray, predicted: np.ndarray, groups: np.ndarray, seed: int
) -> pd.DataFrame:
    """The same for numbers, see `Residuals.scores`: metric, score, ci_low, ci_high, n, groups."""
    return _intervals(Residuals(truth, predicted).scores, groups, seed)


def _intervals(
    statistic: Callable[[np.ndarray], dict[str, float]], groups: np.ndarray, seed: int
) -> pd.DataFrame:
    limits = bootstrap(statistic, groups, seed)
    counts = {"n": len(groups), "groups": len(np.unique(groups))}
    rows = []
    for name, score in statistic(np.ones(len(groups))).items():
        low, high = limits[name]
        lowest = -np.inf if name == "r2" else 0.0
        highest = 1.0 if name in SHARES else np.inf
        limited = {"ci_low": max(low, lowest), "ci_high": min(high, highest)}
        rows.append({"metric": name, "score": score, **limited, **counts})
    return pd.DataFrame(rows)
