"""Data snooping, measured: a test set that is looked at a hundred times is no test set any more.

Development is divided into a training set, a mock vault, and fresh data. Many models are tried that
differ in luck alone: the same estimator on random points of r. The one that is best on the mock
vault is then scored on the fresh data. The true vault is not touched.
"""

import numpy as np
import pandas as pd
from sklearn.neighbors import KNeighborsClassifier

from pdflearn.dataset.targets import Target

COLUMNS = ["repeat", "looks", "subset", "accuracy"]

# Points of r that each model sees.
N_POINTS = 12

# Training patterns and fresh ones, at most: enough to see the difference.
MAX_TRAIN, MAX_FRESH = 2000, 1000


def measure_snooping(
    features: np.ndarray,
    target: Target,
    groups: np.ndarray,
    patterns: int,
    looks: int,
    repeats: int,
    seed: int,
) -> pd.DataFrame:
    """Choose the best of 1, 2, ... models on a mock vault, again and again.

    Parameters
    ----------
    features : array (n, m)
        Features of the development patterns.
    target : Target
        Their labels.
    groups : array (n,)
        Their families: none stands in two of the three sets.
    patterns : int
        Size of the mock vault.
    looks : int
        How many models are tried on it.
    repeats : int
        How often all this is done, each time with other sets.
    seed : int

    Returns
    -------
    DataFrame
        repeat, looks, subset, accuracy: the accuracy of the model that is best on the mock vault
        after so many looks, on that set ("selection") and on data that nobody looked at ("fresh").

    Examples
    --------
    Labels that the features do not tell: chance is 1/2, and the best of many models beats it.

    >>> random = np.random.default_rng(0)
    >>> y = np.array(["bcc", "fcc"] * 60)
    >>> target = Target("classification", y, y, y, np.ones(120, dtype=bool))
    >>> groups = np.arange(120).astype(str)
    >>> features = random.normal(size=(120, 30))
    >>> table = measure_snooping(features, target, groups, 25, looks=10, repeats=5, seed=0)
    >>> last = table[table["looks"] == 10].groupby("subset")["accuracy"].mean()
    >>> bool(last["selection"] > last["fresh"])
    True
    """
    rows = []
    usable = np.flatnonzero(target.evaluated)
    names = np.unique(groups[usable])
    for repeat in range(repeats):
        random = np.random.default_rng([seed, repeat])
        quarter = dict(zip(names, random.integers(4, size=len(names)), strict=True))
        quarters = np.array([quarter[group] for group in groups[usable]])
        train, vault, fresh = usable[quarters < 2], usable[quarters == 2], usable[quarters == 3]
        train, fresh = random.permutation(train)[:MAX_TRAIN], random.permutation(fresh)[:MAX_FRESH]
        vault = random.permutation(vault)[:patterns]
        accuracy = {"selection": [], "fresh": []}
        for _ in range(looks):
            points = random.choice(features.shape[1], N_POINTS, replace=False)
            model = KNeighborsClassifier(1)
            model.fit(features[np.ix_(train, points)], target.y_true[train])
            for subset, indices in (("selection", vault), ("fresh", fresh)):
                y_pred = model.predict(features[np.ix_(indices, points)])
                accuracy[subset].append(np.mean(y_pred == target.y_true[indices]))
        on_vault = np.array(accuracy["selection"])
        for n in range(1, looks + 1):
            best = int(np.argmax(on_vault[:n]))
            rows += [(repeat, n, subset, values[best]) for subset, values in accuracy.items()]
    return pd.DataFrame(rows, columns=COLUMNS)
