"""One model learns one task: every candidate is cross-validated, the best one calibrated and
trained on all of development."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.io import save_arrays, save_table, save_yaml
from pdflearn.dataset.targets import Target
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import build, persistence
from pdflearn.validation import calibration, cross_validation, selection


@dataclass(frozen=True)
class Learned:
    """What learning leaves of a model.

    Attributes
    ----------
    table : DataFrame
        Scores of `validation.cross_validate`.
    best : dict
        The best candidate's settings and scores; of classes its temperature and set_threshold.
    predictions : array (n, n_classes)
        For each pattern from the fold that did not train on it; of classes calibrated.
    model
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


def finished(
    cross_validated: cross_validation.CrossValidation,
    target: Target,
    metric: str,
    train: Any,
) -> Learned:
    """Calibrate the best candidate of cross-validation, and train it.

    Parameters
    ----------
    cross_validated : CrossValidation
        Of `cross_validation.cross_validate`, or of `cross_validation.average`.
    target : Target
    metric : str
        What the best candidate is chosen by.
    train : callable
        Its settings -> the trained model.
    """
    table, predictions = cross_validated.table, cross_validated.predictions
    best = selection.best_params(table, metric)
    best.update(calibration.calibrate(target, predictions))
    model = train(best["params"])
    if "temperature" in best:
        model.temperature = best["temperature"]
    return Learned(table, best, predictions, model)


def learn(
    name: str,
    spec: dict[str, Any],
    data: TrainingData,
    preprocessing: Preprocessing,
    metric: str,
    seed: int,
) -> Learned:
    """Cross-validate a model of the config and train it.

    Parameters
    ----------
    name, spec, data, preprocessing, metric, seed
        See `cross_validation.cross_validate`.
    """
    cross_validated = cross_validation.cross_validate(name, spec, data, preprocessing, metric, seed)
    patterns, target = data.patterns, data.target

    def train(params: dict[str, Any]) -> persistence.Model:
        model = build.build_model(name, spec, params, preprocessing, seed, target.task_type)
        taught = build.training_rows(spec["estimator"], target.y_train)
        # all of them are not copied
        return model.fit(patterns if taught.all() else patterns[taught], target.y_train[taught])

    return finished(cross_validated, target, metric, train)
