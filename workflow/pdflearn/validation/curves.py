"""Curves that a first course draws on a board, from our own patterns: error against a model's
capacity, and gradient descent's loss against time."""

from contextlib import suppress
from typing import Any

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from pdflearn.dataset.targets import Target, known
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models.build import build_model
from pdflearn.models.gradient_descent import DivergenceError, LogisticGradientClassifier
from pdflearn.models.pattern_models import predict
from pdflearn.validation import cross_validation, metrics

CAPACITY_COLUMNS = ["model", "param_name", "param_value", "fold", "split", "metric", "score"]
LOSS_COLUMNS = ["model", "learning_rate", "epoch", "split", "loss"]


def sample(target: Target, most: int) -> np.ndarray:
    """Places of at most so many patterns that are tested and taught, evenly spread."""
    return cross_validation.evenly(target.evaluated & known(target.y_train), most)


def capacity(
    name: str,
    spec: dict[str, Any],
    setting: str,
    values: list[Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    seed: int,
) -> pd.DataFrame:
    """Train and validate one model with one setting, its capacity, at several values.

    Parameters
    ----------
    name, spec
        The model's name and its entry in the config; a search space is left aside.
    setting : str
        The parameter that is varied.
    values : list
    data : TrainingData
        The index has the fold of each pattern.
    preprocessing, seed
        See `build.build_model`.

    Returns
    -------
    DataFrame
        Columns `CAPACITY_COLUMNS`; the metric "error" is one minus the accuracy.
    """
    patterns, target, fold = data.patterns, data.target, data.index["fold"].to_numpy()
    rows = []
    for value in values:
        for k in np.unique(fold):
            train = fold != k
            model = build_model(name, spec, {setting: value}, preprocessing, seed, target.task_type)
            model.fit(patterns[train], target.y_train[train])
            for part, chosen in (("train", train), ("validation", ~train)):
                said = predict(model, patterns[chosen], target.y_true[chosen])
                own = getattr(model, "classes_", target.classes)
                found = metrics.measure_all(target.task_type, target.y_true[chosen], said, own)
                if "accuracy" in found:
                    found = {"error": 1.0 - found["accuracy"], **found}
                rows += [(name, setting, value, k, part, *pair) for pair in found.items()]
    return pd.DataFrame(rows, columns=CAPACITY_COLUMNS)


def losses(
    name: str,
    spec: dict[str, Any],
    rates: list[float],
    epochs: int,
    data: TrainingData,
    preprocessing: Preprocessing,
    seed: int,
) -> pd.DataFrame:
    """The loss of logistic regression, epoch by epoch, at several learning rates.

    Parameters
    ----------
    name, spec
        A model whose estimator is logistic_gradient; its learning rate is left aside.
    rates : list of float
    epochs : int
    data, preprocessing, seed
        As in `capacity`; fold 0 is held out.

    Returns
    -------
    DataFrame
        Columns `LOSS_COLUMNS`. A descent that diverged ends early; its last loss is infinite
        where it was no number any more.
    """
    patterns, target, fold = data.patterns, data.target, data.index["fold"].to_numpy()
    train = fold != fold.min()
    whole = build_model(name, spec, {}, preprocessing, seed)
    features = whole.features.fit(patterns[:1])
    scaler = StandardScaler()
    x = scaler.fit_transform(features.transform(patterns[train]))
    held_out = scaler.transform(features.transform(patterns[~train])), target.y_true[~train]
    settings = whole.estimator[-1].get_params()
    rows = []
    for rate in rates:
        own = {**settings, "learning_rate": rate, "max_epochs": epochs}
        model = LogisticGradientClassifier(**own)
        with suppress(DivergenceError):  # what led there is the record
            model.fit(x, target.y_train[train], held_out=held_out)
        for part, curve in (("train", model.loss_curve_), ("validation", model.held_out_curve_)):
            curve = np.nan_to_num(curve, nan=np.inf, posinf=np.inf)
            rows += [(name, rate, epoch, part, loss) for epoch, loss in enumerate(curve)]
    return pd.DataFrame(rows, columns=LOSS_COLUMNS)
