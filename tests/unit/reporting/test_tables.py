"""Rows of the report's tables."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.models import registry
from pdflearn.reporting import tables


def test_a_missing_number_leaves_its_cell_empty():
    table = pd.DataFrame({"name": ["a", "b"], "share": [0.125, np.nan], "n": [1, 2]})
    rows = tables.table_rows(table, share="{:.1f}")
    assert rows == [{"name": "a", "share": "0.1", "n": 1}, {"name": "b", "share": "", "n": 2}]
    assert table["share"].tolist()[0] == 0.125  # the table itself stays


def test_settings_are_listed_by_their_full_key():
    config = {"seed": 1, "split": {"folds": 4, "near_duplicate": {"stretch": 0.003}}, "types": {}}
    assert list(tables.settings_rows(config)) == [
        {"key": "seed", "value": "1"},
        {"key": "split.folds", "value": "4"},
        {"key": "split.near_duplicate.stretch", "value": "0.003"},
        {"key": "types", "value": "{}"},
    ]


@pytest.mark.parametrize(
    ("spec", "title"),
    [
        ({"estimator": "knn"}, "my model"),
        ({"estimator": "average", "members": ["a/mlp", "a/mlp_small"]},
         "my model (the mean of mlp and mlp small)"),
    ],
)  # fmt: skip
def test_an_average_names_its_members(spec, title):
    assert tables.model_title("my_model", spec) == title


def test_every_estimator_is_explained():
    models = {name: {"estimator": name} for name in registry.REGISTRY}
    meanings = [row["meaning"] for row in tables.model_rows(models)]
    assert len(set(meanings)) == len(registry.REGISTRY)
    assert min(map(len, meanings)) > 20


def test_an_interval_stands_behind_its_score():
    row = pd.Series({"score": 0.914, "ci_low": 0.88, "ci_high": 0.9351})
    assert tables.format_interval(row) == "0.91 (0.88 to 0.94)"
