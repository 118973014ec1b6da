"""Where the small-angle scattering of a cluster begins in a measured curve.

A cluster scatters at small angles as a whole, and G(r) then stands on a slow wave. Most curves hold
none of it below the beam stop, whatever q_min their header states. Crystals with a shape function
have none at all, so that q_min matters little for them. So it is read off the curve for clusters.
"""

from dataclasses import replace

import numpy as np

from pdflearn.measured.observation import Observation
from pdflearn.refinement.phase import Phase, reach
from pdflearn.refinement.phase_parameters import PhaseParameters
from pdflearn.refinement.starts import DELTA2_START, Q_DAMP_START, STRETCHES, U_START

# What is tried beside the observation's q_min, 1/angstrom. Beyond 1.3 begin the peaks of small
# clusters (the first of 13 atoms with bonds of 2.8 angstrom stands at 2.6).
TRIED = np.arange(0.2, 1.31, 0.1).round(1)
# The observation's q_min stays where no other leaves this share less of the curve.
GAIN = 0.05


def with_small_angles(phase: Phase, observation: Observation) -> Phase:
    """Return a cluster with the q_min at which it comes closest to a measured curve.

    Parameters
    ----------
    phase : Phase
        A crystal, or a cluster with a q_min, is returned as it is.
    observation : Observation

    Returns
    -------
    Phase
    """
    if phase.periodic or phase.q_min is not None:
        return phase
    stated = _residual(replace(phase, q_min=observation.q_min), observation)
    residuals = [_residual(replace(phase, q_min=float(q)), observation) for q in TRIED]
    best = int(np.argmin(residuals))
    q_min = float(TRIED[best]) if residuals[best] < (1 - GAIN) * stated else observation.q_min
    return replace(phase, q_min=q_min)


def _residual(phase: Phase, observation: Observation) -> float:
    """Rw of usual values at the best stretch."""
    usual = PhaseParameters(
        strain=np.array([phase.stretch - 1.0]),
        displacement=np.zeros(0),
        u_iso=np.full(len(phase.species), U_START),
        delta2=min(DELTA2_START, 0.25 * phase.shortest_distance**2),
        inverse_diameter=0.0,
    )
    q_damp = Q_DAMP_START if observation.q_damp is None else observation.q_damp
    r, g = phase.curve(usual, q_damp, observation, reach(observation) / (1 + STRETCHES[0]))
    stretched = np.interp(observation.r / (1 + STRETCHES)[:, None], r, g)
    target = observation.g / max(float(np.linalg.norm(observation.g)), 1e-300)
    norms = np.maximum((stretched**2).sum(axis=1), 1e-300)
    overlaps = np.maximum(stretched @ target, 0.0)
    return float(np.sqrt(max(1.0 - (overlaps**2 / norms).max(), 0.0)))
