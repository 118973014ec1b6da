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

from pdflearn.identification.expected_rw import noise_level
from pdflearn.measured.observation import Observation

# No fit of a measured powder leaves less: form factors, termination and the model of thermal motion
# are not known better. What is left below is not told apart.
SMALLEST_RW = 0.03
# Peaks are 0.2 to 0.3 angstrom wide at half their height, twice that at their foot; independent
# points lie pi / q_max apart, 0.13 angstrom where q_max is 25. On 20 single phases of variant 104
# of mixture_files.py, with errors of S(Q) of up to a fifth, a second phase took up to 0.55 of what
# it left: 77, where 50 was asked for, and 19 with this number.
PEAK_POINTS = 4.0


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
    return float(n_parameters * np.log(max(n_independent, np.e))) + by_chance(n_tried)


def by_chance(n_tried: float) -> float:
    """The gain that the best of so many independent alternatives brings where none is right.

    Parameters
    ----------
    n_tried : float

    Examples
    --------
    >>> round(by_chance(10_000), 1)
    18.4
    """
    return float(2 * np.log(max(n_tried, 1.0)))


def gain_over_misfit(
    simple_rw: float, rich_rw: float, n_independent: float, noise: float, usual_rw: float
) -> float:
    """How much better the richer model fits beside what any right model leaves.

    What is left of a measured curve is noise, and misfit: peaks of another shape, errors of the
    reduction. Misfit is no noise. Where one point of a peak is off, so are its other points, of
    which `PEAK_POINTS` are independent. And a difference that is smaller than the misfit that right
    structures usually leave says little, whatever else this curve shows. With that as its variance
    the gain is a difference of chi squared,

        n (S_simple - S_rich) / max(usual^2, noise^2 + PEAK_POINTS (S_rich - noise^2)).

    Parameters
    ----------
    simple_rw, rich_rw : float
        Rw of both fits, over the same points.
    n_independent : float
        Independent values of the curve.
    noise : float
        Root mean square of the curve's noise over that of the curve.
    usual_rw : float
        What right structures usually leave of such a curve.

    Examples
    --------
    >>> round(gain_over_misfit(0.30, 0.10, 143, 0.02, 0.16))  # a second phase
    295
    >>> round(gain_over_misfit(0.09, 0.05, 143, 0.02, 0.16))  # as much is usual
    31
    >>> round(gain_over_misfit(0.09, 0.05, 143, 0.02, SMALLEST_RW))
    91
    """
    variance = max(_variance(rich_rw, noise), usual_rw**2)
    return float(n_independent * (simple_rw**2 - rich_rw**2) / variance)


def gain_of(observation: Observation, rw: float, lower_rw: float, usual_rw: float = 0.0) -> float:
    """`gain_over_misfit` of a lower Rw of a curve, with its noise."""
    noise = noise_level(observation)
    return gain_over_misfit(rw, lower_rw, observation.independent, noise, usual_rw)


def may_be_seen(observation: Observation, rw: float, lower_rw: float, n_tried: float) -> bool:
    """Tell whether one more phase would gain more than chance does, if it left so little.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    rw, lower_rw : float
        What one phase leaves, and two would leave.
    n_tried : float
        Among so many alternatives the second one is looked for.

    Examples
    --------
    >>> r = np.arange(2.0, 20.0, 0.05)
    >>> curve = Observation(r, np.sin(3 * r))
    >>> may_be_seen(curve, 0.10, 0.07, 10_000), may_be_seen(curve, 0.10, 0.09, 10_000)
    (True, False)
    """
    return gain_of(observation, rw, lower_rw) > by_chance(n_tried)


def least_seen(observation: Observation, rw: float, n_tried: float) -> float:
    """The share of a curve's squares that another phase must hold to gain more than chance does.

    It is that of what no refinement of the phases that are known could take up; where peaks of both
    coincide, more is needed.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    rw : float
        What the known phases leave.
    n_tried : float
        Among so many alternatives the other phase is looked for.

    Examples
    --------
    >>> r = np.arange(2.0, 20.0, 0.05)
    >>> curve = Observation(r, np.sin(3 * r))
    >>> round(least_seen(curve, 0.05, 10_000), 4), round(least_seen(curve, 0.20, 10_000), 4)
    (0.0013, 0.0206)
    """
    variance = _variance(rw, noise_level(observation))
    return float(by_chance(n_tried) * variance / observation.independent)


def _variance(rw: float, noise: float) -> float:
    """The mean square of what a fit leaves, of whose misfit few points are independent."""
    of_noise = min(noise, rw) ** 2
    return float(max(of_noise + PEAK_POINTS * (rw**2 - of_noise), SMALLEST_RW**2))
