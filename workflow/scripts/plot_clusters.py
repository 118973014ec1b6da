"""Plot the clusterings: their scores, the number of clusters, what clusters hold, Ward's tree.

Maps of the patterns and their principal components are plotted as well.
"""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table
from pdflearn.dataset import axes
from pdflearn.reporting import clusters, maps, style

from typing import Any

import numpy as np
from matplotlib.figure import Figure


def main(
    files: dict[str, Any], grid: dict[str, float], window: tuple[float, float]
) -> dict[str, Figure]:
    """Return the figures by name; window is in angstrom."""
    scores = load_table(files["scores"], columns.CLUSTER_SCORES)
    numbers = load_table(files["numbers"], columns.CLUSTER_NUMBERS)
    contents = load_table(files["contents"], columns.CLUSTER_CONTENTS)
    assignments = load_table(files["assignments"])
    with np.load(files["shapes"]) as packed:
        arrays = dict(packed)
    true_labels = scores[scores["method"] == "true_labels"].iloc[0]
    tree_labels = assignments["label"].to_numpy(dtype=str)[arrays["tree_rows"]]
    axis = axes.feature_axis("raw", Grid(**grid), window)
    curves = {name: arrays[name] for name in ("mean", "low", "high", "central")}
    return {
        "cluster_scores": clusters.plot_scores(scores),
        "cluster_numbers": clusters.plot_n_clusters(
            numbers,
            true_labels["representation"],
            int(true_labels["n_clusters"]),
            float(true_labels["silhouette"]),
        ),
        "cluster_contents": clusters.plot_contents(
            contents, str(arrays["features"]), arrays["axis"], curves
        ),
        "embeddings": maps.plot_embeddings(assignments, arrays["explained"]),
        "loadings": maps.plot_loadings(axis, arrays["loadings"], arrays["explained"]),
        "dendrogram": clusters.plot_dendrogram(
            arrays["tree"], tree_labels, scores["representation"].iloc[0]
        ),
    }


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    window = tuple(settings["features"]["window"])
    figures = main(dict(snakemake.input.items()), settings["simulate/grid"], window)
    style.save_all(figures, snakemake.output)
