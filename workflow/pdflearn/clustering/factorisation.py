"""Non-negative components of a series, with thermal expansion and thermal motion taken out first.

When a sample warms, all its distances grow and all its peaks widen. A sum of fixed components can
follow that only with components of its own, which then look like phases. So each pattern has a
stretch of its own, as in stretched NMF [1]_, here one for all its components, and peaks widen
evenly along the series. As many components are taken as the series then needs.

Axes that expand, but not alike, and elements whose U grow, but not alike, still leave a drift, and
each phase has its own. To first order all of these follow the temperature. Where a series changes
at some point, and its components differ by no more than such a drift, a phase is therefore a
pattern that drifts evenly along the series, and two of them are told: see `drifting_phases`.

References
----------
.. [1] R. Gu, Y. Rakita, L. Lan, Z. Thatcher, G. E. Kamm, D. O'Nolan, B. Mcbride, A. Wustrow,
   J. R. Neilson, K. W. Chapman, Q. Du and S. J. L. Billinge, npj Comput. Mater. 10 (2024) 193.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, takewhile

import numpy as np
from scipy.interpolate import BSpline, make_interp_spline
from sklearn.decomposition import NMF

from pdflearn.clustering.drifting_phases import drifting_phases

MAX_COMPONENTS = 4
MAX_STRETCH = 0.03  # thermal expansion up to melting is about 2 % (E. Grueneisen's rule)
# Growth of U along the series, angstrom^2: a crystal melts where its atoms move by about a tenth of
# the shortest distance, 0.3 angstrom in all directions (F. A. Lindemann, Phys. Z. 11 (1910) 609).
MAX_BROADENING = 0.03
N_ROUNDS = 12  # of stretches from components and components from stretches
# One component more must take away two thirds of what those before it leave, must not be noise, and
# must hold at least this share of what varies: a phase explains most of what is left, while a drift
# that goes on is divided among any number of components. Set on simulated series of one to three
# phases (Ni, Fe, Si) that expand and warm, with noise of 0 to 10 %: see the tests.
LEAST_GAIN = 2 / 3
LEAST_SHARE = 0.02
ABOVE_NOISE = 1.5  # by such a factor what is left must be above the noise
# A component that holds less than this share of the patterns (root mean square) may be a drift:
# axes that expand by up to 1.5 % and not alike leave up to 0.07 in a simulated crystal (SrFe2As2).
LEAST_CONTRAST = 0.1


@dataclass(frozen=True)
class Factorisation:
    """A series as a sum of components.

    Attributes
    ----------
    r : array (m,)
        Angstrom: the range that all patterns have after their stretches.
    weights : array (n, k)
        Shares of the components, each row adds up to one; what fades comes first.
    components : array (k, m)
        Non-negative: lifted by the lowest value at each r.
    stretch : array (n,)
        Distances in each pattern over those in the first one, minus one.
    broadening : array (n,)
        Growth of U since the first pattern, angstrom^2; it grows evenly along the series.
    unexplained : array (MAX_COMPONENTS,)
        Share of what varies along the series that 1, 2, ... components leave.
    """

    r: np.ndarray
    weights: np.ndarray
    components: np.ndarray
    stretch: np.ndarray
    broadening: np.ndarray
    unexplained: np.ndarray


def factorise(
    r: np.ndarray, g: np.ndarray, seed: int, *, changes: Sequence[int] | None = None
) -> Factorisation:
    """Components of a series, as many as it needs, with a stretch a pattern and a growing U.

    Parameters
    ----------
    r : array (m,)
        Angstrom, evenly spaced.
    g : array (n, m)
        Patterns in the order of the series, on one scale.
    seed : int
    changes : sequence of int, optional
        The first pattern after each change, as `find_changes` tells; empty for a series that only
        drifts. None: it is not known whether the series changes.

    See Also
    --------
    pdflearn.clustering.changes.find_changes : Where a series changes.

    Examples
    --------
    A wave that stretches by half a per cent is one component, and a second one that replaces it is
    another:

    >>> r = np.arange(1.5, 20.0, 0.1)
    >>> s = np.linspace(0.0, 0.005, 9)[:, None]
    >>> waves = np.sin(3.0 * r / (1 + s)) * np.exp(-r / 15)
    >>> one = factorise(r, waves, seed=0)
    >>> one.weights.shape[1], one.stretch[-1].round(3)
    (1, np.float64(0.005))
    >>> others = np.sin(4.1 * r / (1 + s)) * np.exp(-r / 15)
    >>> shares = np.linspace(1.0, 0.0, 9)[:, None]
    >>> factorise(r, shares * waves + (1 - shares) * others, seed=0).weights.shape[1]
    2
    """
    margin = MAX_STRETCH / (1 + MAX_STRETCH)
    inside = (r >= r[0] * (1 + margin)) & (r <= r[-1] * (1 - margin))
    patterns = _Patterns(r[inside], [make_interp_spline(r, curve, k=5) for curve in g])
    at_rest = np.zeros(len(g)), np.zeros(len(g))
    varying = max(_rest(patterns.undone(*at_rest), 1), 1e-300)
    adjusted, rests = [], []
    for k in range(1, min(MAX_COMPONENTS, len(g) - 1) + 1):
        adjusted.append(_adjusted(patterns, k))
        rests.append(_rest(patterns.undone(*adjusted[-1]), k))
    level = ABOVE_NOISE * _noise(patterns.undone(*adjusted[0])) * len(g) * inside.sum()
    least = LEAST_SHARE * varying
    if changes is not None and not len(changes):
        least = max(least, LEAST_CONTRAST**2 * float(np.sum(g[:, inside] ** 2)))
    needed = (
        before > level and before - after > max(least, LEAST_GAIN * before)
        for before, after in pairwise(rests)
    )
    n = 1 + sum(takewhile(bool, needed))
    stretch, broadening = adjusted[n - 1]
    aligned = patterns.undone(stretch, broadening)
    if n > 1 and changes and _rest(aligned, 1) < LEAST_CONTRAST**2 * np.sum(aligned**2):
        stretch, broadening = adjusted[0]  # further components follow stretches by themselves
        weights, components = drifting_phases(patterns.undone(stretch, broadening), changes)
    else:
        weights, components = _nonnegative(aligned, n, seed)
    unexplained = np.full(MAX_COMPONENTS, np.nan)
    unexplained[: len(rests)] = np.array(rests) / varying
    return Factorisation(
        r[inside], weights, components, (1 + stretch) / (1 + stretch[0]) - 1,
        broadening - broadening[0], unexplained,
    )  # fmt: skip


class _Patterns:
    """The patterns of a series, stretched and broadened at will.

    All are brought to the width of the broadest: to sharpen one would magnify its noise.
    """

    def __init__(self, r: np.ndarray, splines: list[BSpline]) -> None:
        self.r, self.splines = r, splines
        # A mirrored copy keeps the two ends from meeting in the transform.
        self._q = 2 * np.pi * np.fft.rfftfreq(2 * len(r), r[1] - r[0])

    def undone(
        self, stretch: np.ndarray, broadening: np.ndarray, derivative: int = 0
    ) -> np.ndarray:
        """The patterns, or r g' (1) or -g'' (2), without stretch and as broad as the broadest."""
        values = np.array(
            [
                spline(self.r * (1 + s), derivative)
                for spline, s in zip(self.splines, stretch, strict=True)
            ]
        )
        values *= (1.0, self.r, -1.0)[derivative]
        transform = np.fft.rfft(np.hstack([values, values[:, ::-1]]), axis=1)
        missing = broadening.max() - broadening
        return np.fft.irfft(transform * np.exp(-missing[:, None] * self._q**2), axis=1)[
            :, : len(self.r)
        ]


