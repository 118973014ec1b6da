"""Patterns of three groups with all clusterings of them, and series with a change."""

import numpy as np
import pytest

from pdflearn.clustering import algorithms, comparison
from pdflearn.core.grid import Grid
from pdflearn.dataset.training_data import Preprocessing


@pytest.fixture(scope="package")
def preprocessing():
    return Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 20.0))


@pytest.fixture(scope="package")
def groups(preprocessing):
    """Waves of three lengths with noise, and the label of each."""
    random = np.random.default_rng(0)
    labels = np.repeat(["a", "b", "c"], 25)
    wave = np.repeat([2.0, 2.6, 3.3], 25)[:, None]
    return np.sin(wave * preprocessing.grid.r) + 0.2 * random.normal(size=(75, 191)), labels


@pytest.fixture(scope="package")
def compared(groups, preprocessing):
    representations = {
        "raw": {"features": "raw", "distance": "pearson"},
        "pca": {"features": "raw", "reduce": "pca", "components": 3},
        "nmf": {"features": "raw", "reduce": "nmf", "components": 3},
    }
    settings = {
        "representations": representations, "methods": list(algorithms.METHODS),
        "n_clusters_range": [2, 3, 4], "max_pairwise": 75, "n_resamples": 3, "n_neighbors": 10,
        "n_clusters": "silhouette",
    }  # fmt: skip
    return comparison.compare_clusterings(*groups, settings, preprocessing, 0)


@pytest.fixture(scope="package")
def heating():
    """Simulates series: a smooth expansion, and if asked for a new distance from one file on."""
    r = 1.0 + 0.1 * np.arange(291)

    def simulate(n, step_at, noise, seed=0):
        x = np.linspace(100.0, 300.0, n)
        stretch = 1 + 2e-5 * (x - 100) + 3e-8 * (x - 100) ** 2
        g = np.sin(2.4 * r / stretch[:, None]) * np.exp(-r / 15)
        if step_at is not None:
            g[step_at:] += 0.05 * np.exp(-((r - 6.0) ** 2) / 0.1)
        return x, g + noise * np.random.default_rng(seed).normal(size=g.shape)

    return simulate
