"""Figures of what models learn from: the library, one pattern of each type, the split."""

import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from pdflearn.reporting.names import shorten
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
)

CRYSTAL_SYSTEMS = (
    "cubic", "hexagonal", "trigonal", "tetragonal", "orthorhombic", "monoclinic", "triclinic",
)  # fmt: skip
# What structures are used for, and the colour of each use.
USES = {
    "development": ("learned from and validated on", BLUE),
    "vault": ("vault", ORANGE),
    "learned": ("learned from only", SKY),
    "left_out": ("left out", PALE),
}
HYPOTHETICAL = "hypothetical"
# Types in one column of a page.
MAX_ROWS = 56


def group_by_system(table: pd.DataFrame) -> list[tuple[str, list[str]]]:
    """Structure types under their crystal systems; those without a system stand last.

    Parameters
    ----------
    table : DataFrame
        structure_type, crystal_system: one row a structure. The commonest system of a type counts.

    Returns
    -------
    list of (str, list of str)
        A crystal system and its types in alphabetical order.

    Examples
    --------
    >>> import pandas as pd
    >>> table = pd.DataFrame({
    ...     "structure_type": ["rutile", "fcc", "bcc"],
    ...     "crystal_system": ["tetragonal", "cubic", "cubic"],
    ... })
    >>> group_by_system(table)
    [('cubic', ['bcc', 'fcc']), ('tetragonal', ['rutile'])]
    """
    counts = table.groupby(["structure_type", "crystal_system"]).size().reset_index(name="n")
    counts = counts.sort_values(["n", "crystal_system"], ascending=[False, True], kind="stable")
    commonest = counts.drop_duplicates("structure_type").set_index("structure_type")
    systems = commonest["crystal_system"]
    structure_types = sorted(table["structure_type"].unique(), key=str.lower)
    system_of = {name: systems.get(name, "") for name in structure_types}
    others = sorted(set(system_of.values()) - set(CRYSTAL_SYSTEMS))
    groups = [
        (system, [name for name in structure_types if system_of[name] == system])
        for system in (*CRYSTAL_SYSTEMS, *others)
    ]
    return [(system or "no crystal system", members) for system, members in groups if members]


def _columns(groups: list[tuple[str, list[str]]], n_rows: int) -> list[list[tuple[str, bool]]]:
    """Lines (text, whether it is a heading) in columns; no heading stands last in its column."""
    columns: list[list[tuple[str, bool]]] = [[]]
    for heading, members in groups:
        if len(columns[-1]) > n_rows - 3:
            columns.append([])
        columns[-1].append((heading, True))
        for member in members:
            if len(columns[-1]) >= n_rows:
                columns.append([(f"{heading}, continued", True)])
            columns[-1].append((member, False))
    return columns


