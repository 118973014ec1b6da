"""Measured curves on the study's grid."""

import numpy as np
from scipy.interpolate import CubicSpline


def regrid(r: np.ndarray, g: np.ndarray, grid: np.ndarray) -> np.ndarray:
    """A measured curve on the study's grid by cubic splines; zero where it was not measured.

    Parameters
    ----------
    r, g : arrays (n,)
        r increasing, in angstrom.
    grid : array (points,)
    """
    inside = (grid >= r[0]) & (grid <= r[-1])
    values = np.zeros(len(grid))
    values[inside] = CubicSpline(r, g)(grid[inside])
    return values
