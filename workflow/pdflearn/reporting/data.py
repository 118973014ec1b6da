"""Figures of what is learned from: the library, example patterns, the split."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from pdflearn.reporting.style import (
    BLUE,
    GREEN,
    GREY,
    ORANGE,
    PALE,
    R_LABEL,
    SKY,
    STYLE,
    VERMILION,
    shorten,
)

SYSTEMS = (
    "cubic", "hexagonal", "trigonal", "tetragonal", "orthorhombic", "monoclinic", "triclinic",
)  # fmt: skip
PARTS = {
    "development": ("learned from and validated on", BLUE),
    "vault": ("vault", ORANGE),
    "learned": ("learned from only", SKY),
    "left_out": ("left out", PALE),
}
HYPOTHETICAL = "hypothetical"
# Types in one column of a page.
MOST_ROWS = 56


def by_system(table: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Structure types under their crystal system; one without a system stands last.

    Parameters
    ----------
    table : DataFrame
        structure_type, crystal_system: one row a structure; a type's commonest system counts.
    """
    counts = table.groupby(["structure_type", "crystal_system"]).size().reset_index(name="n")
    counts = counts.sort_values(["n", "crystal_system"], ascending=[False, True], kind="stable")
    system = counts.drop_duplicates("structure_type").set_index("structure_type")["crystal_system"]
    kinds = sorted(table["structure_type"].unique(), key=str.lower)
    of_kind = {kind: system.get(kind, "") for kind in kinds}
    others = sorted(set(of_kind.values()) - set(SYSTEMS))
    found = [(name, [k for k in kinds if of_kind[k] == name]) for name in (*SYSTEMS, *others)]
    return [(name or "no crystal system", members) for name, members in found if members]


def _columns(groups: list[tuple[str, list[str]]], rows: int) -> list[list[tuple[str, bool]]]:
    """Lines (text, whether it is a heading) over columns; no heading stands last in its column."""
    columns: list[list[tuple[str, bool]]] = [[]]
    for heading, members in groups:
        if len(columns[-1]) > rows - 3:
            columns.append([])
        columns[-1].append((heading, True))
        for member in members:
            if len(columns[-1]) >= rows:
                columns.append([(f"{heading}, continued", True)])
            columns[-1].append((member, False))
    return columns


