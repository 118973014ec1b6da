"""What Rw the right structure may leave on a curve: read off its fading and its noise.

The right structure's Rw comes from noise and from what no model of it holds (0.1 to 0.3 for bulk
powders, up to 0.45 for nanoparticles: C. L. Farrow et al. (2007); T. Egami and S. J. L. Billinge
(2012), ch. 6). Both are random, so there is no sharp limit: its logarithm is taken as normal.
"""

from math import erfc, sqrt
from statistics import NormalDist

import numpy as np

from pdflearn.measured.observation import Observation

# One right structure in twenty leaves more than this, without noise: of bulk, and of curves that
# fade within 20 A.
BULK_RW_LIMIT, SMALL_RW_LIMIT = 0.30, 0.45
# The fading is read off the curve itself: root mean square beyond 12 A over that below 8 A. A bulk
# powder keeps half of it, a particle of 30 A less than 0.15.
FADING = (0.15, 0.50)
# Of ln(Rw): between the middle of the published range of bulk (0.16) and its end (0.30) lie 1.64
# standard deviations, since one in twenty leaves more.
SPREAD = 0.38
AT_LIMIT = 0.05  # the share of right structures that leave more than the limit
# Below this share a fit refutes its structure; up to `AT_LIMIT` it is no more than ambiguous.
REFUTED = 0.02
# Of the normal distribution; scipy.stats takes as long to import as half an answer.
QUANTILE, REFUTED_QUANTILE = (-NormalDist().inv_cdf(share) for share in (AT_LIMIT, REFUTED))
# More noise than this (of the curve's root mean square) excuses no worse fit: the estimate takes
# peaks that are still sharp at q_max for noise.
MOST_NOISE = 0.25
# Noise is looked for from this Q (1/angstrom) on, where peaks have been damped most.
NOISE_FROM = 5.0
ABOVE = 1.1  # times q_max: what is beyond is noise alone
# Variances of peaks (angstrom^2) and ratios of noise to signal that are tried.
WIDTHS, RATIOS = np.geomspace(0.004, 0.08, 24), np.geomspace(1e-4, 1.0, 33)


def noise_level(observation: Observation) -> float:
    """Estimate the noise of a curve from its high frequencies.

    The power of the curve's transform is described as A (exp(-s Q^2) + v): peaks of variance s fade
    with Q, noise does not. A, s and v are those of the greatest likelihood [1]_. Where
    sharp peaks have not faded by q_max, the estimate errs to either side: noise below them is not
    seen, or they pass for it.

    Parameters
    ----------
    observation : Observation
        The measured curve.

    Returns
    -------
    float
        Root mean square of the noise over that of the curve.

    References
    ----------
    .. [1] P. Whittle, J. R. Stat. Soc. B 15 (1953) 125.

    Examples
    --------
    >>> r = np.arange(2.0, 20.0, 0.05)
    >>> wave = np.sin(3 * r)
    >>> noisy = wave + 0.3 * np.random.default_rng(0).normal(size=len(r))
    >>> noise_level(Observation(r, wave)) < 0.05 < noise_level(Observation(r, noisy)) < 0.45
    True
    """
    r, n = observation.r, len(observation.r)
    step = (r[-1] - r[0]) / (n - 1)
    even = np.interp(np.linspace(r[0], r[-1], n), r, observation.g)
    window = np.sin(np.pi * (np.arange(n) + 0.5) / n) ** 2
    power = np.abs(np.fft.rfft(even * window, 8 * n)) ** 2 / (window**2).sum()
    q = np.arange(NOISE_FROM, 0.96 * observation.q_max, 3 * np.pi / (r[-1] - r[0]))
    square = float(np.mean(observation.g**2))
    if len(q) < 5 or not square > 0:
        return 0.0
    seen = np.interp(q, 2 * np.pi * np.fft.rfftfreq(8 * n, step), power)
    shape = np.exp(-WIDTHS[:, None, None] * q**2) + RATIOS[:, None]
    amplitude = (seen / shape).mean(axis=-1)
    misfit = len(q) * np.log(np.maximum(amplitude, 1e-300)) + np.log(shape).sum(axis=-1)
    best = np.unravel_index(np.argmin(misfit), misfit.shape)
    density = amplitude[best] * RATIOS[best[1]]
    # Noise holds no frequencies above q_max, so its power is that much denser below. Noise that was
    # added to G(r) itself does, where no structure adds anything.
    held = min(observation.q_max * step / np.pi, 1.0)
    above = power[2 * np.pi * np.fft.rfftfreq(8 * n, step) > ABOVE * observation.q_max]
    white = float(above.mean()) if ABOVE * held < 1.0 and len(above) else 0.0
    return float(min(np.sqrt(max(density * held, white) / square), 1.0))


def expected_rw(observation: Observation) -> float:
    """Estimate the Rw that one right structure in twenty exceeds on a curve.

    Parameters
    ----------
    observation : Observation
        The measured curve.

    Returns
    -------
    float
        From 0.30 for bulk to 0.45 for curves that fade within 20 angstrom, and the noise on top,
        as squares add.

    See Also
    --------
    share_beyond : How probable a higher or lower Rw is.

    Examples
    --------
    >>> r = np.arange(1.6, 20.0, 0.05)
    >>> round(expected_rw(Observation(r, np.sin(3 * r))), 2)
    0.3
    >>> round(expected_rw(Observation(r, np.sin(3 * r) * np.exp(-((r / 6) ** 2)))), 2)
    0.45
    """
    r, g = observation.r, observation.g
    near, far = (r >= 2.0) & (r < 8.0), r >= 12.0
    limit = BULK_RW_LIMIT
    if far.sum() >= 10 and near.sum() >= 10:
        fading = np.sqrt(np.mean(g[far] ** 2) / max(np.mean(g[near] ** 2), 1e-300))
        small = np.clip((FADING[1] - fading) / (FADING[1] - FADING[0]), 0.0, 1.0)
        limit += (SMALL_RW_LIMIT - BULK_RW_LIMIT) * float(small)
    return float(np.hypot(limit, min(noise_level(observation), MOST_NOISE)))


def share_beyond(rw: float, rw_limit: float) -> float:
    """Return the share of right structures that leave more than an Rw.

    Parameters
    ----------
    rw : float
        Of a fit.
    rw_limit : float
        What `expected_rw` returns for the curve.

    Returns
    -------
    float
        0.05 at the limit, falling smoothly: the logarithm of Rw is taken as normal.

    Examples
    --------
    >>> round(share_beyond(0.30, 0.30), 3)
    0.05
    >>> round(share_beyond(0.298, 0.30), 3), round(share_beyond(0.302, 0.30), 3)
    (0.052, 0.048)
    >>> share_beyond(0.10, 0.30) > 0.8
    True
    """
    deviation = np.log(max(rw, 1e-12) / rw_limit) / SPREAD + QUANTILE
    return 0.5 * erfc(float(deviation) / sqrt(2.0))


def highest_rw(rw_limit: float) -> float:
    """Return the Rw beyond which a fit refutes its structure: `REFUTED` right ones leave more."""
    return rw_limit * float(np.exp(SPREAD * (REFUTED_QUANTILE - QUANTILE)))


def usual_rw(rw_limit: float) -> float:
    """Return the Rw that half of the right structures exceed.

    Examples
    --------
    >>> round(usual_rw(0.30), 2)
    0.16
    """
    return rw_limit * float(np.exp(-SPREAD * QUANTILE))
