"""The figure of filters: one pair of panels for each, whatever their number."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.reporting import filters, style


@pytest.mark.parametrize("n", [1, 3, 8])
def test_each_filter_has_its_weights_and_its_answers(n):
    axis, places = np.linspace(0.6, 8.0, 60), np.linspace(0.6, 8.0, 30)
    random = np.random.default_rng(0)
    rows = pd.DataFrame([
        {
            "number": k + 1, "weights": random.normal(size=8), "places": places,
            "answer": np.full(30, 0.5), "low": np.zeros(30), "high": np.full(30, 2.0),
        }
        for k in range(n)
    ])  # fmt: skip
    offsets = 0.1 * (np.arange(8) - 3.5)
    figure = filters.plot_filters(axis, "r (Å)", np.sin(axis), offsets, rows)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert len(shown) == 2 * n
    assert [axes.get_title("left") for axes in shown[::2]] == [f"filter {k + 1}" for k in range(n)]
    for shape, along, row in zip(shown[::2], shown[1::2], rows.itertuples(), strict=True):
        heights = [bar.get_height() for bar in shape.patches]
        np.testing.assert_allclose(heights, row.weights / np.abs(row.weights).max())
        np.testing.assert_allclose(along.lines[0].get_ydata(), 0.25)  # of the highest answer
    assert "r (Å)" in [axes.get_xlabel() for axes in shown]
    style.plt.close(figure)


def test_a_silent_filter_is_drawn_flat():
    row = {"number": 1, "weights": np.zeros(4), "places": np.arange(5.0)}
    row |= {name: np.zeros(5) for name in ("answer", "low", "high")}
    axis = np.arange(5.0)
    figure = filters.plot_filters(axis, "r", axis, np.arange(4.0), pd.DataFrame([row]))
    assert np.isfinite(figure.axes[1].lines[0].get_ydata()).all()
    style.plt.close(figure)
