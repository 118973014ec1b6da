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


def test_confidence_is_compared_with_how_often_answers_are_right():
    random = np.random.default_rng(0)
    classes = np.array(["a", "b"])
    proba = np.repeat([[0.9, 0.1], [0.6, 0.4]], 100, axis=0)
    y_true = np.where(random.random(200) < proba[:, 0], "a", "b")
    figure = classification.plot_calibration(y_true, proba, classes, np.arange(200).astype(str))
    reliability, ranks = figure.axes
    stated = reliability.containers[0][0].get_xdata()
    assert sorted(set(np.round(stated, 6))) == [0.6, 0.9]
    within = ranks.lines[0].get_ydata()
    assert within[0] == pytest.approx((y_true == "a").mean())
    assert within[-1] == 1.0
    style.plt.close(figure)


def test_a_class_that_was_never_asked_is_said_so():
    figure = classification.plot_confusion(
        np.array(["a", "a", "b"]), np.array(["a", "c", "b"]), "crystal_system"
    )
    (axes, _) = figure.axes
    notes = [text.get_text() for text in axes.texts]
    assert notes == [".50", "not among the patterns tested"]
    assert axes.get_ylabel() == "true crystal system"
    assert "1 of the 2 classes tested" in axes.get_title("left")
    style.plt.close(figure)
