"""Figures of a classifier's answers: what it confuses, and how sure it is."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from pdflearn.reporting.style import (
    BLUE,
    GREY,
    RULE,
    STYLE,
    shorten,
    words,
)
from pdflearn.validation.confusion import confusion_table

# Types in a confusion matrix that can still be read on a page.
MOST_CONFUSED = 36


def plot_confusion(truth: np.ndarray, predicted: np.ndarray, name: str) -> Figure:
    """What each type was taken for: rows are true types, shares add up to one along a row.

    Of many types those with the most errors are shown, and the rest of each row is summed up.
    name says what is told apart, such as structure_type or crystal_system.
    """
    types = np.union1d(truth, predicted)
    errors = confusion_table(truth, predicted)
    if len(types) <= MOST_CONFUSED:
        labels = types
    else:
        weight = errors.groupby("structure_type")["patterns"].sum()
        weight = weight.add(errors.groupby("predicted")["patterns"].sum(), fill_value=0)
        order = weight.sort_index().sort_values(ascending=False, kind="stable")
        labels = np.sort(order.index[:MOST_CONFUSED].to_numpy(dtype=str))
    table = pd.crosstab(truth, predicted, normalize="index")
    shares = table.reindex(index=labels, columns=labels, fill_value=0.0)
    columns = list(labels)
    if len(types) > len(labels):
        present = np.isin(labels, table.index)
        shares["all other types"] = np.where(present, 1.0 - shares.sum(axis=1), 0.0).clip(0)
        columns.append("all other types")
    size = 2.2 + 0.18 * len(labels)
    tested = np.unique(truth)
    never = len(tested) - errors["structure_type"].nunique()
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(size + 0.8, size))
        image = axes.imshow(shares.to_numpy(), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        for i, j in zip(*np.nonzero(shares.to_numpy() >= 0.005), strict=True):
            share = shares.iloc[i, j]
            text = "1" if share >= 0.995 else f"{share:.2f}".lstrip("0")
            if i != j and len(labels) <= 45:
                colour = "white" if share > 0.55 else "black"
                axes.text(j, i, text, ha="center", va="center", fontsize=6, color=colour)
        rows, places = np.arange(len(labels)), np.arange(len(columns))
        for row in np.flatnonzero(~np.isin(labels, tested)):
            axes.text(0, row, "not among the patterns tested", va="center", fontsize=6, color=GREY)
        font = 7 if len(labels) <= 40 else 6
        axes.set_xticks(places, [shorten(c, 22) for c in columns], rotation=90, fontsize=font)
        axes.set_yticks(rows, [shorten(c, 22) for c in labels], fontsize=font)
        axes.spines[:].set_visible(False)
        axes.set_xticks(places[1:] - 0.5, minor=True)
        axes.set_yticks(rows[1:] - 0.5, minor=True)
        axes.grid(which="minor", color=RULE, linewidth=0.4)
        axes.tick_params(which="both", length=0)
        axes.set(xlabel="taken for", ylabel=f"true {words(name)}")
        axes.set_title(
            f"{len(labels)} of {len(types)}, those with most errors; "
            f"{never} of {len(tested)} are never mistaken"
            if len(types) > len(labels)
            else f"{never} of {len(tested)} are never mistaken",
            fontsize=8, weight="normal",
        )  # fmt: skip
        figure.colorbar(image, ax=axes, shrink=0.6, label="share of the true one's patterns")
    return figure


def wilson(share: np.ndarray, n: np.ndarray, z: float = 1.96) -> tuple[np.ndarray, np.ndarray]:
    """Limits of a share among n (E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209)."""
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z / (1 + z**2 / n) * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    return np.clip(middle - half, 0, 1), np.clip(middle + half, 0, 1)


def plot_calibration(
    truth: np.ndarray,
    probabilities: np.ndarray,
    classes: np.ndarray,
    groups: np.ndarray,
    ranks: int = 10,
) -> Figure:
    """Left: how often an answer is right against how sure the model was. Right: in the first n.

    Parameters
    ----------
    truth : array (n,)
    probabilities : array (n, n_classes)
    classes : array (n_classes,)
    groups : array (n,)
        The family of each pattern: for the intervals all patterns of one count as one.
    ranks : int
    """
    order = np.argsort(-probabilities, axis=1, kind="stable")
    is_truth = classes[order] == truth[:, None]
    confidence, right = probabilities.max(axis=1), is_truth[:, 0]
    parts = np.array_split(np.argsort(confidence, kind="stable"), min(10, max(1, len(truth) // 20)))
    said = np.array([confidence[rows].mean() for rows in parts])
    share = np.array([right[rows].mean() for rows in parts])
    low, high = wilson(share, np.array([len(np.unique(groups[rows])) for rows in parts]))
    with plt.rc_context(STYLE):
        figure, (left, middle) = plt.subplots(1, 2, figsize=(7.4, 3.3))
        left.plot([0, 1], [0, 1], color="#BBBBBB", linewidth=0.9)
        left.text(
            0.04, 0.1, "as sure as right", rotation=45, rotation_mode="anchor", fontsize=7.5,
            color="#666666", transform_rotates_text=True,
        )  # fmt: skip
        left.errorbar(
            said,
            share,
            yerr=np.clip([share - low, high - share], 0, None),
            fmt="o",
            color=BLUE,
            markersize=4,
        )
        left.set(xlim=(0, 1), ylim=(0, 1.02), aspect="equal")
        left.set(
            xlabel="probability of the first answer", ylabel="share that is right (95 % interval)"
        )
        left.text(0.98, 0.3, "too sure\nbelow the line", ha="right", fontsize=7.5, color="#666666")
        left.text(0.02, 0.96, "too modest above", va="top", fontsize=7.5, color="#666666")
        count = min(ranks, is_truth.shape[1])
        within = np.cumsum(is_truth, axis=1)[:, :count].mean(axis=0)
        places = np.arange(1, count + 1)
        middle.plot(places, within, "o-", color=BLUE, markersize=4)
        for place in sorted({1, min(3, count), count}):
            middle.annotate(
                f"{within[place - 1]:.2f}", (place, within[place - 1]), (0, -12),
                textcoords="offset points", ha="center", fontsize=8, color=BLUE,
            )  # fmt: skip
        middle.set(
            xlabel="answers read, most probable first", ylabel="share with the truth among them"
        )
        middle.set(ylim=(0, 1.02), xticks=places)
        middle.yaxis.grid(True, color=RULE)
    return figure