def plot_library(split: pd.DataFrame) -> Figure:
    """Plot how many structures of each type are learned from, kept in the vault, or left out.

    Hypothetical structures are counted in the title alone.

    Parameters
    ----------
    split : DataFrame
        structure_type, crystal_system, origin, subset, evaluated: a row a structure.

    Returns
    -------
    Figure
    """
    hypothetical = split["origin"] == HYPOTHETICAL
    n_hypothetical = hypothetical.sum()
    n_learned = (hypothetical & (split["subset"] == "development")).sum()
    title = "structures of each type"
    if n_hypothetical:
        title += f" (and {n_learned} hypothetical ones that are learned from only"
        n_left_out = n_hypothetical - n_learned
        title += f"; {n_left_out} more are left out)" if n_left_out else ")"
    real = split[~hypothetical]
    use = real["subset"].mask((real["subset"] == "development") & ~real["evaluated"], "learned")
    counts = real.groupby(["structure_type", use]).size().unstack(fill_value=0)
    counts = counts.reindex(columns=list(USES), fill_value=0)
    groups = group_by_system(real)
    n_lines = len(counts) + len(groups)
    n_columns = max(1, min(4, -(-n_lines // 24)))
    n_rows = min(MAX_ROWS * 2, -(-n_lines // n_columns) + 2)
    columns = _columns(groups, n_rows)
    longest = counts.sum(axis=1).max()
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            1, len(columns), figsize=(max(5.0, 2.35 * len(columns) + 0.3), 0.9 + 0.145 * n_rows),
            squeeze=False,
        )  # fmt: skip
        bars = {}
        for axes, column in zip(grid[0], columns, strict=True):
            bars |= _plot_counts(axes, column, counts, longest)
            names = [(y, shorten(text, 24)) for y, (text, heading) in enumerate(column)
                     if not heading]  # fmt: skip
            axes.set_yticks([y for y, _ in names], [text for _, text in names], fontsize=6.5)
            axes.set(xlim=(0, 1.12 * longest), ylim=(n_rows - 0.4, -0.8), xticks=[])
            axes.tick_params(axis="y", length=0, pad=2)
            axes.spines["bottom"].set_visible(False)
        totals = counts.sum()
        figure.legend(
            list(bars.values()),
            [f"{USES[name][0]} ({totals[name]})" for name in bars],
            loc="outside upper left", ncols=4 if len(columns) > 2 else 2, fontsize=8,
            title=title, title_fontsize=8, alignment="left",
        )  # fmt: skip
    return figure


def _plot_counts(
    axes: Axes, column: list[tuple[str, bool]], counts: pd.DataFrame, longest: int
) -> dict[str, object]:
    """One column of headings and stacked bars; returns a bar of each use for the legend."""
    bars = {}
    for y, (text, heading) in enumerate(column):
        if heading:
            axes.text(
                0.01 * longest, y, text, va="center", fontsize=7, weight="bold", color="#333333"
            )
            continue
        end = 0
        for name, (_, colour) in USES.items():
            n = counts.at[text, name]
            if n:
                bars[name] = axes.barh(y, n, 0.78, left=end, color=colour)
            end += n
        axes.text(end + 0.02 * longest, y, str(end), va="center", fontsize=6)
    return bars


def plot_patterns(r: np.ndarray, examples: pd.DataFrame, curves: dict[str, np.ndarray]) -> Figure:
    """Plot one pattern G(r) of each structure type, under its crystal system.

    Parameters
    ----------
    r : array (n_points,)
        Angstrom.
    examples : DataFrame
        structure_type, crystal_system, formula, id: one row a type.
    curves : dict
        id -> G (n_points,); each is scaled to its highest peak.

    Returns
    -------
    Figure
    """
    examples_by_type = examples.set_index("structure_type")
    groups = group_by_system(examples)
    n_lines = len(examples) + len(groups)
    n_columns = max(1, min(4, -(-n_lines // 12)))
    n_rows = -(-n_lines // n_columns) + 2
    columns = _columns(groups, n_rows)
    with plt.rc_context(STYLE):
        figure, grid = plt.subplots(
            1, len(columns), figsize=(2.6 * len(columns), 0.6 + 0.3 * n_rows), sharex=True,
            squeeze=False,
        )  # fmt: skip
        for axes, column in zip(grid[0], columns, strict=True):
            for y, (text, heading) in enumerate(column):
                if heading:
                    axes.text(r[0], y, text, va="center", fontsize=7.5, weight="bold")
                    continue
                row = examples_by_type.loc[text]
                g = curves[row["id"]]
                axes.plot(r, y - 0.52 * g / np.abs(g).max(), color=BLUE, linewidth=0.6)
                axes.text(
                    r[-1], y - 0.42, f"{shorten(text, 22)}  {shorten(row['formula'], 14)}",
                    ha="right", va="center", fontsize=6,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.4, "alpha": 0.75},
                )  # fmt: skip
            axes.set(xlim=(r[0], r[-1]), ylim=(n_rows - 0.3, -0.9), yticks=[], xlabel=R_LABEL)
            axes.spines["left"].set_visible(False)
            axes.tick_params(labelsize=7)
        figure.supylabel("G(r), each scaled to its highest peak", fontsize=8)
    return figure


def plot_split(
    split: pd.DataFrame, leakage: pd.DataFrame, n_folds: int, same_family: float
) -> Figure:
    """Plot the sizes of the folds and the vault (left), and how alike the two sides are (right).

    Parameters
    ----------
    split : DataFrame
        subset, fold, evaluated, group: a row a structure.
    leakage : DataFrame
        correlation, same_type: a row a structure of the vault, of its closest pattern.
    n_folds : int
    same_family : float
        The correlation from which two structures of one length scale count as one family.

    Returns
    -------
    Figure
    """
    with plt.rc_context(STYLE):
        figure, (ax_sizes, ax_leakage) = plt.subplots(
            1, 2, figsize=(8.4, 2.9), width_ratios=[1.15, 1]
        )
        _plot_sizes(ax_sizes, split, n_folds)
        _plot_leakage(ax_leakage, leakage, same_family)
    return figure


def _plot_sizes(axes: Axes, split: pd.DataFrame, n_folds: int) -> None:
    """Bars of the structures in each fold, in none, in the vault, and left out."""
    development = split["subset"] == "development"
    subsets = [
        (f"fold {fold + 1}", development & (split["fold"] == fold), BLUE) for fold in range(n_folds)
    ]
    subsets += [
        ("in no fold", development & (split["fold"] < 0), SKY),
        ("vault", split["subset"] == "vault", ORANGE),
        ("left out", split["subset"] == "left_out", PALE),
    ]
    shown = [(name, split[rows], colour) for name, rows, colour in subsets if rows.any()]
    # Hypothetical structures without a tested relative are many: their bar may leave the axis.
    sizes = sorted(len(rows) for _, rows, _ in shown)
    end = 2.2 * (sizes[-2] if len(sizes) > 1 and sizes[-1] > 4 * sizes[-2] else sizes[-1])
    for y, (name, rows, colour) in enumerate(shown):
        n_tested = int(rows["evaluated"].sum())
        axes.barh(y, n_tested, color=colour)
        light = PALE if name == "left out" else SKY
        axes.barh(y, len(rows) - n_tested, left=n_tested, color=light)
        families = "" if name == "left out" else f", {rows['group'].nunique()} families"
        counts = f"{n_tested} tested" if n_tested == len(rows) else f"{len(rows)}"
        if 0 < n_tested < len(rows):
            counts += f", {n_tested} of them tested"
        beyond = len(rows) > end
        axes.text(
            0 if beyond else len(rows), y, f" {counts}{families}{' →' * beyond}",
            va="center", fontsize=7.5,
        )  # fmt: skip
    axes.set_yticks(range(len(shown)), [name for name, _, _ in shown])
    axes.set(xlabel="number of structures", xlim=(0, end), ylim=(len(shown) - 0.4, -0.6))
    axes.set_title("dark: tested; light: learned from only", weight="normal")


def _plot_leakage(axes: Axes, leakage: pd.DataFrame, same_family: float) -> None:
    """A histogram of the highest correlation of each structure of the vault."""
    correlation = leakage["correlation"]
    bins = np.linspace(min(0.5, np.floor(correlation.min() * 20) / 20), 1.0, 41)
    same, other = correlation[leakage["same_type"]], correlation[~leakage["same_type"]]
    axes.hist([same, other], bins=bins, stacked=True, color=[GREEN, GREY])
    axes.axvline(same_family, color=VERMILION, linewidth=0.9, linestyle="--")
    top = axes.get_ylim()[1]
    axes.set(
        ylim=(0, 1.55 * top),
        xlabel="correlation with the closest pattern learned from",
        ylabel="structures of the vault",
    )
    for height, colour, text in (
        (1.5, GREEN, f"the closest is of the same type ({len(same)})"),
        (1.38, "#555555", f"the closest is of another type ({len(other)})"),
    ):
        axes.text(bins[0], height * top, text, color=colour, va="top", fontsize=8)
    axes.text(
        same_family - 0.006 * (1 - bins[0]) / 0.5, 1.26 * top,
        "beyond: one family,\nif of the same scale", color=VERMILION, ha="right", va="top",
        fontsize=7.5,
    )  # fmt: skip
