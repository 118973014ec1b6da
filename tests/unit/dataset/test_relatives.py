import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.dataset.relatives import (
    SPLITS,
    commonest,
    divide,
    joined,
    never_tested,
    part_of_labelled,
    with_relatives,
)  # fmt: skip
from pdflearn.dataset.split import SplitError

NAMES = st.lists(st.tuples(st.sampled_from(["", "a", "b", "c"]), st.sampled_from(["", "x", "y"])))


@settings(max_examples=40)
@given(NAMES.filter(bool))
def test_rows_that_share_a_name_share_a_group_and_groups_are_no_larger(rows):
    first, second = (pd.Series(column, dtype=str) for column in zip(*rows, strict=True))
    groups = joined([first, second])
    for names in (first, second):
        for name in set(names) - {""}:
            assert len(set(groups[names == name])) == 1
    # a group falls apart into no two parts without a common name
    for group in set(groups):
        members = np.flatnonzero(groups == group)
        reached, before = {members[0]}, set()
        while reached != before:
            before = set(reached)
            reached |= {
                i for i in members for j in before
                if (first[i] and first[i] == first[j]) or (second[i] and second[i] == second[j])
            }  # fmt: skip
        assert reached == set(members)


def structures():
    rows = [
        # one mineral, refined with its water and without
        ("Brucite", "H2MgO2", 164, "164:1|2"),
        ("Brucite", "MgO2", 164, "164:1|1 1"),
        # another mineral of that type
        ("Portlandite", "H2CaO2", 164, "164:1|2"),
        # polymorphs
        ("", "SiO2", 154, "154:1|2"),
        ("Cristobalite", "SiO2", 92, "92:1|2"),
    ]
    columns = ["mineral", "formula", "space_group_number", "prototype"]
    return pd.DataFrame(rows, columns=columns)


def test_compounds_and_types():
    table = with_relatives(structures())
    assert table["compound"].tolist() == [0, 0, 1, 2, 2]
    assert table["formula_type"].tolist() == [0, 1, 0, 2, 3]
    assert table["structure_type"].tolist() == [0, 0, 0, 1, 2]


def patterns():
    random = np.random.default_rng(0)
    n = 300
    table = pd.DataFrame(
        {
            "id": [f"s{i}" for i in range(n)],
            "mineral": [f"m{i}" for i in random.integers(400, size=n)],
            "formula": [f"f{i}" for i in random.integers(900, size=n)],
            "space_group_number": random.choice([14, 62, 225], size=n),
        }
    )
    table["space_group"] = table["space_group_number"].astype(str)
    prototypes = pd.Series(random.integers(25, size=n)).astype(str)
    table["prototype"] = table["space_group"] + ":" + prototypes
    table = with_relatives(table)
    draws = [table.assign(radiation=r, draw=d) for r in ("xray", "neutron") for d in (0, 1)]
    return pd.concat(draws, ignore_index=True)


@pytest.mark.parametrize("split", SPLITS)
def test_nothing_that_a_split_keeps_together_is_divided(split):
    table = patterns()
    part = divide(table, split, 4, seed=1)
    assert set(part) == {-1, 0, 1, 2, 3}
    pattern = table["id"] + table["radiation"]
    kept = pattern if split == "random" else table[SPLITS[split]]
    assert pd.Series(part).groupby(kept).nunique().max() == 1
    assert 0.1 < (part < 0).mean() < 0.35


def test_the_random_split_parts_structures_and_the_others_do_not():
    table = patterns()
    parts = {split: pd.Series(divide(table, split, 4, seed=1)) for split in SPLITS}
    parted = {split: part.groupby(table["id"]).nunique().max() > 1 for split, part in parts.items()}
    assert parted == {split: split == "random" for split in SPLITS}


def test_commonest_labels_leave_out_what_has_none():
    assert commonest(pd.Series(["", "", "", "a", "b", "b"]), 5) == ["b", "a"]


def test_too_few_patterns_for_the_parts_are_named():
    few = patterns().drop_duplicates("space_group")
    with pytest.raises(SplitError, match=r"read more structures \(minerals.entries\)"):
        divide(few, "random", 4, seed=1)


def test_what_no_split_tests_is_in_no_test_set():
    table = patterns()
    ids = never_tested(table, list(SPLITS), n_classes=2, n_folds=4, seed=1)
    assert 0 < len(ids) < table["id"].nunique()
    for split in SPLITS:
        kept, part = part_of_labelled(table, "space_group", split, 2, 4, seed=1)
        # the third group is learned by nobody
        assert table["space_group"][kept].nunique() == 2
        assert not ids & set(table["id"][kept][part < 0])
    assert set(table["id"][~kept]) <= ids
