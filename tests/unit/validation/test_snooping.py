"""The best of many models on one set looks better than it is."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.dataset.targets import Target
from pdflearn.validation.snooping import measure_snooping


def test_the_best_of_many_looks_better_than_it_is():
    y = np.repeat(["a", "b", "c"], 60)
    target = Target("classification", y, y, y, np.ones(180, dtype=bool))
    groups = np.array([f"g{i // 2}" for i in range(180)])
    noise = np.random.default_rng(1).normal(size=(180, 191))  # tells nothing of the labels
    settings = {"patterns": 40, "looks": 30, "repeats": 8, "seed": 0}
    table = measure_snooping(noise, target, groups, **settings)
    mean = table.groupby(["looks", "subset"])["accuracy"].mean().unstack()
    assert mean.at[30, "selection"] > mean.at[30, "fresh"] + 0.08
    assert mean.at[30, "fresh"] == pytest.approx(1 / 3, abs=0.08)
    again = measure_snooping(noise, target, groups, **settings)
    pd.testing.assert_frame_equal(table, again)
