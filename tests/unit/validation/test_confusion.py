"""Confusions and recalls count every pattern, as scikit-learn does."""

import numpy as np
import pytest
from sklearn import metrics

from pdflearn.validation import confusion

Y_TRUE, Y_PRED = np.array(list("aaabbc")), np.array(list("aabbbb"))


def test_confusions_and_recalls_count_every_pattern():
    table = confusion.confusion_table(Y_TRUE, Y_PRED)
    assert table[["structure_type", "predicted", "patterns", "support"]].to_numpy().tolist() == [
        ["c", "b", 1, 1], ["a", "b", 1, 3],
    ]  # fmt: skip
    recalls = confusion.recall_table(Y_TRUE, Y_PRED)
    assert recalls["support"].sum() == 6
    assert recalls["correct"].sum() == (Y_TRUE == Y_PRED).sum()
    assert recalls["structure_type"].iloc[0] == "c"
    assert recalls["predicted"].tolist() == ["b 1", "b 1", ""]


def test_both_tables_agree_with_scikit_learn():
    random = np.random.default_rng(0)
    y_true, y_pred = random.choice(list("abcd"), (2, 300))
    names = np.unique(y_true)
    matrix = metrics.confusion_matrix(y_true, y_pred, labels=names)
    for row in confusion.confusion_table(y_true, y_pred).itertuples():
        i, j = np.searchsorted(names, [row.structure_type, row.predicted])
        assert (row.patterns, row.support) == (matrix[i, j], matrix[i].sum())
    recalls = confusion.recall_table(y_true, y_pred).set_index("structure_type")["recall"]
    expected = metrics.recall_score(y_true, y_pred, average=None)
    assert recalls[names].to_numpy() == pytest.approx(expected, abs=5e-5)
    assert recalls.is_monotonic_increasing


def test_without_a_mistake_there_is_no_confusion():
    assert confusion.confusion_table(Y_TRUE, Y_TRUE).empty
    assert (confusion.recall_table(Y_TRUE, Y_TRUE)["recall"] == 1.0).all()
