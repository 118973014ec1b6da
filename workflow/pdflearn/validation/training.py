"""One model learns one task: every candidate is cross-validated, the best one calibrated and
trained on all of development."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.io import save_arrays, save_table, save_yaml
from pdflearn.dataset.targets import Target
from pdflearn.models import pattern_models, persistence
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
        """Write it to the files named validation, best, predictions and model."""
        save_table(out["validation"], self.table)
        save_yaml(out["best"], self.best)
        save_arrays(out["predictions"], predictions=self.predictions, classes=classes)
        persistence.save_model(out["model"], self.model)


def finished(
    table: pd.DataFrame,
    predictions: np.ndarray,
    target: Target,
    metric: str,
    train: Any,
) -> Learned:
    """Calibrate the best candidate of cross-validation, and train it.

    Parameters
    ----------
    table, predictions
        Of `validation.cross_validate`, or of `validation.average`.
    target : Target
    metric : str
        What the best candidate is chosen by.
    train : callable
        Its settings -> the trained model.
    """
    best = selection.best_params(table, metric)
    best.update(calibration.calibrate(target, predictions))
    model = train(best["params"])
    if "temperature" in best:
        model.temperature = best["temperature"]
    return Learned(table, best, predictions, model)


def learn(
    name: str,
    spec: dict[str, Any],
    patterns: np.ndarray,
    index: pd.DataFrame,
    target: Target,
    metric: str,
    grid: tuple[float, float, int],
    window: tuple[float, float],
    seed: int,
) -> Learned:
    """Cross-validate a model of the config and train it; see `validation.cross_validate`."""
    table, predictions, _ = cross_validation.cross_validate(
        name, spec, patterns, index, target, grid, window, metric, seed
    )

    def train(settings: dict[str, Any]) -> persistence.Model:
        model = pattern_models.build(name, spec, settings, grid, window, seed, target.kind)
        taught = pattern_models.teachable(spec["estimator"], target.taught)
        # all of them are not copied
        return model.fit(patterns if taught.all() else patterns[taught], target.taught[taught])

    return finished(table, predictions, target, metric, train)
