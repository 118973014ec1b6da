"""Figures of how well models learn: scores, splits, confusion, calibration, stress, reasons."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.core.tasks import LOSSES
from pdflearn.reporting.style import (
    BLUE,
    GREY,
    ORANGE,
    R_LABEL,
    RULE,
    STYLE,
    VERMILION,
    say,
    shorten,
    words,
)
from pdflearn.validation.confusion import confusions

SCHEME_WORDS = {
    "pattern": "by pattern (the same structure on both sides)",
    "structure": "by structure",
    "family": "by family (this study's split)",
    "heaviest_element": "by heaviest element",
    "radiation": "by family, learned from the other radiation",
}
# Scores between 0 and 1.
SHARES = ("accuracy", "balanced_accuracy", "top3", "macro_f1")
# Types in a confusion matrix that can still be read on a page.
MOST_CONFUSED = 36


def _spread(rows: pd.DataFrame) -> np.ndarray:
    """Lengths of the two sides of intervals, for errorbar."""
    return np.clip([rows["value"] - rows["low"], rows["high"] - rows["value"]], 0, None)


def scores(
    validation: pd.DataFrame,
    evaluation: pd.DataFrame,
    metric: str,
    chosen: str,
    controls: list[str],
    unit: str = "",
) -> Figure:
    """Each model in cross-validation (training and validation) and on the vault.

    Parameters
    ----------
    validation : DataFrame
        model, part, mean, sem: the best candidate of each model.
    evaluation : DataFrame
        model, value, low, high on the vault.
    metric, chosen : str
    controls : list of str
    unit : str
        Of the metric, where it has one.
    """
    of_part = {part: rows.set_index("model") for part, rows in validation.groupby("part")}
    best_last = metric not in LOSSES
    order = of_part["validation"]["mean"].sort_values(kind="stable", ascending=best_last).index
    place = np.arange(len(order))
    vault = evaluation.set_index("model").loc[order]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.5, 0.9 + 0.32 * len(order)))
        held_out = of_part["validation"].loc[order]
        training = of_part["train"].reindex(order)  # not known of averages
        axes.hlines(place, held_out["mean"], training["mean"], color="#CCCCCC", zorder=0)
        axes.plot(training["mean"], place, "o", mfc="white", color=GREY, label="training")
        axes.errorbar(
            held_out["mean"], place + 0.1, xerr=held_out["sem"], fmt="o", color=BLUE,
            label="validation: mean of the folds ± standard error",
        )  # fmt: skip
        axes.errorbar(
            vault["value"], place - 0.16, xerr=_spread(vault), fmt="D", color=ORANGE, markersize=5,
            label="vault: 95 % interval",
        )  # fmt: skip
        names = [
            words(name) + (" (chosen)" if name == chosen else "")
            + (" (control)" if name in controls else "")
            for name in order
        ]  # fmt: skip
        axes.set_yticks(place, names)
        for label, name in zip(axes.get_yticklabels(), order, strict=True):
            label.set_weight("bold" if name == chosen else "normal")
        axes.set(xlabel=words(metric) + unit, ylim=(-0.6, len(order) - 0.4))
        if metric in SHARES:
            axes.set(xlim=(-0.02, 1.02))
        axes.xaxis.grid(True, color=RULE, zorder=-1)
        figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    return figure


def audit(splits: pd.DataFrame, learning: pd.DataFrame, metric: str) -> Figure:
    """Left: one model under several splits. Right: its score against how much it learned from."""
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 2.9), width_ratios=[1.15, 1])
        rows = splits[splits["metric"] == metric].iloc[::-1]
        place = np.arange(len(rows))
        left.errorbar(rows["value"], place, xerr=_spread(rows), fmt="o", color=BLUE)
        left.set_yticks(place, [SCHEME_WORDS[scheme] for scheme in rows["scheme"]])
        for y, value in zip(place, rows["value"], strict=True):
            left.text(value, y + 0.14, f"{value:.2f}", ha="center", fontsize=8)
        left.set(xlabel=f"{words(metric)} (95 % interval)", ylim=(-0.5, len(rows) - 0.3))
        _curves(right, learning[learning["metric"] == metric])
        right.set(xlabel="families learned from", ylabel=words(metric), ylim=(0, 1.08))
    return figure


SIGN_WORDS = {
    "confidence": "highest probability of a type",
    "not_none": "probability of any type at all",
}


def novelty(table: pd.DataFrame) -> Figure:
    """How often each sign ranks a known type's pattern above one of a type never seen."""
    rows = table[table["metric"] == "auroc"]
    if rows.empty:
        return say("too few types: none could be left out")
    signs = [name for name in SIGN_WORDS if name in set(rows["score"])][::-1]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.5, 0.9 + 0.42 * len(signs)))
        axes.axvline(0.5, color=GREY, linestyle=":")
        axes.text(0.5, len(signs) - 0.45, " guessing", color=GREY, fontsize=8, va="top")
        looks = {"unlike": (BLUE, "o", 0.13), "near": (VERMILION, "s", -0.13)}
        for case, own in rows.groupby("case"):
            colour, marker, shift = looks[str(case)]
            place = own["score"].map(signs.index) + shift
            label = f"{case} types ({own['types'].iloc[0]})"
            axes.errorbar(
                own["value"], place, xerr=_spread(own), fmt=marker, color=colour, label=label
            )
        axes.set_yticks(range(len(signs)), [SIGN_WORDS[name] for name in signs])
        axes.set(
            xlabel="area under the ROC curve (95 % interval)",
            xlim=(0.4, 1.0),
            ylim=(-0.5, len(signs) - 0.4),
        )
        axes.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def _curves(axes: Axes, table: pd.DataFrame) -> None:
    """Training and validation against families: means over the folds, standard errors."""
    last = table[table["share"] == table["share"].max()].groupby("part")["value"].mean()
    training_on_top = last.get("train", np.inf) >= last.get("validation", -np.inf)
    above = {"train": 7, "validation": -14} if training_on_top else {"train": -14, "validation": 7}
    for part, colour, name in (("train", GREY, "training"), ("validation", BLUE, "validation")):
        own = table[table["part"] == part]
        if own.empty:
            continue
        groups = own.groupby("share")
        at, middle = groups["families"].mean(), groups["value"].mean()
        axes.errorbar(
            at, middle, yerr=groups["value"].sem(), marker="o", color=colour, markersize=4
        )
        axes.annotate(
            name, (at.iloc[-1], middle.iloc[-1]), (0, above[part]), ha="right",
            textcoords="offset points", color=colour, fontsize=8,
        )  # fmt: skip


