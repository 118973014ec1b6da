"""How far the order of a measured curve reaches, read off the curve itself, whatever fits it.

Order is looked for at three scales, each a band of wave numbers Q. Far from an atom the G(r) of a
glass, a liquid or a molecule holds slow waves alone: sharp distances end with the last bond that
fixes them (S. R. Elliott, Nature 354 (1991) 445; R. Evans et al., J. Chem. Phys. 100 (1994) 591).
In a crystal they go on as far as it does.

The limits were set on one draw ("dev") of the glasses, liquids and molecules that
tests/benchmarks/bench_none.py makes, and on variant 20 of the crystals of bench_verdicts.py. There
fine order ends at 3.4 to 7.7 angstrom in what is disordered (one noisy curve in 28 excepted), and
at 10 and more in particles of 25 angstrom and more; crystals whose own ends
earlier keep 0.6 of their strength to 10 angstrom, what is disordered a third at most.
"""

from dataclasses import dataclass, replace

import numpy as np

from pdflearn.measured.observation import Observation

# Bands of Q in 1/angstrom: what only sharp distances show, distances broadened by 0.2 to 0.3
# angstrom, and waves.
SHARP, FINE, COARSE = (8.0, 14.0), (4.5, 7.5), (0.0, 3.0)
EDGE = 0.3  # 1/angstrom, over which a band fades out
WINDOW = 1.0  # angstrom, over which a band's strength is averaged
FADED = 0.15  # of a band's greatest strength: where it counts as ended
FLOOR = 1.5  # times what the band holds in the last tenth of the curve counts as noise
# Fine order that ends before this distance (angstrom) is no crystal's. Particles that small hold
# too few shells of neighbours to be told as a crystal's type.
MIN_FINE = 8.0
# Nor must the curve as a whole have kept this share of its strength at 10 angstrom: atoms that move
# much blur the fine order of a crystal, but not its waves. What is slower than SLOW (1/angstrom) is
# left out: backgrounds, and the hole below the first distance of a model.
MAX_KEPT, KEPT_AT, SLOW = 0.35, 10.0, 1.0
# A molecule: sharp distances are at least as strong as the whole curve is on average, end where
# fine order ends, and waves go on for this much farther (angstrom).
WAVES_BEYOND, SAME_END = 4.0, 1.0
MAX_DISTANCES = 4  # that are named
PROMINENCE = 0.15  # of the highest peak: what counts as a distance


@dataclass(frozen=True)
class Coherence:
    """How far order reaches in a curve.

    Attributes
    ----------
    sharp, fine, coarse : float
        The distance (angstrom) where the order of each band ends; the end of the curve where it
        goes on.
    sharp_strength : float
        The greatest local strength of sharp order over the root mean square of the curve.
    kept : float
        Strength of the curve from 9 to 11 angstrom over its greatest below 8; 1 where the curve
        does not reach so far.
    """

    sharp: float
    fine: float
    coarse: float
    sharp_strength: float
    kept: float

    @property
    def ends(self) -> bool:
        """Whether order ends too early for a crystal."""
        return self.fine < MIN_FINE and self.kept < MAX_KEPT

    @property
    def molecular(self) -> bool:
        """Whether order that ends is that of molecules: sharp inside, only waves outside."""
        return (
            self.ends
            and self.sharp_strength >= 1.0
            and self.sharp >= self.fine - SAME_END
            and self.coarse >= self.fine + WAVES_BEYOND
        )


def coherence(observation: Observation) -> Coherence:
    """Measure how far the order of a curve reaches.

    Parameters
    ----------
    observation : Observation
        The measured curve.

    Returns
    -------
    Coherence

    Examples
    --------
    Peaks that widen with distance, as in a glass, and peaks that stay sharp, as in a crystal:

    >>> r = np.arange(1.6, 20.0, 0.05)
    >>> at = 2.5 * np.sqrt(np.arange(1, 70))[:, None]
    >>> def peaks(width):
    ...     g = (np.exp(-(((r - at) / width) ** 2) / 2) / width).sum(axis=0)
    ...     return Observation(r, g - np.convolve(g, np.ones(60) / 60, mode="same"))
    >>> coherence(peaks(0.02 * at**2)).ends
    True
    >>> coherence(peaks(0.1 + 0 * at)).ends
    False
    """
    r, g = observation.r, observation.g
    rms = float(np.sqrt(np.mean(g**2))) or 1.0
    high = (SHARP[0], min(SHARP[1], observation.q_max))
    sharp, strength = _reach(observation, high, with_floor=True)
    fine, _ = _reach(observation, FINE, with_floor=True)
    coarse, _ = _reach(observation, COARSE, with_floor=False)
    kept = 1.0
    if r[-1] >= KEPT_AT + 1.5 and r[0] < 6.0:
        waves = _in_band(observation, (SLOW, np.inf))
        centre, local = _local_strength(waves.r, waves.g, 2 * WINDOW)
        near, far = centre < 8.0, np.abs(centre - KEPT_AT) <= 1.0
        kept = float(local[far].mean() / max(local[near].max(initial=0.0), 1e-300))
    return Coherence(sharp, fine, coarse, strength / rms, kept)


def band_share(r: np.ndarray, g: np.ndarray, low: float, high: float) -> float:
    """Return the share of a curve's squares in waves between two wave numbers.

    Parameters
    ----------
    r, g : arrays (n,)
        Angstrom; any unit.
    low, high : float
        1/angstrom.

    Examples
    --------
    >>> r = np.arange(1.6, 20.0, 0.05)
    >>> band_share(r, np.sin(3 * r), 2.0, 4.0) > 0.95
    True
    """
    power = np.abs(np.fft.rfft(np.concatenate([g, g[::-1]]))) ** 2
    power[1:] *= 2
    q = 2 * np.pi * np.fft.rfftfreq(2 * len(r), (r[-1] - r[0]) / (len(r) - 1))
    return float(power[(q >= low) & (q < high)].sum() / max(power.sum(), 1e-300))


