"""Parameters are checked when they are made; defaults are those of the public keywords."""

import inspect
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from pdflearn.core.grid import Grid
from pdflearn.simulation.parameters import (
    InstrumentParameters,
    SampleParameters,
    SimulationError,
    points_below_r_max,
    require_one_of,
)
from pdflearn.simulation.simulator import PDFSimulator, simulate_pdf


@pytest.mark.parametrize("function", [simulate_pdf, PDFSimulator.pdf, PDFSimulator.partials])
def test_the_public_keywords_have_the_same_defaults(function):
    keywords = inspect.signature(function).parameters
    for parameters in (SampleParameters, InstrumentParameters):
        for field in fields(parameters):
            assert keywords[field.name].default == field.default, field.name


def test_parameters_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        SampleParameters().u_iso = 0.1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"u_iso": 0.0}, r"u_iso = 0\.0 must be a number above 0 \(angstrom\^2; usual are"),
        ({"u_iso": "0.01"}, r"u_iso = '0\.01' must be a number above 0"),
        ({"u_iso": {"Ni": np.nan}}, r"u_iso\['Ni'\] = nan"),
        ({"delta1": None}, r"delta1 = None must be a finite number; 0 is usual"),
        ({"delta2": np.inf}, r"delta2 = inf must be a finite number; 0 to 3"),
        ({"diameter": -1}, r"diameter = -1 must be a number above 0 \(angstrom; None means bulk"),
    ],
)
def test_samples_that_cannot_be(values, message):
    with pytest.raises(SimulationError, match=message):
        SampleParameters(**values)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"q_min": -1}, r"q_min = -1 must be a number, 0 or above; 0\.5 is usual"),
        ({"q_max": None}, r"q_max = None must be a number above 0 \(1/angstrom; usual are"),
        ({"q_min": 9, "q_max": 8}, r"q_min = 9 is not below q_max = 8 .*smaller q_min"),
        ({"q_damp": -0.1}, r"q_damp = -0\.1 must be a number, 0 or above; 0\.01 to"),
        ({"q_broad": np.nan}, r"q_broad = nan must be a number, 0 or above; 0 to"),
    ],
)
def test_instruments_that_cannot_be(values, message):
    with pytest.raises(SimulationError, match=message):
        InstrumentParameters(**values)


def test_numbers_of_numpy_are_numbers():
    SampleParameters(u_iso=np.float32(0.01), diameter=np.int64(30))
    InstrumentParameters(q_max=np.float64(20))


@pytest.mark.parametrize(
    ("strain", "isotropic", "axial"),
    [
        (0.02, 1.02, (1, 1, 1)),
        ((0.02,), 1.02, (1, 1, 1)),
        ((0.02, 0.02, 0.02), 1.02, (1, 1, 1)),
        ((0.02, 0.0, -0.01), 1.0, (1.02, 1.0, 0.99)),
    ],
)
def test_equal_strains_only_scale_distances(strain, isotropic, axial):
    assert SampleParameters(strain=strain).length_factors() == (isotropic, axial)


@pytest.mark.parametrize("strain", [-1.0, np.nan, (0.1, 0.2), (0.1, 0.2, -1.5)])
def test_impossible_strains(strain):
    with pytest.raises(SimulationError, match="strain = .*give one number above -1"):
        SampleParameters(strain=strain).length_factors()


def test_points_end_below_r_max():
    assert points_below_r_max(Grid(0.0, 30.0, 0.01)).size == 3000
    assert points_below_r_max(Grid(0.0, 30.005, 0.01))[-1] == pytest.approx(30.0)
    assert points_below_r_max(Grid(1.0, 1.01, 5.0)).tolist() == [1.0]
    # a copy: what a user writes into it is not met again
    points_below_r_max(Grid(0.0, 1.0, 0.1))[:] = 7.0
    assert points_below_r_max(Grid(0.0, 1.0, 0.1))[0] == 0.0


def test_a_word_that_is_not_allowed():
    with pytest.raises(SimulationError, match=r"window = 'hann'; choose one of 'exact', 'srreal'"):
        require_one_of("window", "hann", ("exact", "srreal"))
