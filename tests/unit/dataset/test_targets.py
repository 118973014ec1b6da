"""Labels of a task: of patterns, of structures, of the user; missing ones, hidden ones."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.dataset import targets
from pdflearn.models import build


@pytest.fixture
def index():
    return pd.DataFrame(
        {
            "name": [f"s{i}" for i in range(40)],
            "group": [f"g{i // 2}" for i in range(40)],
            "evaluated": [i < 30 for i in range(40)],
            "kind": ["a", "b"] * 15 + [None] * 5 + [""] * 5,
            "size": [float(i) if i % 2 else np.nan for i in range(40)],
            "own": [str(i / 10) if i % 3 else "" for i in range(40)],
        }
    )


def test_missing_classes_are_no_class(index):
    labels = targets.target(index, {"label": "kind"}, 0)
    assert list(labels.classes) == ["a", "b"]
    np.testing.assert_array_equal(targets.known(labels.y_train), np.arange(40) < 30)
    rows = build.training_rows("knn", labels.y_train)
    np.testing.assert_array_equal(rows, np.arange(40) < 30)
    assert build.training_rows("self_training", labels.y_train).all()


def test_numbers_come_from_floats_and_from_text(index):
    numbers = targets.target(index, {"label": "size", "task_type": "regression"}, 0)
    assert numbers.evaluated.sum() == 15
    assert np.isfinite(numbers.y_true).sum() == 20
    numbers_of_user = targets.target(index, {"label": "own", "task_type": "regression"}, 0)
    assert numbers_of_user.y_true[7] == 0.7
    assert np.isnan(numbers_of_user.y_true[6])


@pytest.mark.parametrize(
    ("task", "words"),
    [
        (
            {"label": "hardness"},
            "label 'hardness' is no column .* labels.csv or one of evaluated",
        ),
        ({"label": "kind", "task_type": "regression"}, "label 'kind' of 's0' is 'a'; a regression"),
        ({"label": "one"}, "label 'one' has 1 value.s. among the evaluated patterns; at least 2"),
    ],
)
def test_faults_are_named(index, task, words):
    with pytest.raises(targets.TargetError, match=words):
        targets.target(index.assign(one="x"), task, 0)


def test_hidden_labels_hide_whole_groups_and_leave_every_class_some():
    random = np.random.default_rng(0)
    kind = np.repeat(["a", "b", "c"], [200, 90, 10])
    table = pd.DataFrame(
        {"kind": kind, "group": [f"{k}{i // 2}" for i, k in enumerate(kind)], "evaluated": True}
    )
    task = {"label": "kind", "labelled_fraction": 0.1}
    labels = targets.target(table, task, 1)
    labelled = targets.known(labels.y_train)
    assert table.assign(labelled=labelled).groupby("group")["labelled"].nunique().max() == 1
    assert table[labelled].groupby("kind")["group"].nunique().to_dict() == {"a": 10, "b": 4, "c": 1}
    np.testing.assert_array_equal(labels.y_true, kind)  # scores use all true labels
    order = random.permutation(len(table))
    again = targets.target(table.iloc[order], task, 1)
    np.testing.assert_array_equal(again.y_train, labels.y_train[order])
    assert (targets.target(table, task, 2).y_train != labels.y_train).any()


def test_fine_classes_have_the_names_of_the_coarse_ones_that_they_belong_to(index):
    index["fine"] = index["kind"].fillna("") + np.where(np.arange(40) % 4 < 2, "1", "2")
    index.loc[index["kind"].isna() | (index["kind"] == ""), "fine"] = ""
    fine, coarse = {"label": "fine"}, {"label": "kind"}
    classes = np.array(["a1", "a2", "b1", "b2"])
    assert targets.class_names_in(classes, index, fine, coarse) == ["a", "a", "b", "b"]
    assert targets.class_names_in(np.array(["a", "b"]), index, coarse, coarse) == ["a", "b"]
    with pytest.raises(targets.TargetError, match="'a' has no one fine .found: 'a1', 'a2'."):
        targets.class_names_in(np.array(["a", "b"]), index, coarse, fine)


def test_a_limit_keeps_the_evaluated_and_thins_the_others_evenly(index):
    task = {"label": "size", "task_type": "regression"}
    few = targets.known(targets.target(index, {**task, "max_patterns": 18}, 0).y_train)
    assert few.sum() == 18
    assert few[:30].sum() == 15  # all that are evaluated
    less = targets.known(targets.target(index, {**task, "max_patterns": 5}, 0).y_train)
    assert (less.sum(), less[30:].sum()) == (5, 0)
    enough = targets.known(targets.target(index, {**task, "max_patterns": 999}, 0).y_train)
    assert enough.sum() == 20
