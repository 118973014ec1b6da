"""Figures of refined series and of calibrants show what their tables hold."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.reporting import style
from pdflearn.reporting.calibrants import plot_calibrants
from pdflearn.reporting.refined_series import plot_refined_series

X = np.array([150.0, 170.0, 190.0, 210.0])
HEAD = {"series": "heating", "x_name": "temperature (K)"}


@pytest.fixture
def tables():
    parameters, fits = [], []
    for model, names in (("low", ["a", "b", "splitting_ab", "u_iso_Fe"]), ("high", ["a"])):
        for k, x in enumerate(X):
            known = {**HEAD, "model": model, "file": f"{x}.gr", "x": x}
            best = (model == "low") == (x < 205)
            fits.append(
                {**known, "rw": 0.1 + 0.01 * k, "best": best, "explained": x > 160, "note": ""}
            )
            parameters += [
                {**known, "parameter": name, "value": 4.0 + 0.1 * k, "stderr": 0.02, "unit": ""}
                for name in names
            ]
    changes = pd.DataFrame([{**HEAD, "x": 204.0, "stderr": 3.0}])
    return pd.DataFrame(parameters), pd.DataFrame(fits), changes


def test_a_refined_series_has_a_row_of_four_panels(tables):
    figure = plot_refined_series(*tables)
    lattice, u, splitting, rw = figure.axes
    assert lattice.get_title("left") == "heating"
    assert u.get_title("left") == "left and here: low"
    assert splitting.get_ylabel() == "10⁴ (a − b) / (a + b)"
    assert [text.get_text() for text in rw.get_legend().get_texts()] == [
        "high", "explained worse", "low",
    ]  # fmt: skip
    assert all(axes.get_xlabel() == "temperature (K)" for axes in figure.axes)
    assert all(axes.get_ylabel() for axes in figure.axes)
    style.plt.close(figure)


def test_a_file_without_a_fit_leaves_a_gap_and_numbers_of_files_are_whole(tables):
    parameters, fits, changes = (table.copy() for table in tables)
    for table in (parameters, fits):
        table["x"] = (table["x"] - 130) / 20
        table["x_name"] = "file, in order of name"
    parameters = parameters[parameters["x"] > 1]
    fits.loc[fits["x"] == 1, "rw"] = np.nan
    figure = plot_refined_series(parameters, fits, changes.iloc[:0])
    for axes in figure.axes:
        low, high = axes.get_xlim()
        assert low < 1
        assert high > 4
        ticks = axes.xaxis.get_major_locator().tick_values(low, high)
        np.testing.assert_allclose(ticks, np.round(ticks))
    style.plt.close(figure)


def test_one_value_of_delta_makes_no_panel(tables):
    parameters, fits, changes = tables
    parameters = parameters[parameters["parameter"] != "splitting_ab"]
    one = {**parameters.iloc[0].to_dict(), "parameter": "delta2"}
    scale = [{**parameters.iloc[0].to_dict(), "parameter": "scale", "x": x} for x in X]
    few = pd.concat([parameters, pd.DataFrame([one, *scale])])
    assert plot_refined_series(few, fits, changes).axes[2].get_ylabel() == "scale"
    many = pd.concat([few, pd.DataFrame([one | {"x": x} for x in X])])
    assert plot_refined_series(many, fits, changes).axes[2].get_ylabel() == "δ₂ (Å²)"
    style.plt.close("all")


def test_without_a_series_the_figure_says_so():
    empty = pd.DataFrame(columns=["series", "model", "file", "x", "x_name", "rw", "best"])
    assert plot_refined_series(empty, empty, empty).texts
    style.plt.close("all")


def test_a_calibrant_shows_its_resolution():
    r = np.arange(1.5, 50.0, 0.1)
    table = pd.DataFrame(
        [
            {
                "file": "x/Ni.gr", "calibrant": "Ni", "q_damp": 0.03491, "q_damp_stderr": 0.0002,
                "q_broad": 0.0176, "q_broad_stderr": np.nan, "rw": 0.081, "used": True,
            }
        ]
    )  # fmt: skip
    figure = plot_calibrants(table, {"x/Ni.gr": (r, np.sin(r), 0.9 * np.sin(r))})
    (axes,) = figure.axes
    assert axes.get_title("left") == "Ni.gr: Ni, Rw 0.081"
    assert axes.texts[0].get_text() == "q_damp 0.0349(2) Å⁻¹\nq_broad 0.0176 Å⁻¹"
    style.plt.close(figure)
    assert plot_calibrants(table, {}).texts
    style.plt.close("all")
