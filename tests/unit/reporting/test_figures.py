"""Figures: the same bytes twice, names as they are, any number of types, nothing to draw."""

import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from pdflearn.reporting import course, data, measured, scores, style
from pdflearn.validation import confusion


def split_of(n_types: int) -> pd.DataFrame:
    kinds = [f"type_{k}" for k in range(n_types)]
    kinds[0] = "$odd_{<b>"
    rows = []
    for k, kind in enumerate(kinds):
        system = data.SYSTEMS[k % 7]
        for n in range(6):
            part = "vault" if n == 5 else "development"
            rows.append((kind, system, part, n % 4, k % 9 != 0, f"{kind}{n}"))
    columns = ["structure_type", "crystal_system", "part", "fold", "tested", "group"]
    return pd.DataFrame(rows, columns=columns).assign(origin="real")


def text_of(figure) -> list[str]:
    found = [t.get_text() for axes in figure.axes for t in axes.texts]
    return found + [t.get_text() for axes in figure.axes for t in axes.get_yticklabels()]


@pytest.mark.parametrize("n_types", [1, 3, 124, 230])
def test_library_names_every_type_once_and_fits_a_page(n_types):
    figure = data.library(split_of(n_types))
    words = text_of(figure)
    assert sum(word.startswith(("type_", "$odd")) for word in words) == n_types
    width, height = figure.get_size_inches()
    assert width <= 10
    assert height <= 12
    style.plt.close(figure)


def test_the_same_figure_gives_the_same_bytes(tmp_path):
    written = []
    for name in ("a", "b"):
        files = tmp_path / f"{name}.svg", tmp_path / f"{name}.png"
        style.save(data.library(split_of(9)), files[0])
        written.append([file.read_bytes() for file in files])
    assert written[0] == written[1]
    svg = written[0][0].decode()
    assert "<dc:date>" not in svg
    assert not re.search(r' d="[^"]*\.\d{3}', svg)


@pytest.mark.parametrize("n_types", [2, 20, 200])
def test_confusion_stays_readable(n_types):
    random = np.random.default_rng(0)
    truth = random.integers(n_types, size=1500)
    predicted = np.where(random.random(1500) < 0.7, truth, random.integers(n_types, size=1500))
    names = np.array([f"kind{k}" for k in range(n_types)])
    figure = scores.confusion(names[truth], names[predicted], "crystal_system")
    shown = len(figure.axes[0].get_yticklabels())
    assert shown == min(n_types, scores.MOST_CONFUSED)
    image = figure.axes[0].images[0].get_array()
    assert np.asarray(image).sum(axis=1) == pytest.approx(1.0)
    style.plt.close(figure)


def test_confusions_and_found_types_count_every_pattern():
    truth = np.array(list("aaabbc"))
    predicted = np.array(list("aabbbb"))
    wrong = confusion.confusions(truth, predicted)
    assert wrong[["structure_type", "taken_for", "patterns", "of"]].to_numpy().tolist() == [
        ["c", "b", 1, 1], ["a", "b", 1, 3],
    ]  # fmt: skip
    types = confusion.found_types(truth, predicted)
    assert types["patterns"].sum() == 6
    assert types["found"].sum() == (truth == predicted).sum()
    assert types["structure_type"].iloc[0] == "c"


@pytest.mark.parametrize(("right", "n"), [(0, 5), (3, 7), (80, 100), (9, 9)])
def test_wilson_limits_are_scipys(right, n):
    low, high = scores.wilson(np.array([right / n]), np.array([n]), z=1.959964)
    limits = binomtest(right, n).proportion_ci(0.95, method="wilson")
    assert (low[0], high[0]) == pytest.approx((limits.low, limits.high), abs=1e-6)


@given(
    st.lists(st.floats(-10, 10), min_size=1, max_size=12), st.floats(0.01, 3),
)  # fmt: skip
@settings(max_examples=60, deadline=None)
def test_labels_stand_apart_and_in_order(values, gap):
    places = style.spread_out(values, gap)
    order = np.argsort(values, kind="stable")
    assert np.all(np.diff(places[order]) >= gap - 1e-6)
    assert places.mean() == pytest.approx(np.mean(values), abs=1e-6)


def test_made_up_structures_are_counted_but_not_drawn():
    real = split_of(3)
    made_up = real.assign(origin="hypothetical", tested=False)
    figure = data.library(pd.concat([real, made_up, made_up], ignore_index=True))
    title = figure.legends[0].get_title().get_text()
    assert "30 made-up ones, learned from only, and 6 left out" in title
    counts = [t.get_text() for t in figure.axes[0].texts if t.get_text().isdigit()]
    assert counts == ["6", "6", "6"]
    style.plt.close(figure)


def test_no_figure_shows_the_source_of_a_formula():
    table = pd.DataFrame(
        [("m", rate, epoch, part, loss / (1 + epoch))
         for rate, loss in ((0.1, 2.0), (1.0, 3.0)) for epoch in range(4)
         for part in ("train", "validation")],
        columns=["model", "learning_rate", "epoch", "part", "loss"],
    )  # fmt: skip
    figure = course.loss(table)
    figure.canvas.draw()
    axis = figure.axes[0].yaxis
    labels = [
        t.get_text() for which in ("major", "minor") for t in axis.get_ticklabels(which=which)
    ]
    assert any(labels)
    assert all(re.fullmatch(r"\d*\.?\d*", text) for text in labels)
    style.plt.close(figure)


def test_a_sample_is_drawn_with_every_type_that_was_fitted():
    r = np.arange(1.5, 20.0, 0.1)
    ranks = pd.DataFrame({
        "file": "folder/a.gr",
        "structure_type": ["fcc", "L1_0", "hcp"],
        "rw": [0.1, 0.125, np.nan],
        "verdict": ["accepted", "", ""],
    })  # fmt: skip
    figure = measured.sample(r, np.sin(r), np.sin(r) - 0.25, ranks)
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
        measured.measured(np.arange(5.0), np.zeros((0, 5)), index, answers),
        measured.fits({}, answers),
        measured.series(index, index, [], {}),
    ):
        assert re.search("no .* was (read|fitted|measured)", figure.texts[0].get_text())
        style.plt.close(figure)


def test_text_in_a_figure_can_be_read_in_print():
    figure = data.library(split_of(200))
    sizes = [t.get_fontsize() for axes in figure.axes for t in axes.get_yticklabels()]
    assert min(sizes) >= 6
    style.plt.close(figure)
