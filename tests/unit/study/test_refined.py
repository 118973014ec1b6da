"""`pdflearn.refine` and `pdflearn.simulate`: what they return and how it is shown."""

import json

import numpy as np
import pytest
from crystals import diamond, fcc

import pdflearn
from pdflearn.measured.reader import PatternError
from pdflearn.refinement.recipe import Recipe, RecipeError
from pdflearn.structures.structure import StructureError
from pdflearn.study.calibrated import CalibrantError
from pdflearn.study.views import text_table

KNOWN = {"q_damp": 0.03, "q_max": 25.0}


@pytest.fixture(scope="module")
def curve():
    return pdflearn.simulate(fcc(a=3.53), u_iso=0.006, r_max=25.0, r_step=0.02, **KNOWN)


@pytest.fixture(scope="module")
def fit(curve):
    return pdflearn.refine(tuple(curve), fcc(title="Ni <i>"), r_range=(1.8, 15.0), **KNOWN)


def test_a_fit_finds_what_was_simulated(fit):
    assert fit.rw < 0.01
    assert fit.parameters.loc["a", "value"] == pytest.approx(3.53, abs=0.001)
    assert not fit.parameters.loc["q_damp", "vary"]
    assert fit.curves["r"].iloc[-1] <= 15.0
    assert fit.recipe == Recipe(r_min=1.8, r_max=15.0, angles=True, **KNOWN)
    assert fit.phases.loc[0, ["structure", "formula", "fraction_atoms"]].tolist() == [
        "Ni <i>", "Ni", 1.0,
    ]  # fmt: skip
    assert fit.notes == ("the radiation is not known; X-rays were assumed",)


def test_a_fit_is_shown(fit, tmp_path):
    lines = str(fit).splitlines()
    assert lines[0].startswith("the curve: Rw 0.0")
    names = [line.split()[0] for line in lines[2:8]]
    assert names == ["a", "u_iso_Ni", "delta2", "diameter", "scale", "q_damp"]
    limit = float(lines[5].split()[2])
    assert lines[5].endswith("lower limit (95 %); refined as bulk")
    assert limit == pytest.approx(fit.parameters.loc["diameter_min", "value"], rel=0.06)
    assert f"diameter > {limit:g} Å" in fit.key_values
    assert lines[8].strip() == fit.remarks[0]
    assert lines[2].split()[1].startswith("3.53")
    assert fit.key_values.startswith("a 3.53")
    assert fit.correlations.loc["a", "a"] == pytest.approx(1.0)
    page = fit._repr_html_()
    assert "Ni &lt;i&gt;" in page
    assert "<i>" not in page
    fit.plot().savefig(tmp_path / "fit.png")
    assert (tmp_path / "fit.png").stat().st_size > 1000
    assert json.loads(json.dumps(fit.to_dict(), allow_nan=False))["phases"][0]["formula"] == "Ni"
    assert sorted(path.suffix for path in fit.save(tmp_path)) == [".cif", ".fgr", ".py", ".stru"]


def test_phases_of_a_mixture_have_curves_and_shares():
    known = {"u_iso": 0.006, "r_max": 20.0, "r_step": 0.04, **KNOWN}
    r, silicon = pdflearn.simulate(diamond(), **known)
    nickel = pdflearn.simulate(fcc(), **known).g
    both = [diamond(), fcc()]
    fit = pdflearn.refine((r, 0.5 * silicon + 0.5 * nickel), both, r_range=(1.8, 20), **KNOWN)
    assert fit.phases["fraction_atoms"].sum() == pytest.approx(1.0)
    total = fit.curves["phase_1"] + fit.curves["phase_2"]
    assert np.allclose(total, fit.curves["calculated"])
    assert {"1_a", "2_a"} <= set(fit.parameters.index)
    assert len(fit.plot().axes[0].lines) == 6


def test_a_simulation_unpacks_and_is_read_again(curve, tmp_path):
    r, g = curve
    path = curve.save(tmp_path / "Ni.gr")
    pattern = pdflearn.read_pdf(path)
    assert np.allclose(pattern.r, r)
    assert np.allclose(pattern.g, g, atol=1e-6)
    assert pattern.header["radiation"] == "xray"
    assert pattern.header["q_max"] == 25.0
    assert "data:image/png" in curve._repr_html_()
    assert curve.to_dict(curves=False)["parameters"]["u_iso"] == 0.006


def test_what_cannot_be_used_is_named(curve):
    with pytest.raises(RecipeError, match="shape = 'cube'"):
        pdflearn.refine(tuple(curve), fcc(), shape="cube")
    with pytest.raises(StructureError, match="none.cif"):
        pdflearn.refine(tuple(curve), "none.cif")
    with pytest.raises(PatternError, match="none.gr"):
        pdflearn.refine("none.gr", fcc())
    with pytest.raises(PatternError, match="r must increase"):
        pdflearn.refine((curve.r[::-1], curve.g), fcc())
    with pytest.raises(PatternError, match="int is no pattern"):
        pdflearn.refine(3, fcc())


def test_a_calibrant_tells_the_resolution():
    known = {"u_iso": 0.006, "q_max": 25.0, "q_damp": 0.045, "q_broad": 0.018}
    curve = pdflearn.simulate(fcc(a=3.524), r_max=50.0, r_step=0.02, **known)
    found = pdflearn.calibrate(tuple(curve), "ni", radiation="xray")
    assert found.q_damp == pytest.approx(0.045, abs=0.001)
    assert found.q_broad == pytest.approx(0.018, abs=0.002)
    with pytest.raises(CalibrantError, match="expected one of Ni, Si, CeO2, LaB6"):
        pdflearn.calibrate(tuple(curve), "Au")
    with pytest.raises(CalibrantError, match="not used"):
        pdflearn.calibrate(tuple(curve), "Si")


def test_a_table_without_rows_is_nothing():
    assert text_table([]) == ""
