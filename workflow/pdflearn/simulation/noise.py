"""Counting noise and errors of the background, as a measurement adds them to G(r)."""

from bisect import bisect_left, bisect_right
from typing import Any

import numpy as np
from numba import njit

from pdflearn.simulation.transform import sine_sums


class MeasurementNoise:
    """Adds what a measurement adds to G(r): counting noise and a smooth error of the background.

    Both are made in Q, where they arise, and transformed as the data are:
    G(r) = (2 / pi) sum F(Q) sin(Q r) dQ between q_min and q_max.

    Parameters
    ----------
    r : array (points,)
        The study's grid, angstrom.
    q_max : float
        Largest q_max of any pattern, 1/angstrom.

    References
    ----------
    T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks (2012), chapter 3.
    """

    Q_STEP = 0.03  # 1/angstrom: aliases lie beyond pi / 0.03 = 105 angstrom
    FALSE_PEAKS = (0.1, 1.4)  # angstrom: an error that is smooth in Q is a false peak at short r
    R_MIN = 1.5  # angstrom: sizes of noise and background are measured from here on

    def __init__(self, r: np.ndarray, q_max: float) -> None:
        self.r = r
        self.q = np.arange(self.Q_STEP, q_max + self.Q_STEP, self.Q_STEP)
        self._far = int(np.searchsorted(r, self.R_MIN))
        self._cosines, self._sines = 2.0 * np.cos(self.Q_STEP * r), np.sin(self.Q_STEP * r)
        self._half_r_squared = 0.5 * r**2

    def __call__(
        self, g: np.ndarray, draw: dict[str, Any], random: np.random.Generator
    ) -> np.ndarray:
        """The pattern with noise and background.

        The noise of F(Q) = Q [S(Q) - 1] grows with Q, as counting noise does when it is
        multiplied by Q and divided by the falling form factor.

        Parameters
        ----------
        g : array (points,)
            G(r) in angstrom^-2.
        draw : dict
            q_min, q_max and q_damp (1/angstrom), and noise and background: their root mean
            squares over that of the pattern, all from `R_MIN` on.
        random : Generator

        Returns
        -------
        array (points,)
            Angstrom^-2.
        """
        window = bisect_left(self.q, draw["q_min"]), bisect_right(self.q, draw["q_max"])
        normal = random.normal(size=len(self.q))
        positions = random.uniform(*self.FALSE_PEAKS, size=3)
        heights = random.normal(size=3)
        spectra = _error_spectra(normal, positions, heights, self.Q_STEP, window)
        sums = sine_sums(spectra, self._cosines, self._sines)
        sizes = draw["noise"], draw["background"]
        return _with_errors(g, sums, sizes, self._half_r_squared * draw["q_damp"] ** 2, self._far)


@njit(cache=True, fastmath=True)
def _with_errors(
    g: np.ndarray, errors: np.ndarray, sizes: tuple[float, float], damping: np.ndarray, far: int
) -> np.ndarray:
    """G(r) with errors in r, each of a given size.

    Parameters
    ----------
    g : array (points,)
        G(r).
    errors : array (2, points)
        Before they are damped by exp(-damping), in any unit.
    sizes : two floats
        Root mean square of each damped error over that of G(r), from the point `far` on.
    damping : array (points,)
    far : int
    """
    out = g.copy()
    power = 0.0
    for i in range(far, g.size):
        power += g[i] * g[i]
    envelope = np.exp(-damping)
    for row in range(2):
        error_power = 0.0
        for i in range(far, g.size):
            x = errors[row, i] * envelope[i]
            error_power += x * x
        factor = sizes[row] * np.sqrt(power / error_power)
        for i in range(g.size):
            out[i] += factor * errors[row, i] * envelope[i]
    return out


@njit(cache=True, fastmath=True)
def _error_spectra(
    normal: np.ndarray,
    positions: np.ndarray,
    heights: np.ndarray,
    q_step: float,
    window: tuple[int, int],
) -> np.ndarray:
    """Noise that grows with Q, and a sum of false peaks: array (2, n) on Q = 0, q_step, ...

    Parameters
    ----------
    normal : array
        Normal deviates, from Q = q_step on.
    positions, heights : arrays
        Of the false peaks: their positions in r in angstrom.
    q_step : float
        1/angstrom.
    window : two int
        The first deviate within the measured range, and the first beyond it.
    """
    first, last = window
    out = np.zeros((2, last + 1))
    for k in range(first, last):
        out[0, k + 1] = (k + 1) * q_step * normal[k]
    for peak in range(positions.size):
        # sines of equal steps by their recurrence
        turn = positions[peak] * q_step
        double = 2.0 * np.cos(turn)
        before, now = np.sin(turn * first), np.sin(turn * (first + 1))
        for k in range(first, last):
            out[1, k + 1] += heights[peak] * now
            before, now = now, double * now - before
    return out
