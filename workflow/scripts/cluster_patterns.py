"""Cluster the development patterns and hold the clusters against the known labels."""

from typing import Any

import numpy as np
import pandas as pd

from pdflearn.clustering import algorithms, comparison, embedding
from pdflearn.clustering.representations import window_of
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table, save_arrays, save_table
from pdflearn.dataset import axes
from pdflearn.dataset.features import PatternFeatures
from pdflearn.study import logs

# Patterns in the tree and on the t-SNE map, at most.
MOST_DRAWN = 2000
KNOWN = [
    "id", "name", "structure_type", "crystal_system", "nearest_neighbour", "diameter", "atoms",
    "draw",
]  # fmt: skip


def main(
    patterns_file: str, index_file: str, settings: dict[str, Any], outputs: dict[str, str]
) -> None:
    """Write all scores and assignments, and what the clusters closest to the labels hold."""
    index = load_table(index_file)
    own = settings["cluster"]
    of_radiation = np.flatnonzero((index["radiation"] == own["radiation"]) & index["evaluated"])
    rows = of_radiation[algorithms.sample(len(of_radiation), own["max_patterns"])]
    chosen = index.iloc[rows].reset_index(drop=True)
    chosen["label"] = chosen[own["label"]].astype(str)
    g = np.load(patterns_file, mmap_mode="r")[rows]
    truth = chosen["label"].to_numpy(dtype=str)
    grid = Grid(**settings["simulate/grid"])
    window = tuple(settings["features"]["window"])
    result = comparison.run(g, truth, own, grid, window, settings["seed"])
    first = result.scores.iloc[0]
    name = first["representation"]
    found = result.labels[name, first["method"]]
    features = result.features[name]
    contents = algorithms.contents(chosen, found, features)
    representation = own["representations"][name]
    seen = window_of(representation, window)
    curves = PatternFeatures(representation["features"], grid, seen).fit_transform(g)
    axis = axes.feature_axis(representation["features"], grid, seen)
    raw = PatternFeatures("raw", grid, window).fit_transform(g)
    components = embedding.principal_components(raw)
    drawn = algorithms.sample(len(features), min(MOST_DRAWN, own["max_pairwise"]))
    tsne = np.full((len(features), 2), np.nan)
    tsne[drawn] = embedding.tsne(features[drawn], settings["seed"])
    scores = components.scores[:, : min(2, components.scores.shape[1])]
    maps = {"pc1": scores[:, 0], "pc2": scores[:, -1], "tsne1": tsne[:, 0], "tsne2": tsne[:, 1]}
    columns = {"_".join(key): labels for key, labels in result.labels.items()}
    save_table(outputs["scores"], result.scores)
    save_table(outputs["numbers"], result.numbers)
    save_table(
        outputs["assignments"],
        pd.concat(
            [chosen[[*KNOWN, "label"]], pd.DataFrame({**maps, "cluster": found, **columns})], axis=1
        ),
    )
    save_table(outputs["contents"], contents)
    save_table(outputs["types"], algorithms.of_types(truth, found))
    members = [found == number for number in contents["cluster"]]
    quantiles = [np.quantile(curves[m], [0.1, 0.9], axis=0) for m in members]
    save_arrays(
        outputs["shapes"],
        features=np.array(representation["features"]),
        axis=axis,
        mean=np.array([curves[m].mean(axis=0) for m in members]),
        low=np.array([low for low, _ in quantiles]),
        high=np.array([high for _, high in quantiles]),
        central=curves[contents["member"]],
        loadings=components.loadings,
        explained=components.explained,
        tree=algorithms.tree(features[drawn]),
        tree_rows=drawn,
    )


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.patterns,
        snakemake.input.index,
        snakemake.params.settings,
        dict(snakemake.output.items()),
    )
