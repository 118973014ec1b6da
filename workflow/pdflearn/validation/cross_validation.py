"""Cross-validation: a model learns without one fold at a time and is scored on that fold."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.tasks import REGRESSION
from pdflearn.dataset.targets import Target, known
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models.build import build_model, param_grid, training_rows
from pdflearn.models.pattern_models import (
    PatternClassifier,
    PatternRegressor,
    fit_together,
    predict,
)
from pdflearn.models.probabilities import reweight
from pdflearn.validation.calibration import has_intervals, interval_scores
from pdflearn.validation.metrics import score_task
from pdflearn.validation.selection import summarise

# Columns of the scores of cross-validation.
COLUMNS = ["model", "params_id", "params", "fold", "split", "metric", "score"]

# Training patterns that are scored, at most, for comparison with validation: about as many as a
# fold of the default study validates.
MAX_TRAIN_SCORED = 1500


@dataclass(frozen=True)
class CrossValidation:
    """Scores and predictions of one model in cross-validation.

    Attributes
    ----------
    table : DataFrame
        model, params_id (index of the parameters in the grid), params (JSON), fold, split
        ("train", "validation"), metric, score.
    predictions : array (n, n_classes), float32
        With the best parameters, the probabilities of `target.classes` for each pattern from the
        fold that did not train on it, or its numbers (n, 1), or these with the ends of intervals
        (n, 3); NaN where a pattern is not evaluated.
    model : PatternClassifier, PatternRegressor or None
        Trained on all patterns; None where it was not asked for, or where the parameters were to be
        chosen first.
    """

    table: pd.DataFrame
    predictions: np.ndarray
    model: PatternClassifier | PatternRegressor | None = None


def even_subset(mask: np.ndarray, max_size: int = MAX_TRAIN_SCORED) -> np.ndarray:
    """Indices of at most `max_size` of the marked rows, evenly spread.

    Examples
    --------
    >>> even_subset(np.array([True, False, True, True, True]), max_size=2)
    array([0, 3])
    """
    rows = np.flatnonzero(mask)
    return rows[:: max(1, -(-len(rows) // max_size))]


def scored_in_training(train: np.ndarray, target: Target) -> np.ndarray:
    """Indices of the training patterns that are scored, for comparison with validation.

    Those like the ones that validate, evenly spread; others, such as hypothetical compounds, only
    where training has none of them. Both scores are then of one population, and the difference
    between them is overfitting.

    Parameters
    ----------
    train : array (n,) of bool
        Patterns of the training folds.
    target : Target
        Labels of the n patterns.
    """
    labelled = train & known(target.y_train)
    evaluated = labelled & target.evaluated
    return even_subset(evaluated if evaluated.any() else labelled)


def cross_validate(
    name: str,
    spec: dict[str, Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    metric: str,
    seed: int,
    *,
    with_model: bool = False,
) -> CrossValidation:
    """Score a model on every fold, for all parameters of its grid.

    Parameters
    ----------
    name : str
        The model's name in the config.
    spec : dict
        Its entry in the config: estimator, and optionally params (fixed parameters) and param_grid
        (lists of values to try).
    data : TrainingData
        Development only; its index has the fold of each pattern. Patterns that are not evaluated
        are learned from and validate nothing.
    preprocessing : Preprocessing
    metric : str
        What the best parameters are chosen by.
    seed : int
    with_model : bool, default False
        Whether to train a model on all patterns as well, together with those of the folds, where
        there is one set of parameters.

    Returns
    -------
    CrossValidation

    See Also
    --------
    pdflearn.validation.training.train_model : cross-validates, calibrates and trains a model.
    pdflearn.validation.selection.select_model : chooses among models.

    Examples
    --------
    >>> from pdflearn.core.grid import Grid
    >>> from pdflearn.dataset.targets import target
    >>> grid = Grid(r_min=1.0, r_max=10.0, r_step=0.1)
    >>> index = pd.DataFrame({
    ...     "structure_type": ["bcc", "fcc"] * 6, "group": [f"g{k}" for k in range(12)],
    ...     "fold": np.arange(12) // 2 % 3, "evaluated": True,
    ... })
    >>> wave = index["structure_type"].map({"bcc": 2.0, "fcc": 3.0}).to_numpy()[:, None]
    >>> labels = target(index, {"label": "structure_type"}, seed=0)
    >>> data = TrainingData(np.sin(wave * grid.r), index, labels)
    >>> spec = {"estimator": "knn", "param_grid": {"n_neighbors": [1, 3]}}
    >>> preprocessing = Preprocessing(grid, window=(1.5, 10.0))
    >>> result = cross_validate("knn", spec, data, preprocessing, "accuracy", seed=0)
    >>> result.predictions.shape
    (12, 2)
    >>> accuracy = result.table.query("metric == 'accuracy' and split == 'validation'")
    >>> accuracy.groupby("params_id")["score"].mean().tolist()
    [1.0, 1.0]
    """
    patterns, target = data.patterns, data.target
    y_true, classes = target.y_true, target.classes
    fold = data.index["fold"].to_numpy()
    usable = training_rows(spec["estimator"], target.y_train)
    grid, n_folds = param_grid(spec), fold.max() + 1
    whole = [usable] if with_model and len(grid) == 1 else []
    rows, predictions = [], {}
    for params_id, params in enumerate(grid):
        y_pred = np.full((len(y_true), len(classes)), np.nan, dtype=np.float32)
        training = [*((fold != k) & usable for k in range(n_folds)), *whole]
        models = [
            build_model(name, spec, params, preprocessing, seed, target.task_type) for _ in training
        ]
        fit_together(models, patterns, target.y_train, training)
        for k in range(n_folds):
            model, train = models[k], training[k]
            held_out = (fold == k) & target.evaluated
            scored = scored_in_training(train, target)
            for split, subset in (("train", scored), ("validation", held_out)):
                if not len(y_true[subset]):  # a fold without a labelled pattern
                    continue
                predicted = predict(model, patterns[subset], y_true[subset])
                model_classes = getattr(model, "classes_", classes)
                if split == "validation":
                    y_pred = _with_rows(y_pred, subset, predicted, classes, model_classes)
                if target.task_type == REGRESSION:  # intervals are scored once they are calibrated
                    predicted = predicted[:, :1]
                scores = score_task(target.task_type, y_true[subset], predicted, model_classes)
                for measure, value in scores.items():
                    rows.append((name, params_id, json.dumps(params), k, split, measure, value))
        predictions[params_id] = y_pred
    table = pd.DataFrame(rows, columns=COLUMNS)
    best = int(summarise(table, metric).iloc[0]["params_id"])
    if has_intervals(target, predictions[best]):
        scores = interval_scores(y_true, predictions[best], fold)
        named = scores.assign(
            model=name, params_id=best, params=json.dumps(grid[best]), split="validation"
        )
        table = pd.concat([table, named[COLUMNS]], ignore_index=True)
    return CrossValidation(table, predictions[best], models[-1] if whole else None)


def _with_rows(
    y_pred: np.ndarray,
    rows: np.ndarray,
    predicted: np.ndarray,
    classes: np.ndarray,
    model_classes: np.ndarray,
) -> np.ndarray:
    """Predictions of all patterns with those of one fold written into its rows."""
    if classes is model_classes:  # numbers
        if y_pred.shape[1] < predicted.shape[1]:  # the first ones with the ends of intervals
            y_pred = np.full((len(y_pred), predicted.shape[1]), np.nan, dtype=np.float32)
        y_pred[rows] = predicted
        return y_pred
    y_pred[rows] = 0.0
    y_pred[np.ix_(rows, np.searchsorted(classes, model_classes))] = predicted
    return y_pred


def cross_validate_average(
    name: str,
    predictions: list[np.ndarray],
    index: pd.DataFrame,
    target: Target,
    weights: np.ndarray | None = None,
) -> CrossValidation:
    """Cross-validation of an average of models, from their predictions on the same folds.

    Parameters
    ----------
    name : str
    predictions : list of array (n, n_classes)
        Of each member by `cross_validate`, in the target's classes.
    index, target
        See `cross_validate`.
    weights : array (n_classes,), optional
        See `ensemble.class_weights`.

    Returns
    -------
    CrossValidation
        Without training scores: the members' predictions come from folds that did not train on the
        pattern.
    """
    y_true, fold = target.y_true, index["fold"].to_numpy()
    mean = reweight(np.mean(predictions, axis=0), weights)
    rows = []
    for k in range(fold.max() + 1):
        held_out = (fold == k) & ~np.isnan(mean[:, 0])
        if not held_out.any():
            continue
        scores = score_task(target.task_type, y_true[held_out], mean[held_out], target.classes)
        for measure, value in scores.items():
            rows.append((name, 0, "{}", k, "validation", measure, value))
    return CrossValidation(pd.DataFrame(rows, columns=COLUMNS), mean)
