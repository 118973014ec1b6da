"""Measured curves on the study's grid."""

import numpy as np

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
    values[inside] = cubic_spline(r, g, grid[inside])
    return values


def cubic_spline(x: np.ndarray, y: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Interpolate by a cubic spline whose first two and last two pieces are one cubic each.

    The same to rounding as `scipy.interpolate.CubicSpline`, whose import takes longer than the
    splines of a thousand curves.

    Parameters
    ----------
    x, y : arrays (n,)
        At least four points, x increasing.
    at : array (points,)
        Where the spline is wanted.

    Returns
    -------
    array (points,)
    """
    slopes = _slopes(x, y)
    k = np.clip(np.searchsorted(x, at, side="right") - 1, 0, len(x) - 2)
    step = x[k + 1] - x[k]
    t = (at - x[k]) / step
    secant = (y[k + 1] - y[k]) / step
    bend = (slopes[k] + slopes[k + 1] - 2 * secant) * step
    return y[k] + t * step * slopes[k] + t**2 * ((secant - slopes[k]) * step - bend) + t**3 * bend


def _slopes(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The slopes of the spline at its points: those with which its second derivative is even."""
    h = np.diff(x)
    secant = np.diff(y) / h
    below, middle, above, right = np.zeros((4, len(x)))
    below[1:-1], middle[1:-1], above[1:-1] = h[1:], 2 * (h[:-1] + h[1:]), h[:-1]
    right[1:-1] = 3 * (h[1:] * secant[:-1] + h[:-1] * secant[1:])
    first, last = x[2] - x[0], x[-1] - x[-3]
    middle[0], above[0], middle[-1], below[-1] = h[1], first, h[-2], last
    right[0] = ((h[0] + 2 * first) * h[1] * secant[0] + h[0] ** 2 * secant[1]) / first
    right[-1] = ((h[-1] + 2 * last) * h[-2] * secant[-1] + h[-1] ** 2 * secant[-2]) / last
    # The equations are tridiagonal: each is rid of the slope below, then of the one above.
    ratios, values = [0.0], [0.0]
    for b, m, a, v in zip(
        below.tolist(), middle.tolist(), above.tolist(), right.tolist(), strict=True
    ):
        pivot = m - b * ratios[-1]
        values.append((v - b * values[-1]) / pivot)
        ratios.append(a / pivot)
    slopes = [values[-1]]
    for ratio, value in zip(ratios[-2:0:-1], values[-2:0:-1], strict=True):
        slopes.append(value - ratio * slopes[-1])
    return np.array(slopes[::-1])
