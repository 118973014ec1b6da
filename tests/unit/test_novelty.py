"""Types left out of training: who is left out when, what models say, how that is scored."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from pdflearn import models, novelty, targets
from pdflearn.ladder import CLASSIFICATION

GRID, WINDOW = (1.0, 0.1, 100), (1.5, 10.0)
NAMES = [f"t{i:02d}" for i in range(20)]


@given(st.lists(st.integers(0, 6), min_size=20, max_size=20), st.integers(2, 5), st.integers(0, 99))
def test_near_types_part_from_their_relatives_and_unlike_ones_go_with_them(families, n, seed):
    roots = {name: f"root{family}" for name, family in zip(NAMES, families, strict=True)}
    types = np.array(NAMES)
    table = pd.DataFrame({"root": [roots[name] for name in types]})
    for case in novelty.CASES:
        table[case] = novelty.parts_of(types, roots, n, case, seed)
    sizes = table.groupby("root")["near"].transform("size")
    np.testing.assert_array_equal(table["near"] < 0, sizes == 1)
    assert (table["unlike"] >= 0).all()
    together = table.groupby("root")["unlike"]
    assert (together.min() == together.max()).all()
    for _, own in table[sizes > 1].groupby("root"):
        most = own["near"].value_counts().max()
        assert most <= -(-len(own) // n)  # a relative stays wherever one can
        assert most < len(own)


@pytest.fixture
def trained():
    random = np.random.default_rng(0)
    r = 1.0 + 0.1 * np.arange(100)
    label = np.repeat(["a", "b"], 40)
    first = np.where(label == "a", 2.5, 3.1)[:, None] * random.normal(1.0, 0.01, (80, 1))
    patterns = sum(np.exp(-(((r - k * first) / 0.2) ** 2)) for k in (1.0, 1.6, 2.2))
    patterns += random.normal(0.0, 0.02, patterns.shape)
    found = [
        models.build(
            name, {"estimator": name, "params": {"features": "log_r"}}, {}, GRID, WINDOW, 0
        )
        for name in ("knn", "template")
    ]
    return [model.fit(patterns, label) for model in found], patterns, random


def test_types_left_out_are_those_that_are_doubted():
    """Four kinds of peaks in two families; what was left out correlates with nothing known."""
    random = np.random.default_rng(2)
    r = 1.0 + 0.1 * np.arange(100)
    label = np.repeat(["a1", "a2", "b1", "b2"], 40)
    places = {"a1": (2.0, 3.1), "a2": (2.0, 3.5), "b1": (2.5, 5.9), "b2": (2.5, 7.5)}
    patterns = np.array([
        sum(np.exp(-(((r - x) / 0.2) ** 2)) for x in places[kind]) for kind in label
    ]) + random.normal(0.0, 0.02, (160, 100))  # fmt: skip
    index = pd.DataFrame({
        "structure_type": label,
        "fold": np.arange(160) % 2,
        "group": [f"g{i}" for i in range(160)],
    })  # fmt: skip
    target = targets.Target(CLASSIFICATION, label, label, np.ones(160, dtype=bool))
    untrained = [
        models.build(name, {"estimator": name}, {"features": "raw"}, GRID, WINDOW, 0)
        for name in ("knn", "template")
    ]
    roots = {"a1": "a1", "a2": "a1", "b1": "b1", "b2": "b1"}
    found = novelty.leave_types_out(untrained, patterns, index, target, roots, 2, 0)
    assert set(found["case"]) == {"near", "unlike"}
    assert (found["types"] == 4).all()
    best = found[(found["score"] == "correlation") & (found["metric"] == "auroc")]
    assert (best["value"] == 1.0).all()
    whole = novelty.leave_types_out(untrained, patterns, index, target, {}, 2, 0)
    assert set(whole["case"]) == {"unlike"}  # without relatives none is near


def test_noise_has_the_signs_of_something_unknown(trained):
    trained, patterns, random = trained
    known = novelty.signs(trained, patterns)
    new = novelty.signs(trained, random.normal(0.0, 1.0, (40, 100)))
    assert tuple(known.columns) == novelty.SIGNS
    assert known["confidence"].between(0.5, 1.0).all()
    assert (known["certainty"] <= 0).all()
    assert known["correlation"].min() > new["correlation"].max()
    assert known["confidence"].median() > new["confidence"].median()


def test_scores_are_scikit_learns_and_hold_what_they_say():
    random = np.random.default_rng(1)
    known = np.repeat([True, False], [400, 200])
    table = pd.DataFrame({
        "confidence": random.normal(known, 1.0),
        "certainty": random.normal(0.0, 1.0, 600),
        "part": np.arange(600) % 3,
        "known": known,
        "group": [f"g{i // 4}" for i in range(600)],
        "type": "x",
    })  # fmt: skip
    table[novelty.COMBINED] = novelty.combine(table)
    rows = novelty.measure(table, "near", 0).set_index(["score", "metric"])
    for name in ("confidence", "certainty", "combined"):
        assert rows.at[(name, "auroc"), "value"] == roc_auc_score(known, table[name])
        least = np.sort(table[name][known])[20]
        share = (table[name][~known] < least).mean()
        assert rows.at[(name, "found"), "value"] == pytest.approx(share)
    assert (rows["low"] <= rows["value"]).all()
    assert (rows["value"] <= rows["high"]).all()
    assert rows.at[("certainty", "auroc"), "value"] == pytest.approx(0.5, abs=0.08)
    assert rows.at[("combined", "auroc"), "value"] > 0.7
