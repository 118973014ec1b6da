"""Probabilities that agree with how often they are right, and sets of answers that hold the truth
as often as asked for."""

import numpy as np
from scipy.optimize import minimize_scalar

from pdflearn.core.tasks import COVERAGE, REGRESSION
from pdflearn.dataset.targets import Target
from pdflearn.models.probabilities import softmax, temper
from pdflearn.validation.metrics import score


def calibrate(target: Target, predictions: np.ndarray) -> dict[str, float]:
    """Make probabilities on held-out folds agree with how often they are right.

    Parameters
    ----------
    target : Target
    predictions : array (n, n_classes)
        As `cross_validate` returns them; those of classes are tempered in place.

    Returns
    -------
    dict
        temperature, and set_threshold at it: see the two functions below. Nothing for numbers.
    """
    if target.task_type == REGRESSION:
        return {}
    told = ~np.isnan(predictions[:, 0])
    truth, scores = target.y_true[told], predictions[told]
    temperature = fit_temperature(truth, scores, target.classes)
    scores = temper(scores, temperature)
    predictions[told] = scores
    threshold = fit_set_threshold(truth, scores, target.classes)
    return {"temperature": temperature, "set_threshold": threshold}


def fit_temperature(truth: np.ndarray, scores: np.ndarray, classes: np.ndarray) -> float:
    """The temperature that gives the lowest log loss on predictions of cross-validation.

    Parameters
    ----------
    truth : array (n,)
    scores : array (n, n_classes)
        Probabilities at temperature one.
    classes : array (n_classes,)

    Notes
    -----
    C. Guo et al., Proc. ICML 70 (2017) 1321.
    """
    logits = np.log(np.clip(scores.astype(np.float64), 1e-12, 1.0))

    def loss(log_temperature: float) -> float:
        scaled = softmax(logits / np.exp(log_temperature))
        return score(truth, scaled, classes)["log_loss"]

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20.0)), method="bounded")
    return float(np.exp(found.x))


def fit_set_threshold(truth: np.ndarray, scores: np.ndarray, classes: np.ndarray) -> float:
    """The probability from which a class belongs to the label set, so that sets cover the truth.

    Split conformal prediction on predictions of cross-validation: the sets of new patterns hold
    the true class at least as often as `COVERAGE`, as far as the new patterns are like these
    (M. Sadinle, J. Lei and L. Wasserman, J. Am. Stat. Assoc. 114 (2019) 223). Of too few
    predictions none may be missed: the threshold is 0, and every class belongs to the set.
    """
    told = np.isin(truth, classes)  # a label that training lacked has probability zero
    of_truth = np.zeros(len(truth))
    of_truth[told] = scores[told, np.searchsorted(classes, truth[told])]
    missed = int(np.floor((1 - COVERAGE) * (len(truth) + 1)))
    return float(np.sort(of_truth)[missed - 1]) if missed > 0 else 0.0
