"""Figures of maps of the patterns."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.reporting import maps, style


def embedding_table(diameter: float) -> pd.DataFrame:
    random = np.random.default_rng(0)
    n = 40
    points = {name: random.normal(size=n) for name in ("pc1", "pc2", "tsne1", "tsne2")}
    return pd.DataFrame({
        **points, "label": [f"type {k % 9}" for k in range(n)], "crystal_system": "cubic",
        "cluster": [k % 3 - 1 for k in range(n)],
        "diameter": [diameter if k % 2 else np.nan for k in range(n)], "atoms": range(n),
    })  # fmt: skip


@pytest.mark.parametrize(
    ("diameter", "title"), [(30.0, "particle size (bulk in grey)"), (np.nan, "number of atoms")]
)
def test_maps_are_coloured_by_size_where_particles_have_one(diameter, title):
    figure = maps.plot_embeddings(embedding_table(diameter), np.array([0.5, 0.25, 0.1]))
    titles = [axes.get_title("left") for axes in figure.axes[:4]]
    assert titles == ["label (commonest)", "crystal system", "cluster (commonest)", title]
    assert figure.axes[0].get_xlabel() == "component 1 (50 %)"
    style.plt.close(figure)


def test_the_commonest_groups_have_colours_and_noise_has_none():
    figure = maps.plot_embeddings(embedding_table(30.0), np.array([0.5, 0.25]))
    labels, _, clusters = (
        [text.get_text() for text in axes.get_legend().get_texts()] for axes in figure.axes[4:7]
    )
    assert labels == [f"type {k}" for k in (0, 1, 2, 3, 4, 5, 6)]
    assert clusters == ["cluster 0", "cluster 1"]
    style.plt.close(figure)


def test_loadings_say_how_much_they_explain():
    r = np.linspace(1.5, 20.0, 30)
    figure = maps.plot_loadings(r, np.array([np.sin(r), np.cos(r)]), np.array([0.06, 0.05]))
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["component 1\n6 % of the variance", "component 2\n5 % of the variance"]
    style.plt.close(figure)
