"""Figures of a classifier's answers: which classes it confuses, and how sure it is."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.reporting.names import shorten, words
from pdflearn.reporting.style import BLUE, GREY, RULE, STYLE
from pdflearn.validation.confusion import confusion_table

# Classes in a confusion matrix that can still be read on a page.
MAX_CONFUSED = 36
NOTE = "#666666"


def plot_confusion(y_true: np.ndarray, y_pred: np.ndarray, label: str) -> Figure:
    """Plot a confusion matrix: rows are true classes, and the shares of a row add up to one.

    Of many classes those with the most errors are shown. The last column then sums up the rest of
    each row.

    Parameters
    ----------
    y_true, y_pred : arrays of str (n,)
        The true and the predicted class of each pattern.
    label : str
        What the classes are, such as structure_type or crystal_system.

    Returns
    -------
    Figure

    Examples
    --------
    >>> import numpy as np
    >>> y_true, y_pred = np.array(["fcc", "bcc"]), np.array(["fcc", "fcc"])
    >>> figure = plot_confusion(y_true, y_pred, "structure_type")
    >>> figure.axes[0].get_title("left")
    '1 of the 2 classes tested are never mistaken'
    """
    classes = np.union1d(y_true, y_pred)
    errors = confusion_table(y_true, y_pred)
    if len(classes) <= MAX_CONFUSED:
        labels = classes
    else:
        n_errors = errors.groupby("structure_type")["patterns"].sum()
        n_errors = n_errors.add(errors.groupby("predicted")["patterns"].sum(), fill_value=0)
        order = n_errors.sort_index().sort_values(ascending=False, kind="stable")
        labels = np.sort(order.index[:MAX_CONFUSED].to_numpy(dtype=str))
    table = pd.crosstab(y_true, y_pred, normalize="index")
    shares = table.reindex(index=labels, columns=labels, fill_value=0.0)
    columns = list(labels)
    if len(classes) > len(labels):
        present = np.isin(labels, table.index)
        shares["all other types"] = np.where(present, 1.0 - shares.sum(axis=1), 0.0).clip(0)
        columns.append("all other types")
    tested = np.unique(y_true)
    n_faultless = len(tested) - errors["structure_type"].nunique()
    title = f"{n_faultless} of the {len(tested)} classes tested are never mistaken"
    if len(classes) > len(labels):
        title = f"the {len(labels)} of {len(classes)} classes with the most errors; {title}"
    size = 2.2 + 0.18 * len(labels)
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(size + 0.8, size))
        image = axes.imshow(shares.to_numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        _write_shares(axes, shares, len(labels))
        for row in np.flatnonzero(~np.isin(labels, tested)):
            axes.text(0, row, "not among the patterns tested", va="center", fontsize=6, color=GREY)
        rows, positions = np.arange(len(labels)), np.arange(len(columns))
        font = 7 if len(labels) <= 40 else 6
        axes.set_xticks(positions, [shorten(c, 22) for c in columns], rotation=90, fontsize=font)
        axes.set_yticks(rows, [shorten(c, 22) for c in labels], fontsize=font)
        axes.spines[:].set_visible(False)
        axes.set_xticks(positions[1:] - 0.5, minor=True)
        axes.set_yticks(rows[1:] - 0.5, minor=True)
        axes.grid(which="minor", color=RULE, linewidth=0.4)
        axes.tick_params(which="both", length=0)
        axes.set(xlabel=f"predicted {words(label)}", ylabel=f"true {words(label)}")
        axes.set_title(title, fontsize=8, weight="normal")
        figure.colorbar(image, ax=axes, shrink=0.6, label="share of the patterns of the true class")
    return figure


def _write_shares(axes: Axes, shares: pd.DataFrame, n_labels: int) -> None:
    """Write the shares beside the diagonal into their squares."""
    if n_labels > 45:
        return
    for i, j in zip(*np.nonzero(shares.to_numpy() >= 0.005), strict=True):
        share = shares.iloc[i, j]
        text = "1" if share >= 0.995 else f"{share:.2f}".lstrip("0")
        if i != j:
            colour = "white" if share > 0.55 else "black"
            axes.text(j, i, text, ha="center", va="center", fontsize=6, color=colour)


def wilson(share: np.ndarray, n: np.ndarray, z: float = 1.96) -> tuple[np.ndarray, np.ndarray]:
    """Limits of the confidence interval of a share, by Wilson's score.

    Parameters
    ----------
    share : array (m,)
        Observed shares.
    n : array (m,)
        Number of independent observations behind each.
    z : float, default 1.96
        Quantile of the normal distribution; 1.96 for an interval of 95 %.

    Returns
    -------
    low, high : arrays (m,)

    References
    ----------
    E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.

    Examples
    --------
    >>> import numpy as np
    >>> low, high = wilson(np.array([0.5]), np.array([100]))
    >>> print(low.round(2), high.round(2))
    [0.4] [0.6]
    """
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def plot_calibration(
    y_true: np.ndarray,
    proba: np.ndarray,
    classes: np.ndarray,
    groups: np.ndarray,
    max_rank: int = 10,
) -> Figure:
    """Plot how often answers are right against their probability, and by how many are read.

    Left: the reliability diagram of the first answers, in bins of equally many patterns. Right: the
    share of patterns whose true class is among the first answers.

    Parameters
    ----------
    y_true : array of str (n,)
    proba : array (n, n_classes)
        The probability of each class.
    classes : array of str (n_classes,)
    groups : array of str (n,)
        The family of each pattern: for the intervals all patterns of one family count as one.
    max_rank : int, default 10
        How many answers are read at most.

    Returns
    -------
    Figure
    """
    order = np.argsort(-proba, axis=1, kind="stable")
    is_true = classes[order] == y_true[:, None]
    confidence, correct = proba.max(axis=1), is_true[:, 0]
    n_bins = min(10, max(1, len(y_true) // 20))
    bins = np.array_split(np.argsort(confidence, kind="stable"), n_bins)
    stated = np.array([confidence[rows].mean() for rows in bins])
    observed = np.array([correct[rows].mean() for rows in bins])
    n_families = np.array([len(np.unique(groups[rows])) for rows in bins])
    low, high = wilson(observed, n_families)
    n_ranks = min(max_rank, is_true.shape[1])
    within = np.cumsum(is_true, axis=1)[:, :n_ranks].mean(axis=0)
    with plt.rc_context(STYLE):
        figure, (ax_reliability, ax_ranks) = plt.subplots(1, 2, figsize=(7.4, 3.3))
        _plot_reliability(ax_reliability, stated, observed, low, high)
        ranks = np.arange(1, n_ranks + 1)
        ax_ranks.plot(ranks, within, "o-", color=BLUE, markersize=4)
        for rank in sorted({1, min(3, n_ranks), n_ranks}):
            ax_ranks.annotate(
                f"{within[rank - 1]:.2f}", (rank, within[rank - 1]), (0, -12),
                textcoords="offset points", ha="center", fontsize=8, color=BLUE,
            )  # fmt: skip
        ax_ranks.set(
            xlabel="number of answers read, most probable first",
            ylabel="share with the true class among them",
            ylim=(0, 1.03),
            xticks=ranks,
        )
        ax_ranks.yaxis.grid(True, color=RULE)
    return figure


def _plot_reliability(
    axes: Axes, stated: np.ndarray, observed: np.ndarray, low: np.ndarray, high: np.ndarray
) -> None:
    """Observed shares with their limits against the stated probabilities, with the diagonal."""
    axes.plot([0, 1], [0, 1], color="#BBBBBB", linewidth=0.9)
    axes.text(
        0.04, 0.1, "right as often as stated", rotation=45, rotation_mode="anchor", fontsize=7.5,
        color=NOTE, transform_rotates_text=True,
    )  # fmt: skip
    axes.errorbar(
        stated,
        observed,
        yerr=np.clip([observed - low, high - observed], 0, None),
        fmt="o",
        color=BLUE,
        markersize=4,
    )
    axes.set(xlim=(0, 1.03), ylim=(0, 1.03), aspect="equal")
    axes.set(xlabel="probability of the first answer", ylabel="share that is right (95 % interval)")
    axes.text(0.98, 0.3, "below the line:\ntoo sure", ha="right", fontsize=7.5, color=NOTE)
    axes.text(0.02, 0.97, "above the line:\ntoo cautious", va="top", fontsize=7.5, color=NOTE)
