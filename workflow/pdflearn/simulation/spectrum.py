"""F(Q) of a structure's pairs for one draw of sample parameters (formulae: `scattering`)."""

import warnings
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from scipy import fft

from pdflearn.simulation.cluster_pairs import cluster_pairs
from pdflearn.simulation.crystal_pairs import crystal_pairs
from pdflearn.simulation.pairs import PairHistogram, PairPoints, pair_points
from pdflearn.simulation.parameters import (
    SimulationError,
    require_peaks,
    require_positive,
    split_strain,
)
from pdflearn.simulation.peaks import add_peaks, peak_variances, shape_rows
from pdflearn.simulation.scatterers import Scatterers, scatterer_label
from pdflearn.simulation.transform import (
    TAIL,
    RGrid,
    combine,
    fq_from_gr,
    sharp_window,
    window_steps,
)
from pdflearn.structures import elements

# Beyond r_max pairs still ring into the range through the window in Q. They are faded out over
# EXTENSION angstrom, which converges faster than a sharp end.
EXTENSION = 24.0
# Of a cluster every pair counts, in the largest ones by a sample of those farther than this beyond
# r_max, angstrom.
CLUSTER_EXTENSION = 4.0
# Peaks narrower than this variance (angstrom^2) are drawn wider and narrowed again in Q.
NARROWEST = 1e-3
# Peaks that keep less than this share of their variance fade out with it, so that G(r) does not
# jump where delta2 passes r^2.
FAINT = 0.005
# Peaks end where they have fallen to exp(-15), and the sampling in r folds back exp(-14) at most.
_REACH = np.sqrt(30.0)
_FOLDED = np.sqrt(28.0)
# diffpy.srreal: where peaks end, in standard deviations, and how many ripples extend the range.
_SRREAL_REACH = np.sqrt(-2 * np.log(3.33e-6))
_SRREAL_RIPPLES = 6
_SRREAL_LONGEST = 10.0
_ONE = np.ones((1, 1))
_UNSTRAINED = (1.0, 1.0, 1.0)


class Peaks(NamedTuple):
    """What a draw's sample parameters make of the pairs."""

    points: PairPoints
    n_rows: int
    variance: np.ndarray
    least: float
    stretch: float
    density: float  # atoms per cubic angstrom; 0 for a cluster


