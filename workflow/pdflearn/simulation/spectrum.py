"""F(Q) and G(r) of the peaks of a structure (formulae: `simulator`)."""

import math

import numpy as np
from numba import njit

from pdflearn.core.grid import Grid
from pdflearn.simulation.pair_peaks import EXTENSION, Peaks
from pdflearn.simulation.parameters import (
    InstrumentParameters,
    SampleParameters,
    SimulationError,
)
from pdflearn.simulation.peak_transform import (
    SineTransform,
    TransformSteps,
    sine_transform,
    transform_steps,
)
from pdflearn.simulation.peaks import curves_from_sums
from pdflearn.simulation.scatterers import Scatterers
from pdflearn.simulation.shape import spherical_shape
from pdflearn.simulation.transform import (
    TAIL,
    TransformPlan,
    fq_from_gr,
    plan_transform,
    sharp_window,
    sine_series,
    window_steps,
)
from pdflearn.structures import elements

# diffpy.srreal: where peaks end, in standard deviations; number of ripples that extend the range;
# longest extension, angstrom.
_SRREAL_PEAK_END = np.sqrt(-2 * np.log(3.33e-6))
_SRREAL_RIPPLES = 6
_SRREAL_LONGEST = 10.0
_ONE = np.ones((1, 1))


class Spectrum:
    """F(Q) and G(r) of the atoms of one structure from their peaks.

    Parameters
    ----------
    atoms : Scatterers
    form_factor : {"q", "constant"}
        X-ray form factors f(Q), or constant scattering lengths.
    """

    def __init__(self, atoms: Scatterers, form_factor: str) -> None:
        self.atoms = atoms
        self.form_factor = form_factor
        self._weights: dict[float, np.ndarray] = {}

    def require_form_factors(self, q_max: float) -> None:
        """Raise where the tabulated form factors end below q_max (1/angstrom)."""
        if self.form_factor == "q" and q_max > elements.FORM_FACTOR_Q_MAX:
            raise SimulationError(
                f"q_max = {q_max:g} 1/angstrom is beyond {elements.FORM_FACTOR_Q_MAX:.1f}, where "
                "the tabulated form factors end; choose a smaller q_max or form_factor='constant'"
            )

    def fq(
        self,
        peaks: Peaks,
        instrument: InstrumentParameters,
        r_max: float,
        plan: TransformPlan | None = None,
    ) -> tuple[np.ndarray, float]:
        """F(Q) up to q_max, without a window.

        Parameters
        ----------
        peaks : Peaks
        instrument : InstrumentParameters
            q_max and q_damp, whose envelope is applied in r; the others are not used here.
        r_max : float
            Up to which G(r) may be wanted, angstrom.
        plan : TransformPlan, optional
            Of the transform back to r.

        Returns
        -------
        f : array (1, n)
            On Q = k pi / period, in 1/angstrom.
        period : float
            Of the transform, angstrom.
        """
        q_max = instrument.q_max
        transform = self._sine_transform(peaks, q_max, r_max, instrument.q_damp, plan)
        dq = math.pi / transform.steps.period
        n = min(int(q_max / dq + 1.5), transform.f.shape[1] + 1)
        return self._weighted_fq(peaks, transform, np.ones(n), 1.0, False), transform.steps.period

    def exact_g(
        self,
        peaks: Peaks,
        instrument: InstrumentParameters,
        grid: Grid,
        r: np.ndarray,
        scale: float = 1.0,
        split: bool = False,
    ) -> np.ndarray:
        """G(r) seen through the sharp window from q_min to q_max.

        Parameters
        ----------
        peaks : Peaks
            Broadened by the q_broad of the instrument.
        instrument : InstrumentParameters
        grid : Grid
            Angstrom.
        r : array (points,)
            Points of the grid below r_max, see `parameters.points_below_r_max`.
        scale : float
            Factor of G.
        split : bool
            One row for each partial.

        Returns
        -------
        array (1 or partials, points)
            Angstrom^-2.
        """
        q_min, q_max, q_damp = instrument.q_min, instrument.q_max, instrument.q_damp
        plan = plan_transform(grid.r_min, grid.r_step, r.size, q_max)
        transform = self._sine_transform(peaks, q_max, grid.r_max, 0.0, plan)
        period = transform.steps.period
        n = min(int((q_max + TAIL) / (math.pi / period)), transform.f.shape[1] + 1)
        window = sharp_window(n, period, q_min, q_max)
        f = self._weighted_fq(peaks, transform, window, scale, split)
        if plan is None:
            return np.array([sine_series(row, math.pi / period, r, q_damp) for row in f])
        return plan.sum(f, period, q_damp)

    def baseline(self, peaks: Peaks) -> np.ndarray:
        """The slope 4 pi rho0 of each partial, angstrom^-3."""
        slope = 4 * np.pi * peaks.density
        return slope * self.atoms.share if peaks.n_partials > 1 else np.array([slope])

    def _sine_transform(
        self,
        peaks: Peaks,
        q_max: float,
        r_max: float,
        q_damp: float,
        plan: TransformPlan | None,
    ) -> SineTransform:
        """Transform of each partial, without scattering lengths."""
        steps = self.steps(peaks, q_max, r_max, plan)
        scale = 1 / self.atoms.n_atoms
        return sine_transform(peaks, steps, scale, self.baseline(peaks), q_damp)

    def steps(
        self, peaks: Peaks, q_max: float, r_max: float, plan: TransformPlan | None
    ) -> TransformSteps:
        """The grid in r that peaks are drawn on, see `peak_transform.transform_steps`."""
        fade = r_max, r_max + EXTENSION
        if not peaks.density:
            longest = peaks.points.distance.max(initial=0.0) * peaks.stretch
            fade = (max(longest + 1.0, r_max),) * 2
        return transform_steps(peaks.least, fade, q_max, r_max, plan)

    def _weighted_fq(
        self,
        peaks: Peaks,
        transform: SineTransform,
        window: np.ndarray,
        scale: float,
        split: bool,
    ) -> np.ndarray:
        """F(Q) from the transforms of the partials, see `_weighted_sum`."""
        f, steps = transform
        period, step, extra = steps.period, steps.step, steps.extra
        dq = math.pi / period
        weights = self.partial_weights(peaks.n_partials, window.size, dq)
        return _weighted_sum(f, weights, window, dq, extra, 0.5 * step * scale, split)

    def srreal_g(
        self,
        peaks: Peaks,
        sample: SampleParameters,
        instrument: InstrumentParameters,
        grid: Grid,
        r: np.ndarray,
        scale: float = 1.0,
        split: bool = False,
    ) -> np.ndarray:
        """G(r) as the PDFCalculator of diffpy.srreal calculates it.

        Peaks are sampled at r_step on r extended by six ripples of q_max, and the transform is
        padded to the next power of two.

        Parameters
        ----------
        peaks : Peaks
            Of the sample, broadened by the q_broad of the instrument.
        sample : SampleParameters
        instrument : InstrumentParameters
        grid : Grid
            Angstrom.
        r : array (points,)
            Points of the grid below r_max, see `parameters.points_below_r_max`.
        scale : float
            Factor of G.
        split : bool
            One row for each partial.

        Returns
        -------
        array (1 or partials, points)
            Angstrom^-2.
        """
        u_iso, delta1, delta2 = sample.u_iso, sample.delta1, sample.delta2
        q_min, q_max, q_broad = instrument.q_min, instrument.q_max, instrument.q_broad
        r_min, r_max, r_step = grid.r_min, grid.r_max, grid.r_step
        if u_iso is None:
            tensors = self.atoms.displacements()
            largest = 2 * float(np.einsum("kii->ki", tensors).max())
        else:
            values = u_iso.values() if isinstance(u_iso, dict) else [u_iso]
            largest = 2 * float(max(values))
        widening = [
            1 - delta1 / x - delta2 / x**2 + (q_broad * x) ** 2 for x in (r_min, r_max) if x > 0
        ]
        tails = _SRREAL_PEAK_END * np.sqrt(largest * max(1.0, *widening))
        ripples = _SRREAL_RIPPLES * 2 * np.pi / q_max if q_max < np.pi / r_step else 0.0
        shrink = min(1.0, _SRREAL_LONGEST / (ripples + tails))
        ripples, tails = ripples * shrink, tails * shrink
        first = max(int((r_min - ripples) / r_step), 0)
        last = int(np.ceil((r_max + ripples) / r_step))
        farthest = r_step * int(np.ceil((r_max + ripples + tails) / r_step))
        m = 1 << int(np.ceil(np.log2(last)))
        sums = peaks.sums(0.0, r_step, (_SRREAL_PEAK_END, farthest), last)
        g = curves_from_sums(
            sums, r_step, 1 / self.atoms.n_atoms, self.baseline(peaks), (np.inf, np.inf), 0.0, 0.0
        )
        g[:, :first] = 0.0
        f, dq = fq_from_gr(np.pad(g, ((0, 0), (0, m + 1 - last))), r_step)
        n = min(int(np.ceil(q_max / dq)) + 1, m)
        weights = self.partial_weights(peaks.n_partials, n, dq)[:, :n]
        f = f[:, :n] * window_steps(n, dq, q_min, q_max) * weights
        f = f if split else f.sum(axis=0, keepdims=True)
        curves = np.array([scale * sine_series(row, dq, r, instrument.q_damp) for row in f])
        if sample.diameter is not None:
            curves *= spherical_shape(r, sample.diameter)
        return curves

    def partial_weights(self, n_partials: int, n: int, dq: float) -> np.ndarray:
        """b_a b_b / <b>^2 of each partial at Q = k dq: (partials, 1), or (partials, n) or more.

        One where the weights of the points hold it already.
        """
        if self.form_factor == "constant":
            if n_partials == len(self.atoms.share) > 1:
                return self.atoms.coefficients[:, None]
            return _ONE
        weights = self._weights.get(dq)
        if weights is None or weights.shape[1] < n:
            if len(self._weights) > 8:
                self._weights.clear()
            n = 128 * (n // 128 + 1)  # so a slightly larger q_max needs no new ones
            terms = [elements.form_factor_terms(s) for s in self.atoms.scatterers]
            weights = _form_factor_weights(
                np.array(terms), self.atoms.fraction, dq, n, elements.FORM_FACTOR_Q_MAX
            )
            self._weights[dq] = weights
        return weights


@njit(cache=True, fastmath=True)
def _weighted_sum(
    f: np.ndarray,
    weights: np.ndarray,
    window: np.ndarray,
    dq: float,
    extra: float,
    scale: float,
    split: bool,
) -> np.ndarray:
    """Weight the transforms of partials, narrow their peaks again and apply a window.

    The result is scale * window[k] * exp(extra (k dq)^2 / 2) * weights[a, k] f[a, k - 1], summed
    over the partials a unless they are kept apart.

    Parameters
    ----------
    f : array (partials, m - 1)
        Sine transforms at Q = dq, 2 dq, ...
    weights : array (partials, n) or (partials, 1)
        b_a b_b / <b>^2, on Q or constant.
    window : array (n,)
    dq : float
        1/angstrom.
    extra : float
        Variance by which peaks were drawn too wide, angstrom^2.
    scale : float
    split : bool
        Keep partials apart.

    Returns
    -------
    array (partials or 1, n)
        On Q = 0, dq, ...
    """
    n = window.size
    constant = weights.shape[1] == 1
    out = np.zeros((f.shape[0] if split else 1, n))
    share = np.empty(n)
    for k in range(n):
        share[k] = scale * window[k]
    if extra > 0.0:
        for k in range(n):
            q = k * dq
            share[k] *= np.exp(0.5 * extra * q * q)
    for c in range(f.shape[0]):
        target = out[c if split else 0]
        if constant:
            w = weights[c, 0]
            for k in range(1, n):
                target[k] += share[k] * w * f[c, k - 1]
        else:
            for k in range(1, n):
                target[k] += share[k] * weights[c, k] * f[c, k - 1]
    return out


# So many steps in Q are made by recurrence before exponentials are calculated anew.
_RUN = 64


@njit(cache=True, fastmath=True)
def form_factor_rows(terms: np.ndarray, dq: float, n: int, q_end: float) -> np.ndarray:
    """f(Q) of elements on Q = k dq; constant from q_end (1/angstrom) on.

    Parameters
    ----------
    terms : array (elements, 11)
        See `elements.form_factor_terms`.
    dq, q_end : float
        1/angstrom.
    n : int

    Returns
    -------
    array (elements, n)
        Electrons.
    """
    out = np.empty((terms.shape[0], n))
    end = min(n, int(q_end / dq) + 1)
    unit = (dq / (4 * np.pi)) ** 2
    value = np.empty(5)
    ratio = np.empty(5)
    shrink = np.empty(5)
    for row in range(terms.shape[0]):
        a, b, c = terms[row, :5], terms[row, 5:10], terms[row, 10]
        for start in range(0, end, _RUN):
            for i in range(5):
                # exp(-b k^2) by its ratios, which form a geometric series themselves
                value[i] = a[i] * np.exp(-b[i] * unit * start * start)
                ratio[i] = np.exp(-b[i] * unit * (2 * start + 1))
                shrink[i] = np.exp(-2 * b[i] * unit)
            for k in range(start, min(start + _RUN, end)):
                total = c
                for i in range(5):
                    total += value[i]
                    value[i] *= ratio[i]
                    ratio[i] *= shrink[i]
                out[row, k] = total
        if end < n:
            last = c
            for i in range(5):
                last += a[i] * np.exp(-b[i] * (q_end / (4 * np.pi)) ** 2)
            out[row, end:] = last
    return out


@njit(cache=True, fastmath=True)
def _form_factor_weights(
    terms: np.ndarray, fraction: np.ndarray, dq: float, n: int, q_end: float
) -> np.ndarray:
    """f_a f_b / <f>^2 of each partial on Q = k dq: array (partials, n)."""
    f = form_factor_rows(terms, dq, n, q_end)
    species = f.shape[0]
    out = np.empty((species * (species + 1) // 2, n))
    inverse = np.zeros(n)
    for a in range(species):
        for k in range(n):
            inverse[k] += fraction[a] * f[a, k]
    for k in range(n):
        inverse[k] = 1.0 / (inverse[k] * inverse[k])
    partial = 0
    for a in range(species):
        for b in range(a, species):
            for k in range(n):
                out[partial, k] = f[a, k] * f[b, k] * inverse[k]
            partial += 1
    return out
