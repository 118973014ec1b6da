"""Every clustering method on every representation: numbers of clusters, scores, controls."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.clustering import algorithms
from pdflearn.clustering.algorithms import FREE, NOISE
from pdflearn.clustering.representations import transform
from pdflearn.core.grid import Grid

SCORES = [
    "representation", "method", "n_clusters", "assigned", "ari", "nmi", "homogeneity",
    "completeness", "v_measure", "purity", "silhouette", "stability", "stability_low",
    "stability_high",
]  # fmt: skip


@dataclass(frozen=True)
class Clusterings:
    """What `run` found.

    Attributes
    ----------
    scores : DataFrame
        One row a representation and method, closest to the labels first, and the controls.
    numbers : DataFrame
        representation, method, n_clusters, criterion, value, low, high, chosen.
    labels : dict
        (representation, method) -> cluster of each pattern (n,).
    features : dict
        representation -> what was clustered (n, m).
    """

    scores: pd.DataFrame
    numbers: pd.DataFrame
    labels: dict[tuple[str, str], np.ndarray]
    features: dict[str, np.ndarray]


def choose_number(
    method: str,
    features: np.ndarray,
    numbers: list[int],
    known: int | None,
    settings: dict[str, Any],
    seed: int,
) -> tuple[int, np.ndarray, list[tuple[int, float]]]:
    """The number of clusters with the highest silhouette, or a known one; labels play no part.

    Returns
    -------
    n_clusters : int
    clusters : array (n,)
    tried : list of (number, silhouette)
    """
    pairs, neighbours = settings["max_pairwise"], settings["n_neighbors"]

    def clusters_of(n_clusters: int) -> np.ndarray:
        return algorithms.assign(method, features, n_clusters, seed, pairs, neighbours)

    if method in FREE:
        found = clusters_of(0)
        n_clusters = len(np.unique(found[found != NOISE]))
        return n_clusters, found, [(n_clusters, algorithms.silhouette(features, found, pairs))]
    tried = [(n, clusters_of(n)) for n in sorted({*numbers, *([known] if known else [])})]
    widths = [algorithms.silhouette(features, found, pairs) for _, found in tried]
    best = int(np.nanargmax(widths)) if not np.isnan(widths).all() else 0
    if known:
        best = [n for n, _ in tried].index(known)
    pairs_of = [(n, width) for (n, _), width in zip(tried, widths, strict=True)]
    return tried[best][0], tried[best][1], pairs_of


def run(
    patterns: np.ndarray,
    truth: np.ndarray,
    settings: dict[str, Any],
    grid: Grid,
    window: tuple[float, float],
    seed: int,
) -> Clusterings:
    """Cluster by every method in every representation.

    Parameters
    ----------
    patterns : array (n, points)
    truth : array (n,)
        Known labels: they score the results; with `number: labels` they also say how many
        clusters there are to be, nothing else.
    settings : dict
        The `cluster` section of the config.
    grid, window, seed
        See `representations.transform`.
    """
    pairs = settings["max_pairwise"]
    most = min(pairs, len(patterns)) // 2
    numbers = [n for n in settings["n_clusters_range"] if n <= most] or [2]
    wanted = settings["n_clusters"]
    known = len(np.unique(truth)) if wanted == "labels" else wanted
    known = None if wanted == "silhouette" else min(known, most)
    rows, tried_rows, found, all_features = [], [], {}, {}
    for name, spec in settings["representations"].items():
        features = all_features[name] = transform(patterns, spec, grid, window, seed)
        for method in settings["methods"]:
            n_clusters, clusters, tried = choose_number(
                method, features, numbers, known, settings, seed
            )
            found[name, method] = clusters
            for number, width in tried:
                tried_rows.append(_number(name, method, number, "silhouette", width, n_clusters))
            mean, low, high = algorithms.stability(
                method, features, n_clusters, seed, settings["n_resamples"], pairs,
                settings["n_neighbors"],
            )  # fmt: skip
            rows.append(
                {
                    "representation": name,
                    "method": method,
                    "n_clusters": n_clusters,
                    "assigned": float((clusters != NOISE).mean()),
                    **algorithms.agreement(truth, clusters),
                    "silhouette": algorithms.silhouette(features, clusters, pairs),
                    "stability": mean,
                    "stability_low": low,
                    "stability_high": high,
                }
            )
    scores = pd.DataFrame(rows).sort_values("ari", ascending=False, kind="stable")
    first = scores.iloc[0]
    best, features = first["representation"], all_features[first["representation"]]
    tried_rows += _other_criteria(features, best, numbers, seed, settings)
    shuffled = np.random.default_rng(seed).permutation(truth)
    controls = []
    for method, labels in (("true_labels", truth), ("random", shuffled)):
        codes = np.unique(labels, return_inverse=True)[1]
        controls.append(
            {
                "representation": best,
                "method": method,
                "n_clusters": len(np.unique(truth)),
                "assigned": 1.0,
                **algorithms.agreement(truth, labels),
                "silhouette": algorithms.silhouette(features, codes, pairs),
            }
        )
    table = pd.concat([scores, pd.DataFrame(controls)], ignore_index=True)[SCORES].round(6)
    return Clusterings(table, pd.DataFrame(tried_rows), found, all_features)


def _number(
    name: str, method: str, n: int, criterion: str, value: float, chosen: int, error: float = 0.0
) -> dict[str, Any]:
    return {
        "representation": name, "method": method, "n_clusters": n, "criterion": criterion,
        "value": round(value, 6), "low": round(value - error, 6), "high": round(value + error, 6),
        "chosen": n == chosen,
    }  # fmt: skip


def _other_criteria(
    features: np.ndarray, name: str, numbers: list[int], seed: int, settings: dict[str, Any]
) -> list[dict[str, Any]]:
    """BIC of Gaussian mixtures, gap and stability of k-means, for each number of clusters.

    BIC divided by the number of patterns; G. Schwarz, Ann. Stat. 6 (1978) 461. Each marks the
    number that it would choose; of the gap, the smallest within one error of the next one's.
    """
    seen = features[algorithms.sample(len(features), settings["max_pairwise"])]
    rows = []
    bic = [algorithms.mixture(seen, n, seed).bic(seen) / len(seen) for n in numbers]
    lowest = numbers[int(np.argmin(bic))]
    for n, value in zip(numbers, bic, strict=True):
        rows.append(_number(name, "gaussian_mixture", n, "bic", value, lowest))
    gaps = algorithms.gap(seen, numbers, seed)
    enough = [
        n
        for n, (here, _), (there, error) in zip(numbers[:-1], gaps[:-1], gaps[1:], strict=True)
        if here >= there - error
    ]
    chosen = enough[0] if enough else numbers[-1]
    for n, (value, error) in zip(numbers, gaps, strict=True):
        rows.append(_number(name, "kmeans", n, "gap", value, chosen, error))
    stable = [
        algorithms.stability(
            "kmeans", seen, n, seed, settings["n_resamples"], settings["max_pairwise"]
        )
        for n in numbers
    ]
    # Of equally stable numbers the largest tells most: two of three groups are stable as well.
    best = max(zip([round(mean, 6) for mean, _, _ in stable], numbers, strict=True))[1]
    for n, (mean, low, high) in zip(numbers, stable, strict=True):
        row = _number(name, "kmeans", n, "stability", mean, best)
        rows.append({**row, "low": round(low, 6), "high": round(high, 6)})
    return rows
