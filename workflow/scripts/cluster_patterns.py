"""Cluster the development patterns and compare the clusters with the known labels."""

from pdflearn.study import logs
from pdflearn.clustering import algorithms, comparison, contents, embedding
from pdflearn.clustering.representations import window_of
from pdflearn.core.io import load_table, save_arrays, save_table
from pdflearn.dataset import axes
from pdflearn.dataset.features import PatternFeatures
from pdflearn.dataset.training_data import Preprocessing

from typing import Any

import numpy as np
import pandas as pd

# Patterns in the tree and on the t-SNE map, at most.
MAX_DRAWN = 2000
KNOWN = [
    "id", "name", "structure_type", "crystal_system", "nearest_neighbour", "diameter", "atoms",
    "draw",
]  # fmt: skip


def main(
    patterns_file: str, index_file: str, settings: dict[str, Any], outputs: dict[str, str]
) -> None:
    """Write all scores and assignments, and what the clusters closest to the labels hold."""
    cluster_settings, seed = settings["cluster"], settings["seed"]
    preprocessing = Preprocessing.from_settings(settings)
    index, patterns = _sample(patterns_file, load_table(index_file), cluster_settings)
    y_true = index["label"].to_numpy(dtype=str)
    result = comparison.compare_clusterings(patterns, y_true, cluster_settings, preprocessing, seed)
    best = result.scores.iloc[0]
    name = best["representation"]
    labels, features = result.labels[name, best["method"]], result.features[name]
    table = contents.cluster_contents(index, labels, features)
    raw = PatternFeatures("raw", preprocessing.grid, preprocessing.window).fit_transform(patterns)
    components = embedding.principal_components(raw)
    max_drawn = min(MAX_DRAWN, cluster_settings["max_pairwise"])
    drawn = algorithms.even_sample(len(features), max_drawn)
    save_table(outputs["scores"], result.scores)
    save_table(outputs["numbers"], result.n_clusters)
    save_table(
        outputs["assignments"],
        pd.concat(
            [
                index[[*KNOWN, "label"]],
                _maps(components, features, drawn, seed).assign(cluster=labels),
                pd.DataFrame({"_".join(key): values for key, values in result.labels.items()}),
            ],
            axis=1,
        ),
    )
    save_table(outputs["contents"], table)
    save_table(outputs["types"], contents.clusters_of_types(y_true, labels))
    representation = cluster_settings["representations"][name]
    save_arrays(
        outputs["shapes"],
        **_mean_patterns(patterns, labels, table, representation, preprocessing),
        loadings=components.loadings,
        explained=components.explained_variance_ratio,
        tree=algorithms.ward_tree(features[drawn]),
        tree_rows=drawn,
    )


def _sample(
    patterns_file: str, index: pd.DataFrame, cluster_settings: dict[str, Any]
) -> tuple[pd.DataFrame, np.ndarray]:
    """An even sample of the patterns of one radiation, with their labels and G(r)."""
    usable = (index["radiation"] == cluster_settings["radiation"]) & index["evaluated"]
    usable = np.flatnonzero(usable)
    rows = usable[algorithms.even_sample(len(usable), cluster_settings["max_patterns"])]
    sample = index.iloc[rows].reset_index(drop=True)
    sample["label"] = sample[cluster_settings["label"]].astype(str)
    return sample, np.load(patterns_file, mmap_mode="r")[rows]


def _maps(
    components: embedding.PrincipalComponents, features: np.ndarray, drawn: np.ndarray, seed: int
) -> pd.DataFrame:
    """Where each pattern stands on the two maps; t-SNE for the drawn ones alone."""
    tsne = np.full((len(features), 2), np.nan)
    tsne[drawn] = embedding.tsne(features[drawn], seed)
    scores = components.scores[:, : min(2, components.scores.shape[1])]
    return pd.DataFrame(
        {"pc1": scores[:, 0], "pc2": scores[:, -1], "tsne1": tsne[:, 0], "tsne2": tsne[:, 1]}
    )


def _mean_patterns(
    patterns: np.ndarray,
    labels: np.ndarray,
    table: pd.DataFrame,
    representation: dict[str, Any],
    preprocessing: Preprocessing,
) -> dict[str, np.ndarray]:
    """Mean, 10 and 90 % quantiles and the central member of each cluster, against their axis."""
    features, grid = representation["features"], preprocessing.grid
    window = window_of(representation, preprocessing.window)
    curves = PatternFeatures(features, grid, window).fit_transform(patterns)
    members = [curves[labels == cluster] for cluster in table["cluster"]]
    quantiles = [np.quantile(rows, [0.1, 0.9], axis=0) for rows in members]
    return {
        "features": np.array(features),
        "axis": axes.feature_axis(features, grid, window),
        "mean": np.array([rows.mean(axis=0) for rows in members]),
        "low": np.array([low for low, _ in quantiles]),
        "high": np.array([high for _, high in quantiles]),
        "central": curves[table["member"]],
    }


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings,
        dict(snakemake.output.items()),
    )
