"""How good predictions are: scores of classes, all at once."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from pdflearn.core.tasks import REGRESSION

PROBABILITY_FLOOR = 1e-6

CALIBRATION_BINS = 15

# Scores that are shares: none exceeds one.
SHARES = (
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
class Predictions:
    """What each prediction adds to the scores, so that resampling costs no model again.

    Built by `Predictions.of`; arrays of shape (n,).
    """

    truth: np.ndarray  # codes among all labels
    predicted: np.ndarray
    in_first_three: np.ndarray
    log_loss: np.ndarray
    brier: np.ndarray
    confidence: np.ndarray
    covered: np.ndarray
    set_size: np.ndarray
    n_labels: int

    @classmethod
    def of(
        cls,
        truth: np.ndarray,
        scores: np.ndarray,
        classes: np.ndarray,
        set_threshold: float = 0.5,
    ) -> Self:
        """From true labels (n,), probabilities (n, n_classes) and the classes' labels.

        Classes with a probability of at least set_threshold form a pattern's label set.
        """
        labels = np.union1d(truth, classes)
        code = np.searchsorted(labels, truth)
        columns = np.searchsorted(labels, classes)
        best = columns[np.argsort(-scores, axis=1, kind="stable")[:, :3]]
        full = np.zeros((len(truth), len(labels)))
        full[:, columns] = scores
        of_truth = full[np.arange(len(truth)), code]
        return cls(
            truth=code,
            predicted=best[:, 0],
            in_first_three=(best == code[:, None]).any(axis=1).astype(float),
            log_loss=-np.log(np.clip(of_truth, PROBABILITY_FLOOR, 1.0)),
            brier=(full**2).sum(axis=1) - 2 * of_truth + 1.0,
            confidence=scores.max(axis=1),
            covered=(of_truth >= set_threshold).astype(float),
            set_size=(scores >= set_threshold).sum(axis=1).astype(float),
            n_labels=len(labels),
        )

    def scores(self, weights: np.ndarray) -> dict[str, float]:
        """All scores, each prediction counted `weights` times.

        Returns
        -------
        dict
            accuracy (one minus the 0-1 loss), balanced_accuracy (mean over the true labels of the
            share found), top3, macro_f1 (over the true labels), log_loss (natural logarithm,
            probabilities floored), brier (sum over the classes; G. W. Brier, Mon. Weather Rev. 78
            (1950) 1), calibration_error (expected calibration error in 15 bins of confidence;
            M. P. Naeini et al., Proc. AAAI (2015) 2901), kl_divergence (true from predicted label
            frequencies, half a count added to each, in nats), coverage (share of label sets that
            hold the truth), balanced_coverage (its mean over the true labels), set_size (mean
            number of labels in a set).
        """

        def count(codes: np.ndarray, values: np.ndarray) -> np.ndarray:
            return np.bincount(codes, weights=values, minlength=self.n_labels)

        total = weights.sum()
        right = weights * (self.truth == self.predicted)
        true, taken = count(self.truth, weights), count(self.predicted, weights)
        found, covered = count(self.truth, right), count(self.truth, weights * self.covered)
        present = true > 0
        bins = np.minimum((self.confidence * CALIBRATION_BINS).astype(int), CALIBRATION_BINS - 1)
        gap = np.bincount(bins, weights=right - weights * self.confidence)
        frequency, guessed = (true + 0.5, taken + 0.5)
        frequency, guessed = frequency / frequency.sum(), guessed / guessed.sum()
        return {
            "accuracy": right.sum() / total,
            "balanced_accuracy": (found[present] / true[present]).mean(),
            "top3": (weights * self.in_first_three).sum() / total,
            "macro_f1": (2 * found / np.maximum(true + taken, 1e-300))[present].mean(),
            "log_loss": (weights * self.log_loss).sum() / total,
            "brier": (weights * self.brier).sum() / total,
            "calibration_error": np.abs(gap).sum() / total,
            "kl_divergence": (frequency * np.log(frequency / guessed)).sum(),
            "coverage": (weights * self.covered).sum() / total,
            "balanced_coverage": (covered[present] / true[present]).mean(),
            "set_size": (weights * self.set_size).sum() / total,
        }


def score(truth: np.ndarray, scores: np.ndarray, classes: np.ndarray) -> dict[str, float]:
    """All classification scores at once; see `Predictions.scores`.

    Parameters
    ----------
    truth : array (n,)
        True labels; one that training lacked counts as wrong with probability zero.
    scores : array (n, n_classes)
        Probabilities.
    classes : array (n_classes,)
    """
    return Predictions.of(truth, scores, classes).scores(np.ones(len(truth)))


def measure_all(
    kind: str, truth: np.ndarray, said: np.ndarray, classes: np.ndarray
) -> dict[str, float]:
    """All scores of a model's `answers`, by kind of task."""
    if kind == REGRESSION:
        return Residuals(truth, said[:, 0]).scores(np.ones(len(truth)))
    return score(truth, said, classes)


@dataclass(frozen=True)
class Residuals:
    """True and predicted numbers, so that resampling costs no model again; arrays (n,)."""

    truth: np.ndarray
    predicted: np.ndarray

    def scores(self, weights: np.ndarray) -> dict[str, float]:
        """All scores, each prediction counted `weights` times.

        Returns
        -------
        dict
            rmse (root mean square error) and mae (mean absolute error), in the label's unit, and
            r2 (share of the variance explained: 1 is perfect, 0 as good as the mean of the truth,
            below 0 worse; 0 where the truth does not vary).
        """
        error = self.predicted - self.truth
        total = weights.sum()
        squares = weights @ error**2
        spread = weights @ (self.truth - weights @ self.truth / total) ** 2
        return {
            "rmse": float(np.sqrt(squares / total)),
            "mae": float(weights @ np.abs(error) / total),
            "r2": float(1.0 - squares / spread) if spread > 0 else 0.0,
        }
