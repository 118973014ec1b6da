"""How good a clustering is: agreement with labels, silhouette, stability, gap statistic."""

from collections.abc import Iterable

import numpy as np
from sklearn import metrics
from sklearn.cluster import KMeans

from pdflearn.clustering.algorithms import NOISE, cluster, even_sample

# Uniform data sets that the gap statistic compares with.
N_REFERENCES = 3


def agreement(y_true: np.ndarray, labels: np.ndarray) -> dict[str, float]:
    """How well clusters agree with known labels; noise counts as one cluster.

    Parameters
    ----------
    y_true : array (n,)
        Known labels.
    labels : array (n,) of int
        Clusters.

    Returns
    -------
    dict
        Scores of which 1 is perfect. ari: adjusted Rand index, 0 for random clusters [1]_; nmi:
        normalised mutual information, by the arithmetic mean; homogeneity: 1 where each cluster
        holds one label; completeness: 1 where each label lies in one cluster; v_measure: their
        harmonic mean, which equals nmi [2]_; purity: share of patterns that carry the most
        frequent label of their cluster.

    References
    ----------
    .. [1] L. Hubert and P. Arabie, J. Classif. 2 (1985) 193.
    .. [2] A. Rosenberg and J. Hirschberg, Proc. EMNLP-CoNLL (2007) 410.

    Examples
    --------
    >>> y_true = np.array(["fcc", "fcc", "fcc", "bcc"])
    >>> scores = agreement(y_true, np.array([0, 0, 1, 1]))
    >>> scores["purity"]
    0.75
    >>> agreement(y_true, np.array([5, 5, 5, 2]))["ari"]
    1.0
    """
    table = metrics.cluster.contingency_matrix(y_true, labels)
    homogeneity, completeness, v_measure = metrics.homogeneity_completeness_v_measure(
        y_true, labels
    )
    return {
        "ari": float(metrics.adjusted_rand_score(y_true, labels)),
        "nmi": float(metrics.normalized_mutual_info_score(y_true, labels)),
        "homogeneity": float(homogeneity),
        "completeness": float(completeness),
        "v_measure": float(v_measure),
        "purity": float(table.max(axis=0).sum() / table.sum()),
    }


def silhouette(
    features: np.ndarray,
    labels: np.ndarray,
    max_pairwise: int,
    distances: np.ndarray | None = None,
) -> float:
    """Mean silhouette width: how much nearer a pattern is to its own cluster than to the next.

    Parameters
    ----------
    features : array (n, m)
    labels : array (n,) of int
        Clusters; noise is left out.
    max_pairwise : int
        An even sample of at most so many patterns is scored.
    distances : array (m, m), optional
        The distances between the rows of this sample, where they are known.

    Returns
    -------
    float
        Between -1 and 1; NaN where there are not at least two clusters.

    References
    ----------
    P. J. Rousseeuw, J. Comput. Appl. Math. 20 (1987) 53.

    Examples
    --------
    >>> features = np.array([[0.0], [1.0], [10.0], [11.0]])
    >>> round(silhouette(features, np.array([0, 0, 1, 1]), max_pairwise=100), 2)
    0.9
    """
    rows = even_sample(len(features), max_pairwise)
    if distances is None:
        distances = metrics.euclidean_distances(features[rows])
    kept, labels = labels[rows] != NOISE, labels[rows]
    if not kept.all():
        distances, labels = distances[np.ix_(kept, kept)], labels[kept]
    if not 2 <= len(np.unique(labels)) < len(labels):
        return float("nan")
    return float(metrics.silhouette_score(distances, labels, metric="precomputed"))


def stability(
    method: str,
    features: np.ndarray,
    n_clusters: int,
    seed: int,
    n_resamples: int = 5,
    max_pairwise: int = 5000,
    n_neighbors: int = 10,
) -> tuple[float, float, float]:
    """Whether the same clusters come from other patterns of the same kind; needs no labels.

    Random four fifths of the patterns are clustered several times, and each two clusterings are
    compared by the adjusted Rand index on the patterns that they share.

    Parameters
    ----------
    method, features, n_clusters, seed, max_pairwise, n_neighbors
        See `algorithms.cluster`.
    n_resamples : int, default 5
        How often four fifths are drawn.

    Returns
    -------
    mean, low, high : float
        Over all pairs of resamples; low and high are the 2.5 and 97.5 % quantiles.

    References
    ----------
    A. Ben-Hur, A. Elisseeff and I. Guyon, Pac. Symp. Biocomput. 7 (2002) 6.

    Examples
    --------
    >>> features = np.concatenate([np.linspace(0, 1, 20), np.linspace(9, 10, 20)])[:, None]
    >>> stability("kmeans", features, 2, seed=0)
    (1.0, 1.0, 1.0)
    """
    random = np.random.default_rng(seed)
    features = features[even_sample(len(features), max_pairwise)]
    n = len(features)
    resamples = [
        np.sort(random.choice(n, size=(4 * n) // 5, replace=False)) for _ in range(n_resamples)
    ]
    clusterings = []
    for rows in resamples:
        labels = np.full(n, NOISE - 1)  # what was not drawn
        labels[rows] = cluster(method, features[rows], n_clusters, seed, max_pairwise, n_neighbors)
        clusterings.append(labels)
    values = []
    for i, first in enumerate(clusterings):
        for second in clusterings[i + 1 :]:
            shared = (first >= NOISE) & (second >= NOISE)
            values.append(metrics.adjusted_rand_score(first[shared], second[shared]))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(np.mean(values)), float(low), float(high)


def gap_statistic(
    features: np.ndarray, n_clusters_range: Iterable[int], seed: int
) -> list[tuple[float, float]]:
    """Gap statistic of k-means for each number of clusters.

    How far log(W) lies below that of uniform data in a box along the principal axes; W is the sum
    of squared distances to the cluster means.

    Parameters
    ----------
    features : array (n, m)
    n_clusters_range : iterable of int
    seed : int

    Returns
    -------
    list of (gap, standard error)
        For each number of clusters.

    References
    ----------
    R. Tibshirani, G. Walther and T. Hastie, J. R. Stat. Soc. B 63 (2001) 411.
    """
    random = np.random.default_rng(seed)
    centred = features - features.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    rotated = centred @ axes.T
    low, high = rotated.min(axis=0), rotated.max(axis=0)
    uniform = [random.uniform(low, high, rotated.shape) for _ in range(N_REFERENCES)]
    gaps = []
    for n_clusters in n_clusters_range:
        within = [
            np.log(KMeans(n_clusters, n_init=1, random_state=seed).fit(data).inertia_)
            for data in (rotated, *uniform)
        ]
        error = float(np.std(within[1:]) * np.sqrt(1 + 1 / N_REFERENCES))
        gaps.append((float(np.mean(within[1:]) - within[0]), error))
    return gaps
