"""Curves that are refined together share what is asked, and tell more than each by itself."""

import numpy as np
import pytest
from crystals import fcc
from refinement_cases import simulated

from pdflearn.measured.observation import Observation
from pdflearn.refinement.linked import LINEAR, SAME, Dataset, refine_joint, refine_linked
from pdflearn.refinement.model import RefinementError
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe
from pdflearn.refinement.refinement import refine
from pdflearn.simulation.noise import MeasurementNoise
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.modes import symmetric_modes
from pdflearn.structures.structure import make_structure

KELVIN = np.array([100.0, 200.0, 300.0, 400.0, 500.0])
SLOPE = 1.2e-5  # of U, angstrom^2 a kelvin
COPIES = 20  # a standard deviation of so many values is itself uncertain by 16 %


def vanadium_dioxide(a=4.55, c=2.88, x=0.300):
    """Rutile: X-rays hardly see the oxygen, neutrons not the vanadium (-0.4 fm)."""
    xyz = [
        (0, 0, 0), (0.5, 0.5, 0.5), (x, x, 0), (-x, -x, 0),
        (0.5 + x, 0.5 - x, 0.5), (0.5 - x, 0.5 + x, 0.5),
    ]  # fmt: skip
    cell = (a, a, c, 90, 90, 90)
    return make_structure(cell, ["V"] * 2 + ["O"] * 4, np.array(xyz) % 1, orbits=[0, 0] + [1] * 4)


@pytest.fixture(scope="module")
def both():
    """X-ray and neutron curves of one sample, noisy, on two instruments."""
    sample = vanadium_dioxide(a=4.56, c=2.875, x=0.303)
    u = {"V": 0.004, "O": 0.011}
    curves = [
        simulated(sample, noise=0.12, u_iso=u),
        simulated(sample, noise=0.12, radiation="neutron", q_max=30.0, q_damp=0.015, u_iso=u),
    ]
    start = vanadium_dioxide()
    recipe = Recipe(shape="bulk")
    return [
        Dataset(
            curve,
            [Phase(start, curve.radiation, "tetragonal", modes=symmetric_modes(start))],
            recipe,
        )
        for curve in curves
    ]


def test_x_rays_and_neutrons_together_tell_what_neither_does(both):
    single = [refine(item.observation, item.phases, recipe=item.recipe) for item in both]
    joint = refine_joint(both)
    u = {name: joint.shared[name] for name in ("u_iso_V", "u_iso_O")}
    assert u["u_iso_V"].value == pytest.approx(0.004, abs=3 * u["u_iso_V"].stderr)
    assert u["u_iso_O"].value == pytest.approx(0.011, abs=3 * u["u_iso_O"].stderr)
    # By themselves X-rays leave U of oxygen open, and neutrons that of vanadium.
    for fit, name in zip(single, ("u_iso_O", "u_iso_V"), strict=True):
        alone = fit.parameters[name].stderr
        assert not alone < 2 * u[name].stderr
    a, c = joint.shared["a"], joint.shared["c"]
    assert (a.value, c.value) == pytest.approx((4.56, 2.875), abs=0.002)
    assert [fit.structures[0].lattice.a for fit in joint.fits] == [pytest.approx(a.value)] * 2
    assert abs(joint.fits[0].structures[0][2].xyz[0]) == pytest.approx(0.303, abs=0.001)


def test_each_curve_keeps_its_scale_and_its_rw(both):
    joint = refine_joint(both)
    single = [refine(item.observation, item.phases, recipe=item.recipe) for item in both]
    assert all(
        one.rw <= together.rw * (1 + 1e-3) for one, together in zip(single, joint.fits, strict=True)
    )
    assert min(fit.rw for fit in joint.fits) <= joint.rw <= max(fit.rw for fit in joint.fits)
    scales = [fit.parameters["scale"].value for fit in joint.fits]
    assert scales == pytest.approx([7.3, 7.3], rel=0.05)
    assert [fit.parameters["q_damp"].value for fit in joint.fits] == [0.03, 0.015]


@pytest.fixture(scope="module")
def warming():
    """Nickel that warms: U grows evenly, a does not."""
    recipe = Recipe(shape="bulk")
    phase = Phase(fcc(), crystal_system="cubic")
    return [
        Dataset(
            simulated(fcc(a=3.52 + 5e-5 * t), noise=0.1, u_iso=0.003 + SLOPE * t, delta2=2.0),
            [phase],
            recipe,
            t,
        )
        for t in KELVIN
    ]


def test_a_slope_is_shared_along_a_series(warming):
    linked = refine_linked(warming, {"u_iso_Ni": LINEAR, "delta2": SAME})
    slope = linked.shared["u_iso_Ni_slope"]
    assert slope.value == pytest.approx(SLOPE, abs=3 * slope.stderr)
    assert 0 < slope.stderr < 0.1 * SLOPE
    middle = linked.shared["u_iso_Ni"]
    assert middle.value == pytest.approx(0.003 + SLOPE * 300, rel=0.02)
    u = [fit.parameters["u_iso_Ni"].value for fit in linked.fits]
    assert np.diff(u) == pytest.approx(SLOPE * 100 * np.ones(4), rel=0.1)
    assert np.ptp(np.diff(u)) < 1e-7
    assert len({fit.parameters["delta2"].value for fit in linked.fits}) == 1
    a = [fit.parameters["a"].value for fit in linked.fits]
    assert a == pytest.approx(3.52 + 5e-5 * KELVIN, abs=1e-3)


def test_one_value_for_all_is_known_better_than_each(warming):
    alone = refine(warming[0].observation, warming[0].phases, recipe=warming[0].recipe)
    linked = refine_linked(warming, {"delta2": SAME})
    assert linked.shared["delta2"].stderr < 0.7 * alone.parameters["delta2"].stderr


