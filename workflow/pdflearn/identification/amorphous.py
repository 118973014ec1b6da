"""Curves that show no structure: liquids, glasses, other functions."""

import numpy as np

from pdflearn.measured.observation import Observation

# One damped wave is fitted: lengths over which it fades (angstrom), the highest k (1/angstrom), how
# many values it has, and the Rw up to which it describes the curve. Crystals and crystalline
# nanoparticles leave the wave 0.69 and more, liquids and glasses up to 0.53.
LENGTHS = (2.0, 3.0, 4.5, 7.0, 12.0, 1e6)
HIGHEST, PARAMETERS = 9.0, 6
WAVE_LIMIT = 0.60


def wave_rw(observation: Observation) -> float:
    """The Rw that one damped wave leaves, (A + B r) exp(-r/l) cos(k r) and the same with a sine.

    Far from an atom a liquid's or a glass's G(r) is such a wave (R. Evans et al., J. Chem. Phys.
    100 (1994) 591). What it describes holds one length, not a structure.
    """
    r, g = observation.r, observation.g
    best = np.inf
    for length in LENGTHS:
        fading = np.exp(-(r - r[0]) / length)
        for k in np.arange(0.5, min(observation.q_max, HIGHEST), 0.05):
            waves = np.stack([np.cos(k * r), np.sin(k * r)]) * fading
            basis = np.concatenate([waves, waves * r]).T
            left = g - basis @ np.linalg.lstsq(basis, g, rcond=None)[0]
            best = min(best, float(left @ left))
    free = max(observation.independent - PARAMETERS, 1.0)
    return float(np.sqrt(best / (g @ g) * observation.independent / free))
