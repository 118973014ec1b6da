"""Rows of answers: what models of numbers say of each file stands in its first row."""

import numpy as np
import pandas as pd

from pdflearn.core.tasks import NUMBER_COLUMNS
from pdflearn.identification.answer_rows import with_numbers


def test_numbers_stand_in_the_first_row_of_their_file():
    answers = pd.DataFrame({"file": ["b", "b", "a"], "rank": [1, 2, 1]})
    numbers = pd.DataFrame(
        {"file": ["a", "b", "c"], "numbers_note": ["x", "y", "z"]}
        | {name: [1.0, 2.0, 3.0] for name in NUMBER_COLUMNS}
    )
    table = with_numbers(answers, numbers)
    for name in NUMBER_COLUMNS:
        np.testing.assert_array_equal(table[name], [2.0, np.nan, 1.0])
    assert table["numbers_note"].tolist() == ["y", "", "x"]
    assert list(answers) == ["file", "rank"]
