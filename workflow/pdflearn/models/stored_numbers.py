"""Models of numbers with intervals, read from their files and asked without scikit-learn.

Identification states sizes and distances beside a verdict, and starts refinements from them; the
import of scikit-learn would take longer than the answer.
"""

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import MEASURED_NUMBERS
from pdflearn.dataset.representation import represent
from pdflearn.models.intervals import widen
from pdflearn.models.stored_networks import OtherModelError, part_of_class, read_root
from pdflearn.models.tree_sums import tree_sums

# An interval that reaches this share of the largest diameter in training is open above: bulk looks
# like the largest particles. Of some 720 bulk patterns of a fold of development that was not
# learned from, less than one in a hundred had an interval that ended below it (90 of 100 angstrom).
OPEN_ABOVE = 0.9


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
    largest : float
        The largest number in training.
    """

    grid: Grid
    representation: str
    window: tuple[float, float]
    trees: dict[str, np.ndarray]
    mean: float
    spread: float
    margin: float
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
                largest=model["range_"][1],
            )
    except OtherModelError:
        return None


def predict_numbers(models: Mapping[str, NumberModel | None], patterns: np.ndarray) -> pd.DataFrame:
    """Diameters and shortest distances of patterns, with their intervals.

    Parameters
    ----------
    models : mapping
        "diameter" and "nearest_neighbour" -> model, where there is one with intervals.
    patterns : array (n, points)

    Returns
    -------
    DataFrame
        For each label its number (angstrom), <label>_low and <label>_high; NaN without a model. A
        diameter that may as well be bulk (see `OPEN_ABOVE`) has its lower end alone.
    """
    columns = {}
    for label in MEASURED_NUMBERS:
        model = models.get(label)
        intervals = np.full((len(patterns), 3), np.nan)
        if model is not None and len(patterns):
            intervals = model.predict_interval(patterns)
        if model is not None and label == "diameter":
            intervals[intervals[:, 2] > OPEN_ABOVE * model.largest, ::2] = np.nan
        columns |= {f"{label}{end}": intervals[:, k] for k, end in enumerate(("", "_low", "_high"))}
    return pd.DataFrame(columns).round(3)


def number_words(numbers: Mapping[str, float]) -> str:
    """What is stated of a pattern in words; "" where nothing is.

    Parameters
    ----------
    numbers : mapping
        A row of `predict_numbers`.

    Examples
    --------
    >>> nan = float("nan")
    >>> shortest = {"nearest_neighbour": 2.49, "nearest_neighbour_low": 2.45,
    ...             "nearest_neighbour_high": 2.52}
    >>> number_words({"diameter": nan, "diameter_low": 71.0, "diameter_high": nan, **shortest})
    'shortest distance 2.49 A (2.45 to 2.52); particles of 71 A or more'
    >>> number_words({"diameter": 37.2, "diameter_low": 31.0, "diameter_high": 45.4})
    'particles of 37 A (31 to 45)'
    """
    parts, get = [], lambda name: numbers.get(name, np.nan)
    if np.isfinite(get("nearest_neighbour")):
        value, low, high = (get(f"nearest_neighbour{end}") for end in ("", "_low", "_high"))
        parts.append(f"shortest distance {value:.2f} A ({low:.2f} to {high:.2f})")
    if np.isfinite(get("diameter")):
        value, low, high = (get(f"diameter{end}") for end in ("", "_low", "_high"))
        parts.append(f"particles of {value:.0f} A ({low:.0f} to {high:.0f})")
    elif np.isfinite(get("diameter_low")):
        parts.append(f"particles of {get('diameter_low'):.0f} A or more")
    return "; ".join(parts)
