"""The reference pattern, and patterns with drawn parameters on the grid of a study."""

import crystals
import numpy as np
import pytest
from scattering_cases import cluster, rw

from pdflearn.core.grid import Grid
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.reference import REFERENCE, simulate_on_grid, simulate_reference
from pdflearn.simulation.simulator import PDFSimulator, simulate_pdf

GRID = Grid(1.0, 15.0, 0.1)


@pytest.fixture(scope="module")
def simulator():
    return PDFSimulator(crystals.fcc(), r_max=16.0)


def test_the_reference_has_all_points_and_the_fixed_parameters():
    pattern = simulate_reference(crystals.fcc(), GRID)
    assert pattern.shape == (GRID.points,)
    assert pattern.dtype == np.float32
    _, g = simulate_pdf(crystals.fcc(), r_min=1.0, r_max=15.05, r_step=0.1, u_iso=0.006)
    assert rw(pattern, g) < 1e-5


def test_what_is_not_scattered_has_no_reference():
    with pytest.raises(SimulationError, match="Sm is zero"):
        simulate_reference(cluster(["Sm", "Sm"], [(0, 0, 0), (0, 0, 3)]), GRID, "neutron")


def test_an_offset_moves_the_curve_to_larger_r(simulator):
    plain = simulate_on_grid(simulator, GRID, REFERENCE)
    moved = simulate_on_grid(simulator, GRID, {**REFERENCE, "r_offset": 0.1})
    assert moved[1:] == pytest.approx(plain[:-1], abs=1e-3)


def test_strains_of_axes_are_added_to_the_strain_of_all(simulator):
    axial = {"strain_a": 0.0, "strain_b": 0.0, "strain_c": 0.0}
    draw = {**REFERENCE, "strain": 0.01}
    plain = simulate_on_grid(simulator, GRID, draw)
    assert np.array_equal(simulate_on_grid(simulator, GRID, {**draw, **axial}), plain)
    equal = {"strain_a": 0.01, "strain_b": 0.01, "strain_c": 0.01}
    assert simulate_on_grid(simulator, GRID, {**REFERENCE, **equal}) == pytest.approx(plain)
    assert rw(simulate_on_grid(simulator, GRID, {**draw, "strain_c": 0.02}), plain) > 0.05


def test_factors_of_u_are_those_of_the_elements(simulator):
    doubled = simulate_on_grid(simulator, GRID, {**REFERENCE, "u_factors": {"Ni": 2.0}})
    expected = simulate_on_grid(simulator, GRID, {**REFERENCE, "u_iso": 0.012})
    assert rw(doubled, expected) < 1e-9