def confusion(truth: np.ndarray, predicted: np.ndarray, name: str) -> Figure:
    """What each type was taken for: rows are true types, shares add up to one along a row.

    Of many types those with the most errors are shown, and the rest of each row is summed up.
    name says what is told apart, such as structure_type or crystal_system.
    """
    types = np.union1d(truth, predicted)
    errors = confusions(truth, predicted)
    if len(types) <= MOST_CONFUSED:
        labels = types
    else:
        weight = errors.groupby("structure_type")["patterns"].sum()
        weight = weight.add(errors.groupby("taken_for")["patterns"].sum(), fill_value=0)
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


def calibration(
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


PART_WORDS = {
    "all": "all patterns like training",
    "xray": "X-ray alone",
    "neutron": "neutron alone",
    "parent types": "parent types count as right",
    "number of elements known": "number of elements known",
}


def part_words(part: str) -> str:
    """A part of the vault in words."""
    return PART_WORDS.get(part, words(part))


def stress(
    evaluation: pd.DataFrame, metric: str, chosen: str, controls: list[str], unit: str = ""
) -> Figure:
    """The chosen model on parts of the vault and under conditions that no draw of training had.

    Parameters
    ----------
    evaluation : DataFrame
        model, part, metric, value, low, high.
    metric, chosen : str
    controls : list of str
        Not drawn.
    unit : str
        Of the metric, where it has one.
    """
    rows = evaluation[(evaluation["metric"] == metric) & ~evaluation["model"].isin(controls)]
    own = rows[rows["model"] == chosen]
    order = own["part"].tolist()
    order.sort(key=lambda part: part.startswith("stress"))
    own = own.set_index("part").loc[order]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.8, 0.9 + 0.36 * len(order)))
        axes.axvline(own.at["all", "value"], color="#BBBBBB", linewidth=0.9, zorder=0)
        others = rows[rows["model"] != chosen]
        for place, part in enumerate(order):
            values = others.loc[others["part"] == part, "value"]
            axes.plot(values, np.full(len(values), place), "|", color="#999999", markersize=9)
            row = own.loc[part]
            axes.text(row["value"], place - 0.2, f"{row['value']:.2f}", ha="center", fontsize=8)
        axes.errorbar(own["value"], range(len(order)), xerr=_spread(own), fmt="o", color=BLUE)
        axes.set_yticks(range(len(order)), [part_words(part) for part in order])
        axes.set(ylim=(len(order) - 0.4, -0.7))
        if metric in LOSSES:
            axes.set_xlim(left=0)
        elif metric in SHARES:
            axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel(f"{words(metric)}{unit} on the vault")
        axes.set_title(
            f"● {words(chosen)} with its 95 % interval   | other models", fontsize=8,
            weight="normal",
        )  # fmt: skip
    return figure


