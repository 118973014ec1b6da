"""Calibrated probabilities, and label sets that hold the true label as often as asked for."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from pdflearn.core.tasks import COVERAGE, REGRESSION
from pdflearn.dataset.targets import Target
from pdflearn.models.intervals import fit_margin, widen
from pdflearn.models.probabilities import temper
from pdflearn.validation.metrics import PROBABILITY_FLOOR, NumberPredictions


@dataclass(frozen=True)
class Calibration:
    """Predictions of cross-validation, calibrated on themselves.

    Attributes
    ----------
    predictions : array (n, n_classes)
        Probabilities at the fitted temperature; numbers as they were, their intervals widened.
    params : dict
        Of classes: temperature and set_threshold; of numbers with intervals: margin.
    """

    predictions: np.ndarray
    params: dict[str, float]


def calibrate(target: Target, predictions: np.ndarray) -> Calibration:
    """Make probabilities agree with how often they are right, on predictions of held-out folds.

    Parameters
    ----------
    target : Target
    predictions : array (n, n_classes)
        Of cross-validation; NaN where a pattern was not predicted.
    """
    predicted = ~np.isnan(predictions[:, 0])
    if target.task_type == REGRESSION:
        if not has_intervals(target, predictions):
            return Calibration(predictions, {})
        margin = fit_margin(target.y_true[predicted], predictions[predicted], COVERAGE)
        return Calibration(widen(predictions, margin), {"margin": margin})
    y_true, proba = target.y_true[predicted], predictions[predicted]
    temperature = fit_temperature(y_true, proba, target.classes)
    proba = temper(proba, temperature)
    calibrated = predictions.copy()
    calibrated[predicted] = proba
    threshold = fit_set_threshold(y_true, proba, target.classes)
    return Calibration(calibrated, {"temperature": temperature, "set_threshold": threshold})


def has_intervals(target: Target, predictions: np.ndarray) -> bool:
    """Whether predictions are numbers with the ends of intervals, (n, 3)."""
    return target.task_type == REGRESSION and predictions.shape[1] == 3


def interval_scores(y_true: np.ndarray, predictions: np.ndarray, fold: np.ndarray) -> pd.DataFrame:
    """How often calibrated intervals hold the true number, and how wide they are, fold by fold.

    The intervals of each fold are calibrated on the other folds, as those of new patterns are on
    all of them.

    Parameters
    ----------
    y_true : array (n,)
    predictions : array (n, 3)
        Of cross-validation, not calibrated; NaN where a pattern was not predicted.
    fold : array (n,) of int

    Returns
    -------
    DataFrame
        fold, metric (coverage, width), score.
    """
    predicted, rows = ~np.isnan(predictions[:, 0]), []
    for k in np.unique(fold[predicted]):
        here, others = predicted & (fold == k), predicted & (fold != k)
        margin = fit_margin(y_true[others], predictions[others], COVERAGE)
        intervals = widen(predictions[here], margin)
        scores = NumberPredictions.from_columns(y_true[here], intervals).scores(np.ones(here.sum()))
        rows += [(int(k), metric, scores[metric]) for metric in ("coverage", "width")]
    return pd.DataFrame(rows, columns=["fold", "metric", "score"])


def fit_temperature(y_true: np.ndarray, proba: np.ndarray, classes: np.ndarray) -> float:
    """The temperature at which predicted probabilities have the lowest log loss.

    Parameters
    ----------
    y_true : array (n,)
        True labels.
    proba : array (n, n_classes)
        Probabilities at temperature one, predicted by cross-validation.
    classes : array (n_classes,)
        The classes of the columns, in alphabetical order.

    Returns
    -------
    float
        Between 0.05 and 20; above one where the probabilities were overconfident.

    See Also
    --------
    fit_set_threshold : label sets from calibrated probabilities.
    pdflearn.models.probabilities.temper : probabilities at another temperature.

    References
    ----------
    C. Guo et al., Proc. ICML 70 (2017) 1321.

    Examples
    --------
    A model that is always 99 % sure and right in three of four cases is overconfident:

    >>> y_true = np.array(["fcc", "fcc", "fcc", "bcc"])
    >>> proba = np.tile([0.01, 0.99], (4, 1))
    >>> temperature = fit_temperature(y_true, proba, np.array(["bcc", "fcc"]))
    >>> round(temperature, 2)
    4.18
    >>> temper(proba, temperature)[0].round(2)
    array([0.25, 0.75])
    """
    known = np.isin(y_true, classes)  # the others have the same loss at any temperature
    logits = np.log(np.clip(proba[known].astype(np.float64), 1e-12, 1.0))
    logits -= logits.max(axis=1, keepdims=True)
    of_true = logits[np.arange(len(logits)), np.searchsorted(classes, y_true[known])]

    def log_loss(log_temperature: float) -> float:
        sharpness = np.exp(-log_temperature)
        totals = np.exp(logits * sharpness).sum(axis=1)
        p_true = np.exp(of_true * sharpness) / totals
        return -float(np.log(np.maximum(p_true, PROBABILITY_FLOOR)).sum())

    result = minimize_scalar(log_loss, bounds=(np.log(0.05), np.log(20.0)), method="bounded")
    return float(np.exp(result.x))


def fit_set_threshold(y_true: np.ndarray, proba: np.ndarray, classes: np.ndarray) -> float:
    """The probability from which a class belongs to the label set of a pattern.

    Split conformal prediction on predictions of cross-validation: the label sets of new patterns
    hold the true class at least as often as `COVERAGE`, as far as the new patterns are like these
    [1]_.

    Parameters
    ----------
    y_true : array (n,)
        True labels.
    proba : array (n, n_classes)
        Calibrated probabilities.
    classes : array (n_classes,)
        The classes of the columns, in alphabetical order.

    Returns
    -------
    float
        0 where there are too few predictions for one of them to be missed: every class belongs to
        the set.

    References
    ----------
    .. [1] M. Sadinle, J. Lei and L. Wasserman, J. Am. Stat. Assoc. 114 (2019) 223.

    Examples
    --------
    Of 19 predictions two may miss the true class:

    >>> p_true = np.linspace(0.1, 1.0, 19)
    >>> proba = np.column_stack([p_true, 1.0 - p_true])
    >>> round(fit_set_threshold(np.repeat("bcc", 19), proba, np.array(["bcc", "fcc"])), 2)
    0.1
    """
    known = np.isin(y_true, classes)  # a label that training lacked has probability zero
    p_true = np.zeros(len(y_true))
    p_true[known] = proba[known, np.searchsorted(classes, y_true[known])]
    n_missed = int(np.floor((1 - COVERAGE) * (len(y_true) + 1)))
    return float(np.sort(p_true)[n_missed - 1]) if n_missed > 0 else 0.0
