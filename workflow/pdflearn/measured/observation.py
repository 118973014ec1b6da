"""A measured curve ready for refinement: which r is fitted, and which Q range it was made from.

q_max sets how wide peaks are and how they ripple, so it must be right. It is taken from the user's
table; else from the end of the curve's own Fourier transform, where that is sharp, since headers
are often wrong; else from the header; else a usual value is assumed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pdflearn.core.errors import PdflearnError
from pdflearn.core.first_peak import FIT_START_SHARE, SEARCH_R_MAX, first_maxima
from pdflearn.measured.point_errors import noise_of
from pdflearn.measured.reader import Pattern

R_MAX = 20.0  # angstrom; what the models see, and where many neutron files end
FINAL_R_MAX = 50.0  # angstrom, of a final fit: beyond, few laboratories' resolution leaves much
# The signal has ended where the root mean square over SIGNAL_WINDOW (angstrom) stays below this
# share of what it is up to 10 angstrom: less changes no parameter of a fit by its error.
SIGNAL_SHARE, SIGNAL_WINDOW = 0.03, 4.0
MIN_POINTS, MIN_LENGTH = 20, 3.0  # of a curve that can be refined; the length in angstrom
R_LOW = (1.2, 2.0)  # the lowest r that is fitted lies between these
BEFORE_FIRST = 0.8  # and at this share of the first peak's position
USUAL = {"q_min": 0.5, "q_max": 25.0, "q_broad": 0.0}
# The transform ends where its power falls by this factor within about 1 1/angstrom, for good.
EDGE = 30.0
LOWEST_Q_MAX, HIGHEST_Q_MAX = 8.0, 60.0  # 1/angstrom; spallation sources reach 50 and more
# Above this Q (1/angstrom) programs extrapolate to zero rather than cut.
HIGHEST_Q_MIN = 1.0
TRANSFORM_R = 60.0  # angstrom; beyond, more r sharpens the edge no further


class ObservationError(PdflearnError):
    """A measured curve that cannot be refined; says why."""


@dataclass(frozen=True)
class Observation:
    """A measured curve within the range that is fitted, and how it was measured.

    Attributes
    ----------
    r, g : arrays (n,)
        Angstrom, and 1/angstrom^2 on an arbitrary scale.
    radiation : {"xray", "neutron"}
    q_min, q_max : float
        1/angstrom.
    q_damp : float or None
        1/angstrom; None: refined.
    q_broad : float
        1/angstrom, as in PDFfit2.
    notes : tuple of str
        What was assumed.
    noise : float or None
        Standard deviation of a point, on the scale of g; None where it is not known.

    Examples
    --------
    >>> r = np.arange(2.0, 20.0, 0.05)
    >>> observation = Observation(r, np.sin(20 * r), radiation="neutron", q_max=25.0)
    >>> round(observation.independent)
    143
    """

    r: np.ndarray
    g: np.ndarray
    radiation: str = "xray"
    q_min: float = USUAL["q_min"]
    q_max: float = USUAL["q_max"]
    q_damp: float | None = None
    q_broad: float = USUAL["q_broad"]
    notes: tuple[str, ...] = ()
    noise: float | None = None

    def between(self, r_min: float | None = None, r_max: float | None = None) -> "Observation":
        """The part of the curve from r_min to r_max (angstrom); None leaves an end as it is.

        Raises
        ------
        ObservationError
            Where too little is left to be fitted.

        Examples
        --------
        >>> r = np.arange(2.0, 50.0, 0.05)
        >>> float(Observation(r, np.sin(20 * r)).between(5.0, 20.0).r[0].round(2))
        5.0
        """
        low = self.r[0] if r_min is None else r_min
        high = self.r[-1] if r_max is None else r_max
        inside = (self.r >= low - 1e-6) & (self.r <= high + 1e-6)
        if inside.all():
            return self
        r, g = self.r[inside], self.g[inside]
        _require_enough(r, g, low, high)
        return replace(self, r=r, g=g)

    @property
    def independent(self) -> float:
        """How many independent values the curve holds: its length times q_max / pi (Nyquist)."""
        return max((self.r[-1] - self.r[0]) * self.q_max / np.pi, 1.0)


def transform_end(r: np.ndarray, g: np.ndarray) -> float | None:
    """Where the Fourier transform of a measured curve ends, 1/angstrom; None without a sharp end.

    G(r) made from data up to q_max holds no higher frequency. The curve is transformed under a
    squared sine window, which keeps its ends from leaking.
    """
    inside = (r >= 1.0) & (r <= TRANSFORM_R)
    r, g = r[inside], g[inside]
    if len(r) < 50:
        return None
    step = (r[-1] - r[0]) / (len(r) - 1)
    even = r[0] + step * np.arange(len(r))
    g = np.interp(even, r, g) * np.sin(np.pi * np.arange(len(r)) / (len(r) - 1)) ** 2
    size = int(2 ** np.ceil(np.log2(2 * np.pi / (0.05 * step))))
    power = np.abs(np.fft.rfft(g, max(size, len(g)))) ** 2
    dq = 2 * np.pi / (max(size, len(g)) * step)
    # Mean power within 1 1/angstrom below each Q, and the highest of such means anywhere above it.
    width = int(np.ceil(1.0 / dq))
    total = np.concatenate([[0.0], np.cumsum(power)])
    mean = (total[width:] - total[:-width]) / width  # mean[k]: Q from k dq to (k + width) dq
    above = np.maximum.accumulate(mean[::-1])[::-1]
    gap = int(np.ceil(0.3 / dq))  # the window's own width
    edges = np.arange(len(mean) - width - gap)
    ratio = mean[edges] / np.maximum(above[edges + width + gap], 1e-300)
    q = (edges + width) * dq
    usable = (q >= LOWEST_Q_MAX) & (q <= HIGHEST_Q_MAX)
    if not usable.any():
        return None
    sharp = np.flatnonzero(usable & (ratio > EDGE))
    if len(sharp) == 0:
        return None
    # The first such fall, at its steepest; then the last Q that still has a tenth of the power.
    near = sharp[sharp < sharp[0] + width]
    best = near[np.argmax(ratio[near])]
    level = 0.1 * np.median(mean[max(best - width, 0) : best + 1])
    stretch = np.arange(best, best + width + gap)
    narrow = max(gap // 2, 1)
    smooth = (total[stretch + narrow] - total[stretch]) / narrow
    last = stretch[np.flatnonzero(smooth >= level)[-1]] if (smooth >= level).any() else best
    return float((last + 0.5 * narrow) * dq)


def lowest_r(r: np.ndarray, g: np.ndarray) -> float:
    """From where a curve is fitted: 0.8 of its first peak, between 1.2 and 2 angstrom."""
    inside = (r >= R_LOW[0]) & (r <= R_MAX)
    if inside.sum() < 10:
        return R_LOW[1]
    even = np.arange(max(r[inside][0], R_LOW[0]), min(r[inside][-1], SEARCH_R_MAX), 0.02)
    if len(even) < 3:  # the curve begins beyond
        return R_LOW[1]
    index = first_maxima(np.interp(even, r, g)[None], FIT_START_SHARE)[0]
    if index < 0:
        return R_LOW[1]
    return float(np.clip(BEFORE_FIRST * even[index], *R_LOW))


def signal_end(r: np.ndarray, g: np.ndarray, r_max: float = FINAL_R_MAX) -> float:
    """Where the signal of a curve ends, angstrom: r_max, or before in small particles.

    Parameters
    ----------
    r, g : arrays (n,)
        Angstrom, and G(r).
    r_max : float, default 50.0
        Angstrom.

    Examples
    --------
    >>> r = np.arange(1.5, 60.0, 0.05)
    >>> signal_end(r, np.sin(20 * r)), signal_end(r, np.sin(20 * r) * (r < 30))
    (50.0, 33.0)
    """
    high = min(r_max, float(r[-1]))
    near = (r >= R_LOW[1]) & (r <= 10.0)
    if high <= R_MAX or not near.any():
        return high
    limit = SIGNAL_SHARE * np.sqrt(np.mean(g[near] ** 2))
    end = high
    while end > R_MAX:
        window = g[(r > max(end - SIGNAL_WINDOW, R_MAX)) & (r <= end)]
        if len(window) and np.sqrt(np.mean(window**2)) > limit:
            break
        end -= 1.0
    return float(max(end, R_MAX))


def observe(
    pattern: Pattern,
    given: Mapping[str, Any],
    radiation: str,
    *,
    r_min: float | None = None,
    r_max: float = R_MAX,
) -> Observation:
    """Cut a measured curve to the range that is fitted, and settle its Q range.

    Parameters
    ----------
    pattern : Pattern
    given : mapping
        What samples.csv gives for the file; it goes before everything else.
    radiation : {"xray", "neutron"}
    r_min : float, optional
        From where the curve is fitted, angstrom. None: from before the first peak.
    r_max : float, default 20.0
        Up to where, angstrom.

    Returns
    -------
    Observation

    Raises
    ------
    ObservationError
        Where too little of the curve is left to be fitted.

    Examples
    --------
    >>> r = np.arange(0.0, 40.0, 0.02)
    >>> pattern = Pattern(r, np.sin(20 * r), header={"q_damp": 0.03})
    >>> observation = observe(pattern, {"q_max": 25.0}, "xray")
    >>> observation.q_max, observation.q_damp
    (25.0, 0.03)
    >>> float(observation.r[-1]) <= R_MAX
    True
    """
    notes = []
    values: dict[str, float | None] = {}
    for name in ("q_min", "q_max", "q_damp", "q_broad"):
        value = given.get(name)
        values[name] = None if value is None else float(value)
    if values["q_max"] is None:
        end = transform_end(pattern.r, pattern.g)
        stated = pattern.header.get("q_max")
        if end is not None:
            agrees = _is_set(stated) and abs(end - stated) <= 1.0
            values["q_max"] = float(stated) if agrees else end
            if _is_set(stated) and not agrees:
                notes.append(
                    f"the header says q_max {stated:g}, the curve itself ends at {end:.1f} 1/A"
                )
        elif _is_set(stated) and LOWEST_Q_MAX <= stated <= HIGHEST_Q_MAX:
            values["q_max"] = float(stated)
        else:
            values["q_max"] = USUAL["q_max"]
            why = "is not known"
            if _is_set(stated):
                why = (
                    f"{stated:g} of the header is outside {LOWEST_Q_MAX:g} to {HIGHEST_Q_MAX:g} "
                    "and not used"
                )
            notes.append(f"q_max {why}; {USUAL['q_max']:g} 1/A was assumed")
    if values["q_min"] is None:
        stated = pattern.header.get("q_min")
        values["q_min"] = min(float(stated), HIGHEST_Q_MIN) if _is_set(stated) else USUAL["q_min"]
        if _is_set(stated) and stated > HIGHEST_Q_MIN:
            notes.append(
                f"the header says q_min {stated:g}; {HIGHEST_Q_MIN:g} 1/A was used, since programs "
                "extrapolate to zero"
            )
    if values["q_damp"] is None and _is_set(pattern.header.get("q_damp")):
        values["q_damp"] = float(pattern.header["q_damp"])
    if values["q_broad"] is None:
        stated = pattern.header.get("q_broad")
        values["q_broad"] = float(stated) if _is_set(stated) else USUAL["q_broad"]
    low = lowest_r(pattern.r, pattern.g) if r_min is None else r_min
    inside = (pattern.r >= low) & (pattern.r <= r_max + 1e-6)
    r, g = pattern.r[inside], pattern.g[inside]
    _require_enough(r, g, low, r_max)
    # More points than twice what q_max asks for only cost time. Their step is that of the range
    # to 20 angstrom, so that a longer range has the same points there.
    first = r[r <= max(R_MAX, r[0] + MIN_LENGTH) + 1e-6]
    every = max(1, int(np.pi / values["q_max"] / 2 / ((first[-1] - first[0]) / (len(first) - 1))))
    noise = noise_of(pattern.r, pattern.g, pattern.g_errors, r_max)
    return Observation(r[::every], g[::every], radiation, notes=tuple(notes), noise=noise, **values)


def _require_enough(r: np.ndarray, g: np.ndarray, low: float, high: float) -> None:
    """Raise where a range holds too little of a curve to be refined."""
    if len(r) < MIN_POINTS or r[-1] - r[0] < MIN_LENGTH or not np.any(g):
        raise ObservationError(
            f"only {len(r)} values between {low:.1f} and {high:g} A; at least {MIN_POINTS} over "
            f"{MIN_LENGTH:g} A are needed for a refinement"
        )


def _is_set(value: Any) -> bool:
    """Whether a header gives a value: programs write 0 for "not set"."""
    return isinstance(value, int | float) and bool(np.isfinite(value)) and value > 0
