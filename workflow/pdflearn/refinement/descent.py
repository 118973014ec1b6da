"""Least squares within limits: Levenberg and Marquardt's method, where values may sit on a limit.

Most fits end with values on a limit: a bulk crystal has 1/diameter = 0. The trust region method of
`scipy.optimize.least_squares` keeps off the limits and nears them slowly, so that it takes nearly
twice as many evaluations; its import takes as long as many fits.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

FIRST_DAMPING = 1e-2  # of the diagonal of the normal matrix, at the first step
WEAKEST_DAMPING, STRONGEST_DAMPING = 1e-9, 1e9
# A reduction that is at least this share of what the Jacobian promises shows that the steps are
# short enough for the least relative change to tell the end.
TRUSTED = 0.25
# Near a minimum each step gains less than the one before, mostly by half. What a descent may still
# gain is taken for so many times its last gain, as if each step gained four fifths of the former.
FURTHER = 4
NOTHING = 1e-3  # a change that is this share of the tolerance is none


@dataclass(frozen=True)
class Tolerance:
    """When a descent has ended.

    Parameters
    ----------
    change : float
        The least relative change of the sum of squares.
    step : float
        The least length of a step, over that of the values.
    """

    change: float
    step: float


def descend(
    residuals: Callable[[np.ndarray], np.ndarray],
    jacobian: Callable[[np.ndarray], np.ndarray],
    start: np.ndarray,
    limits: tuple[np.ndarray, np.ndarray],
    tolerance: Tolerance,
    max_nfev: int,
    useful: float = np.inf,
) -> tuple[np.ndarray, float]:
    """Go from a start to a minimum of the sum of squared residuals.

    At each step values on a limit that the gradient pushes outwards stay there, and a value that
    would cross a limit is set onto it. The damping follows how well the Jacobian foretold the last
    change [1]_.

    Parameters
    ----------
    residuals : callable
        (n,) values -> (m,) residuals.
    jacobian : callable
        (n,) values -> (m, n) derivatives of the residuals; asked for after `residuals` of the same.
    start : array (n,)
        Values outside the limits are moved onto them.
    limits : tuple of arrays (n,)
        The lower and the upper ones.
    tolerance : Tolerance
    max_nfev : int
        How often the residuals are computed at most.
    useful : float, default inf
        A sum of squares that a minimum must reach to be of use: a descent ends where `FURTHER`
        times its last gain would not lead there.

    Returns
    -------
    values : array (n,)
    squares : float
        The sum of the squared residuals there.

    References
    ----------
    .. [1] K. Madsen, H. B. Nielsen and O. Tingleff, Methods for Non-Linear Least Squares Problems,
       2nd ed., Technical University of Denmark 2004, section 3.2.

    Examples
    --------
    The least of (x - 3)^2 + (y + 1)^2 where y is not negative:

    >>> target = np.array([3.0, -1.0])
    >>> limits = np.array([-5.0, 0.0]), np.array([5.0, 5.0])
    >>> values, squares = descend(
    ...     lambda x: x - target, lambda x: np.eye(2), np.ones(2), limits, Tolerance(1e-9, 1e-9), 20
    ... )
    >>> values.round(3).tolist(), round(squares, 3)
    ([3.0, 0.0], 1.0)
    """
    x = np.clip(start, *limits)
    rest = residuals(x)
    squares, n_evaluated = float(rest @ rest), 1
    damping, growth = FIRST_DAMPING, 2.0
    while n_evaluated < max_nfev:
        slopes = jacobian(x)
        normal, gradient = slopes.T @ slopes, slopes.T @ rest
        while n_evaluated < max_nfev:
            step = _step(x, normal, gradient, damping, limits)
            promised = -float(step @ (2 * gradient + normal @ step))
            if promised <= 0.0 and damping <= STRONGEST_DAMPING:  # values held at limits turn it
                damping, growth = damping * growth, 2 * growth
                continue
            if promised <= NOTHING * tolerance.change * squares:
                return x, squares
            new = np.clip(x + step, *limits)
            new_rest = residuals(new)
            new_squares, n_evaluated = float(new_rest @ new_rest), n_evaluated + 1
            gained = squares - new_squares
            if gained > 0:
                break
            damping, growth = damping * growth, 2 * growth
            if _length(step) < tolerance.step * _length(x) or damping > STRONGEST_DAMPING:
                return x, squares
        else:
            break
        ratio = gained / promised
        ended = gained < tolerance.change * squares and ratio > TRUSTED
        ended |= _length(step) < tolerance.step * _length(new)
        ended |= (
            ratio > TRUSTED and new_squares - min(max_nfev - n_evaluated, FURTHER) * gained > useful
        )
        x, rest, squares = new, new_rest, new_squares
        if ended:
            break
        damping = max(damping * max(1 / 3, 1 - (2 * ratio - 1) ** 3), WEAKEST_DAMPING)
        growth = 2.0
    return x, squares


def _step(
    x: np.ndarray,
    normal: np.ndarray,
    gradient: np.ndarray,
    damping: float,
    limits: tuple[np.ndarray, np.ndarray],
) -> np.ndarray:
    """The damped step within the limits."""
    lowest, highest = limits[0] - x, limits[1] - x
    step = np.zeros_like(x)
    held = ((lowest >= 0) & (gradient > 0)) | ((highest <= 0) & (gradient < 0))
    diagonal = np.diag(normal)
    damped = normal + np.diag(damping * np.maximum(diagonal, 1e-9 * diagonal.max() + 1e-300))
    while not held.all():
        free = ~held
        pushed = gradient[free] + normal[np.ix_(free, held)] @ step[held]
        step[free] = np.linalg.solve(damped[np.ix_(free, free)], -pushed)
        crossing = free & ((step < lowest) | (step > highest))
        if not crossing.any():
            break
        step = np.clip(step, lowest, highest)
        held |= crossing
    return step


def _length(values: np.ndarray) -> float:
    return float(np.linalg.norm(values))
