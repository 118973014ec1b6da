"""The confusion matrix as a table, and the recall of each type."""

import numpy as np
import pandas as pd


def confusion_table(y_true: np.ndarray, y_pred: np.ndarray) -> pd.DataFrame:
    """Which type was predicted as which other type, the most frequent confusion first.

    Parameters
    ----------
    y_true, y_pred : array (n,) of str
        True and predicted type of each pattern.

    Returns
    -------
    DataFrame
        One row a pair of types that were confused: structure_type (the true one), predicted,
        patterns (how many), support (patterns of the true type), share (patterns / support).

    See Also
    --------
    recall_table : how many patterns of each type are predicted right.
    sklearn.metrics.confusion_matrix : the same counts as a matrix.

    Examples
    --------
    >>> y_true = np.array(["fcc", "fcc", "fcc", "hcp", "bcc"])
    >>> y_pred = np.array(["fcc", "hcp", "fcc", "fcc", "bcc"])
    >>> confusion_table(y_true, y_pred)
      structure_type predicted  patterns  support   share
    0            hcp       fcc         1        1  1.0000
    1            fcc       hcp         1        3  0.3333
    """
    table = pd.DataFrame({"structure_type": y_true, "predicted": y_pred})
    support = table["structure_type"].value_counts()
    wrong = table[table["structure_type"] != table["predicted"]]
    counts = wrong.groupby(["structure_type", "predicted"]).size().reset_index(name="patterns")
    counts["support"] = counts["structure_type"].map(support).astype(int)
    counts["share"] = (counts["patterns"] / counts["support"]).round(4)
    return counts.sort_values(
        ["patterns", "share", "structure_type"], ascending=[False, False, True], kind="stable",
        ignore_index=True,
    )  # fmt: skip


def recall_table(y_true: np.ndarray, y_pred: np.ndarray) -> pd.DataFrame:
    """The recall of each type, the lowest first.

    Parameters
    ----------
    y_true, y_pred : array (n,) of str
        True and predicted type of each pattern.

    Returns
    -------
    DataFrame
        One row a true type: structure_type, support (its patterns), correct (how many of them are
        predicted right), recall (correct / support), predicted (the three types that the others
        are most often predicted as, each with its count).

    See Also
    --------
    confusion_table : the pairs of types that are confused.

    Examples
    --------
    >>> y_true = np.array(["fcc", "fcc", "fcc", "hcp", "bcc"])
    >>> y_pred = np.array(["fcc", "hcp", "fcc", "fcc", "bcc"])
    >>> recall_table(y_true, y_pred)[["structure_type", "support", "correct", "recall"]]
      structure_type  support  correct  recall
    0            hcp        1        0  0.0000
    1            fcc        3        2  0.6667
    2            bcc        1        1  1.0000
    """
    rows = []
    for structure_type in np.unique(y_true):
        predicted = pd.Series(y_pred[y_true == structure_type])
        wrong = predicted[predicted != structure_type].value_counts().sort_index()
        wrong = wrong.sort_values(ascending=False, kind="stable").head(3)
        support, correct = len(predicted), int((predicted == structure_type).sum())
        confused = ", ".join(f"{name} {count}" for name, count in wrong.items())
        rows.append((structure_type, support, correct, round(correct / support, 4), confused))
    table = pd.DataFrame(
        rows, columns=["structure_type", "support", "correct", "recall", "predicted"]
    )
    return table.sort_values(["recall", "structure_type"], kind="stable", ignore_index=True)
