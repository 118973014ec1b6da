"""What stands on both sides of the split is named, and the closest pair across it is found."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.dataset.leakage import LeakageError, check_leakage, closest_across


@pytest.mark.parametrize(
    ("column", "values", "words"),
    [("subset", ["development", "vault"], "subsets"), ("fold", [0, 1], "folds")],
)
def test_a_broken_grouping_is_named(column, values, words):
    table = pd.DataFrame({"group": ["NiO", "NiO"], "subset": "development", "fold": 0})
    table[column] = values
    with pytest.raises(LeakageError, match=rf"two {words}.*: NiO\."):
        check_leakage(table)


def test_a_group_on_one_side_passes_and_what_is_left_out_does_not_count():
    table = pd.DataFrame(
        {
            "group": ["NiO", "NiO", "NiO"],
            "subset": ["development", "development", "left_out"],
            "fold": [0, 0, -1],
        }
    )
    check_leakage(table)


def test_closest_across_finds_the_twin():
    random = np.random.default_rng(0)
    patterns = random.normal(size=(4, 50))
    patterns[3] = 2 * patterns[1] + 1
    table = pd.DataFrame(
        {
            "id": list("abcd"),
            "name": list("ABCD"),
            "structure_type": ["x", "y", "x", "y"],
            "subset": ["development", "development", "development", "vault"],
        }
    )
    closest = closest_across(table, patterns).iloc[0]
    assert (closest["development_id"], closest["correlation"]) == ("b", 1.0)
    assert closest["same_type"]
