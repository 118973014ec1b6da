"""Derivatives of G(r) agree with central differences of curves."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import diamond, fcc, rutile

from pdflearn.core.grid import Grid
from pdflearn.simulation.directions import Directions
from pdflearn.simulation.gradients import curve_gradient
from pdflearn.simulation.parameters import InstrumentParameters, SampleParameters
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import make_structure

STEP = 0.016
GRID = Grid(60 * STEP, 20.2, STEP)
INSTRUMENT = InstrumentParameters(q_damp=0.03, q_broad=0.02)
SAMPLE = SampleParameters(delta2=1.5, diameter=45.0)
CELLS = {
    "fcc": (fcc(), (0, 0, 0), {"Ni": 0.006}),
    "diamond": (diamond(), (0, 0, 0), {"Si": 0.007}),
    "rutile": (rutile(), (0, 0, 1), {"Ti": 0.004, "O": 0.009}),
}


def curve(structure, radiation, instrument=INSTRUMENT, sample=SAMPLE, grid=GRID):
    simulator = PDFSimulator(structure, radiation=radiation, r_max=22.0)
    return simulator.pdf(**vars(instrument), **vars(sample), **vars(grid))[1]


def assert_same(found, expected, tolerance=0.02):
    """Up to a share of the largest value."""
    assert np.abs(found - expected).max() < tolerance * np.abs(expected).max()


def difference(change, step):
    """Central difference of what a function of a number returns."""
    return (change(step) - change(-step)) / (2 * step)


@pytest.fixture(params=[(name, radiation) for name in CELLS for radiation in ("xray", "neutron")])
def case(request):
    name, radiation = request.param
    structure, axes, u = CELLS[name]
    sample = replace(SAMPLE, u_iso=u)
    modes = symmetric_modes(structure) @ np.linalg.inv(structure.lattice.base)
    simulator = PDFSimulator(structure, radiation=radiation, r_max=22.0)
    directions = Directions(axes, modes)
    gradient = curve_gradient(simulator, INSTRUMENT, sample, GRID, directions)
    return structure, radiation, sample, directions, gradient


def test_the_curve_is_nearly_the_simulator_s(case):
    structure, radiation, sample, _, gradient = case
    assert_same(gradient.g, curve(structure, radiation, sample=sample), 5e-3)


def test_slopes_by_delta2_size_and_damping(case):
    structure, radiation, sample, _, gradient = case

    def by_delta2(x):
        return curve(structure, radiation, sample=replace(sample, delta2=1.5 + x))

    def by_size(x):
        return curve(structure, radiation, sample=replace(sample, diameter=1 / (1 / 45.0 + x)))

    def by_q_damp(x):
        return curve(structure, radiation, replace(INSTRUMENT, q_damp=0.03 + x), sample)

    assert_same(gradient.delta, difference(by_delta2, 1e-3), 5e-3)
    assert_same(gradient.inverse_diameter, difference(by_size, 1e-5), 5e-3)
    assert_same(gradient.q_damp, difference(by_q_damp, 1e-5), 5e-3)


def test_slopes_by_u_of_each_species(case):
    structure, radiation, sample, _, gradient = case
    for row, species in enumerate(sorted(sample.u_iso)):

        def by_log_u(x, species=species):
            u = {**sample.u_iso, species: sample.u_iso[species] * np.exp(x)}
            return curve(structure, radiation, sample=replace(sample, u_iso=u))

        assert_same(gradient.log_u[row], difference(by_log_u, 1e-3), 5e-3)


def test_slopes_by_lengths(case):
    structure, radiation, sample, directions, gradient = case
    assert len(gradient.lengths) == directions.n_lengths
    for length in range(directions.n_lengths):

        def by_log_length(x, length=length):
            strain = tuple(np.expm1(x) * (axis == length) for axis in directions.axes)
            return curve(structure, radiation, sample=replace(sample, strain=strain))

        assert_same(gradient.lengths[length], difference(by_log_length, 3e-4))


def test_slopes_by_displacements(case):
    structure, radiation, sample, directions, gradient = case
    assert len(gradient.modes) == len(directions.modes)
    for row, mode in enumerate(directions.modes):

        def by_displacement(x, mode=mode):
            moved = make_structure(
                structure.lattice.abcABG(), [atom.element for atom in structure],
                structure.xyz + x * mode, orbits=structure.orbits,
            )  # fmt: skip
            return curve(moved, radiation, sample=sample)

        assert_same(gradient.modes[row], difference(by_displacement, 4e-3))


def test_slopes_of_a_strained_cell_without_symmetry():
    cell, xyz = (4.1, 5.3, 6.2, 82.0, 97.0, 105.0), [(0.1, 0.2, 0.3), (0.6, 0.7, 0.55)]
    structure = make_structure(cell, ["Ba", "S"], np.array(xyz))
    strain = np.array([0.01, -0.02, 0.03])
    sample = replace(SAMPLE, strain=tuple(strain))
    move = np.zeros((1, 2, 3))
    move[0, 1] = 0.2, -0.1, 0.05
    simulator = PDFSimulator(structure, r_max=22.0)
    gradient = curve_gradient(simulator, INSTRUMENT, sample, GRID, Directions((0, 1, 2), move))
    assert_same(gradient.g, curve(structure, "xray", sample=sample), 5e-3)
    for axis in range(3):

        def by_log_length(x, axis=axis):
            changed = (1 + strain) * np.exp(x * (np.arange(3) == axis)) - 1
            return curve(structure, "xray", sample=replace(sample, strain=tuple(changed)))

        assert_same(gradient.lengths[axis], difference(by_log_length, 3e-4))

    def by_displacement(x):
        moved = make_structure(cell, ["Ba", "S"], xyz + x * move[0])
        return curve(moved, "xray", sample=sample)

    assert_same(gradient.modes[0], difference(by_displacement, 4e-3))


def test_slopes_of_a_cluster_and_of_bulk():
    atoms = make_structure(None, ["Au", "Au", "Pt"], [[0, 0, 0], [2.9, 0, 0], [1.4, 2.5, 0.3]])
    bulk = replace(SAMPLE, diameter=None, u_iso=0.006)
    gradient = curve_gradient(PDFSimulator(atoms, r_max=22.0), INSTRUMENT, bulk, GRID)

    def by_log_length(x):
        return curve(atoms, "xray", sample=replace(bulk, strain=float(np.expm1(x))))

    assert_same(gradient.lengths[0], difference(by_log_length, 1e-4), 5e-3)
    nickel = curve_gradient(PDFSimulator(fcc(), r_max=22.0), INSTRUMENT, bulk, GRID)
    large = curve(fcc(), "xray", sample=replace(bulk, diameter=1e5))
    change = (large - curve(fcc(), "xray", sample=bulk)) * 1e5
    assert_same(nickel.inverse_diameter, change)


def test_any_grid_will_do():
    """Where the points are no multiples of the step, the series is summed term by term."""
    shifted = Grid(1.003, 12.0, 0.05)
    sample = replace(SAMPLE, u_iso=0.006)
    gradient = curve_gradient(PDFSimulator(fcc(), r_max=22.0), INSTRUMENT, sample, shifted)

    def by_delta2(x):
        return curve(fcc(), "xray", sample=replace(sample, delta2=1.5 + x), grid=shifted)

    assert_same(gradient.delta, difference(by_delta2, 1e-3), 5e-3)
