"""One style for every figure: print sizes, units on axes, labels beside the lines, colours that a
colour-blind reader can tell apart (M. Okabe and K. Ito, 2008), and bytes that repeat."""

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

BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, GREY = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#7F7F7F",
)  # fmt: skip
PALE, RULE = "#DDDDDD", "#EEEEEE"
# For groups without an order; a marker beside each colour, for prints in grey.
COLOURS = (BLUE, ORANGE, GREEN, VERMILION, PURPLE, SKY, "black")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

STYLE = {
    "figure.constrained_layout.use": True,
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "font.size": 9,
    "font.family": "DejaVu Sans",
    "text.parse_math": False,  # a name with $ in it is a name
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "legend.frameon": False,
    "lines.linewidth": 1.2,
    "svg.hashsalt": "pdflearn",
    "svg.fonttype": "path",
}
COORDINATES = re.compile(rb' (?:d|x|y)="[^"]*"')
R_LABEL = "r (Å)"
# Of each kind of features.
FEATURE_AXES = {
    "raw": R_LABEL,
    "log_r": "r (Å), in equal steps of its logarithm",
    "first_peak": "r / position of the first peak",
    "scale_free": "r / position of the first peak",
}


# Units of labels that have one; a user's own label says it in its name.
UNITS = {"diameter": "Å", "nearest_neighbour": "Å", "volume_per_atom": "Å³", "u_iso": "Å²"}


def save_all(figures: dict[str, Figure], files: Any) -> None:
    """Write figures by name, each to the file that goes by its name among a rule's outputs."""
    for name, figure in figures.items():
        save(figure, files[name])


def save(figure: Figure, svg: str | Path) -> None:
    """Write a figure as SVG, and as PNG beside it; the same figure gives the same bytes."""
    with plt.rc_context(STYLE):
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": "pdflearn"})
        with replacing(svg) as handle:
            handle.write(COORDINATES.sub(_shorter, drawn.getvalue()))
    save_png(figure, Path(svg).with_suffix(".png"))


def save_png(figure: Figure, path: str | Path) -> None:
    """Write a figure as PNG alone; the same figure gives the same bytes."""
    with plt.rc_context(STYLE), replacing(path) as handle:
        figure.savefig(handle, format="png", metadata={"Software": "pdflearn"})
    plt.close(figure)


def _shorter(found: re.Match[bytes]) -> bytes:
    """Coordinates to a hundredth of a point: half the bytes, and nothing that can be seen."""
    return re.sub(rb"(\.\d\d)\d+", rb"\1", found[0])


def unit_of(label: str) -> str:
    """A label's unit in brackets, for an axis; nothing where it has none."""
    return f" ({UNITS[label]})" if label in UNITS else ""


def words(name: str) -> str:
    """A name of the config as words."""
    return name.replace("_", " ")


def shorten(name: str, most: int = 34) -> str:
    """A name that fits beside a curve."""
    return name if len(name) <= most else name[: most - 1] + "…"


def plot_message(text: str) -> Figure:
    """A figure that says why there is nothing to draw."""
    with plt.rc_context(STYLE):
        figure = plt.figure(figsize=(6.5, 1.0))
        figure.text(0.5, 0.5, text, ha="center", va="center")
    return figure


def interval_lengths(rows: pd.DataFrame) -> np.ndarray:
    """Lengths of the two sides of intervals, for errorbar."""
    return np.clip([rows["score"] - rows["ci_low"], rows["ci_high"] - rows["score"]], 0, None)


def spread_labels(values: Sequence[float], gap: float) -> np.ndarray:
    """Places for labels: as near to their values as labels at least `gap` apart can stand."""
    order = np.argsort(values, kind="stable")
    places = np.asarray(values, dtype=float)[order]
    blocks: list[tuple[float, int]] = []  # middle and number of labels that touch
    for value in places:
        blocks.append((value, 1))
        while len(blocks) > 1:
            (low, below), (high, above) = blocks[-2:]
            if high - low >= gap * (below + above) / 2:
                break
            blocks[-2:] = [((low * below + high * above) / (below + above), below + above)]
    spread = np.concatenate(
        [middle + gap * (np.arange(n) - (n - 1) / 2) for middle, n in blocks] or [np.empty(0)]
    )
    found = np.empty(len(places))
    found[order] = spread
    return found


class _PlainFormatter(LogFormatter):
    """Plain numbers where matplotlib would write powers of ten."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return f"{x:g}" if super().__call__(x, pos) else ""


def format_log_axis(axis: Axis) -> None:
    """Write the values of a logarithmic axis as plain numbers, as many as can be read."""
    axis.set_major_formatter(_PlainFormatter())
    axis.set_minor_formatter(_PlainFormatter(minor_thresholds=(1.5, 0.6)))


def label_ends(axes: Axes, x: float, labels: dict[str, tuple[float, str]], gap: float) -> None:
    """Write each line's name at its end: name -> (value, colour), none over another."""
    places = spread_labels([value for value, _ in labels.values()], gap)
    for (name, (_, colour)), place in zip(labels.items(), places, strict=True):
        axes.annotate(
            name, (x, place), (6, 0), textcoords="offset points", va="center", fontsize=8,
            color=colour, annotation_clip=False,
        )  # fmt: skip
