"""Other splits of the same data: each keeps together what its name says."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.core.grid import Grid
from pdflearn.dataset import targets
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.validation import splits

PREPROCESSING = Preprocessing(Grid(1.0, 20.0, 0.1), (1.5, 20.0))


@pytest.fixture(scope="module")
def data():
    """Structures whose own noise tells them apart, and types that nothing tells apart."""
    random = np.random.default_rng(0)
    rows, patterns = [], []
    for structure in range(40):
        fingerprint = random.normal(size=191)
        for draw in range(4):
            family = structure // 2
            rows.append(
                {
                    "id": f"s{structure}", "group": f"f{family}", "fold": family % 4,
                    "evaluated": True, "elements": ["Cl-Na", "Na-O", "Fe-O", "Au-Cu"][family % 4],
                    "structure_type": "a" if family % 3 else "b", "draw": draw,
                    "radiation": ["xray", "neutron"][draw % 2],
                }
            )  # fmt: skip
            patterns.append(fingerprint + 0.1 * random.normal(size=191))
    return np.array(patterns), pd.DataFrame(rows)


def labelled(patterns, index):
    return TrainingData(patterns, index, targets.target(index, {"label": "structure_type"}, 0))


def test_schemes_keep_together_what_they_say(data):
    _, index = data
    index = index.assign(heaviest=splits.heaviest_elements(index["elements"]))
    for scheme, column in (("structure", "id"), ("heaviest_element", "heaviest")):
        folds = splits.assign_folds(index, scheme, 4, index["structure_type"].to_numpy(str), 0)
        assert index.assign(assigned=folds).groupby(column)["assigned"].nunique().max() == 1
    by_pattern = index.assign(assigned=splits.assign_folds(index, "pattern", 4, None, 0))
    assert by_pattern.groupby("id")["assigned"].nunique().max() > 1
    np.testing.assert_array_equal(splits.assign_folds(index, "family", 4, None, 0), index["fold"])


def test_heaviest_element_is_by_atomic_number():
    assert list(splits.heaviest_elements(pd.Series(["Cl-Na", "Na-O", "Au-Cu", "C"]))) == [
        "Cl",
        "Na",
        "Au",
        "C",
    ]


def test_leakage_shows_where_nothing_can_be_known(data):
    spec = {"estimator": "knn", "params": {"n_neighbors": 1}}
    table = (
        splits.compare_splits("knn", spec, {}, labelled(*data), PREPROCESSING, 0)
        .query("metric == 'balanced_accuracy'")
        .set_index("scheme")["score"]
    )
    assert table["pattern"] > 0.95  # the same structure is on both sides
    assert table["structure"] < 0.75
    assert table["family"] < 0.75


def test_the_other_radiation_is_all_that_is_learned_from(data):
    """Where a neutron pattern is the X-ray pattern upside down, the other radiation misleads."""
    _, index = data
    first_type = (index["structure_type"] == "a").to_numpy()
    neutron = (index["radiation"] == "neutron").to_numpy()
    r = PREPROCESSING.grid.r
    patterns = np.where((first_type ^ neutron)[:, None], np.sin(2 * r), np.sin(3 * r))
    spec = {"estimator": "knn", "params": {"n_neighbors": 1, "features": "raw"}}
    table = splits.compare_splits("knn", spec, {}, labelled(patterns, index), PREPROCESSING, 0)
    balanced = table[table["metric"] == "balanced_accuracy"].set_index("scheme")
    assert balanced.at["radiation", "score"] == 0.0
    assert balanced.at["radiation", "n"] == balanced.at["family", "n"]
    alone = index.assign(radiation="xray")
    table = splits.compare_splits("knn", spec, {}, labelled(patterns, alone), PREPROCESSING, 0)
    assert "radiation" not in set(table["scheme"])
