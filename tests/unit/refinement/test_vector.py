"""The layout of the parameter vector, its limits, and what varies together."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import fcc, rutile
from refinement_cases import simulated

from pdflearn.refinement.phase import Phase
from pdflearn.refinement.vector import SCALES, ParameterVector
from pdflearn.structures.modes import symmetric_modes


@pytest.fixture(scope="module")
def phases():
    oxide = Phase(rutile(), crystal_system="tetragonal", modes=symmetric_modes(rutile()))
    return [oxide, Phase(fcc(), crystal_system="cubic")]


@pytest.fixture
def vector(phases):
    return ParameterVector(replace(simulated(fcc()), q_damp=None), phases)


def test_each_phase_has_its_entries_and_q_damp_comes_last(vector):
    assert [(entry.quantity, entry.phase) for entry in vector.entries] == [
        ("strain", 0), ("strain", 0), ("displacement", 0), ("log_u", 0), ("log_u", 0),
        ("delta2", 0), ("inverse_diameter", 0),
        ("strain", 1), ("log_u", 1), ("delta2", 1), ("inverse_diameter", 1),
        ("q_damp", None),
    ]  # fmt: skip
    assert vector.scales.tolist() == [SCALES[entry.quantity] for entry in vector.entries]


def test_parameters_come_back_in_their_own_units(vector):
    values = np.arange(12) / 10
    params = vector.phase_parameters(values, 0)
    assert params.strain == pytest.approx([0.0, 0.001])
    assert params.displacement == pytest.approx([0.2 * 0.05])
    assert params.u_iso == pytest.approx(np.exp([0.3 * 0.3, 0.4 * 0.3]))
    assert (params.delta2, params.inverse_diameter) == pytest.approx((0.5, 0.006))
    assert vector.q_damp(values) == pytest.approx(0.011)


def test_atoms_at_rest_are_not_displaced(vector):
    values = vector.with_atoms_at_rest(np.arange(1.0, 12.0))
    assert values.tolist() == [1.0, 2.0, 0.0, *np.arange(3.0, 12.0)]


def test_limits_hold_the_start(vector):
    start = np.full(12, 0.2)
    start[[3, 4, 8]] = np.log(0.008) / SCALES["log_u"]
    lower, upper = vector.bounds(start)
    assert (lower < start).all()
    assert (start < upper).all()
    assert lower[0] == pytest.approx(0.2 - 4.0)  # a strain of 0.04, from its start
    assert upper[-1] * SCALES["q_damp"] == pytest.approx(0.08)


def test_a_quick_fit_varies_one_u_for_all_elements_and_moves_no_atom(vector):
    quick = [group.tolist() for group in vector.free_groups(full=False)]
    assert quick == [[0], [1], [3, 4], [5], [6], [7], [8], [9], [10]]
    full = [group.tolist() for group in vector.free_groups(full=True)]
    assert full == [[k] for k in range(12)]


def test_a_known_q_damp_does_not_vary(phases):
    vector = ParameterVector(simulated(fcc()), phases)
    assert [11] not in [group.tolist() for group in vector.free_groups(full=True)]


def test_named_values_are_a_start_of_the_same_vector(vector):
    values = np.arange(12) / 10
    named = vector.named(values)
    assert named["1_a"] == pytest.approx(4.59)
    assert named["2_diameter"] == pytest.approx(1 / (1.0 * SCALES["inverse_diameter"]))
    assert vector.start_of(named, np.ones(12)) == pytest.approx(values)
    assert vector.named(np.zeros(12))["1_diameter"] == np.inf
