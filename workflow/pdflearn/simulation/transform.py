"""The sine transform between F(Q) and G(r), and the window in Q of an instrument.

G(r) = 2/pi * integral from q_min to q_max of F(Q) sin(Q r) dQ, with F(Q) = Q [S(Q) - 1].

References
----------
T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks, 2nd ed. (2012), eq. 3.23.
"""

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numba import njit

from pdflearn.simulation import fft
from pdflearn.simulation.parameters import SimulationError

# Where points of r are interpolated: the transform's step over the longest one that q_max allows,
# and the number of neighbours that are used.
_OVERSAMPLED = 0.32
_TAPS = 12
# `sharp_window` does not end at q_max; so far beyond it is summed, 1/angstrom.
TAIL = 3.0
# From this distance to an edge on, the sine integral is taken from its asymptotic series.
_FAR = 24.0


def window_weights(n: int, dq: float, q_min: float, q_max: float) -> np.ndarray:
    """Share of each cell [(k - 1/2) dq, (k + 1/2) dq] that lies in [q_min, q_max].

    With whole cells only, G(r) would jump where q_max crosses a grid point.

    Parameters
    ----------
    n : int
        Number of cells, k = 0, 1, ...
    dq, q_min, q_max : float
        1/angstrom.

    Returns
    -------
    array (n,)
        0 to 1.

    Examples
    --------
    >>> window_weights(6, dq=1.0, q_min=1.0, q_max=4.25)
    array([0.  , 0.5 , 1.  , 1.  , 0.75, 0.  ])
    """
    centre = dq * np.arange(n)
    inside = np.minimum(centre + dq / 2, q_max) - np.maximum(centre - dq / 2, q_min)
    return np.clip(inside / dq, 0.0, 1.0)


@njit(cache=True, fastmath=True)
def _sine_integral(x: float, cosine: float, sine: float) -> float:
    """Si(x), given cos x and sin x, to 5e-7: by its series below 1, else by rational functions.

    M. Abramowitz and I. A. Stegun, Handbook of Mathematical Functions (1964), 5.2.38-39.
    """
    z = x * x
    if z < 1.0:
        return x * (1.0 - z * (1 / 18 - z * (1 / 600 - z * (1 / 35280 - z / 3265920))))
    f = (
        (((z + 38.027264) * z + 265.187033) * z + 335.677320) * z + 38.102495
    ) / ((((z + 40.021433) * z + 322.624911) * z + 570.236280) * z + 157.105423)  # fmt: skip
    g = (
        (((z + 42.242855) * z + 302.757865) * z + 352.018498) * z + 21.821899
    ) / ((((z + 48.196927) * z + 482.485984) * z + 1114.978885) * z + 449.690326)  # fmt: skip
    half = np.pi / 2 if x > 0.0 else -np.pi / 2
    return half - f / x * cosine - g / z * sine


@njit(cache=True, fastmath=True)
def sharp_window(n: int, period: float, q_min: float, q_max: float) -> np.ndarray:
    """Factors of F on Q = k pi / period that cut it sharply at q_min and q_max.

    The cut convolves G(r) with sin(q_max x) / (pi x) - sin(q_min x) / (pi x). Its transform over
    |x| < period, a box with the ripples of a sine integral, makes the sum over Q that convolution
    exactly for every r whose distance to the end of the pairs, on either side of zero, is below
    the period; cells that count by their share would need a much longer one.

    Parameters
    ----------
    n : int
    period : float
        Of the transform, angstrom.
    q_min, q_max : float
        1/angstrom.

    Returns
    -------
    array (n,)
        About 1 within the window and 0 outside, with ripples at its ends.
    """
    out = np.zeros(n)
    far = np.empty(n)
    for edge, side in ((period * q_min, 1.0 / np.pi), (period * q_max, -1.0 / np.pi)):
        if edge == 0.0:
            continue
        cosine, sine = np.cos(edge), np.sin(edge)
        # Si(k pi - edge) - Si(k pi + edge), first by what it tends to far from the edge
        for k in range(n):
            x = np.pi * k
            sign = 1.0 - 2.0 * (k & 1)
            below = 1.0 / (x - edge)
            above = 1.0 / (x + edge)
            ripple = (
                cosine * (above * (1.0 - 2.0 * above * above) - below * (1.0 - 2.0 * below * below))
                + sine * (above * above * (1.0 - 6.0 * above * above)
                          + below * below * (1.0 - 6.0 * below * below))
            )  # fmt: skip
            far[k] = sign * ripple - (np.pi if x < edge else 0.0)
        near = int(_FAR / np.pi) + 1
        middle = int(edge / np.pi)
        for k in range(max(middle - near, 0), min(middle + near + 1, n)):
            x = np.pi * k
            sign = 1.0 - 2.0 * (k & 1)
            far[k] = _sine_integral(x - edge, sign * cosine, -sign * sine) - _sine_integral(
                x + edge, sign * cosine, sign * sine
            )
        for k in range(n):
            out[k] += side * far[k]
    return out


