"""Types left out of training: which ones when, what the model learns instead, how it is scored."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from pdflearn.core.grid import Grid
from pdflearn.core.tasks import CLASSIFICATION
from pdflearn.dataset import targets
from pdflearn.dataset.training_data import Preprocessing, TrainingData
from pdflearn.models import build, pattern_models
from pdflearn.validation import novelty

PREPROCESSING = Preprocessing(Grid(1.0, 10.9, 0.1), (1.5, 10.0))
NAMES = [f"t{i:02d}" for i in range(20)]


@given(st.lists(st.integers(0, 6), min_size=20, max_size=20), st.integers(2, 5), st.integers(0, 99))
def test_near_types_part_from_their_relatives_and_unlike_ones_go_with_them(families, n, seed):
    roots = {name: f"root{family}" for name, family in zip(NAMES, families, strict=True)}
    types = np.array(NAMES)
    table = pd.DataFrame({"root": [roots[name] for name in types]})
    for case in novelty.CASES:
        table[case] = novelty.assign_type_folds(types, roots, n, case, seed)
    sizes = table.groupby("root")["near"].transform("size")
    np.testing.assert_array_equal(table["near"] < 0, sizes == 1)
    assert (table["unlike"] >= 0).all()
    together = table.groupby("root")["unlike"]
    assert (together.min() == together.max()).all()
    for _, own in table[sizes > 1].groupby("root"):
        most = own["near"].value_counts().max()
        assert most <= -(-len(own) // n)  # a relative stays wherever one can
        assert most < len(own)


def simulate(labels, peaks_of, random):
    """Noisy patterns with peaks at the r of their labels, in angstrom."""
    r = 1.0 + 0.1 * np.arange(100)
    curves = [sum(np.exp(-(((r - x) / 0.2) ** 2)) for x in peaks_of[name]) for name in labels]
    return np.array(curves) + random.normal(0.0, 0.02, (len(labels), 100))


def untrained():
    spec = {"estimator": "knn", "params": {"features": "raw", "n_neighbors": 3}}
    return build.build_model("knn", spec, {}, PREPROCESSING, 0)


def test_types_left_out_are_told_by_what_is_none_of_the_types():
    """Four kinds of peaks in two families, and rare types with peaks beside theirs."""
    random = np.random.default_rng(2)
    peaks_of = {"a1": (2.0, 3.1), "a2": (2.0, 3.5), "b1": (2.5, 5.9), "b2": (2.5, 7.5)}
    beside = {f"beside {name}": (x, y + 0.15) for name, (x, y) in peaks_of.items()}
    labels = np.repeat([*peaks_of], 40)
    index = pd.DataFrame({
        "structure_type": labels,
        "fold": np.arange(160) % 2,
        "group": [f"g{i}" for i in range(160)],
    })  # fmt: skip
    target = targets.Target(CLASSIFICATION, labels, labels, labels, np.ones(160, dtype=bool))
    rare = np.repeat([*beside], 40)
    outliers = novelty.Outliers(simulate(rare, beside, random), rare)
    patterns = simulate(labels, peaks_of, random)
    roots = {"a1": "a1", "a2": "a1", "b1": "b1", "b2": "b1"}
    fixed = (untrained(), TrainingData(patterns, index, target))
    table = novelty.leave_types_out(*fixed, outliers, roots, 2, 0)
    assert set(table["case"]) == {"near", "unlike"}
    assert set(table["sign"]) == set(novelty.SIGNS)
    assert (table["types"] == 4).all()
    assert (table.loc[table["metric"] == "auroc", "score"] > 0.95).all()
    whole = novelty.leave_types_out(*fixed, outliers, {}, 2, 0)
    assert set(whole["case"]) == {"unlike"}  # without relatives none is near


def test_relatives_and_known_types_do_not_teach_what_is_none(monkeypatch):
    """Of the rare types those related to what was left out, or learned themselves, stay out."""
    trained = []

    def record(self, patterns, labels):
        trained.append({name: patterns[labels == name] for name in np.unique(labels)})
        return original(self, patterns, labels)

    original = pattern_models.PatternClassifier.fit
    monkeypatch.setattr(pattern_models.PatternClassifier, "fit", record)
    random = np.random.default_rng(3)
    peaks_of = {"a": (2.0, 3.1), "b": (2.5, 5.9)}
    labels = np.repeat([*peaks_of], 20)
    index = pd.DataFrame({
        "structure_type": labels, "fold": np.arange(40) % 2, "group": "g" + labels,
    })  # fmt: skip
    target = targets.Target(CLASSIFICATION, labels, labels, labels, np.ones(40, dtype=bool))
    rare = np.array(["a", "of a", "of b", "c"])
    outliers = novelty.Outliers(np.arange(4.0)[:, None] + np.zeros((4, 100)), rare)
    roots = {"of a": "a", "of b": "b"}
    patterns = simulate(labels, peaks_of, random)
    data = TrainingData(patterns, index, target)
    novelty.leave_types_out(untrained(), data, outliers, roots, 2, 0)
    none = {("a" if "b" in own else "b"): set(own[novelty.NONE][:, 0]) for own in trained}
    assert none == {"a": {2.0, 3.0}, "b": {1.0, 3.0}}


def test_few_new_families_leave_an_interval():
    random = np.random.default_rng(2)
    known = np.repeat([True, False], [40, 8])
    table = pd.DataFrame({
        "confidence": random.normal(known, 1.0), "not_none": random.normal(known, 1.0),
        "known": known, "group": [f"g{i // 4}" for i in range(48)], "type": "x",
    })  # fmt: skip
    table["certainty"] = table["confidence"] + table["not_none"]
    rows = novelty.score_signs(table, "near", 0)
    assert (rows["ci_low"] < rows["ci_high"]).all()
    assert rows[["ci_low", "ci_high"]].notna().all(axis=None)


def test_scores_are_scikit_learns_and_hold_what_they_say():
    random = np.random.default_rng(1)
    known = np.repeat([True, False], [400, 200])
    table = pd.DataFrame({
        "confidence": random.normal(known, 1.0),
        "not_none": random.normal(0.0, 1.0, 600),
        "known": known,
        "group": [f"g{i // 4}" for i in range(600)],
        "type": "x",
    })  # fmt: skip
    table["certainty"] = table["confidence"]
    rows = novelty.score_signs(table, "near", 0).set_index(["sign", "metric"])
    for name in novelty.SIGNS:
        assert rows.at[(name, "auroc"), "score"] == roc_auc_score(known, table[name])
        least = np.sort(table[name][known])[20]
        share = (table[name][~known] < least).mean()
        assert rows.at[(name, "recall"), "score"] == pytest.approx(share)
    assert (rows["ci_low"] <= rows["score"]).all()
    assert (rows["score"] <= rows["ci_high"]).all()
    assert rows.at[("not_none", "auroc"), "score"] == pytest.approx(0.5, abs=0.08)
    assert rows.at[("confidence", "auroc"), "score"] > 0.7
