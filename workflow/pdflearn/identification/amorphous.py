"""Recognize curves that show no structure: those of liquids, of glasses, of other functions."""

from functools import lru_cache
from itertools import combinations_with_replacement

import numpy as np

from pdflearn.measured.observation import Observation

DECAY_LENGTHS = (2.0, 3.0, 4.5, 7.0, 12.0, 1e6)  # angstrom, over which the wave fades
K_STEP, K_MAX = 0.05, 9.0  # 1/angstrom, of the wave number
N_WAVE_PARAMETERS = 6  # four amplitudes, the decay length and the wave number
# Up to this Rw the wave describes the curve. Crystals and crystalline nanoparticles leave the wave
# 0.69 and more, liquids and glasses up to 0.53.
WAVE_LIMIT = 0.60


def damped_wave_rw(observation: Observation) -> float:
    """Fit one damped wave to a curve and return the Rw that it leaves.

    The wave is (A + B r) exp(-r/l) cos(k r) plus the same with a sine. Far from an atom the G(r)
    of a liquid or a glass is such a wave [1]_. A curve that it describes shows one length, not a
    structure.

    Parameters
    ----------
    observation : Observation
        The measured curve.

    Returns
    -------
    float
        Rw times sqrt(n / (n - 6)), with n independent values of the curve and the wave's six
        parameters. Up to `WAVE_LIMIT` the curve counts as amorphous.

    See Also
    --------
    pdflearn.identification.verdict.judge : Refuses curves that the wave describes.

    References
    ----------
    .. [1] R. Evans et al., J. Chem. Phys. 100 (1994) 591.

    Examples
    --------
    >>> r = np.arange(1.6, 20.0, 0.05)
    >>> liquid = Observation(r, np.sin(2.7 * r) * np.exp(-r / 9))
    >>> damped_wave_rw(liquid) < WAVE_LIMIT
    True
    """
    r, g, n = observation.r, observation.g, observation.independent
    # the curve is asked about before fits, after them, and for the verdict
    return _wave_rw(r.tobytes(), g.tobytes(), min(observation.q_max, K_MAX), float(n))


@lru_cache(maxsize=4)
def _wave_rw(of_r: bytes, of_g: bytes, k_max: float, independent: float) -> float:
    """See `damped_wave_rw`."""
    r, g = np.frombuffer(of_r), np.frombuffer(of_g)
    phase = np.arange(0.5, k_max, K_STEP)[:, None] * r
    waves = np.stack([np.cos(phase), np.sin(phase)], axis=1)  # (wave numbers, 2, points)
    middle = r - r.mean()  # so that the four columns are nearly orthogonal
    basis = np.concatenate([waves, waves * (middle / np.abs(middle).max())], axis=1)
    fading = np.exp(-(r - r[0]) / np.array(DECAY_LENGTHS)[:, None])
    # of all wave numbers and lengths at once: (wave numbers, 4, lengths), (..., 4, 4, lengths)
    projections = (basis * g) @ fading.T
    normal = np.empty((len(basis), 4, 4, len(DECAY_LENGTHS)))
    for i, j in combinations_with_replacement(range(4), 2):
        normal[:, i, j] = normal[:, j, i] = (basis[:, i] * basis[:, j]) @ (fading**2).T
    normal, projections = np.moveaxis(normal, -1, 1), np.moveaxis(projections, -1, 1)
    amplitudes = np.linalg.solve(normal, projections[..., None])[..., 0]
    explained = float((amplitudes * projections).sum(axis=-1).max())
    least_squares = max(float(g @ g) - explained, 0.0)
    degrees = max(independent - N_WAVE_PARAMETERS, 1.0)
    return float(np.sqrt(least_squares / (g @ g) * independent / degrees))
