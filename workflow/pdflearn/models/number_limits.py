"""Where the intervals of the stated numbers hold, and why none is stated elsewhere.

An interval was widened on simulated patterns until it held nine in ten. It holds for curves that
were measured as those were simulated. What follows was set on development structures of the default
study, simulated anew under conditions beyond its ranges, by models that had not learned from them
(247 structures, intervals that hold 0.90 of the shortest distances and 0.91 of the diameters within
the ranges):

- q_max matters little: diameters are held in 0.85 of the curves from 7 to 9 1/angstrom, 0.87 from 9
  to 11 and 0.88 to 0.91 from there to 40; shortest distances in 0.87 below 11, 0.86 to 0.90 beyond.
- An instrument that damps more than any simulated one looks like small particles: 0.60 with q_damp
  0.06 to 0.07 and 0.32 with 0.07 to 0.08 1/angstrom. Less damping costs 0.05.
- A curve that ends before the models' window has wide intervals that hold, since a share of the
  patterns that were learned from ends early: 0.92 to 0.93 of the diameters at 10, 12 and 15
  angstrom. One that ends just before the window's end takes its end for that of a particle: 0.81 at
  19.5, 0.84 at 18, 0.87 at 17 angstrom. It is cut to 15 angstrom.
- A curve that begins beyond 2 angstrom may lack its first peak: shortest distances are held in 0.88
  at 2.0 and 0.83 at 2.5 angstrom.
- Noise of twice the largest that was simulated: 0.77 of the diameters. A file does not tell it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pdflearn.core.tasks import NUMBERS_NOTE

# 1/angstrom; beyond these nothing was tried or too few diameters were held.
Q_MAX = (9.0, 40.0)
# A curve that begins beyond this r, in angstrom, may lack the peak of the shortest distance.
LAST_START = 2.0
# A curve that ends between the second of these and the window's end is cut to it; one that ends
# before the first, in angstrom, was not tried.
ENDS = (10.0, 15.0)
# Rounding of what files state: q_damp in 1/angstrom, r in angstrom.
DAMPING_ROUNDING = 5e-4
R_ROUNDING = 0.1
# How the numbers are called in a note.
WORDS = {"diameter": "diameter", "nearest_neighbour": "shortest distance"}


@dataclass(frozen=True)
class Seen:
    """How a curve was measured, as far as its file and its calibrant tell.

    Attributes
    ----------
    r_min, r_max : float
        Of the file, angstrom.
    q_max, q_damp : float or None
        1/angstrom; None or NaN where nobody says.
    """

    r_min: float = 0.0
    r_max: float = np.inf
    q_max: float | None = None
    q_damp: float | None = None


def why_no_interval(label: str, seen: Seen, q_damp: tuple[float, float]) -> str:
    """Why the interval of a number would not hold for a curve; "" where it does.

    Parameters
    ----------
    label : {"diameter", "nearest_neighbour"}
    seen : Seen
    q_damp : two floats
        The damping of the instruments that the models learned from, 1/angstrom.

    Examples
    --------
    >>> why_no_interval("diameter", Seen(r_max=30.0, q_damp=0.04), (0.01, 0.06))
    ''
    >>> why_no_interval("diameter", Seen(r_max=30.0, q_damp=0.075), (0.01, 0.06))
    'q_damp is 0.075, and the models learned 0.01 to 0.06 1/A'
    >>> why_no_interval("nearest_neighbour", Seen(r_max=30.0, q_damp=0.075), (0.01, 0.06))
    ''
    """
    reasons = []
    if _outside(seen.q_max, Q_MAX, 0.0):
        low, high = Q_MAX
        reasons.append(
            f"Q_max is {seen.q_max:g}, and intervals were checked from {low:g} to {high:g} 1/A"
        )
    if label == "nearest_neighbour":
        if seen.r_min > LAST_START:
            reasons.append(
                f"the curve begins at {seen.r_min:.1f} A, which may be beyond its first peak"
            )
        return "; ".join(reasons)
    if seen.r_max < ENDS[0] - R_ROUNDING:
        reasons.append(
            f"the curve ends at {seen.r_max:.1f} A, and intervals were checked from {ENDS[0]:g} A"
        )
    # less damping than was simulated costs little
    if _outside(seen.q_damp, (0.0, q_damp[1]), DAMPING_ROUNDING):
        low, high = q_damp
        reasons.append(f"q_damp is {seen.q_damp:g}, and the models learned {low:g} to {high:g} 1/A")
    return "; ".join(reasons)


def _outside(value: float | None, limits: tuple[float, float], rounding: float) -> bool:
    """Whether a value is known and outside its limits."""
    if value is None or np.isnan(value):
        return False
    return not limits[0] - rounding <= value <= limits[1] + rounding


def condition(label: str, seen: Seen, q_damp: tuple[float, float]) -> str:
    """Under which condition, that nobody states, the interval of a number holds; "" for none.

    Examples
    --------
    >>> condition("diameter", Seen(), (0.01, 0.06))
    'if q_damp, which is not given, is at most 0.06 1/A'
    >>> condition("diameter", Seen(q_damp=0.04), (0.01, 0.06))
    ''
    """
    if label != "diameter" or not (seen.q_damp is None or np.isnan(seen.q_damp)):
        return ""
    return f"if q_damp, which is not given, is at most {q_damp[1]:g} 1/A"


def cut(patterns: np.ndarray, r: np.ndarray, seen: Sequence[Seen], end: float) -> np.ndarray:
    """Patterns without what lies beyond `ENDS` of those that end just before the models' window.

    Parameters
    ----------
    patterns : array (n, points)
    r : array (points,)
        Their grid, angstrom.
    seen : sequence of n Seen
    end : float
        Of the models' window, angstrom.

    Returns
    -------
    array (n, points)
        The same where no pattern is cut, else a copy.

    Examples
    --------
    >>> r = np.array([14.0, 16.0, 18.0])
    >>> cut(np.ones((2, 3)), r, [Seen(r_max=17.0), Seen(r_max=30.0)], 20.0)
    array([[1., 0., 0.],
           [1., 1., 1.]])
    """
    early = np.array([how.r_max < end - R_ROUNDING for how in seen], dtype=bool)
    if not early.any():
        return patterns
    return np.where(early[:, None] & (r > ENDS[1]), np.zeros((), patterns.dtype), patterns)


def with_limits(
    numbers: Mapping[str, float], labels: tuple[str, ...], seen: Seen, q_damp: tuple[float, float]
) -> tuple[dict[str, float], str]:
    """What is stated of a curve: nothing where no interval would hold, and a note why.

    Parameters
    ----------
    numbers : mapping
        <label>, <label>_low and <label>_high (angstrom) of each label; NaN for what is not stated.
    labels : tuple of str
    seen : Seen
    q_damp : two floats
        The damping of the instruments that the models learned from, 1/angstrom.

    Returns
    -------
    numbers : dict
        NaN in place of what the models cannot tell of such a curve.
    note : str
    """
    stated, notes = dict(numbers), []
    for label in labels:
        names = [label, f"{label}_low", f"{label}_high"]
        if all(np.isnan(stated[name]) for name in names):
            continue
        word = WORDS[label]
        if why := why_no_interval(label, seen, q_damp):
            stated |= dict.fromkeys(names, np.nan)
            notes.append(f"no {word} is stated: {why}")
        elif given := condition(label, seen, q_damp):
            notes.append(f"{word} {given}")
    return stated, "; ".join(notes)


def number_words(numbers: Mapping[str, Any]) -> str:
    """What is stated of a pattern in words; "" where nothing is.

    Parameters
    ----------
    numbers : mapping
        A row of `stored_numbers.predict_numbers`.

    Examples
    --------
    >>> nan = float("nan")
    >>> shortest = {"nearest_neighbour": 2.49, "nearest_neighbour_low": 2.45,
    ...             "nearest_neighbour_high": 2.52}
    >>> number_words({"diameter": nan, "diameter_low": 71.0, "diameter_high": nan, **shortest})
    'shortest distance 2.49 A (2.45 to 2.52); particles of 71 A or more'
    >>> number_words({"diameter": 37.2, "diameter_low": 31.0, "diameter_high": 45.4})
    'particles of 37 A (31 to 45)'
    >>> number_words({"diameter_high": 21.6, "numbers_note": "diameter if ..."})
    'particles of 22 A or less (diameter if ...)'
    """
    parts, get = [], lambda name: numbers.get(name, np.nan)
    if np.isfinite(get("nearest_neighbour")):
        value, low, high = (get(f"nearest_neighbour{end}") for end in ("", "_low", "_high"))
        parts.append(f"shortest distance {value:.2f} A ({low:.2f} to {high:.2f})")
    if np.isfinite(get("diameter")):
        value, low, high = (get(f"diameter{end}") for end in ("", "_low", "_high"))
        parts.append(f"particles of {value:.0f} A ({low:.0f} to {high:.0f})")
    elif np.isfinite(get("diameter_low")):
        parts.append(f"particles of {get('diameter_low'):.0f} A or more")
    elif np.isfinite(get("diameter_high")):
        parts.append(f"particles of {get('diameter_high'):.0f} A or less")
    words, note = "; ".join(parts), numbers.get(NUMBERS_NOTE, "")
    return f"{words} ({note})" if words and note else words or note
