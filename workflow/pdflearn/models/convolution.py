"""The forward pass of a network with convolutions, in NumPy: no library that differentiates.

A network is a list of layers, each its weights and its intercepts. Weights of three axes (points,
channels before, channels after) are filters that are laid at every `stride`-th place of the curve,
weights of two axes (units before, units after) a weighted sum of all values.
"""

from collections.abc import Sequence

import numpy as np

Layer = tuple[np.ndarray, np.ndarray]

# Patterns that are answered at a time: the windows of a layer take some 70 MB.
BLOCK = 512


def padding(length: int, size: int, stride: int) -> tuple[int, int]:
    """Zeros before and after a curve, so that every place has its filter.

    Parameters
    ----------
    length : int
        Points of the curve.
    size : int
        Points of the filter.
    stride : int
        Points from one place of the filter to the next.

    Examples
    --------
    Three points, one before and one after the middle, at every second of four places:

    >>> padding(4, 3, 2)
    (0, 1)
    """
    places = -(-length // stride)
    missing = max((places - 1) * stride + size - length, 0)
    return missing // 2, missing - missing // 2


def convolve(
    values: np.ndarray, filters: np.ndarray, intercepts: np.ndarray, stride: int
) -> np.ndarray:
    """What filters answer at every `stride`-th place: sum over points j and channels c of f g.

    As a matrix product over all windows of the curve. The filter is not turned around.

    Parameters
    ----------
    values : array (n, length, channels)
    filters : array (size, channels, filters)
    intercepts : array (filters,)
    stride : int

    Returns
    -------
    array (n, length / stride rounded up, filters)

    Examples
    --------
    The difference of neighbours, at every place but past the end:

    >>> curve, difference = np.array([0.0, 1.0, 3.0]), np.array([-1.0, 1.0])
    >>> convolve(curve[None, :, None], difference[:, None, None], np.zeros(1), 1)[0, :, 0]
    array([ 1.,  2., -3.])
    """
    size, channels, n_filters = filters.shape
    around = padding(values.shape[1], size, stride)
    padded = np.pad(values, ((0, 0), around, (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=1)[:, ::stride]
    n, places = windows.shape[:2]  # (n, places, channels, size)
    rows = windows.transpose(0, 1, 3, 2).reshape(n * places, size * channels)
    answers = rows @ filters.reshape(size * channels, n_filters) + intercepts
    return answers.reshape(n, places, n_filters)


def forward(features: np.ndarray, layers: Sequence[Layer], stride: int) -> np.ndarray:
    """The last layer's weighted sums, before the softmax; each layer before bends at zero (ReLU).

    Parameters
    ----------
    features : array (n, m)
    layers : sequence of tuple (weights, intercepts)
        See the module; those with filters first.
    stride : int
        Of every layer with filters.

    Returns
    -------
    array (n, n_classes)
    """
    outputs = [
        _forward_block(features[start : start + BLOCK], layers, stride)
        for start in range(0, max(len(features), 1), BLOCK)
    ]
    return np.concatenate(outputs)


def _forward_block(features: np.ndarray, layers: Sequence[Layer], stride: int) -> np.ndarray:
    values = features[:, :, None]
    for k, (weights, intercepts) in enumerate(layers, start=1):
        if weights.ndim == 3:
            values = convolve(values, weights, intercepts, stride)
        else:
            values = values.reshape(len(values), len(weights)) @ weights + intercepts
        if k < len(layers):
            np.maximum(values, 0, out=values)
    return values
