"""Which structure types measured patterns look like to a model."""

from typing import Protocol

import numpy as np
import pandas as pd


class Classifier(Protocol):
    """What is asked of a model here: any that scikit-learn knows can do it."""

    classes_: np.ndarray

    def predict_proba(self, patterns: np.ndarray) -> np.ndarray:
        """Probability of each class (columns) for each pattern (rows)."""


def type_probabilities(patterns: np.ndarray, model: Classifier) -> pd.DataFrame:
    """Probability of each type (columns) for each pattern (rows) on the study's grid."""
    classes = [str(name) for name in model.classes_]
    if len(patterns) == 0:
        return pd.DataFrame(columns=classes, dtype=float)
    return pd.DataFrame(model.predict_proba(patterns), columns=classes)
