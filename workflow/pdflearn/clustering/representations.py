"""Ways to compare patterns: which axis, which distance, how many numbers a pattern becomes."""

from typing import Any

import numpy as np
from scipy.ndimage import uniform_filter1d
from sklearn.decomposition import NMF, PCA, MiniBatchNMF

from pdflearn.core.grid import Grid
from pdflearn.dataset.features import PatternFeatures

# Of patterns, more than these are factorised in batches.
MOST_AT_ONCE = 10_000
# Numbers that a reduced pattern becomes, unless the config says so.
COMPONENTS = {"pca": 50, "nmf": 12}
# Points over which the envelope of a pattern is taken, and the share of its maximum that it keeps.
ENVELOPE = 25
FLOOR = 0.15


def standardise(features: np.ndarray) -> np.ndarray:
    """Each row without its mean and of length one, so that |a - b|^2 = 2 (1 - Pearson's r)."""
    centred = features - features.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return centred / np.where(length > 0, length, 1.0)


def flatten(features: np.ndarray) -> np.ndarray:
    """Rows divided by their local root mean square: the envelope, a particle's size, is gone.

    The local value is a moving average over `ENVELOPE` points; where it is below `FLOOR` of its
    maximum, as beyond a particle's end, noise is not blown up.
    """
    width = min(ENVELOPE, features.shape[1])
    mean = uniform_filter1d(features**2, width, axis=1, mode="constant")
    local = np.sqrt(np.clip(mean, 0.0, None))  # a running sum can end just below zero
    return features / (local + FLOOR * local.max(axis=1, keepdims=True) + 1e-300)


def factorise(features: np.ndarray, components: int, seed: int) -> np.ndarray:
    """Weights (n, components) of non-negative components, each row scaled to add up to one.

    Patterns take both signs: they are lifted by their lowest value first, as is usual for PDFs
    (C.-H. Liu et al., J. Appl. Crystallogr. 54 (2021) 768).
    """
    lifted = features - features.min()
    kind = NMF if len(features) <= MOST_AT_ONCE else MiniBatchNMF
    model = kind(components, init="nndsvda", max_iter=300, random_state=seed)
    weights = model.fit_transform(lifted)
    total = weights.sum(axis=1, keepdims=True)
    return weights / np.where(total > 0, total, 1.0)


def window_of(representation: dict[str, Any], window: tuple[float, float]) -> tuple[float, float]:
    """The range of r that is compared: the study's window, or less where r_max says so."""
    return window[0], min(window[1], representation.get("r_max", window[1]))


def transform(
    patterns: np.ndarray,
    representation: dict[str, Any],
    grid: Grid,
    window: tuple[float, float],
    seed: int,
) -> np.ndarray:
    """What clustering sees of patterns.

    Parameters
    ----------
    patterns : array (n, points)
    representation : dict
        features ("raw", "first_peak", "log_r": see `features.PatternFeatures`), distance
        ("euclidean" or "pearson"), flatten (bool), reduce ("none", "pca", "nmf"), components,
        r_max (angstrom).
    grid : Grid
    window : tuple (low, high), angstrom
    seed : int

    Returns
    -------
    array (n, m), float64
        Euclidean distances between its rows are the distances of the representation; with "pearson"
        their squares are 2 (1 - r).
    """
    seen = window_of(representation, window)
    features = PatternFeatures(representation["features"], grid, seen).fit_transform(patterns)
    features = features.astype(np.float64)
    if representation.get("flatten", False):
        features = flatten(features)
    if representation.get("distance", "euclidean") == "pearson":
        features = standardise(features)
    reduce = representation.get("reduce", "none")
    if reduce == "none":
        return features
    most = min(features.shape[0] - 1, features.shape[1])
    components = min(representation.get("components", COMPONENTS[reduce]), most)
    if reduce == "nmf":
        return factorise(features, components, seed)
    return PCA(components, svd_solver="covariance_eigh").fit_transform(features)
