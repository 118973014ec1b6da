"""The axes of the features: where each value of a transformed pattern stands."""

import numpy as np

from pdflearn.core.grid import Grid

# Points of the axes that are not the study's grid.
POINTS = 300

# The axis of `first_peak`, in multiples of the first peak's position.
REDUCED_RANGE = (0.6, 8.0)

# Windows of `envelope`, in points of the study's grid, and how far apart they begin: 2 and 1
# angstrom on the default grid. Shorter windows see single peaks; three times as many, of two
# widths, lowered the error of diameters by 3 % at twice the cost (two folds of development).
ENVELOPE_WIDTH, ENVELOPE_STEP = 20, 10

# What `first_shells` sees of G(r): up to here, in angstrom.
SHELLS_R_MAX = 7.5


def feature_axis(representation: str, grid: Grid, window: tuple[float, float]) -> np.ndarray:
    """Where each feature stands.

    Parameters
    ----------
    representation : {"raw", "first_peak", "log_r", "scale_free", "envelope", "first_shells"}
        See `features.PatternFeatures`.
    grid : Grid
        The grid of the patterns.
    window : tuple (low, high)
        The r that is used, in angstrom.

    Returns
    -------
    array (m,)
        r in angstrom, or in units of the first peak's position for "first_peak" and "scale_free".
        Of the features of "scale_free" and "first_shells" only the first m have an axis. A window
        of "envelope" stands at its centre.

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
    if representation == "envelope":
        inside = r[r >= window[0] - 1e-6]
        starts = inside[: len(inside) - ENVELOPE_WIDTH + 1 : ENVELOPE_STEP]
        return starts + 0.5 * (ENVELOPE_WIDTH - 1) * grid.r_step
    if representation == "first_shells":
        window = (window[0], min(window[1], SHELLS_R_MAX))
    return r[(r >= window[0] - 1e-6) & (r <= window[1] + 1e-6)]
