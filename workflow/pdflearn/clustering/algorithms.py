"""Clustering methods: groups that patterns form by themselves, without labels."""

import numpy as np
from scipy.cluster import hierarchy
from scipy.spatial.distance import cdist
from sklearn.cluster import (
    HDBSCAN,
    AgglomerativeClustering,
    KMeans,
    MiniBatchKMeans,
    SpectralClustering,
)
from sklearn.mixture import GaussianMixture

from pdflearn.core.errors import PdflearnError

METHODS = ("kmeans", "gaussian_mixture", "ward", "hdbscan", "spectral")
# These need the distances between all pairs of rows, or a graph of them, and so see a sample.
PAIRWISE = ("ward", "hdbscan", "spectral")
# These find the number of clusters themselves.
FINDS_N_CLUSTERS = ("hdbscan",)
# Above so many patterns k-means works in batches, and mixtures are fitted to an even sample.
MAX_ROWS = 10_000
MIN_CLUSTER_SIZE = 5
# The label of patterns that HDBSCAN leaves out of every cluster.
NOISE = -1


def even_sample(n: int, max_size: int) -> np.ndarray:
    """Row indices 0 ... n - 1, or at most `max_size` of them, evenly spread.

    Examples
    --------
    >>> even_sample(3, 10)
    array([0, 1, 2])
    >>> even_sample(101, 3)
    array([  0,  50, 100])
    """
    return np.unique(np.linspace(0, n - 1, min(n, max_size)).round().astype(int))


def fit_mixture(features: np.ndarray, n_clusters: int, seed: int) -> GaussianMixture:
    """Fit a Gaussian mixture with diagonal covariances.

    A thousandth of the features' variance is added to each covariance, so that no component
    shrinks to a single point.

    Parameters
    ----------
    features : array (n, m)
    n_clusters : int
        Number of components.
    seed : int
    """
    floor = 1e-3 * features.var() + 1e-12
    model = GaussianMixture(
        n_clusters, covariance_type="diag", reg_covar=floor, max_iter=50, tol=1e-2,
        random_state=seed,
    )  # fmt: skip
    return model.fit(features)


def cluster(
    method: str,
    features: np.ndarray,
    n_clusters: int,
    seed: int,
    max_pairwise: int = 5000,
    n_neighbors: int = 10,
) -> np.ndarray:
    """Cluster the rows of an array.

    Parameters
    ----------
    method : {"kmeans", "gaussian_mixture", "ward", "hdbscan", "spectral"}
    features : array (n, m)
        One row a pattern, compared by Euclidean distance.
    n_clusters : int
        HDBSCAN takes no notice of it.
    seed : int
    max_pairwise : int, default 5000
        Methods that need all pairs (`PAIRWISE`) see an even sample of at most so many rows; every
        other row goes to the cluster with the nearest mean. Above `MAX_ROWS` rows k-means works in
        batches, and mixtures are fitted to a sample of so many.
    n_neighbors : int, default 10
        Neighbours of each row in the graph that spectral clustering cuts. Where every row has near
        copies (other instruments, other elements) it must exceed their number, or each set of
        copies becomes a cluster.

    Returns
    -------
    array (n,) of int
        The cluster of each row; `NOISE` (-1) for rows that HDBSCAN leaves out.

    Raises
    ------
    PdflearnError
        For an unknown method.

    See Also
    --------
    pdflearn.clustering.scores : how good a clustering is, with and without labels.

    References
    ----------
    k-means: S. P. Lloyd, IEEE Trans. Inf. Theory 28 (1982) 129; in batches: D. Sculley, Proc. WWW
    (2010) 1177. Ward: J. H. Ward, J. Am. Stat. Assoc. 58 (1963) 236. HDBSCAN: R. J. G. B. Campello
    et al., ACM Trans. Knowl. Discov. Data 10 (2015) 5. Spectral, on the graph of nearest
    neighbours: A. Y. Ng et al., Adv. Neural Inf. Process. Syst. 14 (2001) 849.

    Examples
    --------
    >>> features = np.array([[0.0], [0.1], [5.0], [5.1]])
    >>> labels = cluster("ward", features, 2, seed=0)
    >>> bool(labels[0] == labels[1] != labels[2] == labels[3])
    True
    """
    if method not in METHODS:
        raise PdflearnError(
            f"cluster.methods: {method!r} is none of {', '.join(METHODS)}. Correct or remove it"
        )
    if method in PAIRWISE and len(features) > max_pairwise:
        rows = even_sample(len(features), max_pairwise)
        labels = cluster(method, features[rows], n_clusters, seed, max_pairwise, n_neighbors)
        return extend_labels(features, rows, labels)
    if method == "kmeans" and len(features) > MAX_ROWS:
        model = MiniBatchKMeans(n_clusters, n_init=3, batch_size=4096, random_state=seed)
        return model.fit_predict(features)
    if method == "kmeans":
        return KMeans(n_clusters, n_init=2, random_state=seed).fit_predict(features)
    if method == "gaussian_mixture":
        sample = features[even_sample(len(features), MAX_ROWS)]
        return fit_mixture(sample, n_clusters, seed).predict(features)
    if method == "ward":
        return AgglomerativeClustering(n_clusters, linkage="ward").fit_predict(features)
    if method == "hdbscan":
        min_size = min(MIN_CLUSTER_SIZE, len(features) // 2)
        return HDBSCAN(min_cluster_size=min_size, copy=True).fit_predict(features)
    return SpectralClustering(
        n_clusters, affinity="nearest_neighbors", n_neighbors=min(n_neighbors, len(features) - 1),
        assign_labels="cluster_qr", random_state=seed,
    ).fit_predict(features)  # fmt: skip


def extend_labels(features: np.ndarray, rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Give every row a cluster, from the clusters of a sample.

    Parameters
    ----------
    features : array (n, m)
    rows : array (k,) of int
        Indices of the sampled rows.
    labels : array (k,) of int
        Their clusters.

    Returns
    -------
    array (n,) of int
        The sample keeps its labels, noise included; every other row goes to the cluster with the
        nearest mean.
    """
    clusters = np.unique(labels[labels != NOISE])
    extended = np.full(len(features), NOISE)
    if len(clusters):
        means = np.array([features[rows[labels == k]].mean(axis=0) for k in clusters])
        for block in np.array_split(np.arange(len(features)), -(-len(features) // 10_000)):
            extended[block] = clusters[cdist(features[block], means).argmin(axis=1)]
    extended[rows] = labels
    return extended


def ward_tree(features: np.ndarray) -> np.ndarray:
    """Ward's tree of n patterns as SciPy's linkage matrix (n - 1, 4)."""
    return hierarchy.linkage(features, method="ward")
