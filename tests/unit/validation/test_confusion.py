"""Counts of what types were taken for."""

import numpy as np

from pdflearn.validation import confusion


def test_confusions_and_recalls_count_every_pattern():
    truth = np.array(list("aaabbc"))
    predicted = np.array(list("aabbbb"))
    wrong = confusion.confusion_table(truth, predicted)
    assert wrong[["structure_type", "predicted", "patterns", "support"]].to_numpy().tolist() == [
        ["c", "b", 1, 1], ["a", "b", 1, 3],
    ]  # fmt: skip
    types = confusion.recall_table(truth, predicted)
    assert types["support"].sum() == 6
    assert types["correct"].sum() == (truth == predicted).sum()
    assert types["structure_type"].iloc[0] == "c"
