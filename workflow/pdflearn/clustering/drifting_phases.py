"""Shares of two phases that differ by no more than each of them drifts with temperature.

Within one phase strains and mean squared displacements follow the temperature, each axis and each
element at its own rate. To first order the pattern of phase j is C_j + t D_j, with t the place
along the series. Near either end, before the first change or after the last one, a single phase is
there, which tells C and D of both. The share of each pattern follows from its distance to both
lines. A drift that goes on is then no phase that comes back.
"""

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np

# Files between two changes are mixed where this leaves less than a step at the strongest change
# does, by this share; else a bend of the drift would pass for a mixture. Set on simulated layers
# with noise of 0.5 and 1 %: where they turn from orthorhombic to tetragonal at once, or their
# splitting falls to a transition, a mixture leaves up to 1.8 % less; where both are mixed over four
# or five files, 4 to 32 % less.
MIXED = 0.03


def drifting_phases(patterns: np.ndarray, changes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """Shares and patterns of two phases, or of one where a bent drift explains the series as well.

    Parameters
    ----------
    patterns : array (n, m)
        In the order of the series, without stretch.
    changes : sequence of int
        The first pattern after each change, the strongest first.

    Returns
    -------
    weights : array (n, k)
        Shares, k = 1 or 2; each row adds up to one, and the phase of the first pattern comes first.
    components : array (k, m)
        Each phase where it is, lifted by the lowest value at each point; its mean is one.

    Examples
    --------
    A peak of which a tenth moves elsewhere at the sixth of twelve patterns, while both drift:

    >>> r = np.arange(2.0, 8.0, 0.1)
    >>> def peak(middle):
    ...     return np.exp(-((r - middle) ** 2))
    >>> t = np.linspace(-0.5, 0.5, 12)[:, None]
    >>> old = peak(4.0) + 0.1 * (1 + t) * peak(5.0)
    >>> new = peak(4.0) + 0.1 * (1 - t) * peak(6.0)
    >>> weights, _ = drifting_phases(np.where(np.arange(12)[:, None] < 6, old, new), [6])
    >>> weights[:, 0].round(2)
    array([1., 1., 1., 1., 1., 1., 0., 0., 0., 0., 0., 0.])
    """
    n = len(patterns)
    along = np.linspace(-0.5, 0.5, n)
    strongest = changes[0]
    best, least = _two_phases(patterns, along, strongest, strongest)
    for last, first in combinations_with_replacement(sorted(changes), 2):
        shares, rest = _two_phases(patterns, along, last, first)
        if rest < (1 - MIXED) * least:
            best, least = shares, rest
    bent = np.vander(along, 3)
    of_one_phase = patterns - bent @ np.linalg.lstsq(bent, patterns, rcond=None)[0]
    if float(np.sum(of_one_phase**2)) <= least:
        weights, components = np.ones((n, 1)), patterns.mean(axis=0)[None]
    else:
        weights = np.column_stack([best, 1 - best])
        fixed, drifts = _lines(patterns, along, weights)
        middles = along @ weights / weights.sum(axis=0)
        components = fixed + middles[:, None] * drifts
    components = components - np.vstack([patterns, components]).min(axis=0)
    return weights, components / components.mean(axis=1, keepdims=True)


def _two_phases(
    patterns: np.ndarray, along: np.ndarray, last: int, first: int
) -> tuple[np.ndarray, float]:
    """Shares of the first phase, and the sum of squares that is left.

    The first phase alone is there before `last`, the second one from `first` on: these tell their
    lines. The lines are then fitted once more, to all patterns with the shares that follow: more
    turns would trade shares for drifts.
    """
    weights = np.zeros((len(patterns), 2))
    weights[:last, 0] = weights[first:, 1] = 1.0
    shares, rest = np.empty(0), np.inf
    for _ in range(2):
        fixed, drifts = _lines(patterns, along, weights)
        one, other = fixed[:, None] + along[:, None] * drifts[:, None]
        apart = one - other
        squares = np.maximum(np.einsum("ij,ij->i", apart, apart), 1e-300)
        shares = np.clip(np.einsum("ij,ij->i", patterns - other, apart) / squares, 0.0, 1.0)
        rest = float(np.sum((patterns - other - shares[:, None] * apart) ** 2))
        weights = np.column_stack([shares, 1 - shares])
    return shares, rest


def _lines(
    patterns: np.ndarray, along: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The lines of both phases, (2, m) each: where t is zero, and their drifts."""
    known = weights.any(axis=1)
    design = np.hstack([weights, weights * along[:, None]])[known]
    lines = np.linalg.lstsq(design, patterns[known], rcond=None)[0]
    return lines[:2], lines[2:]
