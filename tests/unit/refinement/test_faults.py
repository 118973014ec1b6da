"""What fits of whole curves once got wrong: long ranges, sizes of bulk, tied U, errors.

Others stand with what they are about: .stru files in test_export.py, q_min of clusters in
test_small_angle.py, hydrogen in test_hydrogen.py and in test_single_phases.py of identification,
elements of a mixture in its test_chemistry.py, atoms listed twice and stale formulas in
test_checks.py of structures, errors against repeated noise and along a series in
test_uncertainty.py, test_linked.py and test_series_public.py, errors of a file's points in
test_point_errors.py of measured, structures to look up in test_rerun.py of the integration tests.
"""

from dataclasses import replace

import numpy as np
import pytest
from crystals import diamond, fcc, rutile
from hypothesis import given, settings
from hypothesis import strategies as st

from pdflearn.measured.observation import Observation
from pdflearn.refinement.model import Model
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe, RecipeError
from pdflearn.refinement.refinement import refine
from pdflearn.refinement.starts import usual_start
from pdflearn.simulation.simulator import simulate_pdf
from pdflearn.structures.structure import make_structure


def curve(structure, r_max=50.0, noise=0.0, seed=0, **settings):
    """A simulated measurement with noise of a band up to q_max, a share of the curve."""
    known = {"q_max": 25.0, "q_damp": 0.04, "u_iso": 0.006, "delta2": 1.5} | settings
    r, g = simulate_pdf(structure, r_min=1.6, r_max=r_max, r_step=0.05, **known)
    if noise:
        q = 2 * np.pi * np.fft.rfftfreq(8192, 0.05)
        spectrum = np.fft.rfft(np.random.default_rng(seed).normal(size=8192))
        band = np.fft.irfft(np.where(q <= known["q_max"], spectrum, 0.0))[: len(g)]
        g = g + noise * np.sqrt(np.mean(g**2)) * band / np.std(band)
    return Observation(r, g, "xray", 0.5, known["q_max"], known["q_damp"], 0.0)


def nickel(a=3.52):
    return Phase(fcc(a=a), crystal_system="cubic")


def test_a_range_to_50_angstrom_is_as_right_as_one_to_20():
    short, long = (refine(curve(fcc(a=3.6), r_max, noise=0.02), [nickel()]) for r_max in (20, 50))
    assert long.r[-1] > 49.9
    for fit in (short, long):
        assert fit.rw < 0.03
        a = fit.parameters["a"]
        assert abs(a.value - 3.6) < 4 * a.stderr < 0.002
    assert long.parameters["a"].stderr < short.parameters["a"].stderr


@pytest.mark.parametrize("q_damp", [0.04, None])
def test_bulk_has_a_least_size_and_none_of_its_own(q_damp):
    seen = replace(curve(fcc(), noise=0.05), q_damp=q_damp)
    fit = refine(seen, [nickel()])
    assert fit.parameters["diameter"].value == np.inf
    assert 100 < fit.parameters["diameter_min"].value < 1e4
    assert any("diameter is above" in remark for remark in fit.remarks)


def test_a_wrong_q_damp_makes_no_crystallites_of_bulk():
    seen = replace(curve(fcc(), noise=0.05), q_damp=0.0395)
    assert refine(seen, [nickel()]).parameters["diameter"].value == np.inf


@pytest.mark.parametrize("q_damp", [0.04, None])
def test_the_size_of_a_small_particle_is_told(q_damp):
    seen = replace(curve(fcc(), diameter=35.0, noise=0.05), q_damp=q_damp)
    diameter = refine(seen, [nickel()]).parameters["diameter"]
    assert diameter.value == pytest.approx(35.0, rel=0.1)
    assert abs(diameter.value - 35.0) < 4 * diameter.stderr
    assert diameter.note == ""


