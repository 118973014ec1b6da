"""On which axis the features of patterns stand, and how to call it."""

import numpy as np

from pdflearn.features import POINTS, REDUCED_RANGE

LABELS = {
    "raw": "r (Å)",
    "log_r": "r (Å), in equal steps of its logarithm",
    "first_peak": "r / position of the first peak",
}


def feature_axis(
    kind: str, grid: tuple[float, float, int], window: tuple[float, float]
) -> np.ndarray:
    """Where each feature stands: r in angstrom, or in units of the first peak's position.

    Parameters
    ----------
    kind, grid, window
        See `features.PatternFeatures`.
    """
    if kind == "first_peak":
        return np.linspace(*REDUCED_RANGE, POINTS)
    if kind == "log_r":
        return np.geomspace(*window, POINTS)
    start, step, points = grid
    r = start + step * np.arange(points)
    return r[(r >= window[0] - 1e-6) & (r <= window[1] + 1e-6)]
