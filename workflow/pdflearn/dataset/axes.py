"""The axes of the features: where each value of a transformed pattern stands."""

import numpy as np

from pdflearn.core.grid import Grid

# Points of the axes that are not the study's grid.
POINTS = 300

# The axis of `first_peak`, in multiples of the first peak's position.
REDUCED_RANGE = (0.6, 8.0)


def feature_axis(representation: str, grid: Grid, window: tuple[float, float]) -> np.ndarray:
    """Where each feature stands.

    Parameters
    ----------
    representation : {"raw", "first_peak", "log_r", "scale_free"}
        See `features.PatternFeatures`.
    grid : Grid
        The grid of the patterns.
    window : tuple (low, high)
        The r that is used, in angstrom.

    Returns
    -------
    array (m,)
        r in angstrom, or in units of the first peak's position for "first_peak" and "scale_free".
        Of the features of "scale_free" only the first m have an axis.

    See Also
    --------
    pdflearn.dataset.features.PatternFeatures : The values that stand there.

    Examples
    --------
    >>> feature_axis("raw", Grid(r_min=1.0, r_max=30.0, r_step=0.5), window=(1.5, 3.0))
    array([1.5, 2. , 2.5, 3. ])
    """
    if representation in ("first_peak", "scale_free"):
        return np.linspace(*REDUCED_RANGE, POINTS)
    if representation == "log_r":
        return np.geomspace(*window, POINTS)
    r = grid.r
    return r[(r >= window[0] - 1e-6) & (r <= window[1] + 1e-6)]
