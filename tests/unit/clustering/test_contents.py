"""What clusters hold is counted to the last pattern."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.clustering import contents
from pdflearn.clustering.algorithms import NOISE


@pytest.fixture
def index():
    return pd.DataFrame(
        {
            "label": np.repeat(["a", "b", "c"], 25),
            "crystal_system": np.repeat(["cubic", "hexagonal"], [25, 50]),
            "name": [f"n{k}" for k in range(75)],
            "nearest_neighbour": 2.5,
            "diameter": np.nan,
        }
    )


def test_contents_and_types_count_every_pattern(index, compared):
    labels = compared.labels["raw", "ward"]
    table = contents.cluster_contents(index, labels, compared.features["raw"])
    assert table["patterns"].sum() == 75
    assert set(table["label"]) == {"a", "b", "c"}
    assert (table["share"] == 1.0).all()
    for row in table.itertuples():
        assert labels[row.member] == row.cluster
        assert index["name"][row.member] == row.central
    types = contents.clusters_of_types(index["label"].to_numpy(), labels)
    assert types["patterns"].sum() == 75
    assert (types[["share", "purity"]] == 1.0).all(axis=None)


def test_noise_comes_last_and_particles_are_counted(index):
    labels = np.repeat([NOISE, 0, 1], [40, 10, 25])
    index.loc[40:44, "diameter"] = 30.0
    table = contents.cluster_contents(index, labels, np.zeros((75, 1)))
    assert list(table["cluster"]) == [1, 0, NOISE]
    assert table.set_index("cluster").at[0, "finite"] == 0.5
    assert table.set_index("cluster").at[NOISE, "others"] == "b 15"
