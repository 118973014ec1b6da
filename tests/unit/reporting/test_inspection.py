"""Figures of how models learn, and by which distances."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.reporting import inspection, style


def test_learning_curves_are_means_over_the_folds_and_named_at_their_ends():
    splits = pd.DataFrame({
        "scheme": ["pattern", "family"], "metric": "accuracy", "score": [0.9, 0.6],
        "ci_low": [0.8, 0.5], "ci_high": [0.95, 0.7],
    })  # fmt: skip
    rows = [
        (size, 100 * size, fold, split, "accuracy", 0.5 + 0.1 * fold + 0.2 * (split == "train"))
        for size in (0.5, 1.0) for fold in (0, 1) for split in ("train", "validation")
    ]  # fmt: skip
    columns = ["train_size", "families", "fold", "split", "metric", "score"]
    figure = inspection.plot_learning_curve(splits, pd.DataFrame(rows, columns=columns), "accuracy")
    ax_splits, ax_curve = figure.axes
    assert ax_splits.get_yticklabels()[-1].get_text().startswith("by pattern")
    curves = [container[0].get_ydata() for container in ax_curve.containers]
    assert np.allclose(curves, [[0.75, 0.75], [0.55, 0.55]])
    assert {text.get_text() for text in ax_curve.texts} == {"training", "validation"}
    style.plt.close(figure)


def test_novelty_shows_each_case_with_its_number_of_types():
    table = pd.DataFrame({
        "case": ["near", "unlike"], "sign": "confidence", "metric": "auroc", "score": [0.8, 0.9],
        "ci_low": [0.7, 0.8], "ci_high": [0.9, 1.0], "types": [30, 73],
    })  # fmt: skip
    figure = inspection.plot_novelty(table)
    texts = [text.get_text() for text in figure.legends[0].get_texts()]
    assert [text[:15] for text in texts] == ["near types (30)", "unlike types (7"]
    style.plt.close(figure)
    figure = inspection.plot_novelty(table.head(0))
    assert "too few types" in figure.texts[0].get_text()
    style.plt.close(figure)


@pytest.mark.parametrize("n_types", [1, 2, 5])
def test_weights_have_one_panel_a_type(n_types):
    axis = np.linspace(1.5, 20.0, 50)
    planes = pd.DataFrame([
        {"structure_type": f"type {k}", "weights": np.sin(axis), "mean": np.cos(axis)}
        for k in range(n_types)
    ])  # fmt: skip
    figure = inspection.plot_weights(axis, "r (Å)", planes)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert [axes.get_title("left") for axes in shown] == [f"type {k}" for k in range(n_types)]
    style.plt.close(figure)


def test_the_bars_of_importance_are_the_losses_of_single_ranges():
    table = pd.DataFrame({
        "r_low": [1.5, 2.5, np.nan], "r_high": [2.5, 3.5, np.nan], "accuracy": 0.7,
        "loss": [0.2, 0.4, 0.69], "ci_low": [0.1, 0.3, 0.6], "ci_high": [0.3, 0.5, 0.7],
    })  # fmt: skip
    figure = inspection.plot_importance(table, "mlp_small")
    (axes,) = figure.axes
    assert [bar.get_height() for bar in axes.patches] == [0.2, 0.4]
    assert "0.01 with all ranges exchanged" in axes.texts[0].get_text()
    style.plt.close(figure)
