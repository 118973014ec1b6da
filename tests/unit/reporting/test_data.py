"""Figures of what is learned from: any number of types, hypothetical structures."""

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
