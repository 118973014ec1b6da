"""Refinement finds the parameters that a curve was simulated with; see also the public files."""

from dataclasses import replace

import numpy as np
import pytest
from crystals import diamond, fcc, rutile
from hypothesis import given, settings
from hypothesis import strategies as st
from refinement_cases import simulated

from pdflearn.measured.observation import Observation
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.refinement import refine
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import make_structure

QUICK = settings(max_examples=8, deadline=None, derandomize=True)


def test_parameters_come_back():
    seen = simulated(fcc(a=3.61), u_iso=0.009, delta2=2.0, diameter=60.0)
    fit = refine(seen, [Phase(fcc(), crystal_system="cubic")])
    values = {name: item.value for name, item in fit.parameters.items()}
    assert fit.rw < 0.01
    assert values["a"] == pytest.approx(3.61, abs=0.001)
    assert values["u_iso_Ni"] == pytest.approx(0.009, rel=0.02)
    assert values["delta2"] == pytest.approx(2.0, abs=0.1)
    assert values["diameter"] == pytest.approx(60.0, rel=0.05)
    assert values["scale"] == pytest.approx(7.3, rel=0.02)
    assert np.allclose(fit.g - fit.calculated, fit.difference)
    assert fit.structures[0].lattice.a == pytest.approx(values["a"])
    assert fit.structures[0][0].Uisoequiv == pytest.approx(values["u_iso_Ni"])


def test_stiff_bonds_among_loose_atoms_come_back():
    """In strained particles delta2 is most of the shortest distance squared (2.6 A, not 2.35)."""
    seen = simulated(diamond(a=6.05), u_iso=0.03, delta2=5.5, diameter=30.0)
    fit = refine(seen, [Phase(diamond(), crystal_system="cubic", stretch=6.05 / 5.43)])
    assert fit.rw < 0.01
    assert fit.parameters["delta2"].value == pytest.approx(5.5, abs=0.1)


def test_unknown_q_damp_is_refined_and_a_known_one_kept():
    seen = simulated(fcc(), q_damp=0.055)
    free = Observation(seen.r, seen.g, "xray", seen.q_min, seen.q_max, None, 0.0)
    q_damp = refine(free, [Phase(fcc(), crystal_system="cubic")]).parameters["q_damp"]
    assert q_damp.value == pytest.approx(0.055, abs=0.003)
    assert q_damp.vary
    kept = refine(seen, [Phase(fcc(), crystal_system="cubic")]).parameters["q_damp"]
    assert kept.value == pytest.approx(0.055)
    assert np.isnan(kept.stderr)
    assert not kept.vary


def test_damping_beyond_every_instrument_is_a_size():
    """A curve that ends with its particle: bulk would need more than the limit of q_damp."""
    seen = simulated(fcc("Pt", 3.92), noise=0.02, diameter=22.0)
    fit = refine(replace(seen, q_damp=None), [Phase(fcc("Pt", 3.92), crystal_system="cubic")])
    assert fit.parameters["diameter"].value == pytest.approx(22.0, rel=0.2)
    assert fit.rw < 0.03


def test_of_a_mixture_another_phase_tells_q_damp_from_a_size():
    """Bulk beside particles that end beyond the curve: no q_damp damps one of them alone."""
    particles = simulated(fcc("Pt", 3.92), noise=0.01, diameter=26.0, q_damp=0.02)
    bulk = simulated(diamond(), q_damp=0.02)
    whole = replace(particles, g=particles.g + bulk.g, q_damp=None)
    phases = [Phase(fcc("Pt", 3.92), crystal_system="cubic"),
              Phase(diamond(), crystal_system="cubic")]  # fmt: skip
    fit = refine(whole, phases)
    assert fit.rw < 0.05
    assert fit.parameters["1_diameter"].value == pytest.approx(26.0, rel=0.1)
    assert fit.parameters["q_damp"].value < 0.04


def test_only_what_is_refined_counts_as_free():
    known = simulated(rutile())
    unknown = replace(known, q_damp=None)
    phase = Phase(rutile(), crystal_system="tetragonal")
    moving = phase.with_modes(symmetric_modes(rutile()))
    common = 2 + 1 + 1 + 1  # lattice constants, delta2, diameter, scale
    assert refine(known, [phase], full=False).n_free == common + 1
    assert refine(unknown, [phase], full=False).n_free == common + 1
    assert refine(known, [phase]).n_free == common + 2
    assert refine(unknown, [moving]).n_free == common + 2 + 1 + 1


def test_tetragonal_cell_and_free_coordinate_come_back():
    seen = simulated(rutile(a=4.68, c=2.93, x=0.310), u_iso={"Ti": 0.004, "O": 0.008})
    start = rutile()
    modes = symmetric_modes(start)
    assert modes.shape == (1, 6, 3)
    fit = refine(seen, [Phase(start, crystal_system="tetragonal", modes=modes)])
    assert fit.rw < 0.02
    assert fit.parameters["a"].value == pytest.approx(4.68, abs=0.003)
    assert fit.parameters["c"].value == pytest.approx(2.93, abs=0.003)
    assert abs(fit.structures[0][2].xyz[0]) == pytest.approx(0.310, abs=0.001)
    still = refine(seen, [Phase(start, crystal_system="tetragonal")])
    assert still.rw > 2 * fit.rw


