"""Figures of trees: which patterns join at which distance."""

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.figure import Figure
from scipy.cluster import hierarchy

from pdflearn.figure_style import GREY, STYLE, say, shorten, words

MOST_LEAVES = 60


def dendrogram(tree: np.ndarray, labels: np.ndarray, view: str) -> Figure:
    """Ward's tree, its branches cut where they would be too many to read.

    Parameters
    ----------
    tree : array (n - 1, 4)
        SciPy's linkage matrix.
    labels : array (n,)
    view : str
    """
    if len(labels) < 3:
        return say("too few patterns for a tree")
    leaves = min(MOST_LEAVES, len(labels))
    nodes = hierarchy.to_tree(tree, rd=True)[1]

    def name(number: int) -> str:
        members = labels[nodes[number].pre_order()]
        kinds, counts = np.unique(members, return_counts=True)
        first = counts.argmax()
        return f"{shorten(str(kinds[first]), 22)}  {counts[first]} of {len(members)}"

    with plt.rc_context({**STYLE, "lines.linewidth": 0.8}):
        figure, axes = plt.subplots(figsize=(6.8, 0.8 + 0.135 * leaves))
        hierarchy.dendrogram(
            tree, p=leaves, truncate_mode="lastp", orientation="left", leaf_label_func=name,
            color_threshold=0, above_threshold_color=GREY, leaf_font_size=6.5, ax=axes,
        )  # fmt: skip
        axes.spines["right"].set_visible(False)
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(f"Ward distance at which two branches join ({words(view)})")
    return figure
