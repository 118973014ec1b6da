"""What the tables and curves of answers hold, for whoever reads them without identifying anything.

What reads answers (figures, the report) imports this module, and so neither waits for all that
identifies nor runs again when an inner part of it was edited.
"""

import numpy as np
import pandas as pd

from pdflearn.core.tasks import NUMBER_COLUMNS, NUMBERS_NOTE

# So many phases a mixture has at most.
MAX_PHASES = 4
# The curves of fits.npz; those of phases that a fit does not have are not numbers.
PHASE_CURVES = tuple(f"phase_{k}" for k in range(1, MAX_PHASES + 1))
# Calculated curves of the next ranks, for whoever compares them by eye; the table lists as many by
# default. A rank that was not fitted, or on other r than the first, is not a number.
RANK_CURVES = tuple(f"rank_{k}" for k in range(2, 6))
FIT_CURVES = ("r", "measured", "calculated", *PHASE_CURVES, *RANK_CURVES)


def with_numbers(answers: pd.DataFrame, numbers: pd.DataFrame) -> pd.DataFrame:
    """Rows of identification.csv with what models of numbers say of each file, in its first row.

    Parameters
    ----------
    answers : DataFrame
        Rows of identification.csv, the first answer of each file first.
    numbers : DataFrame
        file, and the columns of `stored_numbers.predict_numbers`.
    """
    first = ~answers["file"].duplicated().to_numpy()
    of_files = numbers.set_index("file").reindex(answers.loc[first, "file"])
    result = answers.copy()
    for name in NUMBER_COLUMNS:
        values = np.full(len(answers), np.nan)
        values[first] = of_files[name]
        result[name] = values
    notes = np.full(len(answers), "", dtype=object)
    notes[first] = of_files[NUMBERS_NOTE]
    result[NUMBERS_NOTE] = notes
    return result


def one_a_rank(answers: pd.DataFrame) -> pd.DataFrame:
    """The rows of identification.csv without those of a mixture's further phases.

    Parameters
    ----------
    answers : DataFrame
        Rows of identification.csv.
    """
    return answers[answers["phase"] == 1]
