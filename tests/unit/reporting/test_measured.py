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


def test_the_users_files_and_one_of_each_public_series_get_a_panel():
    index = pd.DataFrame({
        "file": ["a", "b", "c", "d", "own", "own2", "not fitted"],
        "source": ["public"] * 4 + ["user"] * 3,
        "series": ["hot", "hot", "", "", "s", "s", ""],
        "sample": ["", "", "Ni", "Ni", "", "", ""],
    })  # fmt: skip
    files = ["a", "b", "c", "d", "own", "own2"]
    assert measured.select_samples(index, files) == ["own", "own2", "a", "c"]


def test_a_refused_curve_is_not_named_by_a_type():
    r = np.arange(1.0, 10.0, 0.1)
    index = pd.DataFrame({
        "file": ["x/a.gr", "b.gr"], "source": ["public", "user"], "r_min": 1.0, "r_max": [5.0, 9.0],
    })  # fmt: skip
    answers = pd.DataFrame({
        "file": ["x/a.gr", "b.gr"], "rank": 1, "structure_type": ["fcc", "bcc"],
        "verdict": ["accepted", "none of these"],
    })  # fmt: skip
    figure = measured.plot_patterns(r, np.array([np.sin(r), np.cos(r)]), index, answers)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["✗ none of these", "b.gr", "✓ fcc", "a.gr"]
    longest, shortest = (line.get_xdata().max() for line in figure.axes[0].lines)
    assert (longest, shortest) == pytest.approx((9.0, 5.0), abs=0.11)
    style.plt.close(figure)


def test_a_mixture_shows_each_phase_with_its_share_below_the_others():
    r = np.arange(1.5, 20.0, 0.1)
    partials = [0.7 * np.sin(3 * r), 0.3 * np.cos(4 * r)]
    answers = pd.DataFrame({
        "file": "a.gr", "rank": [1, 1, 2], "phase": [1, 2, 1],
        "structure_type": ["diamond+fcc", "diamond+fcc", "fcc"], "rw": [0.1, 0.1, 0.5],
        "verdict": "accepted", "phase_type": ["diamond", "fcc", "fcc"],
        "fraction_atoms": [0.7, 0.3, 1.0], "fraction_atoms_stderr": [0.02, None, None],
    })  # fmt: skip
    figure = measured.plot_sample(r, sum(partials), sum(partials), answers, partials)
    fit, rw = figure.axes
    texts = [text.get_text() for text in fit.texts]
    assert texts == ["diamond, 70 ± 2 % of the atoms", "fcc, 30 % of the atoms"]
    heights = [text.xy[1] for text in fit.texts]
    assert heights[1] < heights[0] < 0
    assert len(rw.get_yticklabels()) == 2  # one bar a rank, not a phase
    style.plt.close(figure)


def test_a_series_shows_its_strongest_change_and_its_components():
    n, r = 8, np.arange(1.5, 10.0, 0.1)
    table = pd.DataFrame({
        "series": "heating", "x": np.arange(n) * 10.0, "x_name": "temperature (K)",
        "cluster": [1, 1, 1, 1, 2, 2, 2, 2], "weight_1": np.linspace(1, 0, n),
        "weight_2": np.linspace(0, 1, n), "weight_3": np.nan, "stretch": 0.0,
    })  # fmt: skip
    changes = pd.DataFrame({"series": ["heating"], "before": [30.0], "after": [40.0]})
    arrays = {
        "r_0": r, "similarity_0": np.eye(n), "components_0": np.array([r, r[::-1]]),
        "r_components_0": r, "difference_0": np.sin(r),
    }  # fmt: skip
    figure = measured.plot_series(table, changes, ["heating"], arrays)
    similarity, weights, components = figure.axes[:3]
    assert similarity.get_title("left") == "heating"
    assert weights.texts[0].get_text() == "strongest change:\n30 to 40"
    assert len(components.texts) == 3
    style.plt.close(figure)