def test_a_size_beside_q_damp_has_the_error_of_the_misfit():
    small, large = (curve(fcc(), diameter=size, noise=0.01) for size in (25.0, 60.0))
    spread = replace(small, g=0.5 * (small.g + large.g))  # of sizes, which no sphere explains
    noise = 0.005 * float(np.sqrt(np.mean(spread.g**2)))
    unknown, known = (
        refine(replace(spread, noise=noise, q_damp=q_damp), [nickel()]) for q_damp in (None, 0.04)
    )
    size = unknown.parameters["diameter"]
    assert abs(size.value - known.parameters["diameter"].value) < 3 * size.stderr
    assert size.stderr > 5 * known.parameters["diameter"].stderr


def test_a_size_hardly_told_from_q_damp_is_a_lower_limit():
    small, large = (curve(fcc(), diameter=size, noise=0.01) for size in (25.0, 60.0))
    spread = replace(small, g=0.5 * (small.g + large.g))
    unknown, known, undamped = (
        refine(replace(spread, q_damp=q_damp), [nickel()]) for q_damp in (None, 0.04, 0.0)
    )
    size, least = (unknown.parameters[name] for name in ("diameter", "diameter_min"))
    assert size.note == "hardly told from q_damp"
    assert least.note == "lower limit (95 %)"
    assert least.value < known.parameters["diameter"].value < size.value
    assert least.value == pytest.approx(undamped.parameters["diameter"].value, rel=0.05)
    assert any("q_damp is not known" in remark for remark in unknown.remarks)
    assert "diameter_min" not in known.parameters
    # the curve that a fit exports is that of the refined size
    assert np.isfinite(size.value)
    assert unknown.rw < known.rw


def test_a_size_beyond_a_short_range_is_not_told_beside_q_damp():
    seen = replace(curve(fcc(), r_max=20.0, diameter=60.0, noise=0.02), q_damp=None)
    assert refine(seen, [nickel()]).parameters["diameter"].value == np.inf


def alloy(share=0.7):
    xyz = np.array([(0, 0, 0), (0, 0, 0), (0.5, 0.5, 0.5)])
    cell = (2.9, 2.9, 3.4, 90, 90, 90)
    occupancy = [share, 1 - share, 1.0]
    return make_structure(cell, ["Ni", "Pt", "O"], xyz, occupancy, orbits=[0, 1, 2])


def test_elements_on_one_site_share_their_u():
    seen = curve(alloy(), 20.0)
    phase = Phase(alloy(), crystal_system="tetragonal")
    tied, apart = (refine(seen, [phase], recipe=Recipe(tied=x)) for x in (True, False))
    assert tied.parameters["u_iso_Ni"].value == tied.parameters["u_iso_Pt"].value
    assert tied.parameters["u_iso_Ni"].stderr == tied.parameters["u_iso_Pt"].stderr
    assert tied.parameters["u_iso_Ni"].value == pytest.approx(0.006, rel=0.03)
    assert apart.n_free == tied.n_free + 1


def test_occupancies_come_back():
    seen = curve(alloy(share=0.6), 20.0)
    phase = Phase(alloy(), crystal_system="tetragonal")
    fit = refine(seen, [phase], recipe=Recipe(occupancies=True))
    assert fit.parameters["occ_Ni"].value == pytest.approx(0.6, abs=0.02)
    assert fit.structures[0][1].occupancy == pytest.approx(0.4, abs=0.02)


def orthorhombic(a, b):
    """An iron layer whose axes differ, as in SrFe2As2 below its transition."""
    xyz = np.array([(0, 0, 0), (0.5, 0.5, 0), (0, 0.5, 0.5), (0.5, 0, 0.5)])
    return make_structure(
        (a, b, 6.1, 90, 90, 90), ["Fe", "Fe", "As", "As"], xyz, orbits=[0, 0, 1, 1]
    )


