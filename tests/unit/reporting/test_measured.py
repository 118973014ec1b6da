"""Figures of measured samples, and nothing to plot."""

import re

import numpy as np
import pandas as pd
import pytest

from pdflearn.reporting import measured, style


def test_a_sample_is_drawn_with_every_type_that_was_fitted():
    r = np.arange(1.5, 20.0, 0.1)
    ranks = pd.DataFrame({
        "file": "folder/a.gr",
        "structure_type": ["fcc", "L1_0", "hcp"],
        "rw": [0.1, 0.125, np.nan],
        "verdict": ["accepted", "", ""],
    })  # fmt: skip
    figure = measured.plot_sample(r, np.sin(r), np.sin(r) - 0.25, ranks)
    curves, bars = figure.axes
    difference = curves.lines[-1].get_ydata()
    assert np.ptp(difference) == pytest.approx(0.0, abs=1e-9)  # the same everywhere
    assert [bar.get_width() for bar in bars.patches] == [0.1, 0.125]
    assert [t.get_text() for t in bars.get_yticklabels()] == ["fcc", "L1_0"]
    assert bars.patches[0].get_y() > bars.patches[1].get_y()  # the first answer stands above
    assert (figure.get_suptitle(), bars.get_title(loc="left")) == ("a.gr", "accepted")
    style.plt.close(figure)


def test_nothing_measured_is_said():
    index = pd.DataFrame(columns=["file", "source", "r_min", "r_max"])
    answers = pd.DataFrame(columns=["file", "rank", "structure_type", "verdict"])
    for figure in (
        measured.plot_patterns(np.arange(5.0), np.zeros((0, 5)), index, answers),
        measured.plot_fits({}, answers),
        measured.plot_series(index, index, [], {}),
    ):
        assert re.search("no .* was (read|fitted|measured)", figure.texts[0].get_text())
        style.plt.close(figure)
