"""Simulated measurements of structures."""

import numpy as np

from pdflearn.measured.observation import Observation
from pdflearn.simulation.simulator import simulate_pdf


def simulated(structure, noise=0.0, step=0.05, radiation="xray", **settings):
    """A measurement of a structure, with noise of this share of the curve."""
    known = {"q_min": 0.5, "q_max": 25.0, "q_damp": 0.03, "q_broad": 0.0, "u_iso": 0.006}
    known |= settings
    r, g = simulate_pdf(structure, radiation=radiation, r_min=1.6, r_max=20.0, r_step=step, **known)
    g = g + noise * np.random.default_rng(1).normal(size=len(g)) * np.sqrt(np.mean(g**2))
    return Observation(
        r, 7.3 * g, radiation, known["q_min"], known["q_max"], known["q_damp"], known["q_broad"]
    )
