"""F(Q) and G(r) of peaks against the Debye equation and direct transforms."""

import numpy as np
import pytest
from scattering_cases import cluster, rocksalt, rw
from scipy.spatial.distance import pdist, squareform

from pdflearn.core.grid import Grid
from pdflearn.simulation.pair_peaks import PairPeaks
from pdflearn.simulation.parameters import (
    InstrumentParameters,
    SampleParameters,
    SimulationError,
    points_below_r_max,
)
from pdflearn.simulation.scatterers import Scatterers
from pdflearn.simulation.shape import spherical_shape
from pdflearn.simulation.spectrum import Spectrum
from pdflearn.simulation.transform import transform_fq
from pdflearn.structures.elements import form_factor

SAMPLE = SampleParameters(u_iso=0.006)
INSTRUMENT = InstrumentParameters(q_max=20.0)
GRID = Grid(0.0, 12.0, 0.05)
R = points_below_r_max(GRID)
XYZ = 2.5 * np.stack(np.meshgrid(*[range(2)] * 3), -1).reshape(-1, 3)
SYMBOLS = ["Ce", "O"] * 4


def spectrum_and_peaks(structure, form_factors="q", split=False, sample=SAMPLE):
    atoms = Scatterers(structure, "xray", None)
    peaks = PairPeaks(atoms, GRID.r_max, form_factors == "q").of_sample(
        sample, 0.0, GRID.r_max, split
    )
    return Spectrum(atoms, form_factors), peaks


@pytest.mark.parametrize("form_factors", ["q", "constant"])
def test_fq_of_a_cluster_is_the_debye_equation(form_factors):
    spectrum, peaks = spectrum_and_peaks(cluster(SYMBOLS, XYZ), form_factors)
    f, period = spectrum.fq(peaks, InstrumentParameters(0.0, 20.0, 0.0), GRID.r_max)
    q = np.pi / period * np.arange(f.shape[1])
    at = q if form_factors == "q" else np.zeros(q.size)
    b = np.array([form_factor(s, at) for s in SYMBOLS])
    distance = squareform(pdist(XYZ))
    expected = np.zeros(q.size)
    for i in range(8):
        for j in range(8):
            if i != j:
                expected += b[i] * b[j] * np.sin(q * distance[i, j]) / distance[i, j]
    expected *= np.exp(-0.006 * q**2) / 8 / b.mean(axis=0) ** 2
    assert rw(f[0], expected) < 1e-4


def test_exact_g_is_the_transform_of_fq():
    spectrum, peaks = spectrum_and_peaks(cluster(SYMBOLS, XYZ))
    f, period = spectrum.fq(peaks, InstrumentParameters(0.0, 20.0, 0.0), 60.0)
    g = spectrum.exact_g(peaks, INSTRUMENT, GRID, R)
    q = np.pi / period * np.arange(f.shape[1])
    assert rw(transform_fq(q, f[0], R, 0.5, 20.0, 0.03), g[0]) < 5e-3


@pytest.mark.parametrize("name", ["exact_g", "srreal_g"])
def test_partials_add_up_to_g(name):
    spectrum, peaks = spectrum_and_peaks(rocksalt("Na", "Cl", 5.64))
    sample = (SAMPLE,) if name == "srreal_g" else ()
    calculate = getattr(spectrum, name)
    whole = calculate(peaks, *sample, INSTRUMENT, GRID, R, 0.7)
    split = calculate(peaks, *sample, INSTRUMENT, GRID, R, 0.7, split=True)
    assert whole.shape == (1, R.size)
    assert split.shape == (3, R.size)
    assert split.sum(axis=0) == pytest.approx(whole[0], abs=1e-9)
    twice = calculate(peaks, *sample, INSTRUMENT, GRID, R, 1.4)
    assert twice == pytest.approx(2 * whole)


def test_srreal_g_of_a_particle_is_that_of_the_bulk_times_its_shape():
    structure = rocksalt("Na", "Cl", 5.64)
    sample = SampleParameters(u_iso=0.006, diameter=15.0)
    spectrum, peaks = spectrum_and_peaks(structure, "constant")
    bulk = spectrum.srreal_g(peaks, SAMPLE, INSTRUMENT, GRID, R)
    particle = spectrum.srreal_g(peaks, sample, INSTRUMENT, GRID, R)
    assert particle == pytest.approx(bulk * spherical_shape(R, 15.0))


def test_a_grid_between_multiples_of_its_step_is_summed_term_by_term():
    spectrum, peaks = spectrum_and_peaks(rocksalt("Na", "Cl", 5.64))
    fine = Grid(0.0, 12.0, 0.01)
    r = points_below_r_max(fine)
    g = spectrum.exact_g(peaks, INSTRUMENT, fine, r)
    shifted = Grid(1.013, 12.0, 0.1)
    points = points_below_r_max(shifted)
    between = spectrum.exact_g(peaks, INSTRUMENT, shifted, points)
    assert rw(between[0], np.interp(points, r, g[0])) < 2e-3


def test_form_factors_end():
    spectrum, _ = spectrum_and_peaks(rocksalt("Na", "Cl", 5.64))
    with pytest.raises(SimulationError, match=r"q_max = 90 .*75\.4.*form_factor='constant'"):
        spectrum.require_form_factors(90.0)
    Spectrum(spectrum.atoms, "constant").require_form_factors(90.0)
