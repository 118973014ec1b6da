"""What symmetry leaves free of a phase, and its curve."""

import numpy as np
import pytest
from crystals import fcc, rutile
from refinement_cases import simulated

from pdflearn.refinement.freedom import equal_axes
from pdflearn.refinement.phase import Phase, PhaseParameters
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import make_structure


def parameters(phase, strain=0.0, displacement=0.0, **other):
    known = {"delta2": 1.0, "inverse_diameter": 0.0, **other}
    return PhaseParameters(
        np.full(phase.n_lattice, strain),
        np.full(phase.n_modes, displacement),
        np.full(len(phase.species), 0.006),
        **known,
    )


def test_lattice_constants_follow_the_crystal_system():
    assert equal_axes(fcc(), "cubic") == (0, 0, 0)
    assert equal_axes(rutile(), "tetragonal") == (0, 0, 1)
    assert equal_axes(rutile(), "orthorhombic") == (0, 1, 2)
    rhombohedral = make_structure((4.7, 4.7, 4.7, 57, 57, 57), ["As"], np.zeros((1, 3)))
    assert equal_axes(rhombohedral, "trigonal") == (0, 0, 0)


def test_freedom_counts_what_symmetry_leaves():
    assert Phase(fcc(), crystal_system="cubic").degrees_of_freedom == 2
    assert Phase(rutile(), crystal_system="tetragonal").degrees_of_freedom == 2 + 2 + 1


def test_the_curve_is_the_simulator_s():
    phase, seen = Phase(fcc(), crystal_system="cubic"), simulated(fcc())
    r, g = phase.curve(parameters(phase), 0.03, seen)
    expected = simulate_pdf(
        fcc(), q_max=25.0, q_damp=0.03, u_iso=0.006, delta2=1.0, r_min=r[0], r_max=20.2,
        r_step=r[1] - r[0],
    )  # fmt: skip
    np.testing.assert_allclose(r, expected[0])
    np.testing.assert_allclose(g, expected[1], atol=1e-3 * np.abs(g).max())


def test_equal_requests_are_computed_once_and_others_anew():
    phase, seen = Phase(fcc(), crystal_system="cubic"), simulated(fcc())
    first = phase.curve(parameters(phase), 0.03, seen)
    assert phase.curve(parameters(phase), 0.03, seen) is first
    other = phase.curve(parameters(phase), 0.04, seen)
    assert not np.array_equal(first[1], other[1])
    for k in range(10):
        phase.curve(parameters(phase, delta2=0.1 * k), 0.03, seen)
    assert phase.curve(parameters(phase), 0.03, seen) is not first


def test_a_refined_structure_has_the_lattice_the_atoms_and_the_u_of_its_parameters():
    modes = symmetric_modes(rutile())
    phase = Phase(rutile(), crystal_system="tetragonal", modes=modes)
    params = PhaseParameters(
        np.array([0.01, 0.02]), np.array([0.1]), np.array([0.004, 0.008]), 0.0, 0.0
    )
    refined = phase.refined_structure(params)
    assert refined.lattice.abcABG()[:3] == pytest.approx((4.59 * 1.01, 4.59 * 1.01, 2.96 * 1.02))
    moved = (refined.xyz - rutile().xyz) @ rutile().lattice.base
    np.testing.assert_allclose(moved, 0.1 * modes[0], atol=1e-12)
    u_iso = dict(zip(phase.species, params.u_iso, strict=True))
    assert [atom.Uisoequiv for atom in refined] == pytest.approx(
        [u_iso[atom.element] for atom in rutile()]
    )


def test_a_phase_with_modes_is_another_phase():
    phase = Phase(rutile(), crystal_system="tetragonal", stretch=1.02, name="TiO2")
    moving = phase.with_modes(symmetric_modes(rutile()))
    assert (phase.n_modes, moving.n_modes) == (0, 1)
    assert (moving.name, moving.stretch) == ("TiO2", 1.02)
    assert phase.fresh().simulator is not phase.simulator


@pytest.mark.parametrize("strain", [0.0, 0.01])
def test_a_fresh_phase_gives_the_bits_of_a_new_one_whatever_was_asked_before(strain):
    seen = simulated(rutile())
    used = Phase(rutile(), crystal_system="tetragonal")
    used.curve(parameters(used, strain=-0.03), 0.03, seen, r_max=40.0)  # pairs farther than usual
    used.curve(parameters(used), 0.03, seen)
    new = Phase(rutile(), crystal_system="tetragonal")
    for phase in (used.fresh(), used.fresh().fresh()):
        wanted = parameters(phase, strain=strain, inverse_diameter=0.03)
        assert np.array_equal(phase.curve(wanted, 0.03, seen), new.curve(wanted, 0.03, seen))


def test_a_cluster_has_one_free_length():
    cluster = make_structure(None, ["Au"] * 2, np.eye(2, 3) * 2.88)
    phase = Phase(cluster)
    assert (phase.periodic, phase.n_lattice) == (False, 1)
    refined = phase.refined_structure(parameters(phase, strain=0.01))
    np.testing.assert_allclose(refined.xyz, 1.01 * cluster.xyz)
