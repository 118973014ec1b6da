"""Names in plain words."""

import pytest

from pdflearn.core.tasks import METRICS
from pdflearn.reporting import names


@pytest.mark.parametrize("metric", sorted({name for kind in METRICS.values() for name in kind}))
def test_every_metric_that_can_be_chosen_by_has_words(metric):
    assert "_" not in names.metric_words(metric)
    assert metric in names.METRIC_WORDS


def test_a_stress_condition_of_the_users_own_is_spelled_out():
    assert names.condition_words("stress: my_detector") == "stress: my detector"
    assert names.condition_words("xray") == "X-ray alone"


@pytest.mark.parametrize(("name", "short"), [("fcc", "fcc"), ("abcdef", "abcd…")])
def test_a_long_name_is_shortened(name, short):
    assert names.shorten(name, 5) == short
