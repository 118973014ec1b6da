"""Measured curves on the study's grid."""

import numpy as np
from scipy.interpolate import CubicSpline

# Shares of a step by which a point may lie beyond the ends, for rounding.
AT_END = 1e-6


def resample(r: np.ndarray, g: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """A measured curve on the study's grid by cubic splines; zero where it was not measured.

    Parameters
    ----------
    r, g : arrays (n,)
        r in angstrom, increasing, and G(r) in any unit.
    grid : array (points,)
        Evenly spaced r, angstrom.

    Returns
    -------
    array (points,)

    Examples
    --------
    >>> r = np.linspace(1.0, 3.0, 21)
    >>> resample(r, 2 * r, np.array([0.5, 1.25, 2.0, 2.75, 3.5])).round(6)
    array([0. , 2.5, 4. , 5.5, 0. ])
    """
    rounding = AT_END * (grid[1] - grid[0])
    inside = (grid >= r[0] - rounding) & (grid <= r[-1] + rounding)
    values = np.zeros(len(grid))
    values[inside] = CubicSpline(r, g)(grid[inside])
    return values
