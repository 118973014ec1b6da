"""Figures of a classifier: any number of types, intervals of shares."""

import numpy as np
import pytest
from scipy.stats import binomtest

from pdflearn.reporting import classification, style


@pytest.mark.parametrize("n_types", [2, 20, 200])
def test_confusion_stays_readable(n_types):
    random = np.random.default_rng(0)
    truth = random.integers(n_types, size=1500)
    predicted = np.where(random.random(1500) < 0.7, truth, random.integers(n_types, size=1500))
    names = np.array([f"kind{k}" for k in range(n_types)])
    figure = classification.plot_confusion(names[truth], names[predicted], "crystal_system")
    shown = len(figure.axes[0].get_yticklabels())
    assert shown == min(n_types, classification.MAX_CONFUSED)
    image = figure.axes[0].images[0].get_array()
    assert np.asarray(image).sum(axis=1) == pytest.approx(1.0)
    style.plt.close(figure)


@pytest.mark.parametrize(("right", "n"), [(0, 5), (3, 7), (80, 100), (9, 9)])
def test_wilson_limits_are_scipys(right, n):
    low, high = classification.wilson(np.array([right / n]), np.array([n]), z=1.959964)
    limits = binomtest(right, n).proportion_ci(0.95, method="wilson")
    assert (low[0], high[0]) == pytest.approx((limits.low, limits.high), abs=1e-6)
