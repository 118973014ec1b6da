"""Scores of ranked classes: among how many first guesses the true one is."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from pdflearn.validation.bootstrap import bootstrap_intervals

# The guesses that count, as in C.-H. Liu et al., Acta Cryst. A 75 (2019) 633.
TOP = (1, 3, 6)


def ranks_of_true(y_true: np.ndarray, proba: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """The place of the true class among all classes by their probability; 0 is the first.

    Parameters
    ----------
    y_true : array (n,)
    proba : array (n, n_classes)
    classes : array (n_classes,)
        In order.

    Returns
    -------
    array of int (n,)
        Of classes with equal probability the first in the order is the likelier one. A true class
        that training lacked has the place behind all.

    Examples
    --------
    >>> proba = np.array([[0.2, 0.5, 0.3], [0.2, 0.5, 0.3]])
    >>> ranks_of_true(np.array([14, 99]), proba, np.array([2, 14, 62]))
    array([0, 3])
    """
    order = np.argsort(-proba, axis=1, kind="stable")
    hits = classes[order] == np.asarray(y_true)[:, None]
    return np.where(hits.any(axis=1), hits.argmax(axis=1), len(classes))


def rank_scores(
    y_true: np.ndarray, ranks: np.ndarray, groups: np.ndarray, seed: int
) -> pd.DataFrame:
    """Shares of patterns whose true class is among the first guesses, with 95 % intervals.

    Parameters
    ----------
    y_true : array (n,)
    ranks : array (n,)
        See `ranks_of_true`.
    groups : array (n,)
        What is resampled whole: patterns of one group are alike.
    seed : int

    Returns
    -------
    DataFrame
        metric (top1, top3, top6; balanced_top1, ...: the mean over the true classes), score,
        ci_low, ci_high, n (patterns), groups (how many).

    Examples
    --------
    >>> y_true, ranks = np.array(["a", "a", "a", "b"]), np.array([0, 0, 0, 4])
    >>> scores = rank_scores(y_true, ranks, np.arange(4), seed=0).set_index("metric")["score"]
    >>> scores[["top1", "balanced_top1", "top6"]].tolist()
    [0.75, 0.5, 1.0]
    """
    labels, codes = np.unique(y_true, return_inverse=True)
    names, members = np.unique(groups, return_inverse=True)
    shape = (len(names), len(labels))
    totals = np.zeros(shape)
    np.add.at(totals, (members, codes), 1.0)
    hits = {}
    for k in TOP:
        hits[k] = np.zeros(shape)
        np.add.at(hits[k], (members, codes), (ranks < k).astype(float))
    statistic = _statistic(totals, hits)
    intervals = bootstrap_intervals(statistic, names, seed)
    observed = statistic(np.ones((1, len(names))))
    return pd.DataFrame(
        {
            "metric": name,
            "score": float(value[0]),
            "ci_low": max(intervals[name][0], 0.0),
            "ci_high": min(intervals[name][1], 1.0),
            "n": len(y_true),
            "groups": len(names),
        }
        for name, value in observed.items()
    )


def _statistic(
    totals: np.ndarray, hits: dict[int, np.ndarray]
) -> Callable[[np.ndarray], dict[str, np.ndarray]]:
    """The scores as a function of how often each group counts."""

    def scores(weights: np.ndarray) -> dict[str, np.ndarray]:
        n = weights @ totals
        present = n > 0
        values = {}
        for k, right in hits.items():
            correct = weights @ right
            recall = np.divide(correct, n, out=np.zeros_like(n), where=present)
            values[f"top{k}"] = correct.sum(axis=1) / n.sum(axis=1)
            values[f"balanced_top{k}"] = recall.sum(axis=1) / present.sum(axis=1)
        return values

    return scores


def scores_by_size(
    y_true: np.ndarray, ranks: np.ndarray, n_training: np.ndarray, edges: Sequence[int]
) -> pd.DataFrame:
    """Shares of right guesses by how many training structures the true class had.

    Parameters
    ----------
    y_true, ranks : array (n,)
        See `rank_scores`.
    n_training : array (n,)
        Of the true class of each pattern.
    edges : sequence of int
        Lower ends of the ranges, rising; the last has no upper end.

    Returns
    -------
    DataFrame
        least, most (training structures; NaN for no upper end), classes, n (patterns), top1, top3,
        top6. Ranges without patterns are left out.

    Examples
    --------
    >>> table = scores_by_size(
    ...     np.array(["a", "b", "b"]), np.array([0, 1, 9]), np.array([500, 20, 20]), [0, 100]
    ... )
    >>> table[["least", "classes", "top1", "top3"]].to_numpy().tolist()
    [[0.0, 1.0, 0.0, 0.5], [100.0, 1.0, 1.0, 1.0]]
    """
    ends = [*(edge - 1 for edge in edges[1:]), np.inf]
    rows = []
    for least, most in zip(edges, ends, strict=True):
        inside = (n_training >= least) & (n_training <= most)
        if inside.any():
            shares = {f"top{k}": float((ranks[inside] < k).mean()) for k in TOP}
            counts = {"classes": len(np.unique(y_true[inside])), "n": int(inside.sum())}
            rows.append({"least": least, "most": most, **counts, **shares})
    return pd.DataFrame(rows).replace(np.inf, np.nan)