def _reach(
    observation: Observation, band: tuple[float, float], *, with_floor: bool
) -> tuple[float, float]:
    """Where the strength of a band ends, and its greatest strength."""
    part = _in_band(observation, band)
    centre, local = _local_strength(part.r, part.g, WINDOW)
    last = local[centre >= centre[-1] - 0.1 * (centre[-1] - centre[0])]
    floor = FLOOR * float(np.median(last)) if with_floor else 0.0
    strength = np.sqrt(np.maximum(local**2 - floor**2, 0.0))
    present = np.flatnonzero(strength > FADED * local.max())
    if not len(present):  # as strong at the end as anywhere
        return float(part.r[-1]), float(local.max())
    end = part.r[-1] if present[-1] >= len(centre) - 2 else centre[present[-1]]
    return float(end), float(local.max())


def _in_band(observation: Observation, band: tuple[float, float]) -> Observation:
    """The part of a curve within a band of wave numbers, on an even grid."""
    n = len(observation.r)
    r = np.linspace(observation.r[0], observation.r[-1], n)
    g = np.interp(r, observation.r, observation.g)
    spectrum = np.fft.rfft(np.concatenate([g, g[::-1]]))  # mirrored: no step between its ends
    q = 2 * np.pi * np.fft.rfftfreq(2 * n, (r[-1] - r[0]) / (n - 1))
    inside = 1 / (1 + np.exp(np.clip((band[0] - q) / EDGE, -50, 50)))
    if band[0] == 0.0:
        inside = np.ones_like(q)
    inside = inside / (1 + np.exp(np.clip((q - band[1]) / EDGE, -50, 50)))
    return replace(observation, r=r, g=np.fft.irfft(spectrum * inside, 2 * n)[:n])


def _local_strength(r: np.ndarray, g: np.ndarray, width: float) -> tuple[np.ndarray, np.ndarray]:
    """Root mean square of a curve within windows of this width, and their centres."""
    centre = np.arange(r[0] + width / 2, r[-1] - width / 2 + 1e-9, 0.25)
    edges = np.searchsorted(r, [centre - width / 2, centre + width / 2])
    total = np.concatenate([[0.0], np.cumsum(g**2)])
    counts = np.maximum(edges[1] - edges[0], 1)
    return centre, np.sqrt(np.maximum(total[edges[1]] - total[edges[0]], 0.0) / counts)


def first_distances(observation: Observation, end: float) -> tuple[float, ...]:
    """The first clear maxima of a curve up to where its fine order ends, angstrom.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    end : float
        Where fine order ends (`Coherence.fine`), angstrom.

    Returns
    -------
    tuple of float
        At most `MAX_DISTANCES`.
    """
    inside = observation.r <= end + WINDOW / 2
    r, g = observation.r[inside], observation.g[inside]
    if len(r) < 3 or g.max() <= 0:
        return ()
    peaks = prominent_maxima(g, PROMINENCE * float(g.max()))
    return tuple(float(r[k]) for k in peaks[:MAX_DISTANCES])


def wavelength_beyond(observation: Observation, end: float) -> float:
    """The length of the waves that go on where fine order has ended, angstrom.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    end : float
        Where fine order ends (`Coherence.fine`), angstrom.

    Returns
    -------
    float
        Infinite where nothing is beyond.

    Examples
    --------
    >>> r = np.arange(1.6, 20.0, 0.05)
    >>> round(wavelength_beyond(Observation(r, np.sin(2 * np.pi * r / 4)), 6.0), 1)
    4.0
    """
    beyond = observation.r > end + WINDOW
    r, g = observation.r[beyond], observation.g[beyond]
    if len(r) < 10 or not np.any(g):
        return float("inf")
    q = np.arange(SLOW, COARSE[1], 0.05)
    window = np.hanning(len(r))
    power = np.abs(np.exp(-1j * np.outer(q, r)) @ (window * (g - g.mean())))
    return float(2 * np.pi / q[power.argmax()])


def prominent_maxima(g: np.ndarray, prominence: float) -> list[int]:
    """The positive maxima of a curve that stand out from both sides by a height.

    As `scipy.signal.find_peaks` with `height=0` and this `prominence`, whose import takes as long
    as the fits of a curve; of a flat top the middle.

    Parameters
    ----------
    g : array (n,)
    prominence : float
        In the unit of g: above the higher one of the two lowest points that lie between the maximum
        and the next higher point, or the end, on either side.

    Returns
    -------
    list of int
        Their indices.

    Examples
    --------
    >>> prominent_maxima(np.array([0.0, 2.0, 1.5, 1.6, 1.0, 3.0, 3.0, 3.0, 0.0]), 0.5)
    [1, 6]
    """
    ends = np.flatnonzero(np.diff(g)) + 1  # where runs of equal values begin and end
    first, last = np.concatenate([[0], ends]), np.concatenate([ends, [len(g)]]) - 1
    tops = g[first]
    inner = np.flatnonzero((tops[1:-1] > tops[:-2]) & (tops[1:-1] > tops[2:])) + 1
    maxima = []
    for run in inner.tolist():
        top, sides = tops[run], (tops[run::-1], tops[run:])
        higher = [int(np.argmax(side > top)) or len(side) for side in sides]
        base = max(float(side[:end].min()) for side, end in zip(sides, higher, strict=True))
        if top >= 0.0 and top - base >= prominence:
            maxima.append(int(first[run] + last[run]) // 2)
    return maxima
