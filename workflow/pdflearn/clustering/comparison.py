"""Every clustering method on every representation: numbers of clusters, scores, controls."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from sklearn.metrics import euclidean_distances

from pdflearn.clustering import algorithms, scores
from pdflearn.clustering.algorithms import FINDS_N_CLUSTERS, NOISE
from pdflearn.clustering.representations import transform
from pdflearn.dataset.training_data import Preprocessing

SCORES = [
    "representation", "method", "n_clusters", "assigned", "ari", "nmi", "homogeneity",
    "completeness", "v_measure", "purity", "silhouette", "stability", "stability_low",
    "stability_high",
]  # fmt: skip


@dataclass(frozen=True)
class ClusterComparison:
    """All clusterings of one set of patterns.

    Attributes
    ----------
    scores : DataFrame
        Columns `SCORES`: one row a representation and method, closest to the labels first, then
        the controls.
    n_clusters : DataFrame
        What each criterion says of each number of clusters: representation, method, n_clusters,
        criterion, value, low, high, chosen.
    labels : dict
        (representation, method) -> cluster of each pattern (n,).
    features : dict
        representation -> what was clustered (n, m).
    """

    scores: pd.DataFrame
    n_clusters: pd.DataFrame
    labels: dict[tuple[str, str], np.ndarray]
    features: dict[str, np.ndarray]


@dataclass(frozen=True)
class Clustering:
    """One clustering, with the numbers of clusters that were tried before.

    Attributes
    ----------
    n_clusters : int
    labels : array (n,) of int
    tried : list of (n_clusters, silhouette)
    """

    n_clusters: int
    labels: np.ndarray
    tried: list[tuple[int, float]]


def select_n_clusters(
    method: str,
    features: np.ndarray,
    n_clusters_range: list[int],
    n_clusters: int | None,
    settings: dict[str, Any],
    seed: int,
) -> Clustering:
    """Cluster with the number of clusters that has the highest silhouette, or with a given one.

    Parameters
    ----------
    method, features, seed
        See `algorithms.cluster`; a method that finds the number itself is run once.
    n_clusters_range : list of int
        Numbers of clusters to try.
    n_clusters : int or None
        A given number; the others are tried beside it.
    settings : dict
        max_pairwise, n_neighbors.
    """
    max_pairwise, n_neighbors = settings["max_pairwise"], settings["n_neighbors"]

    distances = euclidean_distances(features[algorithms.even_sample(len(features), max_pairwise)])

    def width(labels: np.ndarray) -> float:
        return scores.silhouette(features, labels, max_pairwise, distances)

    if method in FINDS_N_CLUSTERS:
        labels = algorithms.cluster(method, features, 0, seed, max_pairwise, n_neighbors)
        n = len(np.unique(labels[labels != NOISE]))
        return Clustering(n, labels, [(n, width(labels))])
    numbers = sorted({*n_clusters_range, *([n_clusters] if n_clusters else [])})
    clusterings = algorithms.cluster_numbers(
        method, features, numbers, seed, max_pairwise, n_neighbors
    )
    widths = [width(labels) for labels in clusterings]
    best = int(np.nanargmax(widths)) if not np.isnan(widths).all() else 0
    if n_clusters:
        best = numbers.index(n_clusters)
    tried = list(zip(numbers, widths, strict=True))
    return Clustering(numbers[best], clusterings[best], tried)


def compare_clusterings(
    patterns: np.ndarray,
    y_true: np.ndarray,
    settings: dict[str, Any],
    preprocessing: Preprocessing,
    seed: int,
) -> ClusterComparison:
    """Cluster by every method in every representation.

    Parameters
    ----------
    patterns : array (n, points)
        G(r) on the study's grid.
    y_true : array (n,)
        Known labels: they score the results; with `n_clusters: labels` they also say how many
        clusters there are to be, nothing else.
    settings : dict
        The `cluster` section of the config.
    preprocessing : Preprocessing
    seed : int
    """
    max_pairwise = settings["max_pairwise"]
    limit = min(max_pairwise, len(patterns)) // 2
    n_clusters_range = [n for n in settings["n_clusters_range"] if n <= limit] or [2]
    wanted = settings["n_clusters"]
    given = len(np.unique(y_true)) if wanted == "labels" else wanted
    given = None if wanted == "silhouette" else min(given, limit)
    rows, tried_rows, all_labels, all_features = [], [], {}, {}
    for name, spec in settings["representations"].items():
        features = all_features[name] = transform(patterns, spec, preprocessing, seed)
        for method in settings["methods"]:
            clustering = select_n_clusters(
                method, features, n_clusters_range, given, settings, seed
            )
            labels = all_labels[name, method] = clustering.labels
            for n, width in clustering.tried:
                tried_rows.append(
                    _criterion_row(name, method, n, "silhouette", width, clustering.n_clusters)
                )
            mean, low, high = scores.stability(
                method, features, clustering.n_clusters, seed, settings["n_resamples"],
                max_pairwise, settings["n_neighbors"],
            )  # fmt: skip
            rows.append(
                {
                    "representation": name,
                    "method": method,
                    "n_clusters": clustering.n_clusters,
                    "assigned": float((labels != NOISE).mean()),
                    **scores.agreement(y_true, labels),
                    "silhouette": dict(clustering.tried)[clustering.n_clusters],
                    "stability": mean,
                    "stability_low": low,
                    "stability_high": high,
                }
            )
    table = pd.DataFrame(rows).sort_values("ari", ascending=False, kind="stable")
    best = table.iloc[0]["representation"]
    tried_rows += _other_criteria(all_features[best], best, n_clusters_range, seed, settings)
    controls = _controls(y_true, best, all_features[best], max_pairwise, seed)
    table = pd.concat([table, pd.DataFrame(controls)], ignore_index=True)[SCORES].round(6)
    return ClusterComparison(table, pd.DataFrame(tried_rows), all_labels, all_features)


def _controls(
    y_true: np.ndarray, name: str, features: np.ndarray, max_pairwise: int, seed: int
) -> list[dict[str, Any]]:
    """Scores of the true labels themselves and of shuffled ones: the bounds of all scores."""
    shuffled = np.random.default_rng(seed).permutation(y_true)
    rows = []
    for method, labels in (("true_labels", y_true), ("random", shuffled)):
        codes = np.unique(labels, return_inverse=True)[1]
        rows.append(
            {
                "representation": name,
                "method": method,
                "n_clusters": len(np.unique(y_true)),
                "assigned": 1.0,
                **scores.agreement(y_true, labels),
                "silhouette": scores.silhouette(features, codes, max_pairwise),
            }
        )
    return rows


def _criterion_row(
    name: str, method: str, n: int, criterion: str, value: float, chosen: int, error: float = 0.0
) -> dict[str, Any]:
    """What a criterion says of n clusters, and whether it would choose this number."""
    return {
        "representation": name, "method": method, "n_clusters": n, "criterion": criterion,
        "value": round(value, 6), "low": round(value - error, 6), "high": round(value + error, 6),
        "chosen": n == chosen,
    }  # fmt: skip


def _other_criteria(
    features: np.ndarray,
    name: str,
    n_clusters_range: list[int],
    seed: int,
    settings: dict[str, Any],
) -> list[dict[str, Any]]:
    """BIC of Gaussian mixtures, gap and stability of k-means, for each number of clusters.

    BIC divided by the number of patterns; G. Schwarz, Ann. Stat. 6 (1978) 461. Each marks the
    number that it would choose; of the gap, the smallest within one standard error of the next
    one's.
    """
    max_pairwise = settings["max_pairwise"]
    sample = features[algorithms.even_sample(len(features), max_pairwise)]
    rows = []
    bic = [
        algorithms.fit_mixture(sample, n, seed).bic(sample) / len(sample) for n in n_clusters_range
    ]
    lowest = n_clusters_range[int(np.argmin(bic))]
    for n, value in zip(n_clusters_range, bic, strict=True):
        rows.append(_criterion_row(name, "gaussian_mixture", n, "bic", value, lowest))
    gaps = scores.gap_statistic(sample, n_clusters_range, seed)
    enough = [
        n
        for n, (gap, _), (next_gap, error) in zip(
            n_clusters_range[:-1], gaps[:-1], gaps[1:], strict=True
        )
        if gap >= next_gap - error
    ]
    chosen = enough[0] if enough else n_clusters_range[-1]
    for n, (gap, error) in zip(n_clusters_range, gaps, strict=True):
        rows.append(_criterion_row(name, "kmeans", n, "gap", gap, chosen, error))
    stabilities = [
        scores.stability("kmeans", sample, n, seed, settings["n_resamples"], max_pairwise)
        for n in n_clusters_range
    ]
    # Of equally stable numbers the largest tells most: two of three groups are stable as well.
    means = [round(mean, 6) for mean, _, _ in stabilities]
    best = max(zip(means, n_clusters_range, strict=True))[1]
    for n, (mean, low, high) in zip(n_clusters_range, stabilities, strict=True):
        row = _criterion_row(name, "kmeans", n, "stability", mean, best)
        rows.append({**row, "low": round(low, 6), "high": round(high, 6)})
    return rows
