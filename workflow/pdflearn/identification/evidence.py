"""How much better a richer model must fit: what the independent points of a curve support.

A curve of n independent values whose residual is noise is lowered by chance by every parameter that
is added, and by every pattern that is tried. With S the sum of the squared residuals, Schwarz's
criterion [1]_ asks for

    n ln(S_simple / S_rich) > (p_rich - p_simple) ln n + 2 ln m,

where the last term is what trying m independent alternatives costs: the largest of m squares of
normally distributed values is about 2 ln m.

References
----------
.. [1] G. Schwarz, Ann. Statist. 6 (1978) 461.
"""

import numpy as np

# No fit of a measured powder leaves less: form factors, termination and the model of thermal motion
# are not known better. What is left below is not told apart.
SMALLEST_RW = 0.03


def gain(simple_rw: float, rich_rw: float, n_independent: float) -> float:
    """How much better the richer model fits, as n ln(S_simple / S_rich).

    Parameters
    ----------
    simple_rw, rich_rw : float
        Rw of both fits, over the same points.
    n_independent : float
        Independent values of the curve.

    Examples
    --------
    >>> round(gain(0.20, 0.10, 143))
    189
    >>> round(gain(0.010, 0.005, 143))  # both are better than measurements are
    11
    """
    simple, rich = simple_rw**2 + SMALLEST_RW**2, rich_rw**2 + SMALLEST_RW**2
    return float(n_independent * np.log(simple / rich))


def cost(n_parameters: float, n_tried: float, n_independent: float) -> float:
    """The gain that so many more parameters and so many alternatives must bring.

    Parameters
    ----------
    n_parameters : float
        How many the richer model has more.
    n_tried : float
        From how many independent alternatives its addition was chosen.
    n_independent : float
        Independent values of the curve.

    Examples
    --------
    >>> round(cost(5, 1, 143), 1)
    24.8
    """
    return float(n_parameters * np.log(max(n_independent, np.e)) + 2 * np.log(max(n_tried, 1.0)))
