"""What types were taken for, and how many of each were found."""

import numpy as np
import pandas as pd


def confusions(truth: np.ndarray, predicted: np.ndarray) -> pd.DataFrame:
    """Which type was taken for which, commonest first.

    Returns
    -------
    DataFrame
        structure_type, taken_for, patterns, of (all patterns of the true type), share.
    """
    table = pd.DataFrame({"structure_type": truth, "taken_for": predicted})
    total = table["structure_type"].value_counts()
    wrong = table[table["structure_type"] != table["taken_for"]]
    counts = wrong.groupby(["structure_type", "taken_for"]).size().reset_index(name="patterns")
    counts["of"] = counts["structure_type"].map(total).astype(int)
    counts["share"] = (counts["patterns"] / counts["of"]).round(4)
    return counts.sort_values(
        ["patterns", "share", "structure_type"], ascending=[False, False, True], kind="stable",
        ignore_index=True,
    )  # fmt: skip


def found_types(truth: np.ndarray, predicted: np.ndarray) -> pd.DataFrame:
    """How many patterns of each type were found, worst first.

    Returns
    -------
    DataFrame
        structure_type, patterns, found, share, taken_for (what the others were taken for).
    """
    rows = []
    for kind in np.unique(truth):
        taken = pd.Series(predicted[truth == kind])
        wrong = taken[taken != kind].value_counts().sort_index()
        wrong = wrong.sort_values(ascending=False, kind="stable").head(3)
        n, found = len(taken), int((taken == kind).sum())
        others = ", ".join(f"{name} {count}" for name, count in wrong.items())
        rows.append((kind, n, found, round(found / n, 4), others))
    table = pd.DataFrame(
        rows, columns=["structure_type", "patterns", "found", "share", "taken_for"]
    )
    return table.sort_values(["share", "structure_type"], kind="stable", ignore_index=True)