def weights(axis: np.ndarray, axis_label: str, planes: pd.DataFrame) -> Figure:
    """Weights of a linear model against r for some types, over the types' mean patterns.

    Parameters
    ----------
    axis : array (m,)
    axis_label : str
    planes : DataFrame
        structure_type, weights (m,), mean (m,): arrays in cells, both on the axis.
    """
    columns = 2 if len(planes) > 1 else 1
    rows = max(1, -(-len(planes) // columns))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            rows, columns, figsize=(7.6, 1.35 * rows + 0.7), sharex=True, squeeze=False
        )
        for axes, plane in zip(grid.flat, planes.itertuples(), strict=False):
            weight = plane.weights / np.abs(plane.weights).max()
            mean = plane.mean / np.abs(plane.mean).max()
            axes.fill_between(
                axis, 0, np.clip(weight, 0, None), color=BLUE, linewidth=0, alpha=0.85
            )
            axes.fill_between(
                axis, 0, np.clip(weight, None, 0), color=VERMILION, linewidth=0, alpha=0.85
            )
            axes.plot(axis, mean, color="black", linewidth=0.7)
            axes.set_title(shorten(plane.structure_type, 40), fontsize=8)
            axes.set(yticks=[], ylim=(-1.1, 1.1), xlim=(axis[0], axis[-1]))
            axes.spines["left"].set_visible(False)
        for axes in grid.flat[len(planes) :]:
            axes.set_visible(False)
        handles = [
            plt.Line2D([], [], color="black", linewidth=0.8),
            plt.Rectangle((0, 0), 1, 1, color=BLUE),
            plt.Rectangle((0, 0), 1, 1, color=VERMILION),
        ]
        figure.legend(
            handles, ["mean pattern of the type", "weight: G here speaks for it", "against it"],
            loc="outside upper center", ncols=3, fontsize=8,
        )  # fmt: skip
        figure.supxlabel(axis_label, fontsize=9)
        figure.supylabel("each scaled to its largest value", fontsize=8)
    return figure


def importance(table: pd.DataFrame, model: str) -> Figure:
    """How much accuracy is lost when the patterns' values in one range of r are exchanged.

    Parameters
    ----------
    table : DataFrame
        Rows of `importance.permutation_importance`.
    model : str
    """
    blocks, whole = table[table["r_low"].notna()], table[table["r_low"].isna()]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.8, 2.7))
        width = blocks["r_high"] - blocks["r_low"]
        middle = (blocks["r_low"] + blocks["r_high"]) / 2
        axes.bar(middle, blocks["loss"], width=0.9 * width, color=BLUE)
        limits = np.clip([blocks["loss"] - blocks["low"], blocks["high"] - blocks["loss"]], 0, None)
        axes.errorbar(middle, blocks["loss"], yerr=limits, fmt="none", color="black", linewidth=0.8)
        axes.axhline(0, color="black", linewidth=0.6)
        axes.set(xlabel=R_LABEL, ylabel="accuracy lost (95 % interval)")
        axes.set_xlim(blocks["r_low"].min() - 0.3, blocks["r_high"].max() + 0.3)
        if len(whole):
            row = whole.iloc[0]
            axes.text(
                0.99, 0.97,
                f"{words(model)}: accuracy {row['accuracy']:.2f} untouched,\n"
                f"{row['accuracy'] - row['loss']:.2f} with every range exchanged at once",
                transform=axes.transAxes, ha="right", va="top", fontsize=8,
            )  # fmt: skip
    return figure