@pytest.mark.parametrize("b", [5.5, 5.52])
def test_axes_near_a_symmetric_point_have_small_errors_and_keep_their_order(b):
    seen = curve(orthorhombic(5.5, b), noise=0.05)
    for first, second in ((5.48, 5.53), (5.53, 5.48)):
        phase = Phase(orthorhombic(first, second), crystal_system="orthorhombic")
        fit = refine(seen, [phase])
        one, other = fit.parameters["a"], fit.parameters["b"]
        assert max(one.stderr, other.stderr) < 0.02
        assert (other.value - one.value) * (second - first) >= 0 or abs(
            other.value - one.value
        ) < 1e-3
        expected = sorted((5.5, b))
        for value, wanted in zip(sorted((one.value, other.value)), expected, strict=True):
            assert value == pytest.approx(wanted, abs=0.006)


def test_errors_are_the_scatter_of_repeated_noise():
    names = ("a", "u_iso_Ni", "delta2", "scale")
    fits = [refine(curve(fcc(), 30.0, noise=0.05, seed=seed), [nickel()]) for seed in range(14)]
    for name in names:
        values = [fit.parameters[name].value for fit in fits]
        errors = [fit.parameters[name].stderr for fit in fits]
        # the scatter of 14 values is itself uncertain by a fifth
        assert 1 / 1.5 < np.mean(errors) / np.std(values, ddof=1) < 1.5, name


def test_errors_are_those_of_the_noise_where_the_model_lacks_something():
    seen = curve(fcc(), 30.0, noise=0.01, seed=3)
    spoilt = replace(seen, g=seen.g + 5.0 * np.exp(-((seen.r - 6.0) ** 2)) * np.sin(8 * seen.r))
    noise = 0.01 * float(np.sqrt(np.mean(seen.g**2)))
    clean = refine(seen, [nickel()])
    # those of the misfit would be fourteen times as wide
    for known in (None, noise):
        fit = refine(replace(spoilt, noise=known), [nickel()])
        assert fit.rw > 10 * clean.rw
        assert fit.parameters["a"].stderr < 2 * clean.parameters["a"].stderr
        assert any("times the noise" in remark for remark in fit.remarks)


def test_u_says_which_form_factors_it_is_of_and_the_user_chooses():
    seen = curve(rutile(), 20.0, u_iso={"Ti": 0.005, "O": 0.012})
    phase = Phase(rutile(), crystal_system="tetragonal")
    of_q, of_0 = (refine(seen, [phase], recipe=Recipe(scattering=x)) for x in ("f(Q)", "f(0)"))
    assert of_q.parameters["u_iso_O"].value == pytest.approx(0.012, rel=0.03)
    assert of_q.parameters["u_iso_O"].note == "with f(Q)"
    assert of_0.parameters["u_iso_O"].note == "with f(0)"
    assert of_0.rw > 5 * of_q.rw
    assert any("form factors" in remark for remark in of_q.remarks)
    assert not any("form factors" in remark for remark in refine(curve(fcc()), [nickel()]).remarks)


BAD_STARTS = {
    "fcc": (lambda a: fcc(a=3.6 * a), "cubic", 50.0),
    "diamond": (lambda a: diamond(a=5.43 * a), "cubic", 30.0),
    "rutile": (lambda a, c, x: rutile(4.62 * a, 2.94 * c, 0.307 + x), "tetragonal", 20.0),
    "layers": (lambda a, b: orthorhombic(5.5 * a, 5.6 * b), "orthorhombic", 20.0),
}


@pytest.mark.parametrize("name", list(BAD_STARTS))
def test_ten_bad_starts_end_at_one_minimum(name):
    make, system, r_max = BAD_STARTS[name]
    n = make.__code__.co_argcount
    exact = np.array([1.0, 1.0, 0.0])[:n]
    seen = curve(make(*exact), r_max, noise=0.05, u_iso=0.005)
    rng = np.random.default_rng([5, n])
    spread = np.array([0.04, 0.04, 0.01])[:n]
    phases = [
        Phase(make(*(exact + spread * rng.uniform(-1, 1, n))), crystal_system=system)
        for _ in range(10)
    ]
    ends = [refine(seen, [phase], recipe=Recipe(atoms=n == 3)) for phase in phases]
    best = min(fit.rw for fit in ends)
    good = [fit for fit in ends if fit.rw < best * 1.001]
    assert len(good) >= 9
    names = [key for key in ("a", "b", "c", "x_O") if key in good[0].parameters]
    # either of two axes may be the longer one, as the start has it
    values = np.array([sorted(fit.parameters[key].value for key in names) for fit in good])
    assert np.ptp(values, axis=0).max() < 2e-3