def test_what_cannot_be_linked_is_refused(warming):
    with pytest.raises(RefinementError, match="no free parameter"):
        refine_linked(warming, {"b": SAME})
    with pytest.raises(RefinementError, match="expected same or linear"):
        refine_linked(warming, {"a": "equal"})
    other = Dataset(warming[1].observation, [Phase(fcc(a=3.6), crystal_system="cubic")])
    with pytest.raises(RefinementError, match="same structure"):
        refine_linked([warming[0], other], {"a": SAME})


def measured(structure, seed, noise=0.08, radiation="xray", q_max=25.0, r_max=20.0, **settings):
    """A copy of a curve with noise of the simulation's own model, which arises in Q."""
    r, g = simulate_pdf(
        structure, radiation=radiation, r_min=0.05, r_max=r_max, r_step=0.05, q_max=q_max,
        q_damp=0.03, **settings,
    )  # fmt: skip
    draw = {"q_min": 0.5, "q_max": q_max, "q_damp": 0.03, "noise": noise, "background": 0.0}
    g = MeasurementNoise(r, q_max)(g, draw, np.random.default_rng([11, *seed]))
    seen = r >= 1.6
    return Observation(r[seen], g[seen], radiation, 0.5, q_max, 0.03, 0.0)


def require_pulls(fits, truth):
    for name, value in truth.items():
        found = [fit.shared[name] for fit in fits]
        pulls = [(item.value - value) / item.stderr for item in found]
        size = float(np.sqrt(np.mean(np.square(pulls))))
        assert 1 / 1.5 < size < 1.5, (name, size, float(np.mean(pulls)))


def test_errors_of_a_joint_fit_are_the_scatter_of_repeated_noise():
    sample = vanadium_dioxide(a=4.56, c=2.875, x=0.303)
    start, recipe = vanadium_dioxide(), Recipe(shape="bulk", atoms=True)
    u = {"V": 0.004, "O": 0.011}
    fits = []
    for seed in range(COPIES):
        curves = [
            measured(sample, (seed, 0), u_iso=u),
            measured(sample, (seed, 1), 0.05, "neutron", 30.0, u_iso=u),
        ]
        phases = [Phase(start, curve.radiation, "tetragonal") for curve in curves]
        pairs = zip(curves, phases, strict=True)
        fits.append(refine_joint([Dataset(c, [phase], recipe) for c, phase in pairs]))
    truth = {"a": 4.56, "c": 2.875, "u_iso_V": 0.004, "u_iso_O": 0.011, "x_O": 0.303}
    require_pulls(fits, truth)
    # the scale of each curve by its own fit
    for k in range(2):
        scales = [fit.fits[k].parameters["scale"] for fit in fits]
        errors, scatter = np.mean([s.stderr for s in scales]), np.std([s.value for s in scales])
        assert 1 / 1.5 < errors / scatter < 1.5


def test_errors_of_shared_values_are_the_scatter_of_repeated_noise():
    recipe, phase = Recipe(shape="bulk"), Phase(fcc(), crystal_system="cubic")
    fits = []
    for seed in range(COPIES):
        datasets = [
            Dataset(
                measured(fcc(a=3.52 + 5e-5 * t), (seed, k), 0.05, u_iso=0.003 + SLOPE * t,
                         delta2=2.0),
                [phase], recipe, t,
            )
            for k, t in enumerate(KELVIN[:3])
        ]  # fmt: skip
        fits.append(refine_linked(datasets, {"u_iso_Ni": LINEAR, "delta2": SAME}))
    require_pulls(fits, {"u_iso_Ni": 0.003 + SLOPE * 200, "u_iso_Ni_slope": SLOPE, "delta2": 2.0})
    for k, t in enumerate(KELVIN[:3]):
        found = [fit.fits[k].parameters["a"] for fit in fits]
        pulls = [(item.value - 3.52 - 5e-5 * t) / item.stderr for item in found]
        assert 1 / 1.5 < np.sqrt(np.mean(np.square(pulls))) < 1.5


def test_bulk_has_no_size_of_its_own_in_a_joint_fit(both):
    joint = refine_joint([Dataset(d.observation, d.phases) for d in both])
    limits = []
    for fit in joint.fits:
        assert fit.parameters["diameter"].value == np.inf
        limits.append(fit.parameters["diameter_min"].value)
    assert limits[0] == limits[1] > 60
    assert joint.shared["diameter"].value == np.inf
    assert joint.shared["diameter_min"].value == limits[0]


def test_a_particle_has_one_size_in_a_joint_fit():
    recipe, datasets = Recipe(), []
    for k, radiation in enumerate(("xray", "neutron")):
        seen = measured(fcc(), (k,), 0.03, radiation, u_iso=0.006, diameter=30.0)
        datasets.append(Dataset(seen, [Phase(fcc(), radiation, "cubic")], recipe))
    size = refine_joint(datasets).shared["diameter"]
    assert abs(size.value - 30.0) < 3 * size.stderr < 2.0


def test_a_size_that_few_curves_of_a_series_tell_is_none():
    recipe, phase = Recipe(), Phase(fcc(), crystal_system="cubic")
    sizes = [{"diameter": 40.0}, {}, {}]
    datasets = [
        Dataset(measured(fcc(), (k,), 0.03, u_iso=0.006, **size), [phase], recipe, float(k))
        for k, size in enumerate(sizes)
    ]
    linked = refine_linked(datasets, {"a": SAME})
    assert [fit.parameters["diameter"].value for fit in linked.fits] == [np.inf] * 3