class PairSpectrum:
    """Pairs of one structure, kept for all draws, and what a draw makes of them.

    Parameters
    ----------
    atoms : Scatterers
    form_factor : {"q", "constant"}
    r_max : float
        Distances prepared for, angstrom; a longer range asked for later is added then.
    """

    def __init__(self, atoms: Scatterers, form_factor: str, r_max: float) -> None:
        self.atoms = atoms
        self.form_factor = form_factor
        self._r_max = r_max
        self._histograms: dict[Any, PairHistogram] = {}
        self._points: dict[Any, PairPoints] = {}
        self._orbits: dict[tuple[bool, tuple[int, int, int]], np.ndarray] = {}
        self._weights: dict[float, np.ndarray] = {}
        self._extension = EXTENSION if atoms.periodic else CLUSTER_EXTENSION

    @property
    def shortest(self) -> float:
        """Shortest distance, angstrom."""
        return self._histogram(False, _UNSTRAINED, self._r_max).shortest

    def _histogram(
        self, own: bool, stretch: tuple[float, float, float], r_max: float
    ) -> PairHistogram:
        """Histogram complete to r_max, kept or enumerated now."""
        key = (own, stretch)
        found = self._histograms.get(key)
        if found is not None and found.r_max >= r_max:
            return found
        # of cells strained along their axes only the last is kept: each draw brings its own, as far
        # as it needs
        for kept in (self._histograms, self._points):
            for old in [k for k in kept if k[:2] == key or k[1] not in (_UNSTRAINED, stretch)]:
                del kept[old]
        reach = max(r_max, self._r_max + self._extension) if stretch == _UNSTRAINED else r_max
        atoms = self.atoms
        basis = atoms.basis * np.array(stretch)[:, None]
        tensors = atoms.displacements() if own else None
        if atoms.periodic:
            a, b, c = stretch
            which = (own, (0, 0 if b == a else 1, 0 if c == a else 1 if c == b else 2))
            if which not in self._orbits:
                self._orbits[which] = atoms.orbits(tensors, which[1])
            orbits = self._orbits[which]
            made = crystal_pairs(
                basis, atoms.frac, atoms.kind, atoms.occupancy, orbits, reach, tensors
            )
        else:
            made = cluster_pairs(atoms.frac @ basis, atoms.kind, atoms.occupancy, reach, tensors)
        self._histograms[key] = made
        return made

    def peaks(
        self,
        q_broad: float,
        u_iso: Any,
        delta1: float,
        delta2: float,
        diameter: float | None,
        r_max: float,
        strain: Any,
        rows: bool,
        fade: bool = True,
    ) -> Peaks:
        """Place and width of every peak.

        rows keeps the classes of pairs apart in any case; without fade, peaks keep their weight
        to the end of their width.
        """
        require_peaks(q_broad, delta1, delta2, diameter)
        stretch, cell = split_strain(strain)
        atoms = self.atoms
        reach = r_max + self._extension
        if diameter is not None:
            reach = min(reach, diameter)
        own = u_iso is None
        rows = rows or self.form_factor == "q" or isinstance(u_iso, dict)
        histogram = self._histogram(own, cell, reach / stretch)
        key = (own, cell, rows)
        points = self._points.get(key)
        if points is None:
            points = pair_points(histogram, None if rows else atoms.coefficients)
            self._points[key] = points
        variance = np.empty(points.distance.size)
        u2 = self._relative_displacements(u_iso, points)
        least, share = peak_variances(
            points.distance, u2, stretch, delta1, delta2, q_broad, variance
        )
        if share < FAINT:
            left = variance / u2
            faint = points.distance[left < FAINT]
            self._judge_faint(histogram, faint, stretch, delta1, delta2)
            if fade:
                points = points._replace(weight=points.weight * np.minimum(left / FAINT, 1.0))
        density = 0.0
        if atoms.periodic:
            density = atoms.n_atoms / (atoms.volume * stretch**3 * cell[0] * cell[1] * cell[2])
        n_rows = len(atoms.share) if rows else 1
        return Peaks(points, n_rows, variance, min(least, 1.0), stretch, density)

    def _relative_displacements(self, u_iso: Any, points: PairPoints) -> np.ndarray:
        """Mean squared displacement along each pair before correlations, angstrom^2."""
        if u_iso is None:
            return points.variance
        if not isinstance(u_iso, dict):
            require_positive("u_iso", u_iso, "angstrom^2; usual are 0.002 to 0.03")
            return np.full(points.distance.size, 2.0 * u_iso)
        values = {}
        for symbol, u in u_iso.items():
            require_positive(f"u_iso[{symbol!r}]", u, "angstrom^2; usual are 0.002 to 0.03")
            try:
                values[scatterer_label(symbol, self.atoms.radiation)] = float(u)
            except elements.ElementError as error:
                raise SimulationError(f"u_iso: {error}") from None
        missing = [s for s in self.atoms.species if s not in values]
        if missing:
            raise SimulationError(
                f"u_iso has no value for {', '.join(missing)}; give one for each of "
                f"{', '.join(self.atoms.species)}"
            )
        each = np.array([values[s] for s in self.atoms.species])
        a, b = self.atoms.pairs
        return (each[a] + each[b])[points.row]

    def _judge_faint(
        self,
        histogram: PairHistogram,
        faint: np.ndarray,
        stretch: float,
        delta1: float,
        delta2: float,
    ) -> None:
        """Refuse delta1 and delta2 that take a neighbour from every atom; warn of single pairs.

        Models of glasses hold a few pairs that are too close for any usual delta2. Their peaks
        are left out, as srreal does, or fade.
        """
        shortest, limit = float(faint.min()), float(faint.max())
        every = pair_points(histogram)
        near = every.distance <= limit * (1 + 1e-9)
        atoms = self.atoms
        a, b = atoms.pairs
        pairs = np.bincount(every.row[near], every.weight[near], len(a))
        rarer = atoms.n_atoms * np.minimum(atoms.fraction[a], atoms.fraction[b])
        lost = pairs / np.where(a == b, 1.0, 2.0) / rarer
        worst = int(np.argmax(lost))
        names = f"{atoms.species[a[worst]]}-{atoms.species[b[worst]]}"
        told = (
            f"delta1 = {delta1:g} and delta2 = {delta2:g} leave no width, or nearly none, to peaks "
            f"from {shortest * stretch:.3f} to {limit * stretch:.3f} angstrom "
            f"({lost[worst]:.2f} {names} neighbours an atom)"
        )
        if lost[worst] > 0.9:
            raise SimulationError(
                f"{told}; keep delta1 / r + delta2 / r^2 below 0.995 at the shortest distance, for "
                f"example delta2 <= {0.5 * (shortest * stretch) ** 2:.3f}"
            )
        warnings.warn(f"{told}; these are left out or fade", RuntimeWarning, stacklevel=6)

    def _baseline(self, peaks: Peaks) -> np.ndarray:
        slope = 4 * np.pi * peaks.density
        return slope * self.atoms.share if peaks.n_rows > 1 else np.array([slope])

    def exact(
        self,
        peaks: Peaks,
        q_max: float,
        r_max: float,
        diameter: float | None,
        partials: bool,
        *,
        cut: tuple[float, float] | None = None,
        q_damp: float = 0.0,
        scale: float = 1.0,
        plan: RGrid | None = None,
    ) -> tuple[np.ndarray, float]:
        """F on Q = k pi / period, cut by a window, as (1 or classes, n), and the period."""
        points = peaks.points
        if peaks.density:
            start, end = r_max, r_max + EXTENSION
        else:
            longest = points.distance.max(initial=0.0) * peaks.stretch
            end = start = max(longest + 1.0, r_max)
        # what `sharp_window` asks for
        period = end + r_max
        if plan:
            period = plan.period(period)
        extra = max(0.0, NARROWEST - peaks.least)
        step = min(
            2 * np.pi / (q_max + TAIL + _FOLDED / np.sqrt(peaks.least + extra)),
            0.95 * np.pi / (q_max + TAIL),
        )
        m = fft.next_fast_len(2 * int(np.ceil(period / step)), real=True) // 2
        step = period / m
        g = np.zeros((peaks.n_rows, m + 1))
        add_peaks(
            points.distance, points.weight, points.row, peaks.variance, peaks.stretch,
            extra, step, _REACH, end, g,
        )  # fmt: skip
        shape_rows(
            g, step, 1 / self.atoms.n_atoms, self._baseline(peaks), start, end, diameter or 0.0,
            q_damp,
        )  # fmt: skip
        f = fft.dst(g[:, 1:m], type=1)
        dq = np.pi / period
        n = min(int(q_max / dq + 1.5), m) if cut is None else min(int((q_max + TAIL) / dq), m)
        window = np.ones(n) if cut is None else sharp_window(n, period, *cut)
        out = np.empty((peaks.n_rows if partials else 1, n))
        weights = self._class_weights(peaks.n_rows, n, dq)
        combine(f, weights, n, dq, extra, window, 0.5 * step * scale, out)
        return out, period

    def srreal(
        self,
        peaks: Peaks,
        q_min: float,
        q_max: float,
        r_min: float,
        r_max: float,
        r_step: float,
        u_iso: Any,
        q_broad: float,
        delta1: float,
        delta2: float,
        partials: bool,
    ) -> tuple[np.ndarray, float]:
        """F as diffpy.srreal's PDFCalculator has it: peaks sampled at r_step on r extended by six
        ripples, its transform padded to the next power of two."""
        points = peaks.points
        if u_iso is None:
            tensors = self.atoms.displacements()
            largest = 2 * float(np.einsum("kii->ki", tensors).max())
        else:
            values = u_iso.values() if isinstance(u_iso, dict) else [u_iso]
            largest = 2 * float(max(values))
        widening = [
            1 - delta1 / r - delta2 / r**2 + (q_broad * r) ** 2 for r in (r_min, r_max) if r > 0
        ]
        tails = _SRREAL_REACH * np.sqrt(largest * max(1.0, *widening))
        ripples = _SRREAL_RIPPLES * 2 * np.pi / q_max if q_max < np.pi / r_step else 0.0
        shrink = min(1.0, _SRREAL_LONGEST / (ripples + tails))
        ripples, tails = ripples * shrink, tails * shrink
        first = max(int((r_min - ripples) / r_step), 0)
        last = int(np.ceil((r_max + ripples) / r_step))
        farthest = r_step * int(np.ceil((r_max + ripples + tails) / r_step))
        m = 1 << int(np.ceil(np.log2(last)))
        g = np.zeros((peaks.n_rows, last))
        add_peaks(
            points.distance, points.weight, points.row, peaks.variance, peaks.stretch,
            0.0, r_step, _SRREAL_REACH, farthest, g,
        )  # fmt: skip
        shape_rows(
            g, r_step, 1 / self.atoms.n_atoms, self._baseline(peaks), np.inf, np.inf, 0.0, 0.0
        )
        g[:, :first] = 0.0
        f, dq = fq_from_gr(np.pad(g, ((0, 0), (0, m + 1 - last))), r_step)
        n = min(int(np.ceil(q_max / dq)) + 1, m)
        weights = self._class_weights(peaks.n_rows, n, dq)[:, :n]
        f = f[:, :n] * window_steps(n, dq, q_min, q_max) * weights
        return f if partials else f.sum(axis=0, keepdims=True), dq

    def _class_weights(self, n_rows: int, n: int, dq: float) -> np.ndarray:
        """b_a b_b / <b>^2 of each class of pairs, at Q = k dq: (classes, 1) or (classes, n).

        One where the points hold it already.
        """
        if self.form_factor == "constant":
            if n_rows == len(self.atoms.share) > 1:
                return self.atoms.coefficients[:, None]
            return _ONE
        known = self._weights.get(dq)
        if known is None or known.shape[1] < n:
            if len(self._weights) > 8:
                self._weights.clear()
            n = 128 * (n // 128 + 1)  # so a slightly larger q_max needs no new ones
            f = np.array([_form_factors(s, dq, n) for s in self.atoms.species])
            a, b = self.atoms.pairs
            known = f[a] * f[b] / (self.atoms.fraction @ f) ** 2
            self._weights[dq] = known
        return known


@lru_cache(maxsize=512)
def _form_factors(species: str, dq: float, n: int) -> np.ndarray:
    """f on Q = k dq, kept for the next structure; cells beyond the table's end are not used."""
    return elements.form_factor(species, np.minimum(dq * np.arange(n), elements.FORM_FACTOR_Q_MAX))
