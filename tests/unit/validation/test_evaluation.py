"""Scores on the vault, condition by condition, and the table of its predictions."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.validation.evaluation import VaultPredictions, scores_by_condition


def index_of(n, **columns):
    """An index of n patterns of as many structures."""
    names = [f"s{i}" for i in range(n)]
    given = {"radiation": "xray", "condition": "nominal", "n_elements": 2, "draw": 0, **columns}
    return pd.DataFrame({"id": names, "name": names, "group": names, **given})


def test_types_are_merged_to_their_parents_also_where_one_is_only_seen():
    """zincblende seen as fcc, of which the study has no structure."""
    y_true = np.array(["rocksalt", "zincblende", "fcc", "zincblende"] * 3)
    classes = np.array(["fcc", "rocksalt", "zincblende"])
    proba = (y_true[:, None] == classes) * 0.8 + 0.1
    proba[1] = [0.7, 0.2, 0.1]
    split = pd.DataFrame({
        "structure_type": ["rocksalt", "zincblende"], "parent": ["sc", "diamond"], "n_elements": 2,
        "simpler_types": ["", "fcc=1:225:4"],
    })  # fmt: skip
    predictions = VaultPredictions(index_of(12), y_true, proba, classes)
    table = scores_by_condition(predictions, "visible_type", split, 0.3, 0)
    accuracy = table[table["metric"] == "accuracy"].set_index("condition")["score"]
    assert set(accuracy.index) == {"all", "xray", "parent types", "number of elements known"}
    assert accuracy["all"] == accuracy["parent types"] == pytest.approx(11 / 12)


def test_a_confusion_within_a_parent_type_counts_as_right_for_parents():
    y_true, classes = np.array(["L1_0", "fcc"] * 4), np.array(["L1_0", "fcc"])
    proba = np.tile([0.3, 0.7], (8, 1))  # always fcc
    split = pd.DataFrame({
        "structure_type": classes, "parent": ["fcc", ""], "n_elements": [2, 1], "simpler_types": "",
    })  # fmt: skip
    elements = np.where(y_true == "L1_0", 2, 1)
    predictions = VaultPredictions(index_of(8, n_elements=elements), y_true, proba, classes)
    table = scores_by_condition(predictions, "structure_type", split, 0.3, 0)
    accuracy = table[table["metric"] == "accuracy"].set_index("condition")["score"]
    assert accuracy["all"] == 0.5
    assert accuracy["parent types"] == 1.0
    assert accuracy["number of elements known"] == 1.0


def test_numbers_are_scored_by_radiation_and_stress_where_they_are_known():
    y_true = np.array([10.0, 20.0, 70.0, np.nan, 40.0, 50.0])
    index = index_of(
        6,
        radiation=["xray", "xray", "neutron", "xray", "neutron", "xray"],
        condition=["nominal"] * 4 + ["noisy"] * 2,
    )
    error = np.array([1.0, 1.0, 2.0, 9.0, 3.0, 5.0])
    predictions = VaultPredictions(index, y_true, (y_true + error)[:, None], None)
    table = scores_by_condition(predictions, "diameter", pd.DataFrame(), None, 0)
    mae = table[table["metric"] == "mae"].set_index("condition")
    assert mae["score"].to_dict() == pytest.approx(
        {"all": 4 / 3, "neutron": 2.0, "xray": 1.0, "stress: noisy": 4.0, "below 60 angstrom": 1.0}
    )
    assert mae["n"].to_dict() == {
        "all": 3, "neutron": 1, "xray": 2, "stress: noisy": 2, "below 60 angstrom": 2,
    }  # fmt: skip


def test_intervals_are_scored_beside_their_numbers():
    y_true = np.array([10.0, 20.0, 70.0, 40.0])
    y_pred = np.column_stack([y_true, y_true - 2.0, y_true + [1.0, 1.0, -1.0, 1.0]])
    predictions = VaultPredictions(index_of(4), y_true, y_pred, None)
    table = scores_by_condition(predictions, "diameter", pd.DataFrame(), None, 0)
    scores = table[table["condition"] == "all"].set_index("metric")["score"]
    assert scores["coverage"] == 0.75
    assert scores["width"] == 2.5
    rows = predictions.table()
    np.testing.assert_array_equal(rows[["predicted", "low", "high"]], y_pred)


def test_the_table_holds_every_labelled_pattern_with_its_probabilities():
    y_true = np.array(["bcc", "", "fcc"])
    proba = np.array([[0.9, 0.1], [0.5, 0.5], [0.6, 0.4]])
    predictions = VaultPredictions(index_of(3), y_true, proba, np.array(["bcc", "fcc"]))
    table = predictions.table()
    assert table[["id", "truth", "predicted"]].to_numpy().tolist() == [
        ["s0", "bcc", "bcc"], ["s2", "fcc", "bcc"],
    ]  # fmt: skip
    np.testing.assert_allclose(table[["p_bcc", "p_fcc"]], proba[[0, 2]], rtol=1e-6)
