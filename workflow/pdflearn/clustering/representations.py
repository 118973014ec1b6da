"""What of a pattern is compared: its features, the distance, how many numbers it becomes."""

from typing import Any

import numpy as np
from scipy.ndimage import uniform_filter1d
from sklearn.decomposition import NMF, PCA, MiniBatchNMF

from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.training_data import Preprocessing

# More patterns than these are factorised in batches.
MAX_ROWS = 10_000
# Numbers that a reduced pattern becomes, unless the config says so.
N_COMPONENTS = {"pca": 50, "nmf": 12}
# Points over which the envelope of a pattern is taken, and the share of its maximum below which
# noise would be blown up.
ENVELOPE_POINTS = 25
ENVELOPE_FLOOR = 0.15


def standardise(features: np.ndarray) -> np.ndarray:
    """Rows without their mean and of length one, so that |a - b|^2 = 2 (1 - Pearson's r)."""
    centred = features - features.mean(axis=1, keepdims=True)
    length = np.linalg.norm(centred, axis=1, keepdims=True)
    return centred / np.where(length > 0, length, 1.0)


def flatten(features: np.ndarray) -> np.ndarray:
    """Rows divided by their local root mean square: the envelope, a particle's size, is gone.

    The local value is a moving average over `ENVELOPE_POINTS` points, to which `ENVELOPE_FLOOR` of
    its maximum is added, so that noise beyond a particle's end is not blown up.
    """
    width = min(ENVELOPE_POINTS, features.shape[1])
    mean = uniform_filter1d(features**2, width, axis=1, mode="constant")
    local = np.sqrt(np.clip(mean, 0.0, None))  # a running sum can end just below zero
    return features / (local + ENVELOPE_FLOOR * local.max(axis=1, keepdims=True) + 1e-300)


def factorise(features: np.ndarray, n_components: int, seed: int) -> np.ndarray:
    """Weights (n, n_components) of non-negative components; each row adds up to one.

    Patterns take both signs: they are lifted by their lowest value first, as is usual for PDFs
    (C.-H. Liu et al., J. Appl. Crystallogr. 54 (2021) 768).
    """
    lifted = features - features.min()
    estimator = NMF if len(features) <= MAX_ROWS else MiniBatchNMF
    model = estimator(n_components, init="nndsvda", max_iter=300, random_state=seed)
    weights = model.fit_transform(lifted)
    total = weights.sum(axis=1, keepdims=True)
    return weights / np.where(total > 0, total, 1.0)


def window_of(representation: dict[str, Any], window: tuple[float, float]) -> tuple[float, float]:
    """Lowest and highest r that are compared, in angstrom: the window, cut at r_max if given."""
    return window[0], min(window[1], representation.get("r_max", window[1]))


def transform(
    patterns: np.ndarray, representation: dict[str, Any], preprocessing: Preprocessing, seed: int
) -> np.ndarray:
    """Turn patterns into the numbers that clustering compares.

    Parameters
    ----------
    patterns : array (n, points)
        G(r) on the study's grid.
    representation : dict
        An entry of `cluster.representations` in the config: features ("raw", "first_peak",
        "log_r": see `features.PatternFeatures`), distance ("euclidean", the default, or
        "pearson"), flatten (bool, default false: divide by the envelope), reduce ("none", the
        default, "pca" or "nmf"), components (default `N_COMPONENTS`), r_max (angstrom).
    preprocessing : Preprocessing
    seed : int
        For non-negative matrix factorisation (NMF).

    Returns
    -------
    array (n, m), float64
        Euclidean distances between its rows are the distances of the representation; with
        "pearson" their squares are 2 (1 - r), r being Pearson's correlation.

    See Also
    --------
    pdflearn.clustering.algorithms.cluster : puts the rows into clusters.

    Examples
    --------
    Two patterns that differ by a factor are the same to Pearson's correlation:

    >>> from pdflearn.core.grid import Grid
    >>> grid = Grid(r_min=1.0, r_max=10.0, r_step=0.1)
    >>> patterns = np.array([np.sin(2 * grid.r), 3 * np.sin(2 * grid.r), np.cos(2 * grid.r)])
    >>> preprocessing = Preprocessing(grid, window=(1.5, 10.0))
    >>> representation = {"features": "raw", "distance": "pearson"}
    >>> x = transform(patterns, representation, preprocessing, seed=0)
    >>> x.shape
    (3, 86)
    >>> bool(np.linalg.norm(x[0] - x[1]) < 1e-6), bool(np.linalg.norm(x[0] - x[2]) > 1)
    (True, True)
    """
    window = window_of(representation, preprocessing.window)
    features = PatternFeatures(representation["features"], preprocessing.grid, window)
    x = features.fit_transform(patterns).astype(np.float64)
    if representation.get("flatten", False):
        x = flatten(x)
    if representation.get("distance", "euclidean") == "pearson":
        x = standardise(x)
    reduce = representation.get("reduce", "none")
    if reduce == "none":
        return x
    limit = min(x.shape[0] - 1, x.shape[1])
    n_components = min(representation.get("components", N_COMPONENTS[reduce]), limit)
    if reduce == "nmf":
        return factorise(x, n_components, seed)
    return PCA(n_components, svd_solver="covariance_eigh").fit_transform(x)