def test_a_bad_start_that_is_given_is_left_behind():
    seen = curve(fcc(a=3.6), noise=0.05)
    start = {"a": 3.5, "u_iso_Ni": 0.03, "delta2": 0.0, "diameter": 20.0}
    fit = refine(seen, [nickel()], start=start)
    assert fit.parameters["a"].value == pytest.approx(3.6, rel=1e-4)


@settings(max_examples=12, deadline=None, derandomize=True)
@given(
    a=st.floats(3.4, 3.65),
    u=st.floats(0.002, 0.05),
    delta2=st.floats(0.0, 4.0),
    diameter=st.floats(15.0, 300.0),
    q_damp=st.floats(0.0, 0.08),
)
def test_no_fit_ends_worse_than_it_began(a, u, delta2, diameter, q_damp):
    seen = replace(curve(fcc(), 20.0, noise=0.1), q_damp=None)
    phase = nickel()
    start = {
        "a": a, "u_iso_Ni": u, "delta2": delta2, "diameter": diameter, "q_damp": q_damp,
    }  # fmt: skip
    model = Model(seen, [phase])
    values = model.vector.start_of(start, usual_start(model))
    began = float(np.linalg.norm(model.scale(model.curves(values))[1]))
    # a size that the curve does not support is given up, at the price of a little Rw
    fit = refine(seen, [phase], start=start, test_size=False)
    assert fit.rw <= began * (1 + 1e-9)
    again = refine(seen, [phase], start=fit.start, test_size=False)
    assert again.rw <= fit.rw * (1 + 1e-9)


def test_what_is_fixed_stays_and_bounds_hold():
    seen = curve(fcc(), 20.0)
    recipe = Recipe(fixed={"delta2": 0.7}, bounds={"u_iso_Ni": (0.007, 0.01)}, shape="bulk")
    fit = refine(seen, [nickel()], recipe=recipe)
    assert fit.parameters["delta2"].value == pytest.approx(0.7)
    assert not fit.parameters["delta2"].vary
    assert fit.parameters["u_iso_Ni"].value == pytest.approx(0.007)
    assert fit.at_limits == ("u_iso_Ni",)
    assert any("u_iso_Ni is at a limit" in remark for remark in fit.remarks)
    with pytest.raises(RecipeError, match="'b' is no parameter of this fit; it has a, u_iso_Ni"):
        refine(seen, [nickel()], recipe=Recipe(fixed={"b": 3.5}))


def test_correlations_are_those_of_the_covariance():
    seen = replace(curve(fcc(), noise=0.05), q_damp=None)
    fit = refine(seen, [nickel()])
    names, matrix = fit.correlation_names, fit.correlation
    assert set(names) == {"a", "u_iso_Ni", "delta2", "scale", "q_damp"}
    np.testing.assert_allclose(np.diag(matrix), 1.0)
    np.testing.assert_allclose(matrix, matrix.T)
    assert matrix[names.index("scale"), names.index("u_iso_Ni")] > 0.2
    assert fit.n_independent == pytest.approx(seen.independent)


def test_a_background_is_taken_out():
    seen = curve(fcc(), 20.0)
    level = np.max(np.abs(seen.g))
    spoilt = replace(seen, g=seen.g + level * (0.5 - 0.3 * seen.r / 20 + 0.2 * (seen.r / 20) ** 2))
    fit = refine(spoilt, [nickel()], recipe=Recipe(background=3))
    assert fit.rw < 0.01
    assert fit.parameters["u_iso_Ni"].value == pytest.approx(0.006, rel=0.02)
    assert refine(spoilt, [nickel()]).rw > 0.2


