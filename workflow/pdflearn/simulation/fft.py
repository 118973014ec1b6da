"""The sine transform by NumPy's FFT.

The import of `scipy.fft`, which has it too, takes longer than the transforms of many patterns.
"""

from functools import lru_cache

import numpy as np
from numba import njit


def dst(x: np.ndarray) -> np.ndarray:
    """The discrete sine transform of type I along the last axis, as scipy.fft.dst(x, type=1).

    y_k = 2 sum_j x_j sin(pi (j + 1) (k + 1) / (n + 1))

    It takes a real transform of n + 1 numbers, half as many as the odd continuation of x has.

    Parameters
    ----------
    x : array (..., n)

    Returns
    -------
    array (..., n)

    References
    ----------
    W. H. Press et al., Numerical Recipes (2007), chapter 12.4.

    Examples
    --------
    >>> dst(np.array([1.0, 0.0])).round(6).tolist()
    [1.732051, 1.732051]
    """
    n = x.shape[-1]
    rows = x if x.ndim == 2 else x.reshape(-1, n)
    y = _unfolded(np.fft.rfft(_folded(rows, _sines(n + 1))), n)
    return y if x.ndim == 2 else y.reshape(x.shape)


@lru_cache(maxsize=64)
def _sines(n: int) -> np.ndarray:
    """sin(pi j / n) for j from 0 to half of n."""
    return np.sin(np.pi / n * np.arange(n // 2 + 1))


@njit(cache=True)
def _folded(x: np.ndarray, sines: np.ndarray) -> np.ndarray:
    """Numbers whose real transform holds the sine transform of x: (rows, n) -> (rows, n + 1)."""
    rows, n = x.shape
    y = np.empty((rows, n + 1))
    for row in range(rows):
        y[row, 0] = 0.0
        for j in range(1, (n + 1) // 2 + 1):
            low, high = x[row, j - 1], x[row, n - j]
            even, odd = sines[j] * (low + high), 0.5 * (low - high)
            y[row, j] = even + odd
            y[row, n + 1 - j] = even - odd
    return y


@njit(cache=True)
def _unfolded(f: np.ndarray, n: int) -> np.ndarray:
    """The sine transform (rows, n) from the real transform of `_folded`."""
    y = np.empty((f.shape[0], n))
    for row in range(f.shape[0]):
        # numbers of even index lie in the imaginary part, differences of odd ones in the real part
        y[row, 0] = f[row, 0].real
        for k in range(1, f.shape[1]):
            if 2 * k - 1 < n:
                y[row, 2 * k - 1] = -2.0 * f[row, k].imag
            if 2 * k < n:
                y[row, 2 * k] = y[row, 2 * k - 2] + 2.0 * f[row, k].real
    return y


@lru_cache(maxsize=4096)
def next_fast_len(n: int) -> int:
    """The smallest product of powers of 2, 3 and 5 that is at least n, where an FFT is fast.

    Examples
    --------
    >>> next_fast_len(7), next_fast_len(1025)
    (8, 1080)
    """
    best = 1 << (max(n, 1) - 1).bit_length()
    power_of_5 = 1
    while power_of_5 < best:
        product = power_of_5
        while product < best:
            rest = -(-n // product)
            best = min(best, product << (rest - 1).bit_length())
            product *= 3
        power_of_5 *= 5
    return best
