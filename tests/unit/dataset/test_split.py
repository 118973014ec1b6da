"""Groups never cross the split; near-duplicates are joined first."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.dataset import split
from pdflearn.dataset.leakage import check_leakage

SETTINGS = {"vault": 0.2, "folds": 4, "min_groups": 5}


def structures(counts, origin="real"):
    rows = [
        {
            "id": f"{kind}{i:04d}",
            "structure_type": kind,
            "group": f"{kind}{i // 2}",
            "origin": origin,
            "structure_kind": "crystal",
        }
        for kind, n in counts.items()
        for i in range(n)
    ]
    return pd.DataFrame(rows)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    counts=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 60), min_size=2),
    seed=st.integers(0, 99),
)
def test_no_group_ever_crosses(counts, seed):
    table = structures(counts)
    groups = table.groupby("structure_type")["group"].nunique()
    if not (groups >= SETTINGS["min_groups"]).any():
        with pytest.raises(ValueError, match="min_groups"):
            split.split_structures(table, SETTINGS, seed)
        return
    result = split.split_structures(table, SETTINGS, seed)
    check_leakage(result)
    small = set(groups.index[groups < SETTINGS["min_groups"]])
    few = result[result["structure_type"].isin(small)]
    assert set(few["subset"]) <= {"development"}
    assert (few["fold"] == -1).all()
    assert not few["evaluated"].any()
    assert few["reason"].str.contains("fewer than 5").all()


def test_sizes_are_as_asked_and_order_does_not_matter():
    table = structures({"a": 100, "b": 100, "c": 40})
    result = split.split_structures(table, SETTINGS, 1)
    share = (result["subset"] == "vault").mean()
    assert 0.15 < share < 0.25
    for kind, rows in result.groupby("structure_type"):
        assert set(rows.loc[rows["subset"] == "development", "fold"]) == {0, 1, 2, 3}, kind
        assert (rows["subset"] == "vault").any(), kind
    shuffled = split.split_structures(table.sample(frac=1, random_state=0), SETTINGS, 1)
    pd.testing.assert_frame_equal(result, shuffled)


def test_hypothetical_structures_follow_their_group_and_never_enter_the_vault():
    real = structures({"a": 60, "b": 60})
    made = structures({"a": 60}, "hypothetical")
    made["id"] = "h" + made["id"]
    extra = made.head(4).assign(group="new", id=["n1", "n2", "n3", "n4"])
    result = split.split_structures(pd.concat([real, made, extra], ignore_index=True), SETTINGS, 0)
    check_leakage(result)
    hypothetical = result[result["origin"] == "hypothetical"]
    assert not hypothetical["evaluated"].any()
    assert "vault" not in set(hypothetical["subset"])
    in_vault = set(result.loc[result["subset"] == "vault", "group"])
    dropped = hypothetical[hypothetical["group"].isin(in_vault)]
    assert len(dropped)
    assert (dropped["subset"] == "left_out").all()
    assert (hypothetical.loc[hypothetical["group"] == "new", "fold"] == -1).all()


def test_near_duplicates_join_their_families():
    r = np.linspace(1, 20, 200)
    base = np.sin(3 * r)
    patterns = np.array([base, base + 0.01 * np.cos(7 * r), np.sin(3.5 * r), base])
    nearest = np.array([2.0, 2.001, 2.0, 2.5])
    pairs = split.similar_pairs(patterns, nearest, correlation=0.99, stretch=0.005)
    assert pairs == [(0, 1)]
    families = pd.Series(["b", "a", "c", "b"])
    assert list(split.join_groups(families, pairs)) == ["a", "a", "c", "a"]


def test_hypothetical_structures_join_no_groups():
    families = pd.Series(["a", "b", "c", "d", "a", "e"])
    made = pd.Series([False, False, True, True, True, True])
    # c lies between the real a and b; d is near b alone; the hypothetical a has the real a's family
    pairs = [(0, 2), (2, 1), (3, 1), (2, 3), (3, 5)]
    groups = split.join_groups(families, pairs, made)
    assert list(groups) == ["a", "b", "", "b", "a", "e"]
    assert list(split.join_groups(families, pairs)) == ["a"] * 6
    table = pd.concat([structures({"a": 60}), structures({"a": 1}, "hypothetical").assign(id="h")])
    table.loc[table["id"] == "h", "group"] = ""
    row = split.split_structures(table, SETTINGS, 0).set_index("id").loc["h"]
    assert (row["subset"], row["fold"]) == ("left_out", -1)
    assert "several groups" in row["reason"]
