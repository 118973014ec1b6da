"""The headline numbers on measured samples: what counts as right, and as one sample."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.identification.messages import ACCEPTED, AMBIGUOUS, NONE
from pdflearn.identification.scores import by_sample, score_files, summary

PARENTS = {"L1_0": "fcc", "L1_2": "fcc", "zincblende": "diamond"}


def tables(*samples):
    """Index and answers; a sample is label, verdict, the types in order, and changes to its row."""
    rows, answers = [], []
    for number, (label, verdict, kinds, changes) in enumerate(samples):
        file = changes.get("file", f"{number}.gr")
        known = {"file": file, "sample": "", "series": "", "radiation": "xray", "composition": ""}
        rows.append({**known, "label": label, **changes})
        for rank, kind in enumerate(kinds, start=1):
            said = verdict if rank == 1 else ""
            answers.append((file, rank, kind, said, 0.1 * rank))
    columns = ["file", "rank", "structure_type", "verdict", "rw"]
    return pd.DataFrame(rows), pd.DataFrame(answers, columns=columns)


def scored(*samples, parameters=()):
    index, answers = tables(*samples)
    table = pd.DataFrame(parameters, columns=["file", "parameter", "value"])
    return score_files(index, answers, table, PARENTS)


@pytest.mark.parametrize(
    ("label", "verdict", "kinds", "scores"),
    [
        ("fcc", ACCEPTED, ["fcc", "bcc"], (1, 1, 1, 1, 0)),
        ("fcc", ACCEPTED, ["L1_0", "bcc", "fcc"], (0, 1, 1, 1, 0)),  # of the same parent
        ("L1_2", ACCEPTED, ["L1_0"], (0, 0, 1, 1, 0)),
        ("fcc", ACCEPTED, ["bcc", "hcp", "diamond", "fcc"], (0, 0, 0, 1, 1)),
        ("fcc", AMBIGUOUS, ["bcc"], (0, 0, 0, 0, 0)),
        ("fcc+rocksalt", ACCEPTED, ["fcc+rocksalt"], (1, 1, 1, 1, 0)),
        ("fcc+rocksalt", ACCEPTED, ["L1_0+rocksalt"], (0, 0, 1, 1, 0)),
        ("fcc+rocksalt", ACCEPTED, ["rocksalt"], (0, 0, 0, 1, 1)),
        ("none", NONE, ["fcc"], (np.nan, np.nan, np.nan, 0, 0)),
        ("none", ACCEPTED, ["fcc"], (np.nan, np.nan, np.nan, 1, 1)),
    ],
)
def test_what_is_right(label, verdict, kinds, scores):
    row = scored((label, verdict, kinds, {})).iloc[0]
    names = ["top1", "top3", "parent_type", "accepted", "wrongly_accepted"]
    np.testing.assert_array_equal(row[names].to_numpy(float), np.array(scores, float))
    assert row["verdict"] == verdict


def test_files_without_a_label_or_an_answer_are_not_scored():
    index, answers = tables(("", ACCEPTED, ["fcc"], {}), ("fcc", ACCEPTED, ["fcc"], {}))
    nothing = pd.DataFrame(columns=["file", "parameter", "value"])
    found = score_files(index, answers, nothing, PARENTS)
    assert found["file"].tolist() == ["1.gr"]
    assert score_files(index, answers.head(1), nothing, PARENTS).empty


def test_lattice_constants_stand_beside_those_of_the_literature():
    found = scored(
        ("fcc", ACCEPTED, ["fcc"], {"composition": "Ni"}),
        ("fcc", ACCEPTED, ["fcc"], {"composition": "Cu"}),
        parameters=[("0.gr", "a", 3.5416), ("0.gr", "c", 9.0), ("1.gr", "a", 3.6)],
    )
    assert found["a"].tolist() == [3.5416, 3.6]
    assert found["deviation_percent"].iloc[0] == pytest.approx(0.4994, abs=1e-3)  # of 3.524 A
    assert np.isnan(found["deviation_percent"].iloc[1])


def test_copies_and_series_of_one_sample_count_once():
    found = scored(
        ("fcc", ACCEPTED, ["fcc"], {"sample": "nickel"}),
        ("fcc", AMBIGUOUS, ["bcc"], {"sample": "nickel"}),
        ("fcc", ACCEPTED, ["fcc"], {"sample": "nickel", "radiation": "neutron"}),
        ("bcc", ACCEPTED, ["bcc"], {"series": "hot", "sample": "iron 1"}),
        ("bcc", ACCEPTED, ["bcc"], {"series": "hot", "sample": "iron 2"}),
        ("none", NONE, ["bcc"], {}),
    )
    samples = by_sample(found).set_index(["sample", "radiation"])
    assert samples["files"].to_dict() == {
        ("nickel", "xray"): 2, ("nickel", "neutron"): 1, ("hot", "xray"): 2, ("5.gr", "xray"): 1,
    }  # fmt: skip
    assert samples.at[("nickel", "xray"), "top1"] == 0.5
    assert samples.at[("nickel", "xray"), "answer"] == "fcc / bcc"
    table = summary(by_sample(found))
    scores = table.set_index(["radiation", "structure_type"])
    assert scores.loc[("all", "every sample"), "samples"] == 3
    assert scores.loc[("all", "every sample"), "top1"] == pytest.approx(2.5 / 3, abs=1e-4)
    assert scores.loc[("all", "mean over types"), "top1"] == pytest.approx((0.75 + 1) / 2)
    assert scores.loc[("xray", "fcc"), "top1"] == 0.5
    assert scores.loc[("neutron", "fcc"), "top1"] == 1.0
    assert scores.loc[("all", "none"), "wrongly_accepted"] == 0
