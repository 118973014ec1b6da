"""Training data are read from disk and taken row by row, patterns, index and labels together."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.core.grid import Grid
from pdflearn.core.io import save_array, save_table
from pdflearn.dataset.training_data import Preprocessing, TrainingData


@pytest.fixture
def data(tmp_path):
    index = pd.DataFrame({
        "id": [f"s{i}" for i in range(6)], "group": [f"g{i // 2}" for i in range(6)],
        "structure_type": ["fcc", "fcc", "bcc", "bcc", "hcp", "hcp"],
        "evaluated": [True, True, True, True, True, False],
    })  # fmt: skip
    save_table(tmp_path / "index.parquet", index)
    save_array(tmp_path / "patterns.npy", np.arange(24, dtype=np.float32).reshape(6, 4))
    task = {"label": "structure_type"}
    return TrainingData.load(tmp_path / "patterns.npy", tmp_path / "index.parquet", task, seed=0)


def test_patterns_stay_on_disk_and_labels_are_the_tasks(data):
    assert isinstance(data.patterns, np.memmap)
    assert data.target.classes.tolist() == ["bcc", "fcc", "hcp"]
    assert data.target.evaluated.tolist() == [True] * 5 + [False]


@pytest.mark.parametrize("rows", [np.array([4, 1]), np.arange(6) % 3 == 1])
def test_taken_rows_belong_together(data, rows):
    part = data.take(rows)
    expected = np.arange(6)[rows]
    np.testing.assert_array_equal(part.patterns[:, 0], 4.0 * expected)
    assert part.index["id"].tolist() == [f"s{i}" for i in expected]
    assert part.index.index.tolist() == [0, 1]
    for name in ("y_true", "y_visible", "y_train", "evaluated"):
        whole = getattr(data.target, name)
        np.testing.assert_array_equal(getattr(part.target, name), whole[rows])


def test_preprocessing_comes_from_a_rules_settings():
    settings = {
        "simulate/grid": {"r_min": 1.0, "r_max": 30.0, "r_step": 0.1},
        "features": {"window": [1.5, 20.0]},
    }
    expected = Preprocessing(Grid(1.0, 30.0, 0.1), (1.5, 20.0))
    assert Preprocessing.from_settings(settings) == expected
