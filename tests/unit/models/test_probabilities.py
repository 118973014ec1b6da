"""Class probabilities: sums, weights, temperatures, restrictions; rows always sum to one."""

import numpy as np
import pytest

from pdflearn.models import probabilities

CLASSES = np.array(["a", "b", "c", "d", "e"])
PROBA = np.array([[0.1, 0.2, 0.3, 0.25, 0.15]])


def test_merged_and_restricted_probabilities():
    names = {"a": "x", "b": "y", "c": "x", "d": "y", "e": "e"}
    merged, classes = probabilities.merge(PROBA, [names[label] for label in CLASSES])
    assert list(classes) == ["e", "x", "y"]
    np.testing.assert_allclose(merged, [[0.15, 0.4, 0.45]])
    kept = probabilities.restrict(PROBA, CLASSES, [{"a", "c"}])
    np.testing.assert_allclose(kept, [[0.25, 0, 0.75, 0, 0]])


def test_weights_scale_the_odds():
    weighted = probabilities.reweight(PROBA, np.array([2.0, 1.0, 1.0, 1.0, 1.0]))
    assert weighted.sum() == pytest.approx(1.0)
    assert weighted[0, 0] / weighted[0, 1] == pytest.approx(2 * 0.1 / 0.2)
    assert probabilities.reweight(PROBA, None) is PROBA


def test_a_temperature_is_a_power():
    np.testing.assert_array_equal(probabilities.temper(PROBA, 1.0), PROBA)
    sharper = probabilities.temper(PROBA, 0.5)
    np.testing.assert_allclose(sharper, PROBA**2 / (PROBA**2).sum())
    softer = probabilities.temper(PROBA, 100.0)
    np.testing.assert_allclose(softer, 0.2, atol=0.01)


def test_softmax_stands_large_scores():
    result = probabilities.softmax(np.array([[1000.0, 1000.0 + np.log(3)], [-1e9, 0.0]]))
    np.testing.assert_allclose(result, [[0.25, 0.75], [0.0, 1.0]])


def test_a_table_names_its_columns_by_the_classes():
    class Uniform:
        classes_ = np.array(["bcc", "fcc"])

        def predict_proba(self, patterns):
            return np.full((len(patterns), 2), 0.5)

    table = probabilities.type_probabilities(np.zeros((3, 4)), Uniform())
    assert list(table.columns) == ["bcc", "fcc"]
    assert (table == 0.5).all(axis=None)
    empty = probabilities.type_probabilities(np.zeros((0, 4)), Uniform())
    assert list(empty.columns) == ["bcc", "fcc"]
    assert len(empty) == 0
