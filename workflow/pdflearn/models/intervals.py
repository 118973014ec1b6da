"""Intervals of numbers that hold the true one as often as they should: conformal prediction.

Quantile regression says where the ends of an interval are; on data that it did not learn from,
such intervals hold the number too seldom or too often. Conformalised quantile regression [1]_
widens them all by what held-out predictions need; here by a share of each one's width [2]_, which
suits wide and narrow ones.

.. [1] Y. Romano, E. Patterson and E. J. Candès, NeurIPS (2019), arXiv:1905.03222.
.. [2] M. Sesia and E. J. Candès, Stat 9 (2020) e261: CQR-r.
"""

import numpy as np

# Widths (in the number's unit) below this count as this: no share of nothing widens an interval.
LEAST_WIDTH = 1e-6


def widen(predictions: np.ndarray, margin: float) -> np.ndarray:
    """Intervals wider on each side by a share of their width.

    Parameters
    ----------
    predictions : array (n, 3)
        Number, lower end, upper end.
    margin : float
        The share; below zero they become narrower, down to the number itself.

    Returns
    -------
    array (n, 3)

    Examples
    --------
    >>> widen(np.array([[5.0, 4.0, 8.0]]), 0.25)
    array([[5., 3., 9.]])
    """
    value, low, high = np.asarray(predictions, dtype=np.float64).T
    extra = margin * np.maximum(high - low, LEAST_WIDTH)
    return np.column_stack([value, np.minimum(low - extra, value), np.maximum(high + extra, value)])


def fit_margin(y_true: np.ndarray, predictions: np.ndarray, coverage: float) -> float:
    """The margin with which intervals hold the true number with a chance of at least `coverage`.

    Parameters
    ----------
    y_true : array (n,)
    predictions : array (n, 3)
        Of patterns that were not learned from.
    coverage : float
        Between 0 and 1. It holds for new patterns as far as they are like these.

    Returns
    -------
    float
        Infinite where there are too few predictions for one of them to be missed.

    Examples
    --------
    Numbers spread evenly from 0 to 1, and intervals that hold the middle half of them:

    >>> y_true = np.linspace(0.0, 1.0, 101)
    >>> predictions = np.tile([0.5, 0.25, 0.75], (101, 1))
    >>> round(fit_margin(y_true, predictions, 0.9), 2)
    0.42
    """
    _, low, high = np.asarray(predictions, dtype=np.float64).T
    outside = np.maximum(low - y_true, y_true - high) / np.maximum(high - low, LEAST_WIDTH)
    rank = int(np.ceil(coverage * (len(y_true) + 1)))
    return float(np.sort(outside)[rank - 1]) if rank <= len(y_true) else float("inf")
