"""The sine transform by NumPy's FFT.

It gives the bytes of `scipy.fft.dst`, whose import takes longer than the transforms of many
patterns.
"""

import numpy as np


def dst(x: np.ndarray) -> np.ndarray:
    """The discrete sine transform of type I along the last axis, as scipy.fft.dst(x, type=1).

    y_k = 2 sum_j x_j sin(pi (j + 1) (k + 1) / (n + 1))

    Parameters
    ----------
    x : array (..., n)

    Returns
    -------
    array (..., n)

    Examples
    --------
    >>> dst(np.array([1.0, 0.0])).round(6).tolist()
    [1.732051, 1.732051]
    """
    n = x.shape[-1]
    odd = np.zeros((*x.shape[:-1], 2 * (n + 1)), dtype=x.dtype)
    odd[..., 1 : n + 1] = x
    odd[..., n + 2 :] = -x[..., ::-1]
    return -np.fft.rfft(odd)[..., 1 : n + 1].imag


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
