"""Figures of the course."""

import re

import pandas as pd

from pdflearn.reporting import course, style


def test_no_figure_shows_the_source_of_a_formula():
    table = pd.DataFrame(
        [("m", rate, epoch, part, loss / (1 + epoch))
         for rate, loss in ((0.1, 2.0), (1.0, 3.0)) for epoch in range(4)
         for part in ("train", "validation")],
        columns=["model", "learning_rate", "epoch", "split", "loss"],
    )  # fmt: skip
    figure = course.plot_loss(table)
    figure.canvas.draw()
    axis = figure.axes[0].yaxis
    labels = [
        t.get_text() for which in ("major", "minor") for t in axis.get_ticklabels(which=which)
    ]
    assert any(labels)
    assert all(re.fullmatch(r"\d*\.?\d*", text) for text in labels)
    style.plt.close(figure)
