"""Scores on the vault, condition by condition."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.validation import evaluation


def test_types_are_merged_to_their_parents_also_where_one_is_only_seen():
    """zincblende seen as fcc, of which the study has no structure."""
    truth = np.array(["rocksalt", "zincblende", "fcc", "zincblende"] * 3)
    classes = np.array(["fcc", "rocksalt", "zincblende"])
    said = (truth[:, None] == classes) * 0.8 + 0.1
    said[1] = [0.7, 0.2, 0.1]
    index = pd.DataFrame({
        "radiation": "xray", "condition": "nominal", "n_elements": 2,
        "group": [f"g{i}" for i in range(12)],
    })  # fmt: skip
    split = pd.DataFrame({
        "structure_type": ["rocksalt", "zincblende"], "parent": ["sc", "diamond"], "n_elements": 2,
        "simpler_types": ["", "fcc=1:225:4"],
    })  # fmt: skip
    predictions = evaluation.VaultPredictions(index, truth, said, classes)
    table = evaluation.scores_by_condition(predictions, "visible_type", split, 0.3, 0)
    found = table[table["metric"] == "accuracy"].set_index("condition")["score"]
    assert set(found.index) == {"all", "xray", "parent types", "number of elements known"}
    assert found["all"] == found["parent types"] == pytest.approx(11 / 12)
