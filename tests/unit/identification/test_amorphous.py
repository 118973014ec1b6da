"""One damped wave describes liquids and glasses, and no crystal."""

from dataclasses import replace

import numpy as np
import pytest
from identification_cases import measured

from pdflearn.identification.amorphous import WAVE_LIMIT, damped_wave_rw
from pdflearn.measured.observation import Observation

R = np.arange(1.6, 20.0, 0.05)


@pytest.mark.parametrize(("k", "decay"), [(2.7, 9.0), (1.83, 4.0), (6.0, 100.0)])
def test_a_damped_wave_is_described(k, decay):
    wave = (0.3 + 0.1 * R) * np.exp(-R / decay) * np.cos(k * R + 0.4)
    assert damped_wave_rw(Observation(R, wave)) < 0.15


def test_a_crystal_is_not():
    crystal = measured(("Ni fcc", 1.0))
    assert damped_wave_rw(crystal) > WAVE_LIMIT
    scaled = replace(crystal, g=1e3 * crystal.g)
    assert damped_wave_rw(scaled) == pytest.approx(damped_wave_rw(crystal))
