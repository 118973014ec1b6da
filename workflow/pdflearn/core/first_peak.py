"""The first peak of G(r): that of nearest neighbours, not a ripple before it."""

import numpy as np

# The first peak reaches a share of the highest value within this distance, in angstrom. Too low a
# share takes a ripple for the peak, too high a one takes a later peak.
SEARCH_R_MAX = 8.0
# For scaling a simulated or measured pattern by the peak: noise and the ripples of any q_max are
# lower.
SCALING_SHARE = 0.4
# For the start of a fit before the peak: no peak may be cut off, while a ripple taken for one only
# starts the fit earlier. Diamond's first peak has 0.35, the ripples of a sharp q_max reach 0.13.
FIT_START_SHARE = 0.25


def first_maxima(g: np.ndarray, share: float) -> np.ndarray:
    """Find the first local maximum of each curve that reaches a share of its highest value.

    Parameters
    ----------
    g : array (n, points)
        Curves up to `SEARCH_R_MAX`; at least three points.
    share : float
        Between 0 and 1.

    Returns
    -------
    array (n,) of int
        Index of the maximum; -1 where there is none.

    Examples
    --------
    >>> first_maxima(np.array([[0.0, 0.2, 0.0, 1.0, 0.0]]), share=0.4)
    array([3])
    """
    middle = g[:, 1:-1]
    peak = (middle >= g[:, :-2]) & (middle > g[:, 2:])
    peak &= middle >= share * g.max(axis=1, keepdims=True)
    return np.where(peak.any(axis=1), peak.argmax(axis=1) + 1, -1)
