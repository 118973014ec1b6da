"""Scores of predictions, of classes and of numbers.

Predictions are kept as objects that can be scored again with other weights, so that resampling
them costs no prediction again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import numpy as np
from scipy.sparse import coo_array, csr_array

from pdflearn.core.tasks import REGRESSION

PROBABILITY_FLOOR = 1e-6

N_CALIBRATION_BINS = 15

# Sums over all predictions alike that the scores of classes need.
N_TOTALS = 7

# Share of the squares from which a spread is more than rounding.
VARIES = 1e-12

# How often each row or group counts, (m, n): m resamples -> scores by name, each (m,).
Statistic = Callable[[np.ndarray], dict[str, np.ndarray]]

# Scores that cannot exceed one.
BOUNDED_BY_ONE = (
    "accuracy",
    "balanced_accuracy",
    "top3",
    "macro_f1",
    "calibration_error",
    "coverage",
    "balanced_coverage",
    "r2",
)


@dataclass(frozen=True)
class ClassPredictions:
    """What each prediction of a class adds to the scores; arrays of shape (n,).

    Built by `from_proba`.

    Attributes
    ----------
    y_true, y_pred : array of int
        Codes of the true and the most probable label, among all labels.
    in_top3 : array
        One where the true label is among the three most probable.
    log_loss, brier : array
        Contributions to these scores.
    confidence : array
        Probability of the most probable label.
    covered, set_size : array
        One where the label set holds the true label; how many labels the set holds.
    n_labels : int
        How many labels there are, true and predicted ones together.
    """

    y_true: np.ndarray
    y_pred: np.ndarray
    in_top3: np.ndarray
    log_loss: np.ndarray
    brier: np.ndarray
    confidence: np.ndarray
    covered: np.ndarray
    set_size: np.ndarray
    n_labels: int

    @classmethod
    def from_proba(
        cls,
        y_true: np.ndarray,
        proba: np.ndarray,
        classes: np.ndarray,
        set_threshold: float = 0.5,
    ) -> Self:
        """From true labels and predicted probabilities.

        Parameters
        ----------
        y_true : array (n,)
            A label that training lacked counts as wrong with probability zero.
        proba : array (n, n_classes)
        classes : array (n_classes,)
            In alphabetical order.
        set_threshold : float, default 0.5
            Classes with at least this probability form a pattern's label set.
        """
        labels = np.union1d(y_true, classes)
        code = np.searchsorted(labels, y_true)
        columns = np.searchsorted(labels, classes)
        proba = np.asarray(proba, dtype=np.float64)
        best = columns[_largest(proba, 3)]
        column_of = np.full(len(labels), -1)
        column_of[columns] = np.arange(len(columns))
        column = column_of[code]  # -1 where training lacked the label
        of_true = np.where(column >= 0, proba[np.arange(len(y_true)), column], 0.0)
        return cls(
            y_true=code,
            y_pred=best[:, 0],
            in_top3=(best == code[:, None]).any(axis=1).astype(float),
            log_loss=-np.log(np.clip(of_true, PROBABILITY_FLOOR, 1.0)),
            brier=np.einsum("ij,ij->i", proba, proba) - 2 * of_true + 1.0,
            confidence=proba.max(axis=1),
            covered=(of_true >= set_threshold).astype(float),
            set_size=(proba >= set_threshold).sum(axis=1).astype(float),
            n_labels=len(labels),
        )

    def scores(self, weights: np.ndarray) -> dict[str, float]:
        """All scores, each prediction counted `weights` times.

        Returns
        -------
        dict
            accuracy; balanced_accuracy: mean recall of the true labels; top3: share of patterns
            whose true label is among the three most probable; macro_f1: over the true labels;
            log_loss: natural logarithm, probabilities floored; brier: sum over the classes [1]_;
            calibration_error: expected calibration error in 15 bins of confidence [2]_;
            kl_divergence: true from predicted label frequencies, half a count added to each, in
            nats; coverage: share of label sets that hold the true label; balanced_coverage: its
            mean over the true labels; set_size: mean number of labels in a set.

        References
        ----------
        .. [1] G. W. Brier, Mon. Weather Rev. 78 (1950) 1.
        .. [2] M. P. Naeini et al., Proc. AAAI (2015) 2901.
        """
        return _scores_once(self.statistic(np.arange(len(self.y_true))), weights)

    def statistic(self, groups: np.ndarray) -> Statistic:
        """The scores as a function of how often each group of predictions counts.

        Every score follows from a few sums over the predictions. They are taken once over each
        group, so that hundreds of resamples cost one product of matrices.

        Parameters
        ----------
        groups : array (n,) of int
            The group of each prediction, 0, 1, ...
        """
        sums = self._sums(groups)

        def scores(weights: np.ndarray) -> dict[str, np.ndarray]:
            return self._scores(sums @ np.ascontiguousarray(weights.T))

        return scores

    def _sums(self, groups: np.ndarray) -> csr_array:
        """What the scores are made of: one row a sum, one column a group."""
        n, correct = self.n_labels, (self.y_true == self.y_pred).astype(float)
        bins = np.minimum(
            (self.confidence * N_CALIBRATION_BINS).astype(int), N_CALIBRATION_BINS - 1
        )
        whole = (np.ones(len(correct)), correct, self.in_top3, self.log_loss, self.brier)
        parts = [
            *(
                (np.full(len(correct), row), values)
                for row, values in enumerate((*whole, self.covered, self.set_size))
            ),
            (N_TOTALS + self.y_true, whole[0]),
            (N_TOTALS + n + self.y_pred, whole[0]),
            (N_TOTALS + 2 * n + self.y_true, correct),
            (N_TOTALS + 3 * n + self.y_true, self.covered),
            (N_TOTALS + 4 * n + bins, correct - self.confidence),
        ]
        rows = np.concatenate([rows for rows, _ in parts])
        values = np.concatenate([values for _, values in parts])
        shape = (N_TOTALS + 4 * n + N_CALIBRATION_BINS, int(groups.max()) + 1)
        return coo_array((values, (rows, np.tile(groups, len(parts)))), shape).tocsr()

    def _scores(self, sums: np.ndarray) -> dict[str, np.ndarray]:
        """Scores (m,) from m columns of sums."""
        total, correct, in_top3, log_loss, brier, covered, set_size = sums[:N_TOTALS]
        of_labels = sums[N_TOTALS : N_TOTALS + 4 * self.n_labels]
        n_true, n_pred, n_correct, n_covered = of_labels.reshape(4, self.n_labels, -1)
        gap = sums[N_TOTALS + 4 * self.n_labels :]
        present = n_true > 0

        def mean(numerator: np.ndarray, denominator: np.ndarray) -> np.ndarray:
            """Mean of a ratio over the true labels."""
            ratio = np.divide(numerator, denominator, out=np.zeros_like(n_true), where=present)
            return ratio.sum(axis=0) / present.sum(axis=0)

        p_true, p_pred = (n_true + 0.5, n_pred + 0.5)
        p_true, p_pred = p_true / p_true.sum(axis=0), p_pred / p_pred.sum(axis=0)
        return {
            "accuracy": correct / total,
            "balanced_accuracy": mean(n_correct, n_true),
            "top3": in_top3 / total,
            "macro_f1": mean(2 * n_correct, n_true + n_pred),
            "log_loss": log_loss / total,
            "brier": brier / total,
            "calibration_error": np.abs(gap).sum(axis=0) / total,
            "kl_divergence": (p_true * np.log(p_true / p_pred)).sum(axis=0),
            "coverage": covered / total,
            "balanced_coverage": mean(n_covered, n_true),
            "set_size": set_size / total,
        }


def _largest(values: np.ndarray, n: int) -> np.ndarray:
    """Columns of the n largest values of each row, the largest first; of equal ones the first."""
    rest, rows, columns = values.copy(), np.arange(len(values)), []
    for _ in range(min(n, values.shape[1])):
        columns.append(rest.argmax(axis=1))
        rest[rows, columns[-1]] = -np.inf
    return np.column_stack(columns)


def _scores_once(statistic: Statistic, weights: np.ndarray) -> dict[str, float]:
    """The scores for one set of weights (n,)."""
    return {name: float(values[0]) for name, values in statistic(weights[None]).items()}


@dataclass(frozen=True)
class NumberPredictions:
    """True and predicted numbers; arrays (n,) in the label's unit.

    low and high are the ends of the predicted intervals; None where a model predicts none.
    """

    y_true: np.ndarray
    y_pred: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None

    @classmethod
    def from_columns(cls, y_true: np.ndarray, y_pred: np.ndarray) -> Self:
        """From predictions (n, 1), or (n, 3) with the ends of intervals."""
        return cls(y_true, *y_pred.T)

    def scores(self, weights: np.ndarray) -> dict[str, float]:
        """All scores, each prediction counted `weights` times.

        Returns
        -------
        dict
            rmse (root mean square error) and mae (mean absolute error), in the label's unit, and
            r2 (share of the variance explained: 1 is perfect, 0 as good as the mean of the true
            numbers, below 0 worse; 0 where these do not vary). Of intervals also coverage (share
            that hold the true number) and width (mean, in the label's unit).
        """
        return _scores_once(self.statistic(np.arange(len(self.y_true))), weights)

    def statistic(self, groups: np.ndarray) -> Statistic:
        """The scores as a function of how often each group counts; see `ClassPredictions`."""
        error = self.y_pred - self.y_true
        y = self.y_true - self.y_true.mean()  # small numbers: their squares lose no digits
        columns = [np.ones(len(y)), error**2, np.abs(error), y, y**2]
        if self.low is not None:
            held = (self.low <= self.y_true) & (self.y_true <= self.high)
            columns += [held.astype(float), self.high - self.low]
        sums = np.array([np.bincount(groups, weights=values) for values in columns])

        def scores(weights: np.ndarray) -> dict[str, np.ndarray]:
            total, squares, absolute, y_sum, y_squares, *intervals = sums @ weights.T
            spread = y_squares - y_sum**2 / total
            varies = spread > VARIES * y_squares
            r2 = 1.0 - np.divide(squares, spread, out=np.ones_like(spread), where=varies)
            result = {"rmse": np.sqrt(squares / total), "mae": absolute / total, "r2": r2}
            names = ("coverage", "width")[: len(intervals)]
            return result | {name: of / total for name, of in zip(names, intervals, strict=True)}

        return scores


def auroc(positive: np.ndarray, values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Area under the ROC curve: how often a positive row has the larger value; ties count half.

    Parameters
    ----------
    positive : array (n,) of bool
    values : array (n,)
    weights : array (m, n)
        How often each row counts, m times.

    Returns
    -------
    array (m,)
        NaN where no positive row counts, or no negative one.

    See Also
    --------
    sklearn.metrics.roc_auc_score : The same for one set of weights.

    References
    ----------
    J. A. Hanley and B. J. McNeil, Radiology 143 (1982) 29.

    Examples
    --------
    >>> positive = np.array([False, True, True])
    >>> auroc(positive, np.array([0.1, 0.1, 0.7]), np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0]]))
    array([0.75,  nan])
    """
    levels, level = np.unique(values, return_inverse=True)
    order = np.argsort(level, kind="stable")
    starts = np.searchsorted(level[order], np.arange(len(levels)))
    of_positive, of_negative = (
        np.add.reduceat(np.where(side, weights, 0.0)[:, order], starts, axis=1)
        for side in (positive, ~positive)
    )
    below = np.cumsum(of_negative, axis=1) - 0.5 * of_negative
    pairs = of_positive.sum(axis=1) * of_negative.sum(axis=1)
    won = (of_positive * below).sum(axis=1)
    return np.divide(won, pairs, out=np.full(len(pairs), np.nan), where=pairs > 0)


def score(y_true: np.ndarray, proba: np.ndarray, classes: np.ndarray) -> dict[str, float]:
    """All scores of predicted classes.

    Parameters
    ----------
    y_true : array (n,)
        True labels; one that training lacked counts as wrong with probability zero.
    proba : array (n, n_classes)
        Predicted probabilities.
    classes : array (n_classes,)
        The classes of the columns, in alphabetical order.

    Returns
    -------
    dict
        See `ClassPredictions.scores`.

    See Also
    --------
    pdflearn.validation.bootstrap.classification_scores : the same with confidence intervals.

    Examples
    --------
    >>> y_true = np.array(["fcc", "fcc", "bcc"])
    >>> proba = np.array([[0.1, 0.9], [0.6, 0.4], [0.8, 0.2]])
    >>> scores = score(y_true, proba, np.array(["bcc", "fcc"]))
    >>> round(float(scores["accuracy"]), 3), round(float(scores["balanced_accuracy"]), 3)
    (0.667, 0.75)
    >>> round(float(scores["log_loss"]), 3)
    0.415
    """
    return ClassPredictions.from_proba(y_true, proba, classes).scores(np.ones(len(y_true)))


def score_task(
    task_type: str, y_true: np.ndarray, y_pred: np.ndarray, classes: np.ndarray
) -> dict[str, float]:
    """All scores of a model's predictions, of classes or of numbers.

    Parameters
    ----------
    task_type : {"classification", "regression"}
    y_true : array (n,)
    y_pred : array (n, n_classes)
        Probabilities, or numbers (n, 1), or numbers with the ends of intervals (n, 3).
    classes : array (n_classes,)
        Not used for numbers.
    """
    if task_type == REGRESSION:
        return NumberPredictions.from_columns(y_true, y_pred).scores(np.ones(len(y_true)))
    return score(y_true, y_pred, classes)
