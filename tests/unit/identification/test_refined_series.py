"""Series find their models, are refined, and become tables with what users ask for."""

import numpy as np
import pandas as pd
import pytest
from crystals import FCC
from identification_cases import measured

from pdflearn.core import columns
from pdflearn.identification import refined_series
from pdflearn.identification.messages import ACCEPTED, NONE
from pdflearn.identification.refined_series import EMPTY, refine_models, splittings
from pdflearn.identification.series_models import models_of_series
from pdflearn.measured.samples import MeasuredSample
from pdflearn.measured.series import Series
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.structures.structure import make_structure

X = np.array([100.0, 200.0, 300.0, 400.0])
SERIES = Series("heating", np.arange(4), X, "temperature (K)")


@pytest.fixture(scope="module")
def samples(copper):
    curve = {"radiation": "xray", "series": "heating", "observation": copper, "whole": copper}
    files = [MeasuredSample(f"{x:g}.gr", temperature=x, **curve) for x in X[:3]]
    return [*files, MeasuredSample("400.gr", fit_error="too short")]


def answers_of(*rows):
    names = ["file", "rank", "structure", "verdict"]
    return pd.DataFrame(rows, columns=names)


def test_models_are_the_first_answers_of_a_series(samples, catalogue):
    answers = answers_of(
        ("100.gr", 1, "Ni fcc", ACCEPTED), ("100.gr", 2, "Fe bcc", ""),
        ("200.gr", 1, "Ni fcc", ACCEPTED), ("300.gr", 1, "Fe bcc", ACCEPTED),
        ("400.gr", 1, "", NONE),
    )  # fmt: skip
    models = models_of_series(samples, answers, catalogue)
    assert list(models) == ["Ni fcc", "Fe bcc"]
    assert [len(phases) for phases in models.values()] == [1, 1]
    assert models["Ni fcc"][0].crystal_system == "cubic"


def test_a_mixture_is_a_model_of_two_phases(samples, catalogue):
    answers = answers_of(("100.gr", 1, "Ni fcc + Fe bcc", ACCEPTED))
    assert [len(p) for p in models_of_series(samples, answers, catalogue).values()] == [2]
    # The same where each phase has a row of its own.
    rows = [("100.gr", 1, name, ACCEPTED) for name in ("Ni fcc", "Fe bcc")]
    assert list(models_of_series(samples, answers_of(*rows), catalogue)) == ["Ni fcc + Fe bcc"]


def test_nothing_accepted_is_no_model(samples, catalogue):
    answers = answers_of(("100.gr", 1, "Ni fcc", NONE), ("200.gr", 1, "unknown", ACCEPTED))
    assert models_of_series(samples, answers, catalogue) == {}
    assert models_of_series(samples[3:], answers, catalogue) == {}


def test_a_series_becomes_tables(samples, catalogue):
    models = models_of_series(samples, answers_of(("100.gr", 1, "Ni fcc", ACCEPTED)), catalogue)
    result = refine_models(SERIES, samples, models)
    fits = result.fits.set_index("file")
    assert list(result.fits) == list(EMPTY.fits)
    assert fits["best"].tolist() == [True, True, True, False]
    assert fits["explained"].tolist() == [True, True, True, False]
    assert "cannot be fitted" in fits.loc["400.gr", "note"]
    a = result.parameters[result.parameters["parameter"] == "a"]
    assert a["x"].tolist() == [100.0, 200.0, 300.0]
    assert a["stderr"].notna().all()
    assert a["unit"].unique().tolist() == ["A"]
    assert result.changes.empty
    for table, text in (
        (result.parameters, columns.SERIES_PARAMETERS), (result.fits, columns.SERIES_FITS),
        (result.changes, columns.SERIES_MODELS),
    ):  # fmt: skip
        assert set(text.text) <= set(table)


def test_a_series_without_a_model_has_empty_tables(samples):
    result = refine_models(SERIES, samples, {})
    assert result.parameters.empty
    assert result.fits.empty
    assert list(result.changes) == refined_series.CHANGE_COLUMNS


def test_shares_of_phases_have_errors(catalogue):
    mixture = measured(("Ni fcc", 0.6), ("Fe bcc", 0.4))
    samples = [
        MeasuredSample(f"{k}.gr", radiation="xray", observation=mixture, whole=mixture)
        for k in range(2)
    ]
    models = models_of_series(
        samples, answers_of(("0.gr", 1, "Ni fcc + Fe bcc", ACCEPTED)), catalogue
    )
    series = Series("mixing", np.arange(2), np.arange(2.0), "time (s)")
    rows = refine_models(series, samples, models).parameters
    shares = rows[rows["parameter"].str.endswith("_fraction")]
    assert shares["parameter"].tolist() == ["1_fraction", "2_fraction"] * 2
    assert shares["value"].iloc[:2].sum() == pytest.approx(1.0)
    assert (shares["stderr"] > 0).all()
    assert (shares["stderr"] < 0.2).all()


def test_nearly_equal_axes_have_a_splitting(copper):
    cell = (3.63, 3.60, 3.615, 90, 90, 90)
    phase = Phase(make_structure(cell, ["Cu"] * 4, FCC), crystal_system="orthorhombic")
    fit = refine(copper, [phase])
    found = {item.name: item for item in splittings(fit)}
    assert set(found) == {"splitting_ab", "splitting_bc", "splitting_ac"}
    a, b = fit.parameters["a"].value, fit.parameters["b"].value
    assert found["splitting_ab"].value == pytest.approx(1e4 * (a - b) / (a + b))
