"""Every method finds the groups and their number; controls bound the scores."""

import numpy as np
import pytest

from pdflearn.clustering import comparison


def test_every_method_finds_separate_groups_and_their_number(compared):
    real = compared.scores[~compared.scores["method"].isin(["true_labels", "random"])]
    assert len(real) == 15
    assert (real["ari"] > 0.95).all()
    assert (real["n_clusters"] == 3).all()
    assert (real["stability"] > 0.9).all()
    assert (real["stability_low"] <= real["stability"] + 1e-9).all()
    assert (real["stability_high"] >= real["stability"] - 1e-9).all()


def test_controls_bound_the_scores(compared):
    by_method = compared.scores.set_index("method")
    assert by_method.at["true_labels", "ari"] == 1.0
    assert by_method.at["true_labels", "v_measure"] == pytest.approx(1.0)
    assert abs(by_method.at["random", "ari"]) < 0.1


def test_each_criterion_marks_one_number(compared):
    table = compared.n_clusters
    assert set(table["criterion"]) == {"silhouette", "bic", "gap", "stability"}
    for (_, _, criterion), rows in table.groupby(["representation", "method", "criterion"]):
        assert rows["chosen"].sum() == 1
        assert rows.loc[rows["chosen"], "n_clusters"].iloc[0] == 3, criterion


def test_a_given_number_of_clusters_is_taken_and_the_others_are_shown():
    features = np.repeat([[0.0], [5.0], [10.0]], 10, axis=0)
    features = features + np.linspace(0, 1, 30)[:, None]
    settings = {"max_pairwise": 30, "n_neighbors": 5}
    clustering = comparison.select_n_clusters("ward", features, [3, 4], 2, settings, 0)
    assert clustering.n_clusters == len(np.unique(clustering.labels)) == 2
    widths = dict(clustering.tried)
    assert list(widths) == [2, 3, 4]
    assert max(widths, key=widths.get) == 3
