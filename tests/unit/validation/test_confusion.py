"""Counts of what types were taken for."""

import numpy as np

from pdflearn.validation import confusion


def test_confusions_and_found_types_count_every_pattern():
    truth = np.array(list("aaabbc"))
    predicted = np.array(list("aabbbb"))
    wrong = confusion.confusions(truth, predicted)
    assert wrong[["structure_type", "taken_for", "patterns", "of"]].to_numpy().tolist() == [
        ["c", "b", 1, 1], ["a", "b", 1, 3],
    ]  # fmt: skip
    types = confusion.found_types(truth, predicted)
    assert types["patterns"].sum() == 6
    assert types["found"].sum() == (truth == predicted).sum()
    assert types["structure_type"].iloc[0] == "c"
