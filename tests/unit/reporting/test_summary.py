"""Sentences of the summary that state a count."""

import pandas as pd
import pytest

from pdflearn.identification.messages import ACCEPTED, NONE
from pdflearn.reporting import summary


@pytest.mark.parametrize(
    ("shares", "text"), [([1, 1, 1], "3"), ([1, 0.5, 1], "2.5"), ([0.99, 0.99], "1.9"), ([], "0")]
)
def test_a_sample_that_is_right_in_part_never_counts_as_whole(shares, text):
    assert summary.count_samples(pd.Series(shares, dtype=float)) == text


def test_a_refused_sample_is_not_called_by_the_type_that_came_nearest():
    row = {"file": "x.gr", "first": "jarosite", "verdict": NONE, "reason": "Nothing fits."}
    assert summary.describe_sample(row) == "x.gr: none of these. Nothing fits."
    row |= {"verdict": ACCEPTED, "reason": "It fits."}
    assert summary.describe_sample(row) == "x.gr: jarosite, accepted. It fits."


def task(**changes) -> dict:
    return {
        "title": "structure type", "task_type": "classification", "metric": "accuracy", "gain": 1,
        "interval": "0.90 (0.85 to 0.95)", "second_metric": "top-3 accuracy",
        "second_interval": "0.97 (0.95 to 0.99)", "guess": 0.01, "only_model": False,
        "selected": {"title": "knn"}, "rows": [{}, {}, {}],
        "conditions": [
            {"condition": "all", "interval": "a", "score": 0.9},
            {"condition": "stress: high_noise", "interval": "b", "score": 0.7},
            {"condition": "stress: short_range", "interval": "c", "score": 0.4},
        ],
    } | changes  # fmt: skip


def split_table() -> pd.DataFrame:
    return pd.DataFrame({
        "structure_type": ["fcc", "bcc", "fcc", "fcc"],
        "origin": ["real", "hypothetical", "real", "real"],
        "subset": ["development", "development", "vault", "left_out"],
        "evaluated": [True, False, True, False],
        "group": ["a", "b", "c", "d"],
    })  # fmt: skip


def measured_row(**changes) -> dict:
    return {
        "file": "a.gr", "source": "user", "label": "fcc", "verdict": ACCEPTED, "first": "fcc",
        "reason": "It fits.", "types": ["fcc", "hcp"],
    } | changes  # fmt: skip


def scores_table() -> pd.DataFrame:
    return pd.DataFrame({
        "label": ["fcc", "bcc", "none"], "top1": [1.0, 0.5, 0.0], "parent_type": [1.0, 1.0, 0.0],
        "wrongly_accepted": [0.0, 0.0, 1.0],
    })  # fmt: skip


def test_short_answers_count_what_was_learned_and_name_the_worst_condition():
    measured = [measured_row(), measured_row(file="b.gr", source="public")]
    samples, trust, learned = summary.short_answers(
        [task()], split_table(), measured, scores_table()
    )
    text = " ".join(learned["lines"])
    assert "2 structure types apart. 1 of these types" in text
    assert "2 structures in 2 families" in text
    assert "1 of the structures are hypothetical" in text
    text = " ".join(trust["lines"])
    assert "On 1 structures that it had never seen" in text
    assert "under the condition short range: there the accuracy is c" in text
    assert "2 independent measured samples have a known type" in text
    assert "1.5 were named right, and 2 were named right or by a type of the same parent" in text
    assert "accepted for 1 of 3 samples" in text
    assert samples["lines"] == [
        "Your 1 measured files: 1 accepted.", "a.gr: fcc, accepted. It fits.",
        "1 public measured files: 1 accepted.",
        "Accepted types, with the number of files: fcc (1).",
    ]  # fmt: skip


def test_the_worst_condition_of_an_error_is_the_one_with_the_largest():
    samples, trust, _ = summary.short_answers(
        [task(task_type="regression", gain=-1)], split_table(), [], scores_table().head(0)
    )
    assert "under the condition high noise" in " ".join(trust["lines"])
    assert "first three" not in " ".join(trust["lines"])
    assert samples["lines"] == ["No measured PDF was read."]


def test_summary_is_three_lines():
    rows = [measured_row(), measured_row(label="hcp"), measured_row(label="none", verdict=NONE)]
    lines = summary.summary_text([task()], split_table(), rows).splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("Learned structure type from 2 structures")
    assert lines[1].startswith("On 1 structures never seen: accuracy 0.90")
    assert lines[2].endswith(
        "of 2 with a known label 1 right at rank 1 and 2 among the ranks listed."
    )
