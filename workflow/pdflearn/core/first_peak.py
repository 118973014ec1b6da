"""Where the first peak of a curve is: of neighbours, not of the ripples before them."""

import numpy as np

# Of what lies within this distance (angstrom) the first peak reaches a share. Which, depends on
# what is asked: too low a share takes a ripple for the peak, too high a one a later peak.
SEARCH_R_MAX = 8.0
# To scale a simulated or measured pattern by it: noise and ripples of any q_max stay below.
SCALING_SHARE = 0.4
# To begin a fit before it: no peak may be cut off, and a ripple taken for one only begins earlier.
# Diamond's first peak has 0.35, the ripples of a sharp q_max reach 0.13.
FIT_START_SHARE = 0.25


def first_maxima(g: np.ndarray, share: float) -> np.ndarray:
    """The first local maximum of each row with at least this share of the row's highest value.

    Parameters
    ----------
    g : array (n, points)
        Curves up to `SEARCH_R_MAX`; at least three points.
    share : float

    Returns
    -------
    array (n,) of int
        Its place; -1 where there is none.
    """
    middle = g[:, 1:-1]
    peak = (middle >= g[:, :-2]) & (middle > g[:, 2:])
    peak &= middle >= share * g.max(axis=1, keepdims=True)
    return np.where(peak.any(axis=1), peak.argmax(axis=1) + 1, -1)