def plot_library(split: pd.DataFrame) -> Figure:
    """How many real structures of each type are learned from, kept in the vault, or left out.

    Parameters
    ----------
    split : DataFrame
        Rows of `splitting.split`; hypothetical structures are counted in the title alone.
    """
    hypothetical = split["origin"] == HYPOTHETICAL
    learned = (hypothetical & (split["subset"] == "development")).sum()
    unused = hypothetical.sum() - learned
    note = f" (not drawn: {learned} hypothetical ones, learned from only"
    note += f", and {unused} left out)" if unused else ")"
    split = split[~hypothetical]
    part = split["subset"].mask((split["subset"] == "development") & ~split["evaluated"], "learned")
    counts = split.groupby(["structure_type", part]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(PARTS), fill_value=0)
    groups = by_system(split)
    lines = len(counts) + len(groups)
    n_columns = max(1, min(4, -(-lines // 24)))
    n_rows = min(MOST_ROWS * 2, -(-lines // n_columns) + 2)
    columns = _columns(groups, n_rows)
    longest = counts.sum(axis=1).max()
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            1, len(columns), figsize=(max(5.0, 2.35 * len(columns) + 0.3), 0.9 + 0.145 * n_rows),
            squeeze=False,
        )  # fmt: skip
        seen = {}
        for axes, column in zip(grid[0], columns, strict=True):
            for place, (text, heading) in enumerate(column):
                if heading:
                    axes.text(
                        0.01 * longest,
                        place,
                        text,
                        va="center",
                        fontsize=7,
                        weight="bold",
                        color="#333333",
                    )
                    continue
                left = 0
                for name, (_, colour) in PARTS.items():
                    n = counts.at[text, name]
                    if n:
                        seen[name] = axes.barh(place, n, 0.78, left=left, color=colour)
                    left += n
                axes.text(left + 0.02 * longest, place, str(left), va="center", fontsize=6)
            kinds = [
                (y, shorten(text, 24)) for y, (text, heading) in enumerate(column) if not heading
            ]
            axes.set_yticks([y for y, _ in kinds], [text for _, text in kinds], fontsize=6.5)
            axes.set(xlim=(0, 1.12 * longest), ylim=(n_rows - 0.4, -0.8), xticks=[])
            axes.tick_params(axis="y", length=0, pad=2)
            axes.spines["bottom"].set_visible(False)
        totals = counts.sum()
        figure.legend(
            list(seen.values()),
            [f"{PARTS[name][0]} ({totals[name]})" for name in seen],
            loc="outside upper left", ncols=4 if len(columns) > 2 else 2, fontsize=8,
            title="structures of each type" + (note if hypothetical.any() else ""),
            title_fontsize=8, alignment="left",
        )  # fmt: skip
    return figure


def plot_patterns(r: np.ndarray, examples: pd.DataFrame, curves: dict[str, np.ndarray]) -> Figure:
    """One pattern for each structure type, under its crystal system.

    Parameters
    ----------
    r : array (points,), angstrom
    examples : DataFrame
        structure_type, crystal_system, formula, id: one row a type.
    curves : dict
        id -> G (points,); each is scaled to its highest peak.
    """
    of_type = examples.set_index("structure_type")
    groups = by_system(examples)
    lines = len(examples) + len(groups)
    n_columns = max(1, min(4, -(-lines // 12)))
    n_rows = -(-lines // n_columns) + 2
    columns = _columns(groups, n_rows)
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            1, len(columns), figsize=(2.6 * len(columns), 0.6 + 0.3 * n_rows), sharex=True,
            squeeze=False,
        )  # fmt: skip
        for axes, column in zip(grid[0], columns, strict=True):
            for place, (text, heading) in enumerate(column):
                if heading:
                    axes.text(r[0], place, text, va="center", fontsize=7.5, weight="bold")
                    continue
                row = of_type.loc[text]
                g = curves[row["id"]]
                axes.plot(r, place - 0.52 * g / np.abs(g).max(), color=BLUE, linewidth=0.6)
                axes.text(
                    r[-1], place - 0.42, f"{shorten(text, 22)}  {shorten(row['formula'], 14)}",
                    ha="right", va="center", fontsize=6,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.75},
                )  # fmt: skip
            axes.set(xlim=(r[0], r[-1]), ylim=(n_rows - 0.3, -0.9), yticks=[], xlabel=R_LABEL)
            axes.spines["left"].set_visible(False)
            axes.tick_params(labelsize=7)
        figure.supylabel("G, each scaled to its highest peak", fontsize=8)
    return figure


def plot_split(table: pd.DataFrame, leakage: pd.DataFrame, n_folds: int, same: float) -> Figure:
    """Left: what stands on which side. Right: how alike the vault and development are.

    Parameters
    ----------
    table : DataFrame
        Rows of `splitting.split`.
    leakage : DataFrame
        Rows of `splitting.closest_across`.
    n_folds : int
    same : float
        The correlation from which two structures of one scale count as one group.
    """
    development = table["subset"] == "development"
    places = [
        (f"fold {fold + 1}", development & (table["fold"] == fold), BLUE) for fold in range(n_folds)
    ]
    places += [
        ("in no fold", development & (table["fold"] < 0), SKY),
        ("vault", table["subset"] == "vault", ORANGE),
        ("left out", table["subset"] == "left_out", PALE),
    ]
    shown = [(name, table[rows], colour) for name, rows, colour in places if rows.any()]
    with plt.rc_context(STYLE):
        figure, (left, right) = plt.subplots(1, 2, figsize=(8.4, 2.9), width_ratios=[1.15, 1])
        # Hypothetical structures without a tested relative are many: their bar may leave the axis.
        sizes = sorted(len(rows) for _, rows, _ in shown)
        end = 2.2 * (sizes[-2] if len(sizes) > 1 and sizes[-1] > 4 * sizes[-2] else sizes[-1])
        for place, (name, rows, colour) in enumerate(shown):
            tested = int(rows["evaluated"].sum())
            left.barh(place, tested, color=colour)
            left.barh(place, len(rows) - tested, left=tested, color=PALE if "out" in name else SKY)
            families = "" if name == "left out" else f", {rows['group'].nunique()} families"
            counts = f"{tested} tested" if tested == len(rows) else f"{len(rows)}"
            if 0 < tested < len(rows):
                counts += f", {tested} of them tested"
            beyond = len(rows) > end
            left.text(
                0 if beyond else len(rows), place, f" {counts}{families}{' →' * beyond}",
                va="center", fontsize=7.5,
            )  # fmt: skip
        left.set_yticks(range(len(shown)), [name for name, _, _ in shown])
        left.set(xlabel="structures", xlim=(0, end), ylim=(len(shown) - 0.4, -0.6))
        left.set_title("dark: tested; light: learned from only", weight="normal")
        values = leakage["correlation"]
        bins = np.linspace(min(0.5, np.floor(values.min() * 20) / 20), 1.0, 41)
        parts = [values[leakage["same_type"]], values[~leakage["same_type"]]]
        right.hist(parts, bins=bins, stacked=True, color=[GREEN, GREY])
        right.axvline(same, color=VERMILION, linewidth=0.9, linestyle="--")
        top = right.get_ylim()[1]
        right.set(ylim=(0, 1.55 * top), xlabel="correlation with the closest one learned from")
        right.set_ylabel("structures of the vault")
        right.text(
            bins[0], 1.5 * top, f"the closest is of the same type ({len(parts[0])})",
            color=GREEN, va="top", fontsize=8,
        )  # fmt: skip
        right.text(
            bins[0], 1.38 * top, f"is of another type ({len(parts[1])})", color="#555555", va="top",
            fontsize=8,
        )  # fmt: skip
        right.text(
            same - 0.006 * (1 - bins[0]) / 0.5, 1.26 * top, "beyond: one group,\nif of one scale",
            color=VERMILION, ha="right", va="top", fontsize=7.5,
        )  # fmt: skip
    return figure
