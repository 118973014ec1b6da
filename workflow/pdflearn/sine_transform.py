"""The sine transform between F(Q) and G(r), and the window an instrument cuts it with.

G(r) = 2/pi * integral from q_min to q_max of F(Q) sin(Q r) dQ (T. Egami and S. J. L. Billinge,
Underneath the Bragg Peaks, 2nd ed. (2012), eq. 3.23), with F(Q) = Q [S(Q) - 1].
"""

import numpy as np
from numba import njit
from scipy import fft


def window_weights(n: int, dq: float, q_min: float, q_max: float) -> np.ndarray:
    """Share of each cell [(k - 1/2) dq, (k + 1/2) dq] that lies in [q_min, q_max]: array (n,).

    Whole cells only would make G(r) jump wherever q_max crosses a grid point.
    """
    centre = dq * np.arange(n)
    inside = np.minimum(centre + dq / 2, q_max) - np.maximum(centre - dq / 2, q_min)
    return np.clip(inside / dq, 0.0, 1.0)


def window_steps(n: int, dq: float, q_min: float, q_max: float) -> np.ndarray:
    """The window of diffpy.srreal: whole grid points with q_min <= k dq < q_max, array (n,)."""
    k = np.arange(n)
    return ((k >= np.ceil(q_min / dq - 1e-9)) & (k < np.ceil(q_max / dq))).astype(float)


def fq_from_gr(g: np.ndarray, dr: float) -> tuple[np.ndarray, float]:
    """F(Q) = integral of G(r) sin(Q r) dr of a function that vanishes at both ends of its grid.

    Parameters
    ----------
    g : array (..., m + 1)
        On r = 0, dr, ..., m dr; the ends are taken as zero.
    dr : float
        In angstrom.

    Returns
    -------
    array (..., m), float
        F on Q = 0, dq, ..., (m - 1) dq, and dq = pi / (m dr) in 1/angstrom.
    """
    m = g.shape[-1] - 1
    f = np.zeros((*g.shape[:-1], m))
    f[..., 1:] = (0.5 * dr) * fft.dst(g[..., 1:m], type=1)
    return f, np.pi / (m * dr)


@njit(cache=True, fastmath=True)
def _sine_sum(f: np.ndarray, theta: np.ndarray, out: np.ndarray) -> None:
    """out[j] = sum_k f[k] sin(k theta[j]), by Clenshaw's recurrence, in blocks that fit L1."""
    block = 512
    b1 = np.empty(block)
    b2 = np.empty(block)
    c2 = np.empty(block)
    for lo in range(0, theta.size, block):
        n = min(block, theta.size - lo)
        for j in range(n):
            c2[j] = 2.0 * np.cos(theta[lo + j])
            b1[j] = 0.0
            b2[j] = 0.0
        # two steps at a time, so b1 and b2 never change places
        k = f.size - 1
        if k % 2 == 1:
            for j in range(n):
                b1[j] = f[k]
            k -= 1
        # now b1 = b_{k+1}, b2 = b_{k+2}, k even
        while k >= 2:
            upper = f[k]
            lower = f[k - 1]
            for j in range(n):
                x = upper + c2[j] * b1[j] - b2[j]
                b2[j] = x
                b1[j] = lower + c2[j] * x - b1[j]
            k -= 2
        for j in range(n):
            out[lo + j] = b1[j] * np.sin(theta[lo + j])


def transform_fq(
    q: np.ndarray,
    fq: np.ndarray,
    r: np.ndarray,
    q_min: float = 0.0,
    q_max: float | None = None,
    q_damp: float = 0.0,
) -> np.ndarray:
    """G(r) from F(Q), for example after noise was added to F(Q).

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
        The window, 1/angstrom; cells at its ends count by their share inside. q_max None: all.
    q_damp : float
        1/angstrom; multiplies G(r) by exp(-(q_damp r)^2 / 2).

    Returns
    -------
    array (points,)
        G(r) in angstrom^-2.
    """
    q, fq, r = (np.asarray(x, dtype=float) for x in (q, fq, r))
    if q.ndim != 1 or q.shape != fq.shape or q.size < 2:
        raise ValueError(f"q and fq must be equally long arrays, not {q.shape} and {fq.shape}")
    dq = (q[-1] - q[0]) / (q.size - 1)
    first = round(q[0] / dq)
    if not np.allclose(q, dq * (first + np.arange(q.size)), atol=1e-6 * dq, rtol=0):
        raise ValueError(
            "q must be evenly spaced and start at a multiple of its step; interpolate F(Q) first"
        )
    f = np.concatenate([np.zeros(first), fq])
    top = dq * (f.size - 0.5) if q_max is None else q_max
    weighted = f * window_weights(f.size, dq, q_min, top)
    return sine_series(weighted, dq, r, q_damp)


def sine_series(f: np.ndarray, dq: float, r: np.ndarray, q_damp: float) -> np.ndarray:
    """2/pi dq sum_k f[k] sin(k dq r) times the envelope of q_damp: array like r."""
    g = np.empty(r.size)
    _sine_sum(f, dq * r, g)
    g *= (2 / np.pi) * dq
    if q_damp:
        g *= np.exp(-0.5 * (q_damp * r) ** 2)
    return g
