"""How good is a model, and how sure is that: scores, intervals, cross-validation, calibration."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
from scipy.optimize import minimize_scalar

from pdflearn.choice import summarise
from pdflearn.ladder import COVERAGE, REGRESSION
from pdflearn.models import answers, build, candidates, reweight, softmax, teachable, temper
from pdflearn.residuals import Residuals
from pdflearn.targets import Target, known

# Resampled families for an interval, and the interval's level.
BOOTSTRAPS = 500
LEVEL = 0.95

# Of the scores of cross-validation.
COLUMNS = ["model", "candidate", "settings", "fold", "part", "metric", "value"]

PROBABILITY_FLOOR = 1e-6
CALIBRATION_BINS = 15

# Training patterns that are scored, at most, to be held against validation.
TRAINING_SCORED = 3000

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
    """Every score with its bootstrap interval over groups: metric, value, low, high, n, groups.

    See `Predictions.of`; set_threshold is the probability from which a class belongs to a label
    set.
    """
    return _intervals(Predictions.of(truth, scores, classes, set_threshold).scores, groups, seed)


def errors_with_intervals(
    truth: np.ndarray, predicted: np.ndarray, groups: np.ndarray, seed: int
) -> pd.DataFrame:
    """The same for numbers, see `Residuals.scores`: metric, value, low, high, n, groups."""
    return _intervals(Residuals(truth, predicted).scores, groups, seed)


def _intervals(
    statistic: Callable[[np.ndarray], dict[str, float]], groups: np.ndarray, seed: int
) -> pd.DataFrame:
    limits = bootstrap(statistic, groups, seed)
    counts = {"n": len(groups), "groups": len(np.unique(groups))}
    rows = []
    for name, value in statistic(np.ones(len(groups))).items():
        low, high = limits[name]
        lowest = -np.inf if name == "r2" else 0.0
        highest = 1.0 if name in SHARES else np.inf
        limited = {"low": max(low, lowest), "high": min(high, highest)}
        rows.append({"metric": name, "value": value, **limited, **counts})
    return pd.DataFrame(rows)


def restrict(scores: np.ndarray, classes: np.ndarray, possible: list[set[str]]) -> np.ndarray:
    """Probabilities where only some classes are possible for each pattern, summing to one again."""
    allowed = np.array([[label in labels for label in classes] for labels in possible])
    kept = np.where(allowed, np.clip(scores, 1e-12, None), 0.0)
    return kept / kept.sum(axis=1, keepdims=True)


def evenly(rows: np.ndarray, most: int = TRAINING_SCORED) -> np.ndarray:
    """At most so many of the marked rows, evenly spread: a training score needs no more."""
    chosen = np.flatnonzero(rows)
    return chosen[:: max(1, -(-len(chosen) // most))]


def scored_of_training(train: np.ndarray, target: Target) -> np.ndarray:
    """Which patterns of training are scored, to be held against validation: places.

    Those like the ones that validate, evenly spread; others, such as made-up compounds, only where
    training has none of them. The two scores are then of one population, and what lies between
    them is overfitting.

    Parameters
    ----------
    train : array (n,) of bool
    target : Target
        Of these n patterns.
    """
    rows = train & known(target.taught)
    alike = rows & target.tested
    return evenly(alike if alike.any() else rows)


def measure_all(
    kind: str, truth: np.ndarray, said: np.ndarray, classes: np.ndarray
) -> dict[str, float]:
    """All scores of a model's `answers`, by kind of task."""
    if kind == REGRESSION:
        return Residuals(truth, said[:, 0]).scores(np.ones(len(truth)))
    return score(truth, said, classes)


def cross_validate(
    name: str,
    spec: dict[str, Any],
    patterns: np.ndarray,
    index: pd.DataFrame,
    target: Target,
    grid: tuple[float, float, int],
    window: tuple[float, float],
    metric: str,
    seed: int,
) -> tuple[pd.DataFrame, np.ndarray, np.ndarray]:
    """Score every candidate of a model on every fold, on training and on validation patterns.

    Parameters
    ----------
    name, spec
        The model's name and its entry in the config.
    patterns : array (n, points)
        Development only.
    index : DataFrame
        One row a pattern, with its fold.
    target : Target
        Patterns that are not tested are learned from and validate nothing.
    grid, window, seed
        See `models.build`.
    metric : str
        What the best candidate is chosen by.

    Returns
    -------
    table : DataFrame
        model, candidate (number), settings (JSON), fold, part, metric, value.
    predictions : array (n, n_classes), float32
        The best candidate's probabilities for each pattern from the fold that did not train on
        it, or its numbers (n, 1); NaN where a pattern is not tested.
    classes : array (n_classes,)
    """
    truth, classes = target.truth, target.classes
    fold = index["fold"].to_numpy()
    learned = teachable(spec["estimator"], target.taught)
    rows, predictions = [], {}
    for number, chosen in enumerate(candidates(spec)):
        held = np.full((len(truth), len(classes)), np.nan, dtype=np.float32)
        for k in range(fold.max() + 1):
            train, held_out = (fold != k) & learned, (fold == k) & target.tested
            model = build(name, spec, chosen, grid, window, seed, target.kind)
            model.fit(patterns[train], target.taught[train])
            seen = scored_of_training(train, target)
            for part, rows_of in (("train", seen), ("validation", held_out)):
                if not len(truth[rows_of]):  # a fold without a labelled pattern
                    continue
                said = answers(model, patterns[rows_of], truth[rows_of])
                own = getattr(model, "classes_", classes)
                if part == "validation":
                    held[rows_of] = 0.0
                    held[np.ix_(rows_of, np.searchsorted(classes, own))] = said
                for measure, value in measure_all(target.kind, truth[rows_of], said, own).items():
                    rows.append((name, number, json.dumps(chosen), k, part, measure, value))
        predictions[number] = held
    table = pd.DataFrame(rows, columns=COLUMNS)
    best = summarise(table, metric).iloc[0]["candidate"]
    return table, predictions[best], classes


def average(
    name: str,
    members: list[np.ndarray],
    index: pd.DataFrame,
    target: Target,
    weights: np.ndarray | None = None,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Cross-validation of an average of models, from their predictions on the same folds.

    Parameters
    ----------
    name : str
    members : list of arrays (n, n_classes)
        As `cross_validate` returns them, summed to the target's classes.
    index, target
        See `cross_validate`. Training scores are not known of an average, whose predictions come
        from folds that did not train on the pattern: the table has none.
    weights : array (n_classes,) or None
        See `models.class_weights`.

    Returns
    -------
    table, predictions
        As in `cross_validate`.
    """
    truth, fold = target.truth, index["fold"].to_numpy()
    mean = reweight(np.mean(members, axis=0), weights)
    rows = []
    for k in range(fold.max() + 1):
        held_out = (fold == k) & ~np.isnan(mean[:, 0])
        if not held_out.any():
            continue
        found = measure_all(target.kind, truth[held_out], mean[held_out], target.classes)
        for measure, value in found.items():
            rows.append((name, 0, "{}", k, "validation", measure, value))
    return pd.DataFrame(rows, columns=COLUMNS), mean


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
    if target.kind == REGRESSION:
        return {}
    told = ~np.isnan(predictions[:, 0])
    truth, scores = target.truth[told], predictions[told]
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
