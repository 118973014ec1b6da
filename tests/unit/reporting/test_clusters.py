"""Figures of clusterings."""

import numpy as np
import pandas as pd
from scipy.cluster import hierarchy

from pdflearn.reporting import clusters, style


def test_every_clustering_has_its_square_and_zero_has_no_sign():
    table = pd.DataFrame({
        "representation": ["raw", "raw", "first_peak", "raw", "raw"],
        "method": ["ward", "kmeans", "ward", "true_labels", "random"],
        "n_clusters": [5, 6, 7, 8, 9], "ari": [0.5, -0.001, 0.3, 1.0, 0.0],
        "stability": [0.9, 0.8, np.nan, np.nan, np.nan],
        "stability_low": 0.7, "stability_high": 1.0,
    })  # fmt: skip
    figure = clusters.plot_scores(table)
    agreement, stability = figure.axes
    assert {text.get_text() for text in agreement.texts} == {
        "0.50\n5 clusters", "0.00\n6 clusters", "0.30\n7 clusters",
    }  # fmt: skip
    assert len(stability.texts) == 2
    assert "true labels 1.00, random 0.00" in agreement.get_title("left")
    style.plt.close(figure)


def test_a_panel_for_each_criterion_of_the_representation():
    rows = [
        ("raw", "kmeans", n, criterion, 0.1 * n, 0.1 * n, 0.1 * n, n == 4)
        for criterion in ("silhouette", "gap") for n in (2, 4, 8)
    ]  # fmt: skip
    columns = ["representation", "method", "n_clusters", "criterion", "value", "low", "high",
               "chosen"]  # fmt: skip
    table = pd.DataFrame([*rows, ("other", *rows[0][1:])], columns=columns)
    figure = clusters.plot_n_clusters(table, "raw", 3, 0.2)
    titles = [axes.get_title("left") for axes in figure.axes]
    assert titles == [clusters.CRITERIA["silhouette"], clusters.CRITERIA["gap"]]
    chosen = figure.axes[0].lines[1]
    assert list(chosen.get_xdata()) == [4]
    style.plt.close(figure)


def test_ticks_that_would_touch_have_no_label():
    assert clusters._tick_labels([2, 5, 6, 10, 100, 150]) == ["2", "5", "", "10", "100", ""]


def contents_table(n: int) -> pd.DataFrame:
    return pd.DataFrame({
        "cluster": range(-1, n - 1), "patterns": range(n, 0, -1), "label": "fcc", "share": 0.5,
        "central": "Ni fcc",
    })  # fmt: skip


def test_contents_show_the_largest_clusters_but_no_noise():
    table = contents_table(20)
    curves = {name: np.ones((20, 9)) for name in ("mean", "low", "high", "central")}
    figure = clusters.plot_contents(table, "raw", np.arange(9.0), curves)
    titles = [axes.get_title("left") for axes in figure.axes if axes.get_visible()]
    assert len(titles) == clusters.MAX_CLUSTERS
    assert titles[0] == "19 patterns, 50 % fcc"
    style.plt.close(figure)
    figure = clusters.plot_contents(contents_table(1), "raw", np.arange(9.0), curves)
    assert "calls all patterns noise" in figure.texts[0].get_text()
    style.plt.close(figure)


def test_leaves_of_the_tree_name_their_commonest_label():
    points = np.concatenate([np.arange(4), 100 + np.arange(3)])[:, None].astype(float)
    labels = np.array(["fcc", "fcc", "fcc", "hcp", "bcc", "bcc", "bcc"])
    figure = clusters.plot_dendrogram(hierarchy.ward(points), labels, "raw_pca")
    leaves = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert sorted(leaves) == ["bcc  1 of 1"] * 3 + ["fcc  1 of 1"] * 3 + ["hcp  1 of 1"]
    assert "raw pca" in figure.axes[0].get_xlabel()
    style.plt.close(figure)
    figure = clusters.plot_dendrogram(np.empty((0, 4)), labels[:2], "raw")
    assert "too few patterns" in figure.texts[0].get_text()
    style.plt.close(figure)


def test_a_large_tree_is_cut_into_leaves_of_many_patterns():
    random = np.random.default_rng(0)
    points = random.normal(size=(200, 3))
    labels = np.array(["fcc", "bcc"])[random.integers(2, size=200)]
    figure = clusters.plot_dendrogram(hierarchy.ward(points), labels, "raw")
    leaves = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert len(leaves) == clusters.MAX_LEAVES
    assert sum(int(leaf.rsplit(" ", 1)[-1]) for leaf in leaves) == 200
    style.plt.close(figure)
