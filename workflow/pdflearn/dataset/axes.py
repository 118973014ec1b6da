"""On which axis the features of patterns stand."""

import numpy as np

from pdflearn.core.grid import Grid

# Points of the axes that are not the study's grid.
POINTS = 300

# The multiples of the first peak's position that `first_peak` keeps.
REDUCED_RANGE = (0.6, 8.0)


def feature_axis(kind: str, grid: Grid, window: tuple[float, float]) -> np.ndarray:
    """Where each feature stands: r in angstrom, or in units of the first peak's position.

    Of the features of `scale_free` those that come first have an axis, that of `first_peak`.

    Parameters
    ----------
    kind, grid, window
        See `features.PatternFeatures`.
    """
    if kind in ("first_peak", "scale_free"):
        return np.linspace(*REDUCED_RANGE, POINTS)
    if kind == "log_r":
        return np.geomspace(*window, POINTS)
    r = grid.r
    return r[(r >= window[0] - 1e-6) & (r <= window[1] + 1e-6)]
