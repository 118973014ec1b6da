"""Draw the clusterings: how well they agree with the labels, how many there are, what they hold;
maps of the patterns, their principal components, and Ward's tree."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pdflearn import (
    feature_axes,
    figure_style,
    figures_of_clusters,
    figures_of_trees,
    grids,
    job,
    storage,
)


def main(
    files: dict[str, Any], grid: dict[str, float], window: tuple[float, float]
) -> dict[str, Figure]:
    """Figures by name."""
    scores, numbers, contents, assignments = (
        storage.load_table(files[name]) for name in ("scores", "numbers", "contents", "assignments")
    )
    with np.load(files["shapes"]) as packed:
        arrays = dict(packed)
    labels = scores[scores["method"] == "true_labels"].iloc[0]
    own = assignments["label"].to_numpy(dtype=str)[arrays["tree_rows"]]
    axis = feature_axes.feature_axis("raw", grids.grid_of(grid), window)
    shapes = {name: arrays[name] for name in ("mean", "low", "high", "central")}
    return {
        "cluster_scores": figures_of_clusters.scores(scores),
        "cluster_numbers": figures_of_clusters.numbers(
            numbers, labels["view"], int(labels["clusters"]), float(labels["silhouette"])
        ),
        "cluster_contents": figures_of_clusters.contents(
            contents, str(arrays["kind"]), arrays["axis"], shapes
        ),
        "embeddings": figures_of_clusters.embeddings(assignments, arrays["explained"]),
        "loadings": figures_of_clusters.loadings(axis, arrays["loadings"], arrays["explained"]),
        "dendrogram": figures_of_trees.dendrogram(arrays["tree"], own, scores["view"].iloc[0]),
    }


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    window = tuple(settings["features"]["window"])
    figures = main(dict(snakemake.input.items()), settings["simulate/grid"], window)
    figure_style.save_all(figures, snakemake.output)
