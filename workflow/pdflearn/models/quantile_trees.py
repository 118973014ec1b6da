"""Gradient boosting for quantiles: trees for the middle and for the ends of an interval."""

from typing import Self

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.utils.validation import check_is_fitted, validate_data

from pdflearn.core.tasks import COVERAGE
from pdflearn.models.tree_sums import tree_sums

# The middle, and the ends of an interval that holds `COVERAGE` of the numbers.
QUANTILES = (0.5, 0.5 * (1 - COVERAGE), 0.5 * (1 + COVERAGE))


class QuantileTrees(RegressorMixin, BaseEstimator):
    """Quantile regression by gradient boosting [1]_, [2]_.

    The trees are scikit-learn's HistGradientBoostingRegressor's. They are kept as plain arrays, so
    that a prediction needs no scikit-learn.

    Parameters
    ----------
    max_iter : int, default 60
        Trees of each quantile.
    learning_rate : float, default 0.15
    max_leaf_nodes : int, default 15
    max_depth : int, default 6
    random_state : int or None

    Attributes
    ----------
    trees_ : dict of arrays
        See `tree_sums.tree_sums`.

    References
    ----------
    .. [1] J. H. Friedman, Ann. Stat. 29 (2001) 1189.
    .. [2] R. Koenker and G. Bassett, Econometrica 46 (1978) 33.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> x = random.uniform(1.0, 2.0, (2000, 1))
    >>> y = x[:, 0] * (1.0 + random.uniform(-0.1, 0.1, 2000))
    >>> middle, low, high = QuantileTrees(random_state=0).fit(x, y).predict_quantiles([[1.5]])[0]
    >>> bool(1.33 < low < 1.42 < middle < 1.58 < high < 1.67)
    True
    """

    def __init__(
        self,
        max_iter: int = 60,
        learning_rate: float = 0.15,
        max_leaf_nodes: int = 15,
        max_depth: int = 6,
        random_state: int | None = None,
    ) -> None:
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.max_depth = max_depth
        self.random_state = random_state

    def fit(self, X: np.ndarray, y: np.ndarray) -> Self:
        """Grow the trees of each quantile on features X (n, m) with numbers y (n,)."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], y_numeric=True)
        models = [
            HistGradientBoostingRegressor(
                loss="quantile",
                quantile=quantile,
                max_iter=self.max_iter,
                learning_rate=self.learning_rate,
                max_leaf_nodes=self.max_leaf_nodes,
                max_depth=self.max_depth,
                early_stopping=False,
                random_state=self.random_state,
            ).fit(X, y)
            for quantile in QUANTILES
        ]
        self.trees_ = _as_arrays(models)
        return self

    def predict_quantiles(self, X: np.ndarray) -> np.ndarray:
        """The middle and the ends of the interval, (n, 3), of features (n, m)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, dtype=[np.float64, np.float32])
        return tree_sums(self.trees_, X)

    def predict(self, X: np.ndarray) -> np.ndarray:
        """The middle (median) of the numbers that are likely, (n,)."""
        return self.predict_quantiles(X)[:, 0]


def _as_arrays(models: list[HistGradientBoostingRegressor]) -> dict[str, np.ndarray]:
    """The trees of all models as arrays of nodes; leaves lead to themselves."""
    nodes, roots, start = [], [], 0
    for model in models:
        of_model = []
        for (predictor,) in model._predictors:
            tree = predictor.nodes
            index = start + np.arange(len(tree))
            leaf = tree["is_leaf"].astype(bool)
            of_model.append(start)
            nodes.append(
                (
                    np.where(leaf, 0, tree["feature_idx"]).astype(np.int32),
                    np.where(leaf, np.inf, tree["num_threshold"]),
                    np.where(leaf, index, start + tree["left"]).astype(np.int32),
                    np.where(leaf, index, start + tree["right"]).astype(np.int32),
                    np.where(leaf, tree["value"], 0.0),
                )
            )
            start += len(tree)
        roots.append(of_model)
    feature, threshold, left, right, value = map(np.concatenate, zip(*nodes, strict=True))
    return {
        "feature": feature,
        "threshold": threshold,
        "left": left,
        "right": right,
        "value": value,
        "roots": np.array(roots, dtype=np.int32),
        "base": np.array([float(np.squeeze(model._baseline_prediction)) for model in models]),
    }