def _adjusted(patterns: _Patterns, k: int) -> tuple[np.ndarray, np.ndarray]:
    """The stretches and the growth of U with which k components explain most.

    Components and stretches are found in turns (Gauss and Newton's method), first for one
    component: the more there are, the more of a stretch they can follow by themselves.
    """
    n = len(patterns.splines)
    along = np.linspace(-0.5, 0.5, n)
    stretch, growth = np.zeros(n), 0.0
    for n_components in [1] * N_ROUNDS + [k] * (N_ROUNDS if k > 1 else 0):
        broadening = growth * along
        aligned = patterns.undone(stretch, broadening)
        slopes = patterns.undone(stretch, broadening, 1)
        curvatures = patterns.undone(stretch, broadening, 2)
        basis = np.linalg.svd(aligned, full_matrices=False)[2][:n_components]
        # What the components explain anyway is left to them.
        aligned, slopes, curvatures = (
            values - values @ basis.T @ basis for values in (aligned, slopes, curvatures)
        )
        squares = np.einsum("ij,ij->i", slopes, slopes)
        shared = np.einsum("ij,ij->i", slopes, curvatures) / squares
        rest = np.einsum("ij,ij->i", slopes, aligned) / squares
        # The growth that all patterns share, with the best stretch of each solved for.
        bend = ((curvatures - shared[:, None] * slopes) * along[:, None]).ravel()
        step = -float(bend @ (aligned - rest[:, None] * slopes).ravel()) / float(bend @ bend)
        growth = float(np.clip(growth + step, -MAX_BROADENING, MAX_BROADENING))
        stretch = stretch - rest - shared * along * step
        stretch = np.clip(stretch - stretch.mean(), -MAX_STRETCH, MAX_STRETCH)
    return stretch, growth * along


def _rest(aligned: np.ndarray, k: int) -> float:
    """The sum of squares that k components leave."""
    return float((np.linalg.svd(aligned, compute_uv=False)[k:] ** 2).sum())


def _noise(aligned: np.ndarray) -> float:
    """Mean square of what a pattern has apart from its two neighbours.

    The mean of two neighbours adds half a variance to a pattern's own. The lower quartile over the
    series leaves out the patterns where one phase gives way to another.
    """
    apart = aligned[1:-1] - (aligned[:-2] + aligned[2:]) / 2
    return float(np.quantile(np.mean(apart**2, axis=1), 0.25)) / 1.5


def _nonnegative(aligned: np.ndarray, k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (n, k) and components (k, m), none negative; the component that fades comes first."""
    lifted = aligned - aligned.min(axis=0)
    if k == 1:
        return np.ones((len(aligned), 1)), lifted.mean(axis=0)[None]
    model = NMF(k, init="nndsvda", max_iter=2000, tol=1e-6, random_state=seed)
    weights = model.fit_transform(lifted)
    components = model.components_
    size = components.sum(axis=1)
    weights, components = weights * size, components / np.where(size > 0, size, 1.0)[:, None]
    # In the order of where along the series each component has its middle.
    middle = (np.arange(len(weights)) @ weights) / np.maximum(weights.sum(axis=0), 1e-300)
    order = np.argsort(middle, kind="stable")
    weights, components = weights[:, order], components[order]
    total = weights.sum(axis=1, keepdims=True)
    return weights / np.where(total > 0, total, 1.0), components
