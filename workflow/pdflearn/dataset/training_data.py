"""Training data: patterns with their labels, and how a model sees a pattern."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import pandas as pd

from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table
from pdflearn.dataset.targets import Target, target


@dataclass(frozen=True)
class TrainingData:
    """Patterns with their labels for one task.

    Attributes
    ----------
    patterns : array (n, points)
        G(r) on the study's grid, one row for each pattern; may be memory-mapped.
    index : DataFrame
        One row for each pattern: its structure, group, fold and drawn parameters.
    target : Target
        The labels of the n patterns.
    """

    patterns: np.ndarray
    index: pd.DataFrame
    target: Target

    @classmethod
    def load(
        cls, patterns_file: str | Path, index_file: str | Path, task: dict[str, Any], seed: int
    ) -> Self:
        """Read patterns (memory-mapped) and their index, and take the task's labels from it.

        Parameters
        ----------
        patterns_file, index_file : path
            What `assemble` wrote for one subset of the split.
        task : dict
            An entry of `tasks` in the config; see `targets.target`.
        seed : int
            The study's.
        """
        index = load_table(index_file)
        patterns = np.load(patterns_file, mmap_mode="r")
        return cls(patterns, index, target(index, task, seed))

    def take(self, rows: np.ndarray) -> Self:
        """These rows (indices or a mask) of the patterns, the index and the labels."""
        index = self.index.iloc[np.arange(len(self.index))[rows]].reset_index(drop=True)
        return type(self)(self.patterns[rows], index, self.target.take(rows))


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

    @classmethod
    def from_settings(cls, settings: dict[str, Any]) -> Self:
        """From the settings of a rule: the sections `simulate/grid` and `features`."""
        return cls(Grid(**settings["simulate/grid"]), tuple(settings["features"]["window"]))
