"""Sentences of the report that state a count."""

import pandas as pd
import pytest

from pdflearn import report


@pytest.mark.parametrize(
    ("shares", "said"), [([1, 1, 1], "3"), ([1, 0.5, 1], "2.5"), ([0.99, 0.99], "1.9"), ([], "0")]
)
def test_a_sample_that_is_right_in_part_never_counts_as_whole(shares, said):
    assert report.counted(pd.Series(shares, dtype=float)) == said
