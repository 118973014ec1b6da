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
        r increasing, in angstrom.
    grid : array (points,)
    """
    rounding = AT_END * (grid[1] - grid[0])
    inside = (grid >= r[0] - rounding) & (grid <= r[-1] + rounding)
    values = np.zeros(len(grid))
    values[inside] = CubicSpline(r, g)(grid[inside])
    return values
