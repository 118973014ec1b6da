"""The figures, drawn in one style: units on every axis, colours that a colour-blind reader can tell
apart (M. Okabe and K. Ito, 2008), labels beside the lines rather than in a legend."""

from pathlib import Path

import matplotlib
import numpy as np
import pandas as pd

matplotlib.use("agg")

import matplotlib.pyplot as plt
from matplotlib.figure import Figure

from pdflearn.ladder import LOSSES
from pdflearn.storage import replacing

BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#7F7F7F",
)  # fmt: skip
PARTS = {
    "development": ("development", BLUE),
    "vault": ("vault", ORANGE),
    "learned": ("learned, not tested", SKY),
    "left_out": ("left out", "#BBBBBB"),
}

STYLE = {
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "svg.hashsalt": "pdflearn",
    "svg.fonttype": "path",
}
R_LABEL = "r (Å)"
G_LABEL = "G (Å$^{-2}$)"


def save(figure: Figure, svg: str | Path, png: str | Path) -> None:
    """Write a figure as SVG and PNG; the same figure gives the same bytes."""
    with replacing(svg) as handle:
        figure.savefig(handle, format="svg", metadata={"Date": None, "Creator": "pdflearn"})
    with replacing(png) as handle:
        figure.savefig(handle, format="png", metadata={"Software": "pdflearn"})
    plt.close(figure)


def _words(name: str) -> str:
    return name.replace("_", " ")


def library(split: pd.DataFrame) -> Figure:
    """How many structures of each type are learned from, kept in the vault, or left out."""
    part = split["part"].mask((split["part"] == "development") & ~split["tested"], "learned")
    counts = split.groupby(["structure_type", part]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(PARTS), fill_value=0)
    counts = counts.loc[counts.sum(axis=1).sort_values(kind="stable").index]
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(6.5, 0.9 + 0.17 * len(counts)))
        left = np.zeros(len(counts))
        for name, (words, colour) in PARTS.items():
            if counts[name].sum():
                label = f"{words} ({counts[name].sum()})"
                axes.barh(counts.index, counts[name], left=left, color=colour, label=label)
            left += counts[name].to_numpy()
        axes.set(xlabel="structures", ylim=(-0.7, len(counts) - 0.3))
        axes.legend(loc="lower right")
    return figure


def patterns(
    r: np.ndarray, examples: dict[str, tuple[str, np.ndarray]], columns: int = 4
) -> Figure:
    """One pattern for each structure type: type -> (name, G)."""
    rows = int(np.ceil(len(examples) / columns))
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            rows, columns, figsize=(2.4 * columns, 1.25 * rows + 0.3), sharex=True, squeeze=False
        )
        for axes, (kind, (name, g)) in zip(grid.flat, sorted(examples.items()), strict=False):
            axes.plot(r, g, color=BLUE, linewidth=0.8)
            axes.set_title(kind, fontsize=8)
            axes.text(0.99, 0.97, name, transform=axes.transAxes, ha="right", va="top", fontsize=7)
            axes.tick_params(labelsize=7)
        for axes in grid.flat[len(examples) :]:
            axes.set_visible(False)
        figure.supxlabel(R_LABEL, fontsize=9)
        figure.supylabel(G_LABEL, fontsize=9)
    return figure


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
            vault["value"], place - 0.16,
            xerr=np.clip([vault["value"] - vault["low"], vault["high"] - vault["value"]], 0, None),
            fmt="D", color=ORANGE, markersize=5, label="vault: 95 % interval",
        )  # fmt: skip
        names = [
            _words(name) + (" (chosen)" if name == chosen else "")
            + (" (control)" if name in controls else "")
            for name in order
        ]  # fmt: skip
        axes.set_yticks(place, names)
        axes.set(xlabel=_words(metric) + unit, ylim=(-0.6, len(order) - 0.4))
        if best_last:
            axes.set(xlim=(-0.02, 1.02))
        axes.xaxis.grid(True, color="#EEEEEE", zorder=-1)
        figure.legend(loc="outside upper center", ncols=3, fontsize=8)
    return figure


SCHEME_WORDS = {
    "pattern": "by pattern (the same structure on both sides)",
    "structure": "by structure",
    "family": "by family (this study's split)",
    "heaviest_element": "by heaviest element",
}


