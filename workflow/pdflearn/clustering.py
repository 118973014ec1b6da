"""Groups that patterns form by themselves, and how well they agree with the known labels."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn import metrics
from sklearn.cluster import AgglomerativeClustering, KMeans
from sklearn.decomposition import PCA

from pdflearn.features import PatternFeatures

METHODS = ("kmeans", "ward")


def sample(n: int, most: int) -> np.ndarray:
    """Row numbers, evenly spread, at most `most` of n."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))


def assign(method: str, features: np.ndarray, n_clusters: int, seed: int) -> np.ndarray:
    """Cluster numbers (n,) by k-means or by hierarchical clustering with Ward's criterion.

    Notes
    -----
    S. P. Lloyd, IEEE Trans. Inf. Theory 28 (1982) 129; J. H. Ward, J. Am. Stat. Assoc. 58 (1963)
    236.
    """
    if method == "kmeans":
        return KMeans(n_clusters, n_init=4, random_state=seed).fit_predict(features)
    if method == "ward":
        return AgglomerativeClustering(n_clusters, linkage="ward").fit_predict(features)
    raise ValueError(f"cluster.methods: {method!r} is none of {', '.join(METHODS)}")


def agreement(truth: np.ndarray, clusters: np.ndarray) -> dict[str, float]:
    """How well clusters agree with labels; 1 is perfect.

    Returns
    -------
    dict
        ari: adjusted Rand index, 0 for chance (L. Hubert and P. Arabie, J. Classif. 2 (1985) 193);
        nmi: normalised mutual information; v_measure (with equal weights the same as nmi);
        purity: share of patterns that carry the commonest label of their cluster.
    """
    table = metrics.cluster.contingency_matrix(truth, clusters)
    return {
        "ari": float(metrics.adjusted_rand_score(truth, clusters)),
        "nmi": float(metrics.normalized_mutual_info_score(truth, clusters)),
        "purity": float(table.max(axis=0).sum() / table.sum()),
    }


def stability(
    method: str, features: np.ndarray, n_clusters: int, seed: int, repeats: int = 5
) -> float:
    """Mean adjusted Rand index between clusterings of random four fifths, on what they share.

    Notes
    -----
    A. Ben-Hur, A. Elisseeff and I. Guyon, Pac. Symp. Biocomput. 7 (2002) 6.
    """
    random = np.random.default_rng(seed)
    n, values = len(features), []
    for _ in range(repeats):
        halves = [np.sort(random.choice(n, size=(4 * n) // 5, replace=False)) for _ in range(2)]
        labels = [assign(method, features[rows], n_clusters, seed) for rows in halves]
        _, left, right = np.intersect1d(*halves, return_indices=True)
        values.append(metrics.adjusted_rand_score(labels[0][left], labels[1][right]))
    return float(np.mean(values))


def cluster(
    patterns: np.ndarray,
    truth: np.ndarray,
    settings: dict[str, Any],
    grid: tuple[float, float, int],
    window: tuple[float, float],
    seed: int,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Run every method on every kind of features, as many clusters as there are labels.

    Parameters
    ----------
    patterns : array (n, points)
    truth : array (n,)
        Known labels; they set the number of clusters and score the result, nothing else.
    settings : dict
        The `cluster` section of the config.
    grid, window, seed

    Returns
    -------
    scores : DataFrame
        method, features, ari, nmi, purity, silhouette, stability; best first. The controls (true
        labels, labels in random order) stand below.
    assignments : DataFrame
        One column a method and features, two (pc1, pc2) for a map of each kind of features.
    """
    n_clusters = len(np.unique(truth))
    rows, columns = [], {}
    for kind in settings["features"]:
        features = PatternFeatures(kind, grid, window).fit_transform(patterns)
        scores = PCA(2, svd_solver="covariance_eigh").fit_transform(features)
        columns[f"pc1_{kind}"], columns[f"pc2_{kind}"] = scores.T
        for method in settings["methods"]:
            found = assign(method, features, n_clusters, seed)
            columns[f"{method}_{kind}"] = found
            rows.append(
                {
                    "method": method,
                    "features": kind,
                    **agreement(truth, found),
                    "silhouette": float(metrics.silhouette_score(features, found)),
                    "stability": stability(method, features, n_clusters, seed),
                }
            )
    shuffled = np.random.default_rng(seed).permutation(truth)
    controls = [
        {"method": "perfect", "features": "labels", **agreement(truth, truth)},
        {"method": "random", "features": "labels", **agreement(truth, shuffled)},
    ]
    best_first = pd.DataFrame(rows).sort_values("ari", ascending=False)
    table = pd.concat([best_first, pd.DataFrame(controls)], ignore_index=True)
    return table, pd.DataFrame(columns)


def contents(truth: np.ndarray, clusters: np.ndarray) -> pd.DataFrame:
    """What each cluster holds: cluster, patterns, label (commonest), share, others."""
    rows = []
    for number in np.unique(clusters):
        counts = pd.Series(truth[clusters == number]).value_counts(sort=False).sort_index()
        counts = counts.sort_values(ascending=False, kind="stable")
        others = [f"{label} {count}" for label, count in counts.iloc[1:4].items()]
        rows.append(
            {
                "cluster": int(number),
                "patterns": int(counts.sum()),
                "label": counts.index[0],
                "share": float(counts.iloc[0] / counts.sum()),
                "others": ", ".join(others),
            }
        )
    return pd.DataFrame(rows).sort_values("patterns", ascending=False)
