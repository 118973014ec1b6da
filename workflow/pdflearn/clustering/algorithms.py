"""Clustering methods: groups that patterns form by themselves, without labels."""

from collections.abc import Sequence

import numpy as np
from scipy.cluster import hierarchy
from scipy.linalg import eigh, qr, svd
from scipy.sparse.csgraph import laplacian
from scipy.spatial.distance import cdist
from sklearn.cluster import HDBSCAN, KMeans, MiniBatchKMeans
from sklearn.metrics import euclidean_distances
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import kneighbors_graph

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
    return cluster_numbers(method, features, [n_clusters], seed, max_pairwise, n_neighbors)[0]


def cluster_numbers(
    method: str,
    features: np.ndarray,
    numbers: Sequence[int],
    seed: int,
    max_pairwise: int = 5000,
    n_neighbors: int = 10,
) -> list[np.ndarray]:
    """Cluster the rows of an array into several numbers of clusters.

    Ward's tree and the map of spectral clustering are made once for all of them.

    Parameters
    ----------
    method, features, seed, max_pairwise, n_neighbors
        See `cluster`.
    numbers : sequence of int
        Numbers of clusters.

    Returns
    -------
    list of array (n,) of int
        The cluster of each row, for each number.
    """
    if method not in METHODS:
        raise PdflearnError(
            f"cluster.methods: {method!r} is none of {', '.join(METHODS)}. Correct or remove it"
        )
    if method in PAIRWISE and len(features) > max_pairwise:
        rows = even_sample(len(features), max_pairwise)
        clusterings = cluster_numbers(
            method, features[rows], numbers, seed, max_pairwise, n_neighbors
        )
        return [extend_labels(features, rows, labels) for labels in clusterings]
    if method == "kmeans" and len(features) > MAX_ROWS:
        settings = {"n_init": 3, "batch_size": 4096, "random_state": seed}
        return [MiniBatchKMeans(n, **settings).fit_predict(features) for n in numbers]
    if method == "kmeans":
        return [KMeans(n, n_init=2, random_state=seed).fit_predict(features) for n in numbers]
    if method == "gaussian_mixture":
        sample = features[even_sample(len(features), MAX_ROWS)]
        return [fit_mixture(sample, n, seed).predict(features) for n in numbers]
    if method == "ward":
        tree = ward_tree(features)
        return [hierarchy.fcluster(tree, n, "maxclust") for n in numbers]
    if method == "hdbscan":
        min_size = min(MIN_CLUSTER_SIZE, len(features) // 2)
        model = HDBSCAN(min_cluster_size=min_size, metric="precomputed", copy=True)
        labels = model.fit_predict(euclidean_distances(features))
        return [labels for _ in numbers]
    axes = spectral_map(features, max(numbers), n_neighbors)
    return [_assign(axes[:, :n]) for n in numbers]


def spectral_map(features: np.ndarray, n_components: int, n_neighbors: int) -> np.ndarray:
    """The smoothest functions (n, n_components) on the graph of nearest neighbours.

    Eigenvectors of the normalised Laplacian, all by one dense solver: for as few rows as pairs are
    made of, it is faster than finding a few of them.
    """
    n_neighbors = min(n_neighbors, len(features) - 1)
    graph = kneighbors_graph(features, n_neighbors, include_self=True)
    matrix, scale = laplacian(0.5 * (graph + graph.T), normed=True, return_diag=True)
    _, vectors = eigh(matrix.toarray(), subset_by_index=(0, min(n_components, len(features)) - 1))
    return vectors / scale[:, None]


def _assign(axes: np.ndarray) -> np.ndarray:
    """The cluster of each row of a spectral map, by pivots of its QR factors.

    References
    ----------
    A. Damle, V. Minden and L. Ying, Inf. Inference 8 (2019) 181.
    """
    n = axes.shape[1]
    _, _, pivots = qr(axes.T, pivoting=True, mode="economic")
    left, _, right = svd(axes[pivots[:n]].T)
    return np.abs(axes @ (left @ right.conj())).argmax(axis=1)


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