def test_angles_and_delta1_come_back():
    xyz = np.array([(0, 0, 0), (0.27, 0, 0.36), (0.73, 0, 0.64)])

    def cell(beta):
        return make_structure(
            (4.9, 5.3, 4.4, 90, beta, 90), ["Zr", "O", "O"], xyz, orbits=[0, 1, 1]
        )

    seen = curve(cell(99.8), 20.0, delta1=0.4, delta2=0.0)
    phase = Phase(cell(99.0), crystal_system="monoclinic")
    fit = refine(seen, [phase], recipe=Recipe(angles=True, correlation="delta1"))
    assert fit.rw < 0.01
    assert fit.parameters["beta"].value == pytest.approx(99.8, abs=0.02)
    assert fit.parameters["beta"].unit == "deg"
    assert fit.parameters["delta1"].value == pytest.approx(0.4, abs=0.03)
    assert fit.structures[0].lattice.beta == pytest.approx(fit.parameters["beta"].value)


def test_tensors_and_u_of_sites_come_back():
    known = np.zeros((6, 3, 3))
    known[:2] = np.diag([0.004, 0.004, 0.009])
    known[2:] = np.diag([0.010, 0.010, 0.006])
    base = rutile()
    crystal = make_structure(
        base.lattice.abcABG(),
        [a.element for a in base],
        base.xyz,
        u=known,
        orbits=[0, 0, 1, 1, 1, 1],
    )
    seen = curve(crystal, 20.0, u_iso=None, delta2=0.0)
    phase = Phase(crystal, crystal_system="tetragonal")
    fit = refine(seen, [phase], recipe=Recipe(displacements="anisotropic"))
    equal = refine(seen, [phase])
    assert fit.rw < 0.25 * equal.rw
    assert fit.parameters["u33_Ti"].value == pytest.approx(0.009, rel=0.1)
    assert fit.parameters["u11_Ti"].value == pytest.approx(0.004, rel=0.1)
    assert 0 < fit.parameters["u33_Ti"].stderr < 0.002
    assert fit.parameters["u_iso_Ti"].note == "U equivalent, with f(Q)"
    assert 0 < fit.parameters["u_iso_Ti"].stderr < fit.parameters["u33_Ti"].stderr
    assert fit.parameters["u13_Ti"].note == "by symmetry"
    assert fit.structures[0][0].anisotropy
    by_site = refine(seen, [phase], recipe=Recipe(displacements="site"))
    assert by_site.rw == pytest.approx(equal.rw, rel=1e-3)


def test_spheroids_have_two_diameters():
    r, g = simulate_pdf(fcc(), r_min=1.6, r_max=50.0, r_step=0.05, u_iso=0.006, q_max=25.0)
    from pdflearn.refinement.shapes import shell_shape, spheroid_shape

    for shape, envelope, name, value in (
        ("spheroid", spheroid_shape(r, 30.0, 60.0), "aspect", 2.0),
        ("core-shell", shell_shape(r, 45.0, 25.0), "core", 25.0 / 45.0),
    ):
        seen = Observation(r, g * envelope, q_max=25.0, q_damp=0.03)
        fit = refine(seen, [nickel()], recipe=Recipe(shape=shape))
        assert fit.rw < 0.02
        assert fit.parameters[name].value == pytest.approx(value, rel=0.05)


def test_occupancies_keep_their_bounds_and_what_is_fixed():
    seen = curve(alloy(share=0.6), 20.0)
    phase = Phase(alloy(), crystal_system="tetragonal")
    bounded = Recipe(occupancies=True, bounds={"occ_Ni": (0.65, 3.0)})
    fit = refine(seen, [phase], recipe=bounded)
    assert fit.parameters["occ_Ni"].value == pytest.approx(0.65)
    assert "occ_Ni" in fit.at_limits
    assert fit.structures[0][1].occupancy == pytest.approx(0.35)
    held = refine(seen, [phase], recipe=Recipe(occupancies=True, fixed={"occ_Ni": 0.5}))
    assert held.structures[0][0].occupancy == pytest.approx(0.5)
    assert held.n_free == fit.n_free - 1
