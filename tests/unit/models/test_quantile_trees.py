"""Tests of pdflearn.models.quantile_trees and tree_sums, against scikit-learn's predictions."""

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor

from pdflearn.models.quantile_trees import QUANTILES, QuantileTrees


def test_its_sums_are_scikit_learns_predictions():
    random = np.random.default_rng(1)
    X = random.normal(size=(600, 5)).astype(np.float32)
    y = X[:, 0] ** 2 + random.normal(size=600) * (1 + (X[:, 1] > 0))
    model = QuantileTrees(max_iter=12, random_state=3).fit(X, y)
    expected = []
    for quantile in QUANTILES:
        reference = HistGradientBoostingRegressor(
            loss="quantile", quantile=quantile, max_iter=12, learning_rate=0.15, max_leaf_nodes=15,
            max_depth=6, early_stopping=False, random_state=3,
        )  # fmt: skip
        expected.append(reference.fit(X, y).predict(X))
    middle, low, high = np.array(expected)
    predicted = model.predict_quantiles(X)
    np.testing.assert_allclose(predicted[:, 0], middle, rtol=1e-12)
    np.testing.assert_allclose(predicted[:, 1], np.minimum(low, middle), rtol=1e-12)
    np.testing.assert_allclose(predicted[:, 2], np.maximum(high, middle), rtol=1e-12)
    np.testing.assert_array_equal(model.predict(X), predicted[:, 0])
