"""Sums of decision trees that are kept as arrays of nodes, by NumPy alone."""

from collections.abc import Mapping

import numpy as np


def tree_sums(trees: Mapping[str, np.ndarray], X: np.ndarray) -> np.ndarray:
    """What trees for a middle and the two ends of an interval say of features.

    Parameters
    ----------
    trees : mapping of arrays
        Of all nodes (n_nodes,): feature and threshold (a row at or below it goes left), left and
        right (the next nodes; those of a leaf are the leaf), value (0 but in leaves). roots
        (3, n_trees): the first node of each tree; base (3,): what the trees' values are added to.
    X : array (n, m)

    Returns
    -------
    array (n, 3)
        Middle, lower end, upper end; the middle lies between the ends.

    Examples
    --------
    One tree of three nodes for each quantile, which asks whether the only feature is above 0.5:

    >>> trees = {
    ...     "feature": np.zeros(3, int), "threshold": np.array([0.5, np.inf, np.inf]),
    ...     "left": np.array([1, 1, 2]), "right": np.array([2, 1, 2]),
    ...     "value": np.array([0.0, 1.0, 2.0]), "roots": np.zeros((3, 1), int),
    ...     "base": np.array([0.0, -0.5, 0.5]),
    ... }
    >>> tree_sums(trees, np.array([[0.4], [0.6]])).tolist()
    [[1.0, 0.5, 1.5], [2.0, 1.5, 2.5]]
    """
    feature, threshold = trees["feature"], trees["threshold"]
    left, right = trees["left"], trees["right"]
    X, rows = np.asarray(X), np.arange(len(X))[:, None]
    sums = np.empty((len(X), 3))
    for k, roots in enumerate(trees["roots"]):
        node = np.tile(roots, (len(X), 1))
        while True:
            goes_left = X[rows, feature[node]] <= threshold[node]
            following = np.where(goes_left, left[node], right[node])
            if np.array_equal(following, node):
                break
            node = following
        sums[:, k] = trees["base"][k] + trees["value"][node].sum(axis=1)
    sums[:, 1] = np.minimum(sums[:, 1], sums[:, 0])
    sums[:, 2] = np.maximum(sums[:, 2], sums[:, 0])
    return sums
