"""One model on one task: cross-validated, calibrated, and trained on all of development."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.io import save_arrays, save_table, save_yaml
from pdflearn.dataset.targets import Target
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import persistence
from pdflearn.models.build import build_model, training_rows
from pdflearn.validation import calibration, cross_validation, selection


@dataclass(frozen=True)
class TrainedModel:
    """A trained model with its cross-validation.

    Attributes
    ----------
    table : DataFrame
        Scores, see `cross_validation.CrossValidation`.
    best : dict
        params (the best ones), metric, mean, standard_error; of classes also temperature and
        set_threshold, of numbers with intervals margin.
    predictions : array (n, n_classes)
        For each pattern from the fold that did not train on it; of classes calibrated.
    model
        Trained on all of development with the best parameters.
    """

    table: pd.DataFrame
    best: dict[str, Any]
    predictions: np.ndarray
    model: persistence.Model

    def save(self, out: dict[str, str], classes: np.ndarray) -> None:
        """Write it to the files named validation, best_params, predictions and model."""
        save_table(out["validation"], self.table)
        save_yaml(out["best_params"], self.best)
        save_arrays(out["predictions"], predictions=self.predictions, classes=classes)
        persistence.save_model(out["model"], self.model)


def calibrate_and_train(
    cross_validated: cross_validation.CrossValidation,
    target: Target,
    metric: str,
    train: Callable[[dict[str, Any]], persistence.Model],
) -> TrainedModel:
    """Choose the best parameters of a cross-validation, calibrate, and train with them.

    Parameters
    ----------
    cross_validated : CrossValidation
    target : Target
    metric : str
        What the best parameters are chosen by.
    train : callable
        Parameters -> trained model.
    """
    best = selection.best_params(cross_validated.table, metric)
    calibrated = calibration.calibrate(target, cross_validated.predictions)
    best = {**best, **calibrated.params}
    model = train(best["params"])
    if "temperature" in best:
        model.temperature = best["temperature"]
    if "margin" in best:
        model.margin = best["margin"]
    return TrainedModel(cross_validated.table, best, calibrated.predictions, model)


def train_model(
    name: str,
    spec: dict[str, Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    metric: str,
    seed: int,
) -> TrainedModel:
    """Cross-validate a model of the config, calibrate it, and train it on all patterns.

    Parameters
    ----------
    name, spec, data, preprocessing, metric, seed
        See `cross_validation.cross_validate`.
    """
    cross_validated = cross_validation.cross_validate(
        name, spec, data, preprocessing, metric, seed, with_model=True
    )
    patterns, target = data.patterns, data.target

    def train(params: dict[str, Any]) -> persistence.Model:
        if cross_validated.model is not None:
            return cross_validated.model
        model = build_model(name, spec, params, preprocessing, seed, target.task_type)
        usable = training_rows(spec["estimator"], target.y_train)
        # Memory-mapped patterns are copied only where some are left out.
        subset = patterns if usable.all() else patterns[usable]
        return model.fit(subset, target.y_train[usable])

    return calibrate_and_train(cross_validated, target, metric, train)
