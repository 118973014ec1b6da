"""Models of numbers with intervals, read from their files and asked without scikit-learn.

Identification states sizes and distances beside a verdict; the import of scikit-learn would take
longer than the answer.
"""

import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import MEASURED_NUMBERS, NUMBERS_NOTE
from pdflearn.dataset.representation import represent
from pdflearn.models.intervals import widen
from pdflearn.models.number_limits import Seen, cut, with_limits
from pdflearn.models.stored_networks import OtherModelError, part_of_class, read_root
from pdflearn.models.tree_sums import tree_sums

# An interval that reaches this share of the largest diameter in training is open above: bulk looks
# like the largest particles. Of some 720 bulk patterns of a fold of development that was not
# learned from, less than one in a hundred had an interval that ended below it (90 of 100 angstrom).
OPEN_ABOVE = 0.9
# One that begins below this times the smallest diameter in training (15 angstrom) is open below:
# smaller particles look like the smallest that were learned. Of 247 development structures that the
# models had not learned from, with particles of 10 to 12 angstrom none had an interval that held,
# and 0.92 have with this; of 12 to 15 angstrom 0.11 and 0.98. Of those of 18 angstrom and more one
# interval in a hundred is opened.
OPEN_BELOW = 1.05


@dataclass(frozen=True)
class NumberModel:
    """A `pattern_models.PatternRegressor` of quantile trees.

    Attributes
    ----------
    grid, representation, window
        See `dataset.features.PatternFeatures`.
    trees : dict of arrays
        See `tree_sums.tree_sums`.
    mean, spread : float
        The trees' unit and zero, in the number's unit.
    margin : float
        See `intervals.widen`.
    smallest, largest : float
        Of the numbers in training.
    """

    grid: Grid
    representation: str
    window: tuple[float, float]
    trees: dict[str, np.ndarray]
    mean: float
    spread: float
    margin: float
    smallest: float
    largest: float

    def predict_interval(self, patterns: np.ndarray) -> np.ndarray:
        """The number and the ends of its interval, (n, 3), of patterns (n, points)."""
        patterns = np.asarray(patterns, dtype=np.float32)
        features = represent(patterns, self.representation, self.grid, self.window)
        return widen(tree_sums(self.trees, features) * self.spread + self.mean, self.margin)


def load_number_model(path: str | Path) -> NumberModel | None:
    """Read a trained model of a number that `persistence.save_model` wrote.

    Parameters
    ----------
    path : path

    Returns
    -------
    NumberModel or None
        None for a model without intervals.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            model = part_of_class(
                read_root(archive), "pdflearn.models.pattern_models.PatternRegressor"
            )
            features = part_of_class(
                model["features_"], "pdflearn.dataset.features.PatternFeatures"
            )
            grid = part_of_class(features["grid"], "pdflearn.core.grid.Grid")
            estimator = part_of_class(
                model["estimator_"], "pdflearn.models.quantile_trees.QuantileTrees"
            )
            return NumberModel(
                grid=Grid(grid["r_min"], grid["r_max"], grid["r_step"]),
                representation=features["representation"],
                window=tuple(features["window"]),
                trees=estimator["trees_"],
                mean=model["mean_"],
                spread=model["spread_"],
                margin=model["margin"],
                smallest=model["range_"][0],
                largest=model["range_"][1],
            )
    except OtherModelError:
        return None


def predict_numbers(
    models: Mapping[str, NumberModel | None],
    patterns: np.ndarray,
    seen: Sequence[Seen],
    q_damp: tuple[float, float],
) -> pd.DataFrame:
    """Diameters and shortest distances of measured patterns, with their intervals.

    Parameters
    ----------
    models : mapping
        "diameter" and "nearest_neighbour" -> model, where there is one with intervals.
    patterns : array (n, points)
    seen : sequence of Seen
        How each was measured.
    q_damp : two floats
        The damping of the instruments that the models learned from, 1/angstrom.

    Returns
    -------
    DataFrame
        For each label its number (angstrom), <label>_low and <label>_high; NaN without a model, and
        where intervals do not hold (see `number_limits`). A diameter that may as well be bulk (see
        `OPEN_ABOVE`) has its lower end alone, one that may as well be smaller than any that was
        learned (`OPEN_BELOW`) its upper end. numbers_note: why nothing is stated, or what it rests
        on.
    """
    columns = {}
    for label in MEASURED_NUMBERS:
        model = models.get(label)
        intervals = np.full((len(patterns), 3), np.nan)
        if model is not None and len(patterns):
            end = model.window[1]
            intervals = model.predict_interval(cut(patterns, model.grid.r, seen, end))
        if model is not None and label == "diameter":
            below = intervals[:, 1] < OPEN_BELOW * model.smallest
            above = intervals[:, 2] > OPEN_ABOVE * model.largest
            intervals[below, :2] = np.nan
            intervals[above, ::2] = np.nan
        columns |= {f"{label}{end}": intervals[:, k] for k, end in enumerate(("", "_low", "_high"))}
    table = pd.DataFrame(columns).round(3)
    rows = [
        with_limits(row, MEASURED_NUMBERS, how, q_damp)
        for row, how in zip(table.to_dict("records"), seen, strict=True)
    ]
    stated = pd.DataFrame([numbers for numbers, _ in rows], columns=table.columns, dtype=float)
    return stated.assign(**{NUMBERS_NOTE: [note for _, note in rows]})
