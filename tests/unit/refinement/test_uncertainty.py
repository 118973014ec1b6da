"""Standard errors against the scatter of fits to repeated noise, which arises in Q."""

import numpy as np
import pytest
from crystals import diamond, rutile

from pdflearn.measured.observation import Observation
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe
from pdflearn.refinement.refinement import refine
from pdflearn.refinement.residual_spectrum import ResidualSpectrum
from pdflearn.simulation.noise import MeasurementNoise
from pdflearn.simulation.simulator import simulate_pdf

COPIES = 40  # a standard deviation of so many values is itself uncertain by 11 %


def repeated(structure, phase, r_max, recipe, noise=0.08, q_damp=0.035):
    """Fits to copies of one curve with noise of the simulation's own model."""
    r, g = simulate_pdf(
        structure, r_min=0.05, r_max=r_max, r_step=0.05, q_max=25.0, q_damp=q_damp, u_iso=0.006,
        delta2=1.5,
    )  # fmt: skip
    measure, fitted = MeasurementNoise(r, 25.0), r >= 1.6
    draw = {"q_min": 0.5, "q_max": 25.0, "q_damp": q_damp, "noise": noise, "background": 0.0}
    for seed in range(COPIES):
        copy = measure(g, draw, np.random.default_rng([7, seed]))
        seen = Observation(r[fitted], copy[fitted], "xray", 0.5, 25.0, q_damp, 0.0)
        yield refine(seen, [phase], recipe=recipe)


@pytest.mark.parametrize(
    ("structure", "system", "r_max", "names"),
    [
        (diamond(), "cubic", 40.0, ("a", "u_iso_Si", "delta2", "scale")),
        (rutile(), "tetragonal", 20.0, ("a", "c", "u_iso_Ti", "u_iso_O", "x_O", "scale")),
    ],
    ids=["diamond", "rutile"],
)
def test_pulls_of_repeated_noise_have_a_standard_deviation_near_one(
    structure, system, r_max, names
):
    recipe = Recipe(shape="bulk", atoms="x_O" in names)
    fits = list(repeated(structure, Phase(structure, crystal_system=system), r_max, recipe))
    truth = {"a": structure.lattice.a, "c": structure.lattice.c, "scale": 1.0, "delta2": 1.5}
    truth |= {f"x_{atom.element}": atom.xyz[0] for atom in reversed(list(structure))}
    for name in names:
        values = np.array([fit.parameters[name].value for fit in fits])
        errors = np.array([fit.parameters[name].stderr for fit in fits])
        pulls = (values - truth.get(name, 0.006)) / errors
        assert 1 / 1.5 < np.sqrt(np.mean(pulls**2)) < 1.5, (name, np.std(pulls), np.mean(pulls))


def test_errors_are_the_scatter_of_a_smooth_series():
    n, recipe, phase = 24, Recipe(shape="bulk"), Phase(diamond(), crystal_system="cubic")
    fits = []
    for k in range(n):
        r, g = simulate_pdf(
            diamond(a=5.43 * (1 + 1e-5 * k)), r_min=0.05, r_max=30.0, r_step=0.05, q_max=25.0,
            q_damp=0.035, u_iso=0.005 + 1e-4 * k, delta2=1.5,
        )  # fmt: skip
        draw = {"q_min": 0.5, "q_max": 25.0, "q_damp": 0.035, "noise": 0.05, "background": 0.0}
        g = MeasurementNoise(r, 25.0)(g, draw, np.random.default_rng([8, k]))
        seen = r >= 1.6
        curve = Observation(r[seen], g[seen], "xray", 0.5, 25.0, 0.035, 0.0)
        fits.append(refine(curve, [phase], recipe=recipe))
    for name in ("a", "u_iso_Si", "delta2", "scale"):
        values = np.array([fit.parameters[name].value for fit in fits])
        errors = np.array([fit.parameters[name].stderr for fit in fits])
        apart = values[1:-1] - 0.5 * (values[:-2] + values[2:])
        scatter = float(np.sqrt(np.mean(apart**2) / 1.5))  # two neighbours add half a variance
        assert 1 / 1.5 < np.mean(errors) / scatter < 1.5, name


def test_noise_at_high_q_makes_lengths_less_certain_and_scales_more():
    rng = np.random.default_rng(3)
    r = np.arange(2.0, 42.0, 0.05)
    q = 2 * np.pi * np.fft.rfftfreq(len(r), 0.05)
    noise = np.fft.irfft(np.fft.rfft(rng.normal(size=len(r))) * q * (q < 25), len(r))
    spectrum = ResidualSpectrum(r, noise, 25.0)
    slow, fast = np.sin(3 * r), np.sin(24 * r)
    of_slow, of_fast = np.diag(spectrum.products(np.vstack([slow, fast])))
    assert of_slow < 0.2 * (slow @ slow)
    assert of_fast > 2.0 * (fast @ fast)
    assert spectrum.high_q_share > 1.5


def test_a_misfit_at_low_q_does_not_count_as_noise():
    rng = np.random.default_rng(3)
    r = np.arange(2.0, 42.0, 0.1)
    noise, misfit = rng.normal(size=len(r)), 20 * np.sin(3 * r) * np.exp(-(((r - 22) / 6) ** 2))
    spectrum = ResidualSpectrum(r, noise + misfit, np.pi / 0.1)
    total = float(np.sum((noise + misfit) ** 2))
    share = spectrum.high_q_share
    assert share * total == pytest.approx(float(noise @ noise), rel=0.3)
    slopes = np.vstack([np.sin(3 * r), np.sin(20 * r)])
    within, beside = np.diag(spectrum.products(slopes, share)) / (slopes**2).sum(axis=1)
    assert 0.5 < beside < within < 2.0
    within, beside = np.diag(spectrum.products(slopes)) / (slopes**2).sum(axis=1)
    assert within > 50 * beside


def test_points_that_are_not_even_count_as_white():
    r = np.concatenate([np.arange(2.0, 10.0, 0.05), np.arange(10.0, 20.0, 0.1)])
    spectrum = ResidualSpectrum(r, np.sin(20 * r), 25.0)
    slopes = np.vstack([np.sin(3 * r), np.cos(3 * r)])
    np.testing.assert_allclose(spectrum.products(slopes), slopes @ slopes.T)
    assert spectrum.high_q_share == 1.0