def audit(splits: pd.DataFrame, learning: pd.DataFrame, metric: str) -> Figure:
    """Left: one model under four splits. Right: its score against how much it learned from."""
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 2.9), width_ratios=[1.15, 1])
        rows = splits[splits["metric"] == metric].iloc[::-1]
        place = np.arange(len(rows))
        spread = np.clip([rows["value"] - rows["low"], rows["high"] - rows["value"]], 0, None)
        left.errorbar(rows["value"], place, xerr=spread, fmt="o", color=BLUE)
        left.set_yticks(place, [SCHEME_WORDS[scheme] for scheme in rows["scheme"]])
        for y, value in zip(place, rows["value"], strict=True):
            left.text(value, y + 0.14, f"{value:.2f}", ha="center", fontsize=8)
        left.set(xlabel=f"{_words(metric)} (95 % interval)", ylim=(-0.5, len(rows) - 0.3))
        curve = learning[learning["metric"] == metric]
        for part, colour in (("train", GREY), ("validation", BLUE)):
            means = curve[curve["part"] == part].groupby("share")[["families", "value"]].mean()
            errors = curve[curve["part"] == part].groupby("share")["value"].sem()
            right.errorbar(means["families"], means["value"], yerr=errors, marker="o", color=colour)
            words = "training" if part == "train" else "validation"
            last = means.iloc[-1]
            right.annotate(
                words, (last["families"], last["value"]), (0, 8), textcoords="offset points",
                ha="right", color=colour,
            )  # fmt: skip
        right.set(xlabel="families learned from", ylabel=_words(metric), ylim=(0, 1.08))
    return figure


def confusion(truth: np.ndarray, predicted: np.ndarray) -> Figure:
    """What each type was taken for: rows are true types, shares add up to one along a row."""
    labels = np.unique(np.concatenate([truth, predicted]))
    table = pd.crosstab(truth, predicted, normalize="index")
    table = table.reindex(index=labels, columns=labels, fill_value=0.0)
    size = 2.6 + 0.15 * len(labels)
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(size + 0.6, size))
        image = axes.imshow(table.to_numpy(), cmap="Blues", vmin=0, vmax=1)
        ticks = np.arange(len(labels))
        font = 7 if len(labels) <= 40 else 6
        axes.set_xticks(ticks, labels, rotation=90, fontsize=font)
        axes.set_yticks(ticks, labels, fontsize=font)
        axes.spines[:].set_visible(False)
        axes.set_xticks(ticks[1:] - 0.5, minor=True)
        axes.set_yticks(ticks[1:] - 0.5, minor=True)
        axes.grid(which="minor", color="#EEEEEE", linewidth=0.4)
        axes.tick_params(which="both", length=0)
        axes.set(xlabel="taken for", ylabel="true structure type")
        figure.colorbar(image, ax=axes, shrink=0.6, label="share of the true type's patterns")
    return figure


def clusters(table: pd.DataFrame, assignments: pd.DataFrame, features: list[str]) -> Figure:
    """Left: agreement of each clustering with the types. Right: the patterns' map, by type."""
    common = assignments["structure_type"].value_counts().index[:7]
    colours = dict(
        zip(common, [BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, "black"], strict=False)
    )
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            1, 1 + len(features), figsize=(3.1 * (1 + len(features)), 3.3), squeeze=False
        )
        axes = grid[0, 0]
        rows = table.iloc[::-1]
        names = [
            f"{row.method} ({'control' if row.features == 'labels' else _words(row.features)})"
            for row in rows.itertuples()
        ]
        shades = [GREY if kind == "labels" else BLUE for kind in rows["features"]]
        axes.barh(names, rows["ari"], color=shades)
        for place, value in enumerate(rows["ari"]):
            axes.text(max(value, 0) + 0.02, place, f"{value:.2f}", va="center", fontsize=8)
        axes.set(xlabel="adjusted Rand index", xlim=(min(0, rows["ari"].min()), 1.15))
        for axes, kind in zip(grid[0, 1:], features, strict=True):
            x, y = assignments[f"pc1_{kind}"], assignments[f"pc2_{kind}"]
            other = ~assignments["structure_type"].isin(common)
            axes.scatter(x[other], y[other], s=3, color="#DDDDDD", linewidths=0)
            for label, colour in colours.items():
                of_type = assignments["structure_type"] == label
                axes.scatter(x[of_type], y[of_type], s=5, color=colour, linewidths=0, label=label)
            axes.set(
                title=f"{_words(kind)} features",
                xlabel="first principal component",
                ylabel="second principal component",
            )
        handles, labels = grid[0, -1].get_legend_handles_labels()
        figure.legend(
            handles, labels, loc="outside lower center", ncols=7, fontsize=8, markerscale=3
        )
    return figure


def measured(r: np.ndarray, curves: np.ndarray, names: list[str], answers: list[str]) -> Figure:
    """Measured patterns, each scaled to its largest value, with the first answer beside it."""
    with plt.rc_context(STYLE):
        figure, axes = plt.subplots(figsize=(7.5, 0.8 + 0.34 * max(len(names), 1)))
        for place, (curve, name, answer) in enumerate(zip(curves, names, answers, strict=True)):
            base = len(names) - 1 - place
            scale = np.abs(curve[r > 1.5]).max() or 1.0
            axes.plot(r, base + 0.45 * np.clip(curve / scale, -1, 1), color=BLUE, linewidth=0.7)
            axes.text(r[-1] + 0.4, base, answer, va="center", fontsize=7)
            axes.text(r[0] - 0.4, base, name, va="center", ha="right", fontsize=7)
        axes.set(xlabel=R_LABEL, yticks=[], xlim=(r[0], r[-1]), ylim=(-0.7, len(names) - 0.3))
        axes.spines["left"].set_visible(False)
    return figure
