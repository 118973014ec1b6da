"""Figures of scores: the best model on top, the selected one's conditions in order."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.reporting import scores, style

MODELS = ("random", "knn", "tree")


def validation_table(means: dict[str, float]) -> pd.DataFrame:
    rows = [
        (model, split, mean, 0.01) for model, mean in means.items()
        for split in ("train", "validation") if (model, split) != ("tree", "train")
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["model", "split", "mean", "sem"])


def evaluation_table(metric: str = "accuracy") -> pd.DataFrame:
    rows = [
        (model, condition, metric, 0.5 + 0.1 * k, 0.4, 0.9)
        for k, model in enumerate(MODELS)
        for condition in ("stress: high_noise", "all", "xray")
    ]  # fmt: skip
    columns = ["model", "condition", "metric", "score", "ci_low", "ci_high"]
    return pd.DataFrame(rows, columns=columns)


@pytest.mark.parametrize(
    ("metric", "top"), [("accuracy", "tree (chosen)"), ("rmse", "random (control)")]
)
def test_the_best_model_stands_on_top(metric, top):
    validation = validation_table({"random": 0.1, "knn": 0.7, "tree": 0.8})
    vault = evaluation_table().drop_duplicates("model")
    figure = scores.plot_scores(validation, vault, metric, "tree", ["random"], " (Å)")
    (axes,) = figure.axes
    assert axes.get_yticklabels()[-1].get_text() == top
    assert axes.get_xlabel().endswith(" (Å)")
    style.plt.close(figure)


def test_training_scores_stand_open_and_an_average_has_none():
    validation = validation_table({"random": 0.1, "knn": 0.7, "tree": 0.8})
    vault = evaluation_table().drop_duplicates("model")
    figure = scores.plot_scores(validation, vault, "accuracy", "tree", ["random"])
    (training,) = (line for line in figure.axes[0].lines if line.get_label() == "training")
    np.testing.assert_array_equal(training.get_xdata(), [0.1, 0.7, np.nan])
    style.plt.close(figure)


def test_stress_conditions_stand_below_the_others():
    figure = scores.plot_stress(evaluation_table(), "accuracy", "knn", ["random"])
    (axes,) = figure.axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "all patterns like training", "X-ray alone", "stress: high noise",
    ]  # fmt: skip
    assert axes.get_ylim()[0] > axes.get_ylim()[1]  # the first condition on top
    others = [line for line in axes.lines if line.get_marker() == "|"]
    assert [list(line.get_xdata()) for line in others] == [[0.7]] * 3  # no control among them
    style.plt.close(figure)


def test_the_figures_of_a_task_leave_out_other_metrics():
    evaluation = pd.concat([evaluation_table(), evaluation_table("log_loss").assign(score=9.0)])
    validation = validation_table({"random": 0.1, "knn": 0.7, "tree": 0.8})
    validation = validation.rename(columns={"mean": "score"}).drop(columns="sem")
    validation = validation.assign(metric="accuracy", params="{}", params_id=0)
    task = {"metric": "accuracy", "label": "structure_type"}
    estimators = {"random": "random", "knn": "knn", "tree": "extra_trees"}
    figures = scores.plot_task(validation, evaluation, task, "tree", estimators)
    assert list(figures) == ["scores", "stress"]
    labels = [text.get_text() for text in figures["scores"].axes[0].get_yticklabels()]
    assert labels == ["random (control)", "knn", "tree (chosen)"]
    drawn = [x for line in figures["scores"].axes[0].lines for x in line.get_xdata()]
    assert np.nanmax(drawn) < 1.1
    for figure in figures.values():
        style.plt.close(figure)
