"""Groups that patterns form by themselves: found, counted, and held against the known labels."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy
from scipy.spatial.distance import cdist
from sklearn import metrics
from sklearn.cluster import (
    HDBSCAN,
    AgglomerativeClustering,
    KMeans,
    MiniBatchKMeans,
    SpectralClustering,
)
from sklearn.mixture import GaussianMixture

METHODS = ("kmeans", "gaussian_mixture", "ward", "hdbscan", "spectral")
# These hold distances between all pairs, or a graph of them: they see a sample.
PAIRWISE = ("ward", "hdbscan", "spectral")
# These find the number of clusters themselves.
FREE = ("hdbscan",)
# Above so many patterns k-means works in batches, and mixtures are fitted to an even sample.
MOST_AT_ONCE = 10_000
SMALLEST_CLUSTER = 5
# What HDBSCAN leaves out of every cluster.
NOISE = -1
# Uniform data sets that the gap statistic compares with.
REFERENCES = 3


def sample(n: int, most: int) -> np.ndarray:
    """Row numbers, evenly spread, at most `most` of n."""
    return np.unique(np.linspace(0, n - 1, min(n, most)).round().astype(int))


def mixture(features: np.ndarray, n_clusters: int, seed: int) -> GaussianMixture:
    """A fitted Gaussian mixture with diagonal covariances, kept off single points."""
    floor = 1e-3 * features.var() + 1e-12
    model = GaussianMixture(
        n_clusters, covariance_type="diag", reg_covar=floor, max_iter=50, tol=1e-2,
        random_state=seed,
    )  # fmt: skip
    return model.fit(features)


def assign(
    method: str,
    features: np.ndarray,
    n_clusters: int,
    seed: int,
    pairs: int = 5000,
    neighbours: int = 10,
) -> np.ndarray:
    """Cluster numbers (n,); HDBSCAN's noise is -1.

    Parameters
    ----------
    method : str
        One of `METHODS`.
    features : array (n, m)
        Compared by Euclidean distance.
    n_clusters : int
        HDBSCAN takes no notice of it.
    seed : int
    pairs : int
        Methods that hold pairs see an even sample of at most so many rows; every other row goes to
        the cluster with the nearest mean. Above `MOST_AT_ONCE` rows k-means works in batches, and
        mixtures are fitted to a sample of so many.
    neighbours : int
        Of each row in the graph that spectral clustering cuts. Where every row has near copies
        (other settings, other elements) it must exceed their number, or each set of copies becomes
        a cluster.

    Notes
    -----
    k-means: S. P. Lloyd, IEEE Trans. Inf. Theory 28 (1982) 129; in batches: D. Sculley, Proc. WWW
    (2010) 1177. Ward: J. H. Ward, J. Am. Stat. Assoc. 58 (1963) 236. HDBSCAN: R. J. G. B. Campello
    et al., ACM Trans. Knowl. Discov. Data 10 (2015) 5. Spectral, on the graph of nearest
    neighbours: A. Y. Ng et al., Adv. Neural Inf. Process. Syst. 14 (2001) 849.
    """
    if method not in METHODS:
        raise ValueError(f"cluster.methods: {method!r} is none of {', '.join(METHODS)}")
    if method in PAIRWISE and len(features) > pairs:
        rows = sample(len(features), pairs)
        found = assign(method, features[rows], n_clusters, seed, pairs, neighbours)
        return extend(features, rows, found)
    if method == "kmeans" and len(features) > MOST_AT_ONCE:
        model = MiniBatchKMeans(n_clusters, n_init=3, batch_size=4096, random_state=seed)
        return model.fit_predict(features)
    if method == "kmeans":
        return KMeans(n_clusters, n_init=2, random_state=seed).fit_predict(features)
    if method == "gaussian_mixture":
        seen = features[sample(len(features), MOST_AT_ONCE)]
        return mixture(seen, n_clusters, seed).predict(features)
    if method == "ward":
        return AgglomerativeClustering(n_clusters, linkage="ward").fit_predict(features)
    if method == "hdbscan":
        smallest = min(SMALLEST_CLUSTER, len(features) // 2)
        return HDBSCAN(min_cluster_size=smallest, copy=True).fit_predict(features)
    return SpectralClustering(
        n_clusters, affinity="nearest_neighbors", n_neighbors=min(neighbours, len(features) - 1),
        assign_labels="cluster_qr", random_state=seed,
    ).fit_predict(features)  # fmt: skip


def extend(features: np.ndarray, rows: np.ndarray, found: np.ndarray) -> np.ndarray:
    """Clusters of a sample given to all rows: each goes to the cluster with the nearest mean."""
    numbers = np.unique(found[found != NOISE])
    everyone = np.full(len(features), NOISE)
    if len(numbers):
        means = np.array([features[rows[found == number]].mean(axis=0) for number in numbers])
        for part in np.array_split(np.arange(len(features)), -(-len(features) // 10_000)):
            everyone[part] = numbers[cdist(features[part], means).argmin(axis=1)]
    everyone[rows] = found
    return everyone


def agreement(truth: np.ndarray, clusters: np.ndarray) -> dict[str, float]:
    """How well clusters agree with labels; 1 is perfect. Noise counts as one cluster.

    Returns
    -------
    dict
        ari: adjusted Rand index, 0 for chance (L. Hubert and P. Arabie, J. Classif. 2 (1985) 193);
        nmi: normalised mutual information, by the arithmetic mean; homogeneity: 1 where each
        cluster holds one label; completeness: 1 where each label lies in one cluster; v_measure:
        their harmonic mean, which equals nmi (A. Rosenberg and J. Hirschberg, Proc. EMNLP-CoNLL
        (2007) 410); purity: share of patterns that carry the commonest label of their cluster.
    """
    table = metrics.cluster.contingency_matrix(truth, clusters)
    homogeneity, completeness, v_measure = metrics.homogeneity_completeness_v_measure(
        truth, clusters
    )
    return {
        "ari": float(metrics.adjusted_rand_score(truth, clusters)),
        "nmi": float(metrics.normalized_mutual_info_score(truth, clusters)),
        "homogeneity": float(homogeneity),
        "completeness": float(completeness),
        "v_measure": float(v_measure),
        "purity": float(table.max(axis=0).sum() / table.sum()),
    }


def silhouette(features: np.ndarray, clusters: np.ndarray, pairs: int) -> float:
    """Mean silhouette width of an even sample, noise left out; NaN for a single cluster.

    Notes
    -----
    P. J. Rousseeuw, J. Comput. Appl. Math. 20 (1987) 53.
    """
    rows = sample(len(features), pairs)
    rows = rows[clusters[rows] != NOISE]
    n_clusters = len(np.unique(clusters[rows]))
    if not 2 <= n_clusters < len(rows):
        return float("nan")
    return float(metrics.silhouette_score(features[rows], clusters[rows]))


def stability(
    method: str,
    features: np.ndarray,
    n_clusters: int,
    seed: int,
    resamples: int = 5,
    pairs: int = 5000,
    neighbours: int = 10,
) -> tuple[float, float, float]:
    """Adjusted Rand index between clusterings of random four fifths, on what they share.

    Returns
    -------
    mean, low, high : float
        Over all pairs of resamples; low and high are the 2.5 and 97.5 % quantiles.

    Notes
    -----
    A. Ben-Hur, A. Elisseeff and I. Guyon, Pac. Symp. Biocomput. 7 (2002) 6.
    """
    random = np.random.default_rng(seed)
    features = features[sample(len(features), pairs)]
    n = len(features)
    drawn = [np.sort(random.choice(n, size=(4 * n) // 5, replace=False)) for _ in range(resamples)]
    found = []
    for rows in drawn:
        clusters = np.full(n, NOISE - 1)
        clusters[rows] = assign(method, features[rows], n_clusters, seed, pairs, neighbours)
        found.append(clusters)
    values = []
    for i, left in enumerate(found):
        for right in found[i + 1 :]:
            both = (left >= NOISE) & (right >= NOISE)
            values.append(metrics.adjusted_rand_score(left[both], right[both]))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(np.mean(values)), float(low), float(high)


def gap(features: np.ndarray, numbers: Iterable[int], seed: int) -> list[tuple[float, float]]:
    """Gap statistic of k-means for each number of clusters, with its standard error.

    Returns
    -------
    list of (gap, error)

    Notes
    -----
    R. Tibshirani, G. Walther and T. Hastie, J. R. Stat. Soc. B 63 (2001) 411: how far log(W), W the
    sum of squared distances to the cluster means, lies below that of uniform data in a box along
    the principal axes.
    """
    random = np.random.default_rng(seed)
    centred = features - features.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    turned = centred @ axes.T
    low, high = turned.min(axis=0), turned.max(axis=0)
    uniform = [random.uniform(low, high, turned.shape) for _ in range(REFERENCES)]
    found = []
    for n in numbers:
        within = [
            np.log(KMeans(n, n_init=1, random_state=seed).fit(data).inertia_)
            for data in (turned, *uniform)
        ]
        error = float(np.std(within[1:]) * np.sqrt(1 + 1 / REFERENCES))
        found.append((float(np.mean(within[1:]) - within[0]), error))
    return found


def tree(features: np.ndarray) -> np.ndarray:
    """Ward's tree as SciPy's linkage matrix (n - 1, 4)."""
    return hierarchy.linkage(features, method="ward")


def contents(index: pd.DataFrame, clusters: np.ndarray, features: np.ndarray) -> pd.DataFrame:
    """What each cluster holds, largest first; noise last.

    Parameters
    ----------
    index : DataFrame
        label, crystal_system, name, nearest_neighbour (angstrom), diameter (angstrom; empty for
        bulk): one row a pattern.
    clusters : array (n,)
    features : array (n, m)

    Returns
    -------
    DataFrame
        cluster, patterns, label (commonest), share, others, crystal_systems, nearest_neighbour
        (median, angstrom), finite (share of patterns of particles), central (name of the member
        that is nearest to the mean), member (its row).
    """
    rows = []
    for number in np.unique(clusters):
        members = np.flatnonzero(clusters == number)
        own = index.iloc[members]
        labels, systems = _counted(own["label"]), _counted(own["crystal_system"])
        away = np.linalg.norm(features[members] - features[members].mean(axis=0), axis=1)
        central = members[away.argmin()]
        rows.append(
            {
                "cluster": int(number),
                "patterns": len(members),
                "label": labels.index[0],
                "share": round(float(labels.iloc[0] / len(members)), 4),
                "others": ", ".join(f"{name} {n}" for name, n in labels.iloc[1:4].items()),
                "crystal_systems": ", ".join(f"{name} {n}" for name, n in systems.iloc[:3].items()),
                "nearest_neighbour": round(float(own["nearest_neighbour"].median()), 3),
                "finite": round(float(own["diameter"].notna().mean()), 3),
                "central": index["name"].iloc[central],
                "member": int(central),
            }
        )
    table = pd.DataFrame(rows)
    order = table.assign(noise=table["cluster"] == NOISE)
    order = order.sort_values(["noise", "patterns", "cluster"], ascending=[True, False, True])
    return table.loc[order.index].reset_index(drop=True)


def _counted(values: pd.Series) -> pd.Series:
    """How often each value stands, commonest first, equal ones in alphabetical order."""
    counts = values.value_counts(sort=False).sort_index()
    return counts.sort_values(ascending=False, kind="stable")


def of_types(labels: np.ndarray, clusters: np.ndarray) -> pd.DataFrame:
    """Where each type went.

    Returns
    -------
    DataFrame
        structure_type, patterns, clusters (over how many it is spread), cluster (the one with most
        of it), share (of its patterns in that cluster), purity (share of that cluster's patterns
        that are of this type).
    """
    table = pd.crosstab(labels, clusters)
    most = table.idxmax(axis=1)
    rows = [
        {
            "structure_type": kind,
            "patterns": int(row.sum()),
            "clusters": int((row > 0).sum()),
            "cluster": int(most[kind]),
            "share": round(float(row[most[kind]] / row.sum()), 4),
            "purity": round(float(row[most[kind]] / table[most[kind]].sum()), 4),
        }
        for kind, row in table.iterrows()
    ]
    return pd.DataFrame(rows)