def window_steps(n: int, dq: float, q_min: float, q_max: float) -> np.ndarray:
    """The window of diffpy.srreal: 1 at grid points with q_min <= k dq < q_max, else 0: (n,)."""
    k = np.arange(n)
    return ((k >= np.ceil(q_min / dq - 1e-9)) & (k < np.ceil(q_max / dq))).astype(float)


def fq_from_gr(g: np.ndarray, dr: float) -> tuple[np.ndarray, float]:
    """F(Q) = integral of G(r) sin(Q r) dr of a function that vanishes at both ends of its grid.

    Parameters
    ----------
    g : array (..., m + 1)
        On r = 0, dr, ..., m dr, in angstrom^-2; the ends are taken as zero.
    dr : float
        Angstrom.

    Returns
    -------
    f : array (..., m)
        On Q = 0, dq, ..., (m - 1) dq, in 1/angstrom.
    dq : float
        pi / (m dr), 1/angstrom.
    """
    m = g.shape[-1] - 1
    f = np.zeros((*g.shape[:-1], m))
    f[..., 1:] = (0.5 * dr) * fft.dst(g[..., 1:m])
    return f, np.pi / (m * dr)


@njit(cache=True, fastmath=True)
def sine_sums(f: np.ndarray, cosines: np.ndarray, sines: np.ndarray) -> np.ndarray:
    """sum_k f[row, k] sin(k theta_j) by Clenshaw's recurrence, in blocks that fit L1.

    Parameters
    ----------
    f : array (rows, n)
    cosines, sines : arrays (points,)
        2 cos theta_j and sin theta_j.

    Returns
    -------
    array (rows, points)
    """
    rows, size = f.shape
    out = np.empty((rows, cosines.size))
    block = 512
    b1 = np.empty(block)
    b2 = np.empty(block)
    for row in range(rows):
        for lo in range(0, cosines.size, block):
            n = min(block, cosines.size - lo)
            c2 = cosines[lo : lo + n]
            b1[:n] = 0.0
            b2[:n] = 0.0
            # four steps at a time, so that each pair of sums is read and written once for them;
            # the first steps make the rest a whole number of fours
            k = size - 1
            while k % 4 != 0:
                upper = f[row, k]
                for j in range(n):
                    x = upper + c2[j] * b1[j] - b2[j]
                    b2[j] = b1[j]
                    b1[j] = x
                k -= 1
            # now b1 = b_{k+1}, b2 = b_{k+2}, and f[0] does not count
            while k >= 4:
                f0, f1, f2, f3 = f[row, k], f[row, k - 1], f[row, k - 2], f[row, k - 3]
                for j in range(n):
                    c = c2[j]
                    x = f0 + c * b1[j] - b2[j]
                    y = f1 + c * x - b1[j]
                    z = f2 + c * y - x
                    b2[j] = z
                    b1[j] = f3 + c * z - y
                k -= 4
            for j in range(n):
                out[row, lo + j] = b1[j] * sines[lo + j]
    return out


