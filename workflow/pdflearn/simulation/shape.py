"""What a particle's size leaves of G(r)."""

import numpy as np


def spherical_shape(r: np.ndarray, diameter: np.ndarray | float) -> np.ndarray:
    """1 - 3/2 x + 1/2 x^3 with x = r / diameter: the share of pairs that a sphere holds.

    Parameters
    ----------
    r : array, angstrom
    diameter : float or array that broadcasts with r, angstrom
        Infinite for bulk; beyond a diameter nothing is left.

    Notes
    -----
    K. Kodama et al., Acta Cryst. A62 (2006) 444.
    """
    x = np.minimum(r / diameter, 1.0)
    return 1.0 - 1.5 * x + 0.5 * x**3
