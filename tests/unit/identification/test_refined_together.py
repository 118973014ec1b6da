"""Ranges in a row, joint fits and shared parameters, where samples.csv asks for them."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from identification_cases import measured

from pdflearn.core import columns
from pdflearn.identification.messages import ACCEPTED
from pdflearn.identification.refined_together import (
    BOXCAR_COLUMNS,
    TOGETHER_COLUMNS,
    boxcar_table,
    together_table,
)
from pdflearn.measured.samples import MeasuredSample
from pdflearn.measured.series import Series

RADIATIONS = ("xray", "neutron")
CURVES = {name: measured(("Ni fcc", 1.0), radiation=name) for name in RADIATIONS}


def sample_of(file, radiation="xray", **known):
    curve = replace(CURVES[radiation], radiation=radiation)
    return MeasuredSample(file, radiation=radiation, observation=curve, whole=curve, **known)


def answers_of(*files):
    rows = [(file, 1, "Ni fcc", ACCEPTED) for file in files]
    return pd.DataFrame(rows, columns=["file", "rank", "structure", "verdict"])


def test_a_file_that_asks_has_ranges_in_a_row(catalogue):
    samples = [sample_of("a.gr", boxcar="8 8"), sample_of("b.gr")]
    table = boxcar_table(samples, answers_of("a.gr", "b.gr"), catalogue)
    assert list(table) == BOXCAR_COLUMNS
    assert set(columns.BOXCAR.text) <= set(table)
    a = table[table["parameter"] == "a"]
    assert a["file"].tolist() == ["a.gr"] * 3
    assert a["value"].to_numpy() == pytest.approx(3.524, abs=0.003)


def test_what_cannot_be_refined_is_a_row_with_the_reason(catalogue):
    unknown = boxcar_table([sample_of("a.gr", boxcar="8 8")], answers_of(), catalogue)
    assert "name one under `structure`" in unknown["note"][0]
    bad = MeasuredSample("b.gr", boxcar="8 8", fit_error="too short")
    assert "too short" in boxcar_table([bad], answers_of("b.gr"), catalogue)["note"][0]
    alone = together_table([sample_of("a.gr", joint="x")], [], answers_of("a.gr"), catalogue)
    assert "at least two files" in alone["note"][0]
    assert boxcar_table([], answers_of(), catalogue).empty


def test_files_of_one_sample_are_refined_jointly(catalogue):
    samples = [sample_of("x.gr", joint="Ni"), sample_of("n.gr", "neutron", joint="Ni")]
    table = together_table(samples, [], answers_of("x.gr"), catalogue)
    assert list(table) == TOGETHER_COLUMNS
    assert set(columns.TOGETHER.text) <= set(table)
    shared = table[table["shared"]].set_index("parameter")
    assert shared.loc["a", "value"] == pytest.approx(3.524, abs=0.002)
    assert shared.loc["u_iso_Ni", "value"] == pytest.approx(0.007, rel=0.05)
    assert (shared["stderr"].drop(["diameter", "diameter_min"]) > 0).all()
    assert shared.loc["diameter", "value"] == np.inf  # bulk has no size of its own
    own = table[~table["shared"]]
    assert own.groupby("file")["parameter"].apply(list).to_dict() == {
        "n.gr": ["scale", "q_damp"], "x.gr": ["scale", "q_damp"],
    }  # fmt: skip


def test_a_series_shares_what_its_files_name(catalogue):
    files = [f"{k}.gr" for k in range(4)]
    samples = [sample_of(file, series="s", shared="u_iso_Ni=linear delta2=same") for file in files]
    series = Series("s", np.arange(4), np.array([100.0, 200.0, 300.0, 400.0]), "temperature (K)")
    table = together_table(samples, [series], answers_of(*files), catalogue)
    shared = table[table["shared"]].set_index("parameter")
    assert shared.index.tolist() == ["u_iso_Ni", "u_iso_Ni_slope", "delta2"]
    slope = shared.loc["u_iso_Ni_slope"]
    assert slope["value"] == pytest.approx(0.0, abs=3 * slope["stderr"])
    wrong = [sample_of(file, series="s", shared="b=same") for file in files]
    refused = together_table(wrong, [series], answers_of(*files), catalogue)
    assert "no free parameter" in refused["note"][0]
