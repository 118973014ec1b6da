"""Checks that nothing leaks across the split: no group on both sides, no twin in the vault."""

import numpy as np
import pandas as pd

from pdflearn.core.errors import PdflearnError

SUBSETS = ("development", "vault")


class LeakageError(PdflearnError):
    """A group of structures that belong together stands on both sides of the split."""


def check_leakage(table: pd.DataFrame) -> None:
    """Check that no group of structures stands in two subsets or in two folds.

    Parameters
    ----------
    table : DataFrame
        group, subset, fold; one row for each structure.

    Raises
    ------
    LeakageError
        With the names of such groups.

    See Also
    --------
    closest_across : How similar the two sides of the split are.

    Examples
    --------
    >>> table = pd.DataFrame(
    ...     {"group": ["Ni-O", "Ni-O"], "subset": ["development", "vault"], "fold": [0, -1]}
    ... )
    >>> check_leakage(table)
    Traceback (most recent call last):
    ...
    pdflearn.dataset.leakage.LeakageError: 1 group(s) stand in two subsets of the split: Ni-O. ...
    """
    used = table[table["subset"].isin(SUBSETS)]
    for column, words in (("subset", "subsets of the split"), ("fold", "folds")):
        sides = used.groupby("group")[column].nunique()
        crossing = sorted(sides.index[sides > 1])
        if crossing:
            shown = ", ".join(crossing[:5]) + (" ..." if len(crossing) > 5 else "")
            raise LeakageError(
                f"{len(crossing)} group(s) stand in two {words}: {shown}. The same compound "
                "would be learned from and tested on. Do not edit results/dataset/split.csv; "
                "delete it and run again"
            )


def closest_across(table: pd.DataFrame, patterns: np.ndarray) -> pd.DataFrame:
    """For every structure of the vault the most similar one of development.

    Parameters
    ----------
    table : DataFrame
        id, name, structure_type, subset; in the order of the patterns.
    patterns : array (n, points)
        One pattern for each structure, all simulated with the same parameters.

    Returns
    -------
    DataFrame
        vault_id, vault_name, development_id, development_name, same_type, correlation (Pearson).
    """
    unit = patterns - patterns.mean(axis=1, keepdims=True)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    vault = np.flatnonzero(table["subset"] == "vault")
    development = np.flatnonzero(table["subset"] == "development")
    correlation = unit[vault] @ unit[development].T
    closest = development[correlation.argmax(axis=1)]
    of_vault, of_development = table.iloc[vault], table.iloc[closest]
    types = of_vault["structure_type"].to_numpy(), of_development["structure_type"].to_numpy()
    return pd.DataFrame(
        {
            "vault_id": of_vault["id"].to_numpy(),
            "vault_name": of_vault["name"].to_numpy(),
            "development_id": of_development["id"].to_numpy(),
            "development_name": of_development["name"].to_numpy(),
            "same_type": types[0] == types[1],
            "correlation": correlation.max(axis=1).round(4),
        }
    )
