"""Data snooping shown: a test set that is looked at a hundred times is no test set any more.

Development is divided into what is learned from, a set that plays the vault, and fresh data. Many
models are tried that differ in luck alone: the same estimator on random points of r. The best on
the mock vault is then scored on the fresh data. The true vault is not touched.
"""

import numpy as np
import pandas as pd
from sklearn.neighbors import KNeighborsClassifier

from pdflearn.dataset.targets import Target

COLUMNS = ["repeat", "looks", "subset", "accuracy"]

# Points of r that each model sees.
POINTS = 12

# Patterns that are learned from, and fresh ones, at most: enough to see the difference.
LEARNED, FRESH = 2000, 1000


def measure_snooping(
    features: np.ndarray,
    target: Target,
    groups: np.ndarray,
    patterns: int,
    looks: int,
    repeats: int,
    seed: int,
) -> pd.DataFrame:
    """Choose the best of 1, 2, ... `looks` models on a mock vault, again and again.

    Parameters
    ----------
    features : array (n, m)
        Of development.
    target : Target
        Of the same patterns.
    groups : array (n,)
        Families: none stands in two of the three parts.
    patterns : int
        Size of the mock vault.
    looks, repeats : int
    seed : int

    Returns
    -------
    DataFrame
        Columns `COLUMNS`: the accuracy of the model that is best on the mock vault after so many
        looks, on that set ("selection") and on data that nobody looked at ("fresh").
    """
    rows = []
    usable = np.flatnonzero(target.evaluated)
    names = np.unique(groups[usable])
    for repeat in range(repeats):
        random = np.random.default_rng([seed, repeat])
        part = dict(zip(names, random.integers(4, size=len(names)), strict=True))
        of_row = np.array([part[group] for group in groups[usable]])
        train, vault, fresh = usable[of_row < 2], usable[of_row == 2], usable[of_row == 3]
        train, fresh = random.permutation(train)[:LEARNED], random.permutation(fresh)[:FRESH]
        vault = random.permutation(vault)[:patterns]
        right = {"selection": [], "fresh": []}
        for _ in range(looks):
            points = random.choice(features.shape[1], POINTS, replace=False)
            model = KNeighborsClassifier(1)
            model.fit(features[np.ix_(train, points)], target.y_true[train])
            for on, places in (("selection", vault), ("fresh", fresh)):
                said = model.predict(features[np.ix_(places, points)])
                right[on].append(np.mean(said == target.y_true[places]))
        seen = np.array(right["selection"])
        for n in range(1, looks + 1):
            best = int(np.argmax(seen[:n]))
            rows += [(repeat, n, on, values[best]) for on, values in right.items()]
    return pd.DataFrame(rows, columns=COLUMNS)
