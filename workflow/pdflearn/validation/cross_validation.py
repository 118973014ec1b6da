"""Cross-validation: every candidate of a model learns without one fold and is scored on it."""

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.dataset.targets import Target, known
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models.build import build_model, param_grid, training_rows
from pdflearn.models.pattern_models import predict
from pdflearn.models.probabilities import reweight
from pdflearn.validation.metrics import measure_all
from pdflearn.validation.selection import summarise

# Of the scores of cross-validation.
COLUMNS = ["model", "params_id", "params", "fold", "split", "metric", "score"]

# Training patterns that are scored, at most, to be held against validation.
TRAINING_SCORED = 3000


@dataclass(frozen=True)
class CrossValidation:
    """What cross-validation found of one model.

    Attributes
    ----------
    table : DataFrame
        model, params_id (index of the parameters), params (JSON), fold, split ("train",
        "validation"), metric, score.
    predictions : array (n, n_classes), float32
        The best candidate's probabilities of `target.classes` for each pattern from the fold that
        did not train on it, or its numbers (n, 1); NaN where a pattern is not tested.
    """

    table: pd.DataFrame
    predictions: np.ndarray


def evenly(rows: np.ndarray, most: int = TRAINING_SCORED) -> np.ndarray:
    """At most so many of the marked rows, evenly spread: a training score needs no more."""
    chosen = np.flatnonzero(rows)
    return chosen[:: max(1, -(-len(chosen) // most))]


def scored_of_training(train: np.ndarray, target: Target) -> np.ndarray:
    """Which patterns of training are scored, to be held against validation: places.

    Those like the ones that validate, evenly spread; others, such as hypothetical compounds, only
    where training has none of them. The two scores are then of one population, and what lies
    between them is overfitting.

    Parameters
    ----------
    train : array (n,) of bool
    target : Target
        Of these n patterns.
    """
    rows = train & known(target.y_train)
    alike = rows & target.evaluated
    return evenly(alike if alike.any() else rows)


def cross_validate(
    name: str,
    spec: dict[str, Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    metric: str,
    seed: int,
) -> CrossValidation:
    """Score every candidate of a model on every fold, on training and on validation patterns.

    Parameters
    ----------
    name, spec
        The model's name and its entry in the config.
    data : TrainingData
        Development only; its index has the fold of each pattern. Patterns that are not tested are
        learned from and validate nothing.
    preprocessing, seed
        See `build.build_model`.
    metric : str
        What the best candidate is chosen by.
    """
    patterns, target = data.patterns, data.target
    truth, classes = target.y_true, target.classes
    fold = data.index["fold"].to_numpy()
    learned = training_rows(spec["estimator"], target.y_train)
    rows, predictions = [], {}
    for number, chosen in enumerate(param_grid(spec)):
        held = np.full((len(truth), len(classes)), np.nan, dtype=np.float32)
        for k in range(fold.max() + 1):
            train, held_out = (fold != k) & learned, (fold == k) & target.evaluated
            model = build_model(name, spec, chosen, preprocessing, seed, target.task_type)
            model.fit(patterns[train], target.y_train[train])
            seen = scored_of_training(train, target)
            for split, rows_of in (("train", seen), ("validation", held_out)):
                if not len(truth[rows_of]):  # a fold without a labelled pattern
                    continue
                said = predict(model, patterns[rows_of], truth[rows_of])
                own = getattr(model, "classes_", classes)
                if split == "validation":
                    held[rows_of] = 0.0
                    held[np.ix_(rows_of, np.searchsorted(classes, own))] = said
                scores = measure_all(target.task_type, truth[rows_of], said, own)
                for measure, value in scores.items():
                    rows.append((name, number, json.dumps(chosen), k, split, measure, value))
        predictions[number] = held
    table = pd.DataFrame(rows, columns=COLUMNS)
    best = summarise(table, metric).iloc[0]["params_id"]
    return CrossValidation(table, predictions[best])


def average(
    name: str,
    members: list[np.ndarray],
    index: pd.DataFrame,
    target: Target,
    weights: np.ndarray | None = None,
) -> CrossValidation:
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
        See `ensemble.class_weights`.
    """
    truth, fold = target.y_true, index["fold"].to_numpy()
    mean = reweight(np.mean(members, axis=0), weights)
    rows = []
    for k in range(fold.max() + 1):
        held_out = (fold == k) & ~np.isnan(mean[:, 0])
        if not held_out.any():
            continue
        found = measure_all(target.task_type, truth[held_out], mean[held_out], target.classes)
        for measure, value in found.items():
            rows.append((name, 0, "{}", k, "validation", measure, value))
    return CrossValidation(pd.DataFrame(rows, columns=COLUMNS), mean)
