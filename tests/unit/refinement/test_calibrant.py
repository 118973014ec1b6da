"""The resolution of an instrument comes back from a calibrant; what is none is told."""

import numpy as np
import pytest
from crystals import diamond, fcc

from pdflearn.measured.observation import Observation
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.calibrant import COMPOUNDS, calibrate
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.library import load_library


def measured(structure, noise=0.03, **settings):
    """A measurement to 50 angstrom whose resolution is not known."""
    known = {"q_min": 0.5, "q_max": 25.0, "u_iso": 0.006} | settings
    r, g = simulate_pdf(structure, r_min=1.6, r_max=50.0, r_step=0.06, **known)
    g += noise * np.random.default_rng(2).normal(size=len(g)) * np.sqrt(np.mean(g**2))
    return Observation(r, 3.0 * g, "xray", known["q_min"], known["q_max"])


def sample_of(observation, file="Ni.gr", **known):
    near = observation.between(None, 20.0)
    known = {"calibrant": "Ni", "radiation": "xray"} | known
    return MeasuredSample(file, observation=near, whole=observation, **known)


def test_the_resolution_comes_back():
    sample = sample_of(measured(fcc(a=3.53), q_damp=0.042, q_broad=0.02))
    result, fit = calibrate(sample, fcc(a=3.524))
    assert result.used
    assert not result.note
    assert result.q_damp == pytest.approx(0.042, abs=3 * result.q_damp_stderr)
    assert result.q_damp == pytest.approx(0.042, abs=0.002)
    assert result.q_broad == pytest.approx(0.02, abs=0.003)
    assert result.a == pytest.approx(3.53, abs=0.001)
    assert fit.rw == result.rw < 0.1
    assert result.r_max == pytest.approx(50.0, abs=0.1)


def test_a_curve_that_is_no_calibrant_serves_nothing():
    wrong, _ = calibrate(sample_of(measured(diamond(), q_damp=0.04)), fcc())
    assert not wrong.used
    assert "is it Ni?" in wrong.note
    none = MeasuredSample("Ni.gr", calibrant="Ni", fit_error="only 3 values")
    result, fit = calibrate(none, fcc())
    assert not result.used
    assert "only 3 values" in result.note
    assert fit is None


def test_a_wrong_wavelength_is_noticed():
    result, _ = calibrate(sample_of(measured(fcc(a=3.56), q_damp=0.04)), fcc(a=3.524))
    assert "+1.02 % off" in result.note


def test_all_calibrants_are_in_the_library():
    library = load_library()
    for formula, name in COMPOUNDS.items():
        assert library.build(name).periodic
        assert library.compound(name)["formula"] == formula
