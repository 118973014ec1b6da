"""What was learned of minerals: one figure with the splits side by side, and a summary as text."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.reporting.style import BLUE, GREEN, GREY, ORANGE, PURPLE, STYLE, interval_lengths
from pdflearn.structures.subgroups import RELATIONS
from pdflearn.validation.ranks import TOP

# How each split is called, from the easiest to the hardest.
NAMES = {
    "random": "random,\nby\npattern",
    "compound": "compounds\nkept\ntogether",
    "formula_type": "types of one\nformula\npattern",
    "structure_type": "structure\ntypes kept\ntogether",
}
LABELS = {
    "space_group": "space group",
    "crystal_system": "crystal system",
    "prototype": "prototype",
}
# What is shown beside the selected model, where the study has it.
CONTROLS = {"minerals_neighbours": ("nearest neighbours", ORANGE), "majority": ("majority", GREY)}
COLOURS = (BLUE, GREEN, ORANGE)  # of the first one, three and six guesses
SPLIT_COLOURS = (BLUE, GREEN, PURPLE, ORANGE)
# Scores of others, as their papers state them; their data differ (docs/minerals.md).
LIU = {"top1": 0.700, "top6": 0.919}


def plot_minerals(scores: pd.DataFrame, by_size: pd.DataFrame, errors: pd.DataFrame) -> Figure:
    """Draw the splits side by side: scores, scores by training structures, kinds of errors.

    Parameters
    ----------
    scores, by_size, errors : DataFrame
        What the rule `score_minerals` wrote.
    """
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(1, 3, figsize=(13, 4.2), layout="constrained")
        _plot_scores(axes[0], scores)
        _plot_sizes(axes[1], by_size[by_size["label"] == "space_group"])
        _plot_errors(axes[2], errors)
    return figure


def _plot_scores(axes: Axes, scores: pd.DataFrame) -> None:
    table = scores[(scores["label"] == "space_group") & (scores["subset"] == "all")]
    splits = [split for split in NAMES if split in set(table["split"])]
    for i, split in enumerate(splits):
        rows = table[table["split"] == split]
        best = rows[rows["model"] == rows["selected"]]
        for k, (top, colour) in enumerate(zip(TOP, COLOURS, strict=True)):
            row = best[best["metric"] == f"top{top}"]
            axes.errorbar(
                [i + 0.13 * (k - 1)], row["score"], yerr=interval_lengths(row), fmt="o",
                color=colour, label=f"top {top}" if not i else None,
            )  # fmt: skip
        for model, (name, colour) in CONTROLS.items():
            control = rows[rows["model"] == model].set_index("metric")["score"]
            for k, top in enumerate(TOP):
                if f"top{top}" in control:
                    axes.plot(
                        i + 0.13 * (k - 1), control[f"top{top}"],
                        marker="_" if model == "majority" else "x", color=colour, linestyle="none",
                        label=name if not i and not k else None,
                    )  # fmt: skip
    for k, score in enumerate(LIU.values()):
        axes.axhline(score, color=COLOURS[2 * k], linewidth=0.6, linestyle=":")
    right = {"fontsize": 6.5, "va": "bottom", "ha": "right"}
    axes.text(len(splits) - 0.42, LIU["top1"], "Liu 2019, random: top 1", **right)
    axes.text(len(splits) - 0.42, LIU["top6"], "Liu 2019, random: top 6", **right)
    axes.set_xticks(range(len(splits)), [NAMES[split] for split in splits], fontsize=8)
    axes.set(ylabel="share of test patterns", ylim=(0, 1), xlim=(-0.5, len(splits) - 0.4))
    axes.set_title("Space group among the first guesses", fontsize=9)
    axes.legend(fontsize=6.5, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.22))


def _plot_sizes(axes: Axes, by_size: pd.DataFrame) -> None:
    least = sorted(by_size["least"].unique())
    for split, colour in zip(NAMES, SPLIT_COLOURS, strict=True):
        rows = by_size[by_size["split"] == split].sort_values("least")
        if len(rows):
            where = [least.index(x) for x in rows["least"]]
            axes.plot(
                where, rows["top1"], "o-", color=colour, label=NAMES[split].replace("\n", " ")
            )
    most = by_size.groupby("least")["most"].first()
    names = [f"{x:.0f}+" if np.isnan(most[x]) else f"{x:.0f}-{most[x]:.0f}" for x in least]
    axes.set_xticks(range(len(least)), names)
    axes.set(xlabel="training structures of the true group", ylim=(0, 1))
    axes.set_title("Top 1, by what there was to learn from", fontsize=9)
    axes.legend(fontsize=6.5, loc="upper center", bbox_to_anchor=(0.5, -0.22))


def _plot_errors(axes: Axes, errors: pd.DataFrame) -> None:
    splits = [split for split in NAMES if split in set(errors["split"])]
    for i, split in enumerate(splits):
        rows = errors[errors["split"] == split].set_index("relation").reindex(RELATIONS)
        for column, shift, alpha in (("share", -0.18, 1.0), ("by_chance", 0.18, 0.4)):
            bottom = 0.0
            for relation, colour in zip(RELATIONS, (BLUE, GREEN, GREY), strict=True):
                height = float(rows.at[relation, column])
                axes.bar(
                    i + shift, height, 0.32, bottom, color=colour, alpha=alpha,
                    label=relation if not i and column == "share" else None,
                )  # fmt: skip
                bottom += height
    axes.set_xticks(range(len(splits)), [NAMES[split] for split in splits], fontsize=8)
    axes.set(ylabel="the wrong first guess is a ... of the true group", ylim=(0, 1))
    axes.set_title("Kinds of errors (pale: by chance)", fontsize=9)
    axes.legend(fontsize=6.5, ncols=3, loc="upper center", bbox_to_anchor=(0.5, -0.22))


def summary(scores: pd.DataFrame, errors: pd.DataFrame) -> str:
    """The scores of the selected models and of their controls as tables in Markdown.

    Parameters
    ----------
    scores, errors : DataFrame
        What the rule `score_minerals` writes.
    """
    metrics = [f"{kind}top{k}" for kind in ("", "balanced_") for k in TOP]
    head = [metric.replace("_", " ").replace("top", "top ") for metric in metrics]
    lines = [
        "| learned | split | model | " + " | ".join(head) + " | patterns |",
        "| --- | --- | --- |" + " ---: |" * (len(metrics) + 1),
    ]
    everything = scores[scores["subset"] == "all"]
    for (label, split, model), rows in everything.groupby(["label", "split", "model"], sort=False):
        selected = rows["selected"].iloc[0] == model
        cells = rows.set_index("metric")
        values = [
            f"{row.score:.3f} ({row.ci_low:.3f} to {row.ci_high:.3f})"
            for row in cells.loc[metrics].itertuples()
        ]
        name = f"**{model}**, selected" if selected else model
        where = NAMES[split].replace("\n", " ")
        row = [LABELS[label], where, name, *values, str(cells["n"].iloc[0])]
        lines.append("| " + " | ".join(row) + " |")
    lines += ["", "| selected model, space group | patterns | top 1 | top 3 | top 6 |"]
    lines += ["| --- | --- | ---: | ---: | ---: |"]
    best = scores[(scores["model"] == scores["selected"]) & (scores["label"] == "space_group")]
    for (split, subset), rows in best.groupby(["split", "subset"], sort=False):
        cells = rows.set_index("metric")["score"]
        values = " | ".join(f"{cells[f'top{k}']:.3f}" for k in TOP)
        lines.append(f"| {NAMES[split].replace(chr(10), ' ')} | {subset} | {values} |")
    if len(errors):
        lines += ["", "| split | the wrong group is | errors | share | by chance |"]
        lines += ["| --- | --- | ---: | ---: | ---: |"]
        lines += [
            f"| {NAMES[row.split].replace(chr(10), ' ')} | {row.relation} | {row.n} | "
            f"{row.share:.3f} | {row.by_chance:.3f} |"
            for row in errors.itertuples(index=False)
        ]
    return "\n".join(lines) + "\n"
