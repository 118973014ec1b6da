"""The style of every figure: print sizes, colours, labels beside lines, files that repeat.

The same figure gives the same bytes, as SVG and as PNG.
"""

import io
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib
import numpy as np
import pandas as pd

matplotlib.use("agg")

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatter

from pdflearn.core.io import replacing
from pdflearn.reporting.colours import (
    BLUE,
    COLOURS,
    GREEN,
    GREY,
    MARKERS,
    ORANGE,
    PALE,
    PURPLE,
    RULE,
    SKY,
    STYLE,
    VERMILION,
)

__all__ = [
    "BLUE", "COLOURS", "GREEN", "GREY", "MARKERS", "ORANGE", "PALE", "PURPLE", "RULE", "SKY",
    "STYLE", "VERMILION",
]  # fmt: skip
COORDINATES = re.compile(rb' (?:d|x|y)="[^"]*"')
R_LABEL = "r (Å)"
# The axis of each representation of a pattern.
FEATURE_AXES = {
    "raw": R_LABEL,
    "log_r": "r (Å), in equal steps of its logarithm",
    "first_peak": "r / position of the first peak",
    "scale_free": "r / position of the first peak",
}


def save_all(figures: dict[str, Figure], files: Any) -> None:
    """Write figures, each to the output of a rule that has its name.

    Parameters
    ----------
    figures : dict of Figure
    files : mapping
        The path of each figure's SVG file, by the same names.
    """
    for name, figure in figures.items():
        save(figure, files[name])


def save(figure: Figure, svg: str | Path) -> None:
    """Write a figure as SVG, and as PNG beside it, and close it.

    Parameters
    ----------
    figure : Figure
    svg : str or Path
        The path of the SVG file. The PNG file has the same name with another suffix.
    """
    with plt.rc_context(STYLE):
        buffer = io.BytesIO()
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": "pdflearn"})
        with replacing(svg) as handle:
            handle.write(COORDINATES.sub(_shorten_coordinates, buffer.getvalue()))
    save_png(figure, Path(svg).with_suffix(".png"))


def save_png(figure: Figure, path: str | Path) -> None:
    """Write a figure as PNG alone, and close it."""
    with plt.rc_context(STYLE), replacing(path) as handle:
        figure.savefig(handle, format="png", metadata={"Software": "pdflearn"})
    plt.close(figure)


def _shorten_coordinates(match: re.Match[bytes]) -> bytes:
    """Coordinates to a hundredth of a point: half the bytes, and no difference that is visible."""
    return re.sub(rb"(\.\d\d)\d+", rb"\1", match[0])


def plot_message(text: str) -> Figure:
    """Return a figure that says why there is nothing to show."""
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(6.5, 1.0))
        figure.text(0.5, 0.5, text, ha="center", va="center")
    return figure


def interval_lengths(rows: pd.DataFrame) -> np.ndarray:
    """Lengths of the two sides of confidence intervals, as matplotlib's errorbar takes them.

    Parameters
    ----------
    rows : DataFrame
        score, ci_low, ci_high.

    Returns
    -------
    array (2, n)
    """
    return np.clip([rows["score"] - rows["ci_low"], rows["ci_high"] - rows["score"]], 0, None)


def spread_labels(values: Sequence[float], gap: float) -> np.ndarray:
    """Positions for labels that are close to their values, and apart from each other.

    Parameters
    ----------
    values : sequence of float (n,)
    gap : float
        The least distance between two labels, in the units of the values.

    Returns
    -------
    array (n,)
        In the order of the values; their mean is that of the values.

    Examples
    --------
    >>> [float(position) for position in spread_labels([1.0, 1.0, 5.0], gap=1.0)]
    [0.5, 1.5, 5.0]
    """
    order = np.argsort(values, kind="stable")
    blocks: list[tuple[float, int]] = []  # the middle and the number of labels that touch
    for value in np.asarray(values, dtype=float)[order]:
        blocks.append((value, 1))
        while len(blocks) > 1:
            (low, below), (high, above) = blocks[-2:]
            if high - low >= gap * (below + above) / 2:
                break
            blocks[-2:] = [((low * below + high * above) / (below + above), below + above)]
    spread = np.concatenate(
        [middle + gap * (np.arange(n) - (n - 1) / 2) for middle, n in blocks] or [np.empty(0)]
    )
    positions = np.empty(len(order))
    positions[order] = spread
    return positions


class _PlainFormatter(LogFormatter):
    """Plain numbers where matplotlib would write powers of ten."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return f"{x:g}" if super().__call__(x, pos) else ""


def format_log_axis(axis: Axis) -> None:
    """Write the values of a logarithmic axis as plain numbers, as many as can be read."""
    axis.set_major_formatter(_PlainFormatter())
    axis.set_minor_formatter(_PlainFormatter(minor_thresholds=(1.5, 0.6)))


def label_ends(axes: Axes, x: float, labels: dict[str, tuple[float, str]], gap: float) -> None:
    """Write the name of each line beside its end, so that no two names overlap.

    Parameters
    ----------
    axes : Axes
    x : float
        Where the lines end.
    labels : dict
        name -> (value at the end, colour).
    gap : float
        The least distance between two names, in the units of the values.
    """
    positions = spread_labels([value for value, _ in labels.values()], gap)
    for (name, (_, colour)), position in zip(labels.items(), positions, strict=True):
        axes.annotate(
            name, (x, position), (6, 0), textcoords="offset points", va="center", fontsize=8,
            color=colour, annotation_clip=False,
        )  # fmt: skip
