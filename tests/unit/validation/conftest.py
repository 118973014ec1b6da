"""Predictions of five classes, and how patterns are preprocessed."""

import numpy as np
import pytest

from pdflearn.core.grid import Grid
from pdflearn.dataset.training_data import Preprocessing

CLASSES = np.array(["a", "b", "c", "d", "e"])


@pytest.fixture(scope="package")
def preprocessing():
    return Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 18.0))


@pytest.fixture
def predictions():
    """True labels of 400 patterns, and probabilities that favour them."""
    random = np.random.default_rng(0)
    y_true = random.choice(CLASSES, 400, p=[0.4, 0.3, 0.15, 0.1, 0.05])
    proba = random.dirichlet(np.ones(5), 400) + 0.5 * (y_true[:, None] == CLASSES)
    return y_true, proba / proba.sum(axis=1, keepdims=True)
