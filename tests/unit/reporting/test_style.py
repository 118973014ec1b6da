"""The style of every figure: the same bytes twice, labels that do not touch."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from matplotlib.figure import Figure

from pdflearn.reporting import style


def wave() -> Figure:
    """A figure with many curved lines."""
    with style.plt.rc_context(style.STYLE):
        figure, axes = style.plt.subplots()
        x = np.linspace(0, 20, 500)
        axes.plot(x, np.sin(x), label="$odd_{<b>")
        axes.legend()
    return figure


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    written = []
    for name in ("a", "b"):
        files = tmp_path / f"{name}.svg", tmp_path / f"{name}.png"
        style.save(wave(), files[0])
        written.append([file.read_bytes() for file in files])
    assert written[0] == written[1]
    svg = written[0][0].decode()
    assert "<dc:date>" not in svg
    assert not re.search(r' d="[^"]*\.\d{3}', svg)


@given(
    st.lists(st.floats(-10, 10), min_size=1, max_size=12), st.floats(0.01, 3),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_labels_stand_apart_and_in_order(values, gap):
    places = style.spread_labels(values, gap)
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(places[order]) >= gap - 1e-6)
    assert places.mean() == pytest.approx(np.mean(values), abs=1e-6)


def test_lengths_of_an_interval_are_never_negative():
    rows = pd.DataFrame({"score": [0.5, 0.9], "ci_low": [0.4, 0.95], "ci_high": [0.7, 1.0]})
    assert style.interval_lengths(rows) == pytest.approx(np.array([[0.1, 0.0], [0.2, 0.1]]))


def test_names_stand_beside_the_ends_of_lines_without_touching():
    with style.plt.rc_context(style.STYLE):
        figure, axes = style.plt.subplots()
    style.label_ends(axes, 1.0, {"a": (0.50, "black"), "b": (0.51, "black")}, gap=0.1)
    heights = [text.xy[1] for text in axes.texts]
    assert heights == pytest.approx([0.455, 0.555])
    style.plt.close(figure)