def transform_fq(
    q: np.ndarray,
    fq: np.ndarray,
    r: np.ndarray,
    q_min: float = 0.0,
    q_max: float | None = None,
    q_damp: float = 0.0,
) -> np.ndarray:
    """Transform F(Q) to G(r), for example after noise was added to F(Q).

    Parameters
    ----------
    q : array (n,)
        Evenly spaced from a multiple of its step (0 included), 1/angstrom, as
        `PDFSimulator.fq` gives it.
    fq : array (n,)
        F(Q) in 1/angstrom.
    r : array (points,)
        Any grid, in angstrom.
    q_min, q_max : float
        The window, 1/angstrom (default: all); cells at its ends count by their share inside.
    q_damp : float
        1/angstrom (default 0); multiplies G(r) by exp(-(q_damp r)^2 / 2).

    Returns
    -------
    array (points,)
        G(r) in angstrom^-2.

    Raises
    ------
    SimulationError
        Where q and fq differ in length, or q is uneven.

    See Also
    --------
    simulator.PDFSimulator.fq : F(Q) of a structure.

    Examples
    --------
    One distance of 2.5 angstrom is a sine wave in F(Q) and one peak in G(r):

    >>> q = 0.05 * np.arange(500)
    >>> r = np.arange(1.0, 5.0, 0.01)
    >>> g = transform_fq(q, np.sin(2.5 * q), r)
    >>> float(r[g.argmax()].round(2))
    2.5
    """
    q, fq, r = (np.asarray(x, dtype=float) for x in (q, fq, r))
    if q.ndim != 1 or q.shape != fq.shape or q.size < 2:
        raise SimulationError(
            f"q and fq have shapes {q.shape} and {fq.shape}: they must be equally long arrays of "
            "two numbers or more; give F(Q) at every q"
        )
    dq = (q[-1] - q[0]) / (q.size - 1)
    first = round(q[0] / dq)
    if not np.allclose(q, dq * (first + np.arange(q.size)), atol=1e-6 * dq, rtol=0):
        raise SimulationError(
            f"q from {q[0]:g} to {q[-1]:g} 1/angstrom must be evenly spaced and start at a "
            "multiple of its step; interpolate F(Q) first"
        )
    f = np.concatenate([np.zeros(first), fq])
    top = dq * (f.size - 0.5) if q_max is None else q_max
    weighted = f * window_weights(f.size, dq, q_min, top)
    return sine_series(weighted, dq, r, q_damp)


def sine_series(f: np.ndarray, dq: float, r: np.ndarray, q_damp: float) -> np.ndarray:
    """2/pi dq sum_k f[k] sin(k dq r) times exp(-(q_damp r)^2 / 2), on any r: array like r."""
    return _damped_sums(f, dq, r, q_damp)


@njit(cache=True, fastmath=True)
def _damped_sums(f: np.ndarray, dq: float, r: np.ndarray, q_damp: float) -> np.ndarray:
    theta = dq * r
    g = sine_sums(f.reshape((1, f.size)), 2.0 * np.cos(theta), np.sin(theta))[0]
    for j in range(r.size):
        g[j] *= (2 / np.pi) * dq * np.exp(-0.5 * (q_damp * r[j]) ** 2)
    return g


class TransformPlan(NamedTuple):
    """How to sum a sine series on an even grid in r by a fast transform.

    Attributes
    ----------
    r_min, r_step : float
        First point and step in r, angstrom.
    n : int
        Number of points in r.
    h : float
        Step of the transform, angstrom: r_step * phases / stride.
    stride : int
        Number of steps of the transform in one step of r.
    phases : int
        Number of points of r in one step of the transform, which are interpolated. It is above 1
        where r is much finer than q_max needs, and then stride is 1.
    """

    r_min: float
    r_step: float
    n: int
    h: float
    stride: int
    phases: int

    def period(self, least: float) -> float:
        """The shortest period from `least` (angstrom) on that suits h and a fast transform."""
        return self.h * fft.next_fast_len(math.ceil(least / self.h))

    def sum(self, f: np.ndarray, period: float, q_damp: float) -> np.ndarray:
        """2/pi dq sum_k f[:, k] sin(k dq r) times exp(-(q_damp r)^2 / 2), with dq = pi / period.

        f is an array (rows, n), the result an array (rows, points).
        """
        m = round(period / self.h)
        padded = np.zeros((f.shape[0], m))
        top = min(f.shape[1], m)
        padded[:, 1:top] = f[:, 1:top]
        # the dst-I holds a factor of two
        coarse = fft.dst(padded[:, 1:])
        points = (round(self.r_min / self.r_step), self.n, self.stride)
        taps = _interpolator(self.phases)
        return _interpolated(coarse, taps, points, 1.0 / period, self.r_step, q_damp)


