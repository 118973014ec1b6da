"""Figures of what is learned from: any number of types, hypothetical structures."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.reporting import data, style


def split_of(n_types: int) -> pd.DataFrame:
    kinds = [f"type_{k}" for k in range(n_types)]
    kinds[0] = "$odd_{<b>"
    rows = []
    for k, kind in enumerate(kinds):
        system = data.CRYSTAL_SYSTEMS[k % 7]
        for n in range(6):
            part = "vault" if n == 5 else "development"
            rows.append((kind, system, part, n % 4, k % 9 != 0, f"{kind}{n}"))
    columns = ["structure_type", "crystal_system", "subset", "fold", "evaluated", "group"]
    return pd.DataFrame(rows, columns=columns).assign(origin="real")


def text_of(figure) -> list[str]:
    found = [t.get_text() for axes in figure.axes for t in axes.texts]
    return found + [t.get_text() for axes in figure.axes for t in axes.get_yticklabels()]


@pytest.mark.parametrize("n_types", [1, 3, 124, 230])
def test_library_names_every_type_once_and_fits_a_page(n_types):
    figure = data.plot_library(split_of(n_types))
    words = text_of(figure)
    assert sum(word.startswith(("type_", "$odd")) for word in words) == n_types
    width, height = figure.get_size_inches()
    assert width <= 10
    assert height <= 12
    style.plt.close(figure)


def test_hypothetical_structures_are_counted_but_not_drawn():
    real = split_of(3)
    hypothetical = real.assign(origin="hypothetical", evaluated=False)
    figure = data.plot_library(pd.concat([real, hypothetical, hypothetical], ignore_index=True))
    title = figure.legends[0].get_title().get_text()
    assert "30 hypothetical ones that are learned from only; 6 more are left out" in title
    counts = [t.get_text() for t in figure.axes[0].texts if t.get_text().isdigit()]
    assert counts == ["6", "6", "6"]
    style.plt.close(figure)


def test_text_in_a_figure_can_be_read_in_print():
    figure = data.plot_library(split_of(200))
    sizes = [t.get_fontsize() for axes in figure.axes for t in axes.get_yticklabels()]
    assert min(sizes) >= 6
    style.plt.close(figure)


def test_a_type_stands_under_its_commonest_crystal_system_and_no_system_last():
    table = pd.DataFrame({
        "structure_type": ["b", "b", "b", "A", "odd", "new"],
        "crystal_system": ["cubic", "hexagonal", "hexagonal", "cubic", "", "quasicrystal"],
    })  # fmt: skip
    assert data.group_by_system(table) == [
        ("cubic", ["A"]), ("hexagonal", ["b"]), ("no crystal system", ["odd"]),
        ("quasicrystal", ["new"]),
    ]  # fmt: skip


def test_one_pattern_of_each_type_is_shown_with_its_formula():
    r = np.arange(1.0, 10.0, 0.5)
    examples = pd.DataFrame({
        "structure_type": ["fcc", "rutile"], "crystal_system": ["cubic", "tetragonal"],
        "formula": ["Ni", "TiO2"], "id": ["x", "y"],
    })  # fmt: skip
    figure = data.plot_patterns(r, examples, {"x": np.sin(r), "y": 7 * np.sin(r)})
    (axes,) = figure.axes
    assert [text.get_text() for text in axes.texts] == [
        "cubic", "fcc  Ni", "tetragonal", "rutile  TiO2",
    ]  # fmt: skip
    heights = [np.ptp(line.get_ydata()) for line in axes.lines]
    assert heights[0] == pytest.approx(heights[1])  # each is scaled to its highest peak
    style.plt.close(figure)


def test_the_split_shows_every_fold_and_how_alike_the_sides_are():
    leakage = pd.DataFrame({"correlation": [0.6, 0.7, 0.99], "same_type": [True, True, False]})
    figure = data.plot_split(split_of(3), leakage, n_folds=4, same_family=0.995)
    ax_sizes, ax_leakage = figure.axes
    names = [label.get_text() for label in ax_sizes.get_yticklabels()]
    assert names == ["fold 1", "fold 2", "fold 3", "fold 4", "vault"]
    texts = [text.get_text() for text in ax_leakage.texts]
    assert texts[:2] == [
        "the closest is of the same type (2)", "the closest is of another type (1)",
    ]  # fmt: skip
    style.plt.close(figure)
