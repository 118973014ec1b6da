"""Peaks of a sample: kept pairs, displacements of each element, correlated motion."""

import numpy as np
import pytest
from scattering_cases import cluster, fcc, rocksalt

from pdflearn.simulation.pair_peaks import EXTENSION, FAINT, PairPeaks
from pdflearn.simulation.parameters import SampleParameters, SimulationError
from pdflearn.simulation.scatterers import Scatterers


def pair_peaks(structure, split=False, r_max=15.0, radiation="xray"):
    return PairPeaks(Scatterers(structure, radiation, None), r_max, split)


def test_pairs_are_counted_once_for_all_samples(monkeypatch):
    source = pair_peaks(fcc("Ni", 3.524))
    first = source.of_sample(SampleParameters(), 0.0, 15.0)
    monkeypatch.setattr("pdflearn.simulation.pair_peaks.crystal_pairs", None)
    second = source.of_sample(SampleParameters(u_iso=0.01, strain=0.01, delta2=1.0), 0.02, 14.0)
    assert second.points is first.points
    assert second.stretch == 1.01


def test_pairs_reach_beyond_the_range_and_a_longer_one_is_added():
    source = pair_peaks(fcc("Ni", 3.524))
    peaks = source.of_sample(SampleParameters(), 0.0, 15.0)
    assert 15.0 + EXTENSION - 1 < peaks.points.distance.max() < 15.0 + EXTENSION + 0.1
    longer = source.of_sample(SampleParameters(), 0.0, 40.0)
    assert longer.points.distance.max() > 40.0 + EXTENSION - 1


def test_nearest_neighbours_of_nickel():
    source = pair_peaks(fcc("Ni", 3.524))
    assert source.shortest == pytest.approx(3.524 / np.sqrt(2))
    points = source.of_sample(SampleParameters(), 0.0, 15.0).points
    assert points.distance.min() == pytest.approx(source.shortest)
    assert points.weight[points.distance.argmin()] == pytest.approx(4 * 12)


def test_density_is_that_of_the_strained_cell():
    source = pair_peaks(rocksalt("Na", "Cl", 5.64))
    for strain, change in ((0.02, 1.02**3), ((0.02, 0.0, -0.01), 1.02 * 0.99)):
        peaks = source.of_sample(SampleParameters(strain=strain), 0.0, 15.0)
        assert peaks.density == pytest.approx(8 / (5.64**3 * change))
    molecule = pair_peaks(cluster(["Au", "Au"], [(0, 0, 0), (0, 0, 2.9)]))
    assert molecule.of_sample(SampleParameters(), 0.0, 15.0).density == 0


def test_each_element_moves_by_its_own_u():
    source = pair_peaks(rocksalt("Na", "Cl", 5.64))
    sample = SampleParameters(u_iso={"Na": 0.004, "Cl": 0.012})
    peaks = source.of_sample(sample, 0.0, 15.0, split=True)
    assert peaks.n_partials == 3
    # species in alphabetical order: Cl-Cl, Cl-Na, Na-Na
    for partial, u2 in enumerate((0.024, 0.016, 0.008)):
        assert peaks.variance[peaks.points.partial == partial] == pytest.approx(u2)
    # with constant lengths they need not be kept apart
    united = source.of_sample(sample, 0.0, 15.0)
    assert united.n_partials == 1
    assert np.array_equal(united.variance, peaks.variance)
    weight = peaks.points.weight * source.atoms.coefficients[peaks.points.partial]
    assert np.array_equal(united.points.weight, weight)


def test_partials_are_added_up_unless_they_are_asked_for():
    structure = rocksalt("Na", "Cl", 5.64)
    assert pair_peaks(structure).of_sample(SampleParameters(), 0.0, 15.0).n_partials == 1
    assert pair_peaks(structure).of_sample(SampleParameters(), 0.0, 15.0, True).n_partials == 3
    assert pair_peaks(structure, True).of_sample(SampleParameters(), 0.0, 15.0).n_partials == 3


def test_an_element_without_u():
    with pytest.raises(SimulationError, match=r"u_iso has no value for Cl; give one for each of"):
        pair_peaks(rocksalt("Na", "Cl", 5.64)).of_sample(
            SampleParameters(u_iso={"Na": 0.01}), 0.0, 15.0
        )


def test_faint_peaks_fade_with_a_warning_and_bonds_must_not():
    grid = 3.0 * np.stack(np.meshgrid(*[range(3)] * 3), -1).reshape(-1, 3)
    grid[0, 2] = 1.0  # one pair at 2 angstrom
    source = pair_peaks(cluster(["Ar"] * 27, grid))
    share = FAINT / 2
    sample = SampleParameters(delta2=4.0 * (1 - share))
    plain = source.of_sample(SampleParameters(), 0.0, 15.0).points
    with pytest.warns(RuntimeWarning, match="left out or fade"):
        faded = source.of_sample(sample, 0.0, 15.0).points
    with pytest.warns(RuntimeWarning, match="left out or fade"):
        kept = source.of_sample(sample, 0.0, 15.0, fade=False).points
    assert faded.weight[0] == pytest.approx(0.5 * plain.weight[0])
    assert np.array_equal(kept.weight, plain.weight)
    with pytest.raises(SimulationError, match=r"delta2 = 9 leave no width.*keep delta1"):
        source.of_sample(SampleParameters(delta2=9.0), 0.0, 15.0)
