"""Scores of predictions, of classes and of numbers.

Predictions are kept as objects that can be scored again with other weights, so that resampling
them costs no prediction again.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from pdflearn.core.tasks import REGRESSION

PROBABILITY_FLOOR = 1e-6

N_CALIBRATION_BINS = 15

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
        best = columns[np.argsort(-proba, axis=1, kind="stable")[:, :3]]
        full = np.zeros((len(y_true), len(labels)))
        full[:, columns] = proba
        of_true = full[np.arange(len(y_true)), code]
        return cls(
            y_true=code,
            y_pred=best[:, 0],
            in_top3=(best == code[:, None]).any(axis=1).astype(float),
            log_loss=-np.log(np.clip(of_true, PROBABILITY_FLOOR, 1.0)),
            brier=(full**2).sum(axis=1) - 2 * of_true + 1.0,
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

        def count(codes: np.ndarray, values: np.ndarray) -> np.ndarray:
            return np.bincount(codes, weights=values, minlength=self.n_labels)

        total = weights.sum()
        correct = weights * (self.y_true == self.y_pred)
        n_true, n_pred = count(self.y_true, weights), count(self.y_pred, weights)
        n_correct, n_covered = (
            count(self.y_true, correct),
            count(self.y_true, weights * self.covered),
        )
        present = n_true > 0
        bins = np.minimum(
            (self.confidence * N_CALIBRATION_BINS).astype(int), N_CALIBRATION_BINS - 1
        )
        gap = np.bincount(bins, weights=correct - weights * self.confidence)
        p_true, p_pred = (n_true + 0.5, n_pred + 0.5)
        p_true, p_pred = p_true / p_true.sum(), p_pred / p_pred.sum()
        return {
            "accuracy": correct.sum() / total,
            "balanced_accuracy": (n_correct[present] / n_true[present]).mean(),
            "top3": (weights * self.in_top3).sum() / total,
            "macro_f1": (2 * n_correct / np.maximum(n_true + n_pred, 1e-300))[present].mean(),
            "log_loss": (weights * self.log_loss).sum() / total,
            "brier": (weights * self.brier).sum() / total,
            "calibration_error": np.abs(gap).sum() / total,
            "kl_divergence": (p_true * np.log(p_true / p_pred)).sum(),
            "coverage": (weights * self.covered).sum() / total,
            "balanced_coverage": (n_covered[present] / n_true[present]).mean(),
            "set_size": (weights * self.set_size).sum() / total,
        }


@dataclass(frozen=True)
class NumberPredictions:
    """True and predicted numbers; arrays (n,) in the label's unit."""

    y_true: np.ndarray
    y_pred: np.ndarray

    def scores(self, weights: np.ndarray) -> dict[str, float]:
        """All scores, each prediction counted `weights` times.

        Returns
        -------
        dict
            rmse (root mean square error) and mae (mean absolute error), in the label's unit, and
            r2 (share of the variance explained: 1 is perfect, 0 as good as the mean of the true
            numbers, below 0 worse; 0 where these do not vary).
        """
        error = self.y_pred - self.y_true
        total = weights.sum()
        squares = weights @ error**2
        spread = weights @ (self.y_true - weights @ self.y_true / total) ** 2
        return {
            "rmse": float(np.sqrt(squares / total)),
            "mae": float(weights @ np.abs(error) / total),
            "r2": float(1.0 - squares / spread) if spread > 0 else 0.0,
        }


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
        Probabilities, or numbers (n, 1).
    classes : array (n_classes,)
        Not used for numbers.
    """
    if task_type == REGRESSION:
        return NumberPredictions(y_true, y_pred[:, 0]).scores(np.ones(len(y_true)))
    return score(y_true, y_pred, classes)
