"""Figures of the course: curves as means over folds, what diverged, what was predicted."""

import re

import numpy as np
import pandas as pd
import pytest

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


def test_validation_curves_show_all_points_and_mark_the_lowest_loss():
    rows = [
        (model, "max_depth", depth, fold, split, metric, scale * (depth - 4) ** 2 + 1 + fold)
        for scale, model in ((1, "trees"), (3, "deep_trees")) for depth in (1, 4, 8)
        for fold in (0, 1) for split in ("train", "validation") for metric in ("error", "log_loss")
    ]  # fmt: skip
    columns = ["model", "param_name", "param_value", "fold", "split", "metric", "score"]
    figure = course.plot_validation_curves(pd.DataFrame(rows, columns=columns))
    assert [axes.get_title("left") for axes in figure.axes] == ["trees", "deep trees", "", ""]
    low, high = figure.axes[2].get_ylim()
    assert low == 0
    assert high > 3 * 16 + 1.5  # the highest mean of both panels, which share their axis
    marks = [line.get_xdata()[0] for line in figure.axes[3].lines if line.get_linestyle() == ":"]
    assert marks == [4]
    assert figure.axes[3].get_xlabel() == "depth of the trees"
    style.plt.close(figure)


def test_a_learning_rate_that_diverged_is_named_so():
    table = pd.DataFrame(
        [("m", rate, epoch, split, loss)
         for split in ("train", "validation")
         for rate, losses in ((0.1, (2.0, 1.0, 0.5)), (10.0, (2.0, 9.0, np.inf)))
         for epoch, loss in enumerate(losses)],
        columns=["model", "learning_rate", "epoch", "split", "loss"],
    )  # fmt: skip
    figure = course.plot_loss(table)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert {"rate 0.1", "rate 10: diverged"} < set(texts)
    style.plt.close(figure)


def test_diamonds_are_the_medians_of_ten_equal_parts():
    y_true = np.arange(100.0)
    figure = course.plot_regression(y_true, y_true + 5.0, "diameter (Å)")
    (axes,) = figure.axes
    medians = axes.containers[0][0]
    assert medians.get_xdata() == pytest.approx(np.arange(4.5, 100.0, 10.0))
    assert medians.get_ydata() == pytest.approx(np.arange(9.5, 105.0, 10.0))
    style.plt.close(figure)


def test_intervals_that_miss_the_number_have_a_colour_of_their_own():
    y_true = np.arange(100.0)
    intervals = np.column_stack([y_true - 2.0, y_true + np.where(y_true < 90, 3.0, -1.0)])
    figure = course.plot_regression(y_true, y_true + 0.5, "diameter (Å)", intervals)
    (axes,) = figure.axes
    held, missed = (len(lines.get_segments()) for lines in axes.collections[:2])
    assert (held, missed) == (90, 10)
    assert any("90% of the intervals" in text.get_text() for text in axes.texts)
    style.plt.close(figure)


def test_snooping_has_one_curve_a_set():
    table = pd.DataFrame(
        [(repeat, looks, subset, 0.5 + 0.1 * looks * (subset == "selection"))
         for repeat in (0, 1) for looks in (1, 2) for subset in ("selection", "fresh")],
        columns=["repeat", "looks", "subset", "accuracy"],
    )  # fmt: skip
    figure = course.plot_snooping(table)
    assert [list(line.get_ydata()) for line in figure.axes[0].lines] == [[0.6, 0.7], [0.5, 0.5]]
    style.plt.close(figure)
