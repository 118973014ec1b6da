"""Sentences of the summary that state a count."""

import pandas as pd
import pytest

from pdflearn.identification.messages import ACCEPTED, NONE
from pdflearn.reporting import summary


@pytest.mark.parametrize(
    ("shares", "said"), [([1, 1, 1], "3"), ([1, 0.5, 1], "2.5"), ([0.99, 0.99], "1.9"), ([], "0")]
)
def test_a_sample_that_is_right_in_part_never_counts_as_whole(shares, said):
    assert summary.counted(pd.Series(shares, dtype=float)) == said


def test_a_refused_sample_is_not_called_by_the_type_that_came_nearest():
    row = {"file": "x.gr", "first": "jarosite", "verdict": NONE, "reason": "Nothing fits."}
    assert summary.answer(row) == "x.gr: none of these. Nothing fits."
    row |= {"verdict": ACCEPTED, "reason": "It fits."}
    assert summary.answer(row) == "x.gr: jarosite, accepted. It fits."
