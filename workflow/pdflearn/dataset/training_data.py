"""What a model learns from, and how a pattern is prepared for it."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from pdflearn.core.grid import Grid
from pdflearn.dataset.targets import Target


@dataclass(frozen=True)
class TrainingData:
    """Patterns with their labels.

    Attributes
    ----------
    patterns : array (n, points)
        G(r) on the study's grid, one row a pattern; may be memory-mapped.
    index : DataFrame
        One row a pattern: its structure, group, fold and drawn parameters.
    target : Target
        The labels of the n patterns for one task.
    """

    patterns: np.ndarray
    index: pd.DataFrame
    target: Target


@dataclass(frozen=True)
class Preprocessing:
    """From a pattern to what a model sees of it.

    Attributes
    ----------
    grid : Grid
        The grid that patterns stand on.
    window : tuple of float
        Lowest and highest r that a model sees, in angstrom.
    """

    grid: Grid
    window: tuple[float, float]
