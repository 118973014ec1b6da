"""Probabilities of merged classes are sums, those of possible classes are scaled anew."""

import numpy as np

from pdflearn.models import probabilities

CLASSES = np.array(["a", "b", "c", "d", "e"])


def test_merged_and_restricted_probabilities():
    proba = np.array([[0.1, 0.2, 0.3, 0.25, 0.15]])
    names = {"a": "x", "b": "y", "c": "x", "d": "y", "e": "e"}
    merged, classes = probabilities.merge(proba, [names[label] for label in CLASSES])
    assert list(classes) == ["e", "x", "y"]
    np.testing.assert_allclose(merged, [[0.15, 0.4, 0.45]])
    kept = probabilities.restrict(proba, CLASSES, [{"a", "c"}])
    np.testing.assert_allclose(kept, [[0.25, 0, 0.75, 0, 0]])
