"""How far the order of crystals, particles, glasses and molecules reaches."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from identification_cases import measured

from pdflearn.identification.coherence import (
    band_share,
    coherence,
    first_distances,
    prominent_maxima,
    wavelength_beyond,
)
from pdflearn.identification.kinds import kind_of_curve, kind_of_misfit
from pdflearn.identification.messages import (
    AMORPHOUS,
    MAGNETIC,
    MOLECULAR,
    NOT_G,
    UNKNOWN_CRYSTAL,
)
from pdflearn.measured.observation import Observation

R = np.arange(1.2, 20.0, 0.04)


def sum_of_peaks(distances, widths):
    """Peaks of equal weight over r, less their mean, as in G(r)."""
    at, width = np.array(distances)[:, None], np.array(widths)[:, None]
    g = (np.exp(-(((R - at) / width) ** 2) / 2) / width / at).sum(axis=0)
    return Observation(R, g)


def kind(observation):
    found = kind_of_curve(observation, coherence(observation))
    return found.name if found else None


def glass():
    shells = [(1.61, 0.05), (2.63, 0.10), (3.08, 0.12), (4.1, 0.3), (5.05, 0.35), (6.4, 0.5)]
    return sum_of_peaks(*zip(*shells, strict=True))


def molecule():
    seen = sum_of_peaks([1.4, 2.42, 2.8], [0.05] * 3)
    return replace(seen, g=seen.g + 2.0 * np.sin(1.3 * R) * np.exp(-R / 12) * (R > 3.5))


def test_a_glass_ends_and_a_molecule_is_told_from_it():
    assert kind(glass()) == AMORPHOUS
    assert kind(molecule()) == MOLECULAR
    order = coherence(glass())
    assert order.fine < 8.0
    assert first_distances(glass(), order.fine)[:2] == pytest.approx((1.61, 2.63), abs=0.06)


def test_waves_as_long_as_atoms_lie_apart_are_of_packed_atoms():
    seen = sum_of_peaks([2.6], [0.08])
    packed = replace(seen, g=seen.g + 0.6 * np.sin(2.9 * R) * np.exp(-R / 12) * (R > 3.5))
    order = coherence(packed)
    assert order.molecular  # sharp inside, only waves outside
    assert wavelength_beyond(packed, order.fine) < 2.6
    assert kind(packed) == AMORPHOUS


@pytest.mark.parametrize("name", ["Ni fcc", "Si diamond", "NaCl rocksalt"])
def test_order_of_crystals_goes_on(name):
    seen = measured((name, 1.0))
    order = coherence(seen)
    assert not order.ends
    assert order.coarse == seen.r[-1]
    assert kind(seen) is None


def test_the_scale_of_a_curve_does_not_matter():
    for seen in (glass(), molecule(), measured(("Ni fcc", 1.0))):
        scaled = replace(seen, g=1e4 * seen.g)
        one, other = coherence(seen), coherence(scaled)
        assert one.ends == other.ends
        assert one.kept == pytest.approx(other.kept)
        distances = first_distances(seen, one.fine)
        assert first_distances(scaled, other.fine) == distances


def test_another_function_and_noise_are_no_g():
    assert kind(Observation(R, 3.0 - 0.5 * R)) == NOT_G
    assert kind(Observation(R, np.random.default_rng(0).normal(size=len(R)))) == NOT_G
    assert kind(Observation(R, 1.0 + np.sinc(R / 3))) == NOT_G


def test_one_wave_is_a_liquid():
    assert kind(Observation(R, np.sin(2.7 * R) * np.exp(-R / 9))) == AMORPHOUS


def test_bands_share_a_curve():
    g = measured(("Ni fcc", 1.0)).g
    r = measured(("Ni fcc", 1.0)).r
    shares = [band_share(r, g, low, high) for low, high in ((0, 3), (3, 10), (10, np.inf))]
    assert sum(shares) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("radiation", "wave", "name"),
    [
        ("neutron", 1.5, MAGNETIC),
        ("xray", 1.5, UNKNOWN_CRYSTAL),
        ("neutron", 8.0, UNKNOWN_CRYSTAL),
    ],
)
def test_slow_waves_beside_a_neutron_fit_are_suspected_to_be_magnetic(
    copper_answer, radiation, wave, name
):
    best = copper_answer.ranked[0]
    fit = best.fit
    rest = 0.5 * fit.g.std() * np.sin(wave * fit.r)
    seen = Observation(fit.r, fit.calculated + rest, radiation)
    off = replace(best, fit=replace(fit, g=seen.g, rw=0.4))
    told = kind_of_misfit(seen, [off], coherence(seen))
    assert told.name == name
    if name == UNKNOWN_CRYSTAL:
        assert "goes on to the end of the curve" in told.sentence
        assert "fcc" in told.sentence


@given(st.lists(st.integers(-4, 6), min_size=3, max_size=40), st.floats(0.5, 4.0))
def test_maxima_are_those_of_scipy(values, prominence):
    from scipy.signal import find_peaks

    g = np.array(values, dtype=float)
    expected = find_peaks(g, height=0.0, prominence=prominence)[0]
    assert prominent_maxima(g, prominence) == expected.tolist()
