"""The shape function of a nanoparticle: what its size leaves of G(r)."""

import numpy as np


def spherical_shape(r: np.ndarray, diameter: np.ndarray | float) -> np.ndarray:
    """Shape function of a sphere: 1 - 3/2 x + 1/2 x^3 with x = r / diameter.

    It is the probability that a point r away from a point within the sphere is within it as well,
    so G(r) of a spherical particle is G(r) of the bulk times this function.

    Parameters
    ----------
    r : array
        Angstrom.
    diameter : float or array that broadcasts with r
        Angstrom; infinite for bulk.

    Returns
    -------
    array
        1 at r = 0, 0 from the diameter on (no unit).

    See Also
    --------
    simulator.simulate_pdf : applies it where a diameter is given.

    References
    ----------
    K. Kodama et al., Acta Cryst. A62 (2006) 444.

    Examples
    --------
    >>> spherical_shape(np.array([0.0, 10.0, 20.0, 30.0]), diameter=20.0)
    array([1.    , 0.3125, 0.    , 0.    ])
    """
    x = np.minimum(r / diameter, 1.0)
    return 1.0 - 1.5 * x + 0.5 * x**3