def plan_transform(r_min: float, r_step: float, n: int, q_max: float) -> TransformPlan | None:
    """Plan the sum of a series up to q_max (1/angstrom) on r_min, r_min + r_step, ... (angstrom).

    Returns None where r_min is no multiple of r_step: the series is then summed term by term.
    """
    if abs(r_min / r_step - round(r_min / r_step)) > 1e-9:
        return None
    needed = math.pi / q_max
    phases = max(int(_OVERSAMPLED * needed / r_step), 1)
    stride = max(math.ceil(r_step * (q_max + TAIL) / math.pi), 1)
    return TransformPlan(r_min, r_step, n, r_step * phases / stride, stride, phases)


@lru_cache(maxsize=32)
def _interpolator(phases: int) -> np.ndarray:
    """Weights of neighbours for points between those of an oversampled grid: (phases, taps).

    A sinc under a Kaiser window (J. F. Kaiser, Proc. IEEE ISCAS (1974) 20: 115 dB): with an
    oversampling of 1 / 0.32 and twelve taps its error is about 2e-6.
    """
    if phases == 1:
        return np.ones((1, 1))
    offset = np.arange(phases)[:, None] / phases - (np.arange(_TAPS) - (_TAPS // 2 - 1))
    beta = 0.1102 * (115 - 8.7)
    window = np.i0(beta * np.sqrt(np.maximum(1 - (2 * offset / _TAPS) ** 2, 0))) / np.i0(beta)
    return np.sinc(offset) * window


@njit(cache=True, fastmath=True)
def _interpolated(
    coarse: np.ndarray,
    taps: np.ndarray,
    points: tuple[int, int, int],
    scale: float,
    r_step: float,
    q_damp: float,
) -> np.ndarray:
    """Points of r from those of the transform, times scale and exp(-(q_damp r)^2 / 2).

    coarse (rows, m) is the transform at h, 2 h, ..., odd about zero; taps are of `_interpolator`;
    points are the index of the first point (r / r_step), their number, and the plan's stride, in a
    plain tuple because numba takes longer to recognise a named one.
    """
    first, n, stride = points
    phases, n_taps = taps.shape
    before = n_taps // 2 - 1 if n_taps > 1 else 0
    out = np.empty((coarse.shape[0], n))
    size = coarse.shape[1]
    # the points of the transform that are needed, its odd continuation included
    lowest = (first // phases) * stride - before
    highest = ((first + n - 1) // phases) * stride - before + n_taps
    needed = np.empty(highest - lowest)
    factor = np.empty(n)
    # exp(-(a i)^2 / 2) by its ratios, which form a geometric series themselves
    a = q_damp * r_step
    value = scale * np.exp(-0.5 * (a * first) ** 2)
    ratio = np.exp(-a * a * (first + 0.5))
    shrink = np.exp(-a * a)
    for i in range(n):
        factor[i] = value
        value *= ratio
        ratio *= shrink
    for row in range(out.shape[0]):
        for j in range(needed.size):
            k = lowest + j
            if 0 < k <= size:
                needed[j] = coarse[row, k - 1]
            elif -size <= k < 0:
                needed[j] = -coarse[row, -k - 1]
            else:
                needed[j] = 0.0
        for phase in range(phases):
            start = (phase - first) % phases
            count = (n - start + phases - 1) // phases
            base = ((first + start) // phases) * stride - before - lowest
            total = np.zeros(max(count, 0))
            for t in range(n_taps):
                w = taps[phase, t]
                source = needed[base + t :]
                if stride == 1:
                    for i in range(count):
                        total[i] += w * source[i]
                else:
                    for i in range(count):
                        total[i] += w * source[i * stride]
            for i in range(count):
                out[row, start + i * phases] = factor[start + i * phases] * total[i]
    return out