def test_displacements_start_from_the_quick_fit_without_them():
    seen, still = simulated(rutile(a=4.65, x=0.31)), Phase(rutile(), crystal_system="tetragonal")
    solutions = Solutions()
    refine(seen, [still], full=False, solutions=solutions)
    moving = still.with_modes(symmetric_modes(still.structure))
    found = refine(seen, [moving], solutions=solutions)
    assert solutions.new == 2
    assert found.rw == refine(seen, [moving]).rw < 0.02
    assert not still.n_modes


def test_neutrons_see_negative_lengths():
    seen = simulated(rutile(), radiation="neutron")
    assert refine(seen, [Phase(rutile(), "neutron", "tetragonal")]).rw < 0.01
    assert refine(seen, [Phase(rutile(), "xray", "tetragonal")]).rw > 0.4


def test_standard_errors_cover_the_truth():
    """Over noisy copies the error of the lattice constant is about its spread."""
    found, said = [], []
    clean = simulated(fcc())
    size = np.sqrt(np.mean(clean.g**2))
    step = np.pi / 25.0
    keep = np.arange(0, len(clean.r), int(step / 0.05))
    for seed in range(12):
        noise = np.random.default_rng(seed).normal(size=len(keep)) * 0.1 * size
        seen = Observation(
            clean.r[keep], clean.g[keep] + noise, "xray", clean.q_min, clean.q_max, 0.03, 0.0
        )
        a = refine(seen, [Phase(fcc(), crystal_system="cubic")]).parameters["a"]
        found.append(a.value)
        said.append(a.stderr)
    assert np.mean(found) == pytest.approx(3.52, abs=3 * np.mean(said))
    assert 0.4 < np.std(found) / np.mean(said) < 2.5


def test_mixture_gives_both_shares():
    known = {"q_min": 0.5, "q_max": 25.0, "q_damp": 0.03, "u_iso": 0.006}
    known |= {"radiation": "neutron"}
    r, one = simulate_pdf(diamond(), r_min=1.6, r_max=20.0, r_step=0.05, **known)
    _, two = simulate_pdf(fcc(), r_min=1.6, r_max=20.0, r_step=0.05, **known)
    lengths = np.array([4.1491, 10.3])  # fm
    share = np.array([0.8, 0.2])
    weights = share * lengths**2 / np.sum(share * lengths**2)
    seen = Observation(r, weights[0] * one + weights[1] * two, "neutron", 0.5, 25.0, 0.03, 0.0)
    structures = (diamond(a=5.5), fcc(a=3.5))
    phases = [Phase(s, radiation="neutron", crystal_system="cubic") for s in structures]
    fit = refine(seen, phases)
    assert fit.rw < 0.02
    assert fit.fractions == pytest.approx(tuple(share), abs=0.01)
    assert fit.n_free == 2 * 5
    assert fit.parameters["1_a"].value == pytest.approx(5.43, abs=0.002)
    assert fit.parameters["2_a"].value == pytest.approx(3.52, abs=0.002)


@QUICK
@given(st.floats(0.01, 1e5), st.floats(3.3, 3.8))
def test_scale_and_stretch_change_nothing_of_the_fit(scale, a):
    seen = simulated(fcc(a=a))
    scaled = Observation(seen.r, seen.g * scale, "xray", 0.5, 25.0, 0.03, 0.0)
    fit = refine(scaled, [Phase(fcc(), crystal_system="cubic", stretch=a / 3.52)], full=False)
    assert fit.rw < 0.05
    assert fit.parameters["a"].value == pytest.approx(a, rel=2e-3)


def test_the_order_of_atoms_changes_nothing():
    seen = simulated(rutile(), noise=0.05)
    base = rutile()
    order = [3, 0, 5, 1, 4, 2]
    mixed = make_structure(
        base.lattice.abcABG(), [base[k].element for k in order], base.xyz[order],
        orbits=[[0, 0, 1, 1, 1, 1][k] for k in order],
    )  # fmt: skip
    fits = [refine(seen, [Phase(s, crystal_system="tetragonal")]) for s in (base, mixed)]
    assert fits[0].rw == pytest.approx(fits[1].rw, abs=1e-4)
    assert fits[0].parameters["a"].value == pytest.approx(fits[1].parameters["a"].value, abs=1e-3)


def test_a_random_curve_is_not_fitted():
    r = np.arange(1.6, 20.0, 0.05)
    noise = np.convolve(np.random.default_rng(3).normal(size=len(r) + 8), np.ones(9) / 9, "valid")
    fit = refine(Observation(r, noise), [Phase(fcc(), crystal_system="cubic")])
    assert fit.rw > 0.8


def test_a_curve_to_50_angstrom_is_fitted_to_its_end():
    r, g = simulate_pdf(fcc(a=3.6), u_iso=0.007, r_min=1.6, r_max=50.0, r_step=0.05)
    seen = Observation(r, g, q_max=25.0, q_damp=0.03)
    fit = refine(seen, [Phase(fcc(), crystal_system="cubic")])
    assert fit.r[-1] > 49.9
    assert fit.rw < 0.01
    assert fit.parameters["a"].value == pytest.approx(3.6, rel=2e-5)
    assert 0 < fit.parameters["a"].stderr < 1e-3


def test_a_fit_starts_from_a_neighbour_s_parameters():
    r, g = simulate_pdf(fcc(a=3.6), u_iso=0.007, r_min=1.6, r_max=50.0, r_step=0.05)
    seen = Observation(r, g, q_max=25.0, q_damp=0.03)
    start = {"a": 3.597, "u_iso_Ni": 0.006, "diameter": np.inf}
    fit = refine(seen, [Phase(fcc(), crystal_system="cubic")], start=start)
    assert fit.parameters["a"].value == pytest.approx(3.6, rel=2e-5)
