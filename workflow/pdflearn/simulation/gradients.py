"""G(r) with its derivatives by everything that a refinement varies.

The transform from peaks to G(r) is linear, so the derivatives of the peaks go the same way as the
peaks themselves. They need one pass over the pairs and two transforms each, where differences of
curves need a curve each, and of strained or displaced cells new pairs too.
"""

import math
from typing import NamedTuple

import numpy as np

from pdflearn.core.grid import Grid
from pdflearn.simulation import fft
from pdflearn.simulation.directions import SPREAD, Directions, pair_changes
from pdflearn.simulation.pair_peaks import PairPeaks, Peaks
from pdflearn.simulation.parameters import (
    InstrumentParameters,
    SampleParameters,
    points_below_r_max,
)
from pdflearn.simulation.peak_slopes import sum_direction_slopes, sum_peak_slopes
from pdflearn.simulation.peak_transform import PEAK_END, TransformSteps, transform_steps
from pdflearn.simulation.peaks import curves_from_sums
from pdflearn.simulation.shape import spherical_shape
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.simulation.spectrum import Spectrum
from pdflearn.simulation.transform import TAIL, plan_transform, sharp_window, sine_series

# Pairs of a crystal beyond r_max are faded out over so many angstrom: for derivatives less is
# enough than for curves (`pair_peaks.EXTENSION`).
EXTENSION = 6.0


class CurveGradient(NamedTuple):
    """G(r) and its derivatives, each on the points of r.

    Attributes
    ----------
    r : array (points,)
        Angstrom.
    g : array (points,)
        Angstrom^-2; as exact as the derivatives.
    lengths : array (n_lengths, points)
        By the logarithm of each free length of the directions; of all lengths together without
        directions.
    tilts : array (n_tilts, points)
        By each strain of the directions' tilts.
    modes : array (n_modes, points)
        By the displacement along each mode, per angstrom.
    log_u : array (species, points)
        By the logarithm of U of each species.
    delta : array (points,)
        By delta2, per angstrom^2; or by delta1, per angstrom.
    inverse_diameter : array (points,)
        By one over the diameter of a spherical particle, per 1/angstrom.
    q_damp : array (points,)
        Per 1/angstrom.
    """

    r: np.ndarray
    g: np.ndarray
    lengths: np.ndarray
    tilts: np.ndarray
    modes: np.ndarray
    log_u: np.ndarray
    delta: np.ndarray
    inverse_diameter: np.ndarray
    q_damp: np.ndarray


def curve_gradient(
    simulator: PDFSimulator,
    instrument: InstrumentParameters,
    sample: SampleParameters,
    grid: Grid,
    directions: Directions | None = None,
    by_delta1: bool = False,
) -> CurveGradient:
    """Compute G(r) of one sample and its derivatives.

    Parameters
    ----------
    simulator : PDFSimulator
    instrument : InstrumentParameters
    sample : SampleParameters
        u_iso is a number or one for each species; with None, the structure's own tensors, pairs
        have the mean U of their species in derivatives by the directions.
    grid : Grid
        Angstrom.
    directions : Directions, optional
        Of a crystal: lengths that change apart from each other, and displacements of atoms. None:
        all lengths together.
    by_delta1 : bool, default False
        Whether `delta` is by delta1 in place of delta2.

    See Also
    --------
    pdflearn.simulation.simulator.PDFSimulator.pdf : G(r) alone.

    Examples
    --------
    The slope by ln of all lengths is what a small stretch changes:

    >>> from diffpy.structure import Atom, Lattice, Structure
    >>> polonium = Structure([Atom("Po", (0, 0, 0))], Lattice(3.36, 3.36, 3.36, 90, 90, 90))
    >>> simulator, grid = PDFSimulator(polonium), Grid(2.0, 6.0, 0.01)
    >>> gradient = curve_gradient(simulator, InstrumentParameters(), SampleParameters(), grid)
    >>> longer, shorter = (simulator.pdf(r_min=2.0, r_max=6.0, strain=x)[1] for x in (1e-4, -1e-4))
    >>> difference = (longer - shorter) / 2e-4 - gradient.lengths[0]
    >>> bool(np.abs(difference).max() < 0.05 * np.abs(gradient.lengths).max())
    True
    """
    pair_peaks, spectrum = simulator.pairs, simulator.spectrum
    spectrum.require_form_factors(instrument.q_max)
    r = points_below_r_max(grid)
    q_max, r_max = instrument.q_max, grid.r_max
    peaks = pair_peaks.of_sample(sample, instrument.q_broad, r_max, split=True)
    plan = plan_transform(grid.r_min, grid.r_step, r.size, q_max)
    if peaks.density:
        steps = transform_steps(peaks.least, (r_max, r_max + EXTENSION), q_max, r_max, plan)
    else:
        steps = spectrum.steps(peaks, q_max, r_max, plan)
    rows, n_partials = _sine_transforms(
        pair_peaks, spectrum, instrument, sample, peaks, steps, directions, by_delta1
    )
    f = _spectra(spectrum, instrument, steps, rows, n_partials)
    # By ln U of a species: of each partial as often as the species stands in it, times U.
    a, b = spectrum.atoms.pairs
    u = _u_of_species(pair_peaks, sample)
    share = np.array([(a == k) * 1.0 + (b == k) for k in range(len(u))]) * u[:, None]
    value, log_length, by_u2, delta, size, *others = f
    n_lengths = directions.n_lengths if directions else 1
    n_tilts = len(directions.tilts) if directions else 0
    curves = [value.sum(0), delta.sum(0), size.sum(0), *(share @ by_u2)]
    lengths = [other.sum(0) for other in others[: n_lengths - 1]]
    lengths.insert(0, log_length.sum(0) - sum(lengths))
    rest = [other.sum(0) for other in others[n_lengths - 1 :]]
    spectra = np.array([*curves, *lengths, *rest])
    q_damp = instrument.q_damp
    if plan is None:
        dq = math.pi / steps.period
        seen = np.array([sine_series(row, dq, r, q_damp) for row in spectra])
    else:
        seen = plan.sum(spectra, steps.period, q_damp)
    first = 3 + len(u)
    last = first + n_lengths
    return CurveGradient(
        r=r,
        g=seen[0],
        lengths=seen[first:last],
        tilts=seen[last : last + n_tilts],
        modes=seen[last + n_tilts :],
        log_u=seen[3:first],
        delta=seen[1],
        inverse_diameter=seen[2],
        q_damp=-q_damp * r**2 * seen[0],
    )


def _u_of_species(pair_peaks: PairPeaks, sample: SampleParameters) -> np.ndarray:
    """U of each species, angstrom^2."""
    if isinstance(sample.u_iso, dict):
        return pair_peaks.u_of_species(sample.u_iso)
    if sample.u_iso is None:
        atoms = pair_peaks.atoms
        means = np.trace(atoms.displacements(), axis1=1, axis2=2) / 3
        return np.bincount(atoms.species_index, means) / np.bincount(atoms.species_index)
    return np.full(len(pair_peaks.atoms.species), float(sample.u_iso))


def _sine_transforms(
    pair_peaks: PairPeaks,
    spectrum: Spectrum,
    instrument: InstrumentParameters,
    sample: SampleParameters,
    peaks: Peaks,
    steps: TransformSteps,
    directions: Directions | None,
    by_delta1: bool,
) -> tuple[np.ndarray, int]:
    """Transforms (kinds * partials, n) of the peaks and of their derivatives, and the partials.

    The kinds are: the peaks themselves, by ln of all lengths, by u2, by delta2 or delta1, by one
    over the diameter, and then by the directions.
    """
    atoms, step, n = spectrum.atoms, steps.step, steps.m + 1
    points, n_partials = peaks.points, peaks.n_partials
    u = _u_of_species(pair_peaks, sample)
    u2 = u[atoms.pairs[0]] + u[atoms.pairs[1]]
    cutoffs, shape = (PEAK_END, steps.fade[1]), (n_partials, n)
    u2_of_points = points.variance if sample.u_iso is None else u2[points.partial]
    sums = sum_peak_slopes(
        (points.distance, points.weight, points.partial, u2_of_points),
        (peaks.stretch, sample.delta1, sample.delta2, instrument.q_broad), by_delta1,
        steps.extra, step, cutoffs, shape,
    )  # fmt: skip
    baseline = spectrum.baseline(peaks)
    # the density falls as lengths grow
    slopes = [baseline, -3.0 * baseline, 0.0 * baseline, 0.0 * baseline]
    if directions is not None:
        _, axial = sample.length_factors()
        factors = tuple(peaks.stretch * x for x in axial)
        orbits = pair_peaks.orbits_under(directions.alike)
        pairs = pair_changes(atoms, factors, directions, orbits, steps.fade[1])
        others = sum_direction_slopes(
            (pairs.distance, pairs.partial, u2[pairs.partial], pairs.changes),
            (sample.delta1, sample.delta2, instrument.q_broad), steps.extra - SPREAD, step,
            cutoffs, shape,
        )  # fmt: skip
        sums = np.concatenate([sums, others])
        axes = np.array(directions.axes)
        slopes += [-float((axes == k).sum()) * baseline for k in range(1, directions.n_lengths)]
        slopes += [-float(np.trace(tilt)) * baseline for tilt in directions.tilts]
        slopes += [0.0 * baseline] * len(directions.modes)
    bulk = curves_from_sums(
        sums.reshape(-1, n), step, 1 / atoms.n_atoms, np.concatenate(slopes), steps.fade, 0.0, 0.0
    )
    distances = step * np.arange(n)
    g = bulk * spherical_shape(distances, peaks.diameter) if peaks.diameter else bulk
    x = np.minimum(distances / peaks.diameter, 1.0) if peaks.diameter else np.zeros(n)
    by_size = bulk[:n_partials] * (distances * 1.5 * (x * x - 1.0))
    after = 4 * n_partials
    g = np.concatenate([g[:after], by_size, g[after:]])
    return fft.dst(g[:, 1 : n - 1]), n_partials


def _spectra(
    spectrum: Spectrum,
    instrument: InstrumentParameters,
    steps: TransformSteps,
    rows: np.ndarray,
    n_partials: int,
) -> np.ndarray:
    """Partials weighted and seen through the window: (kinds, partials, n) on Q = 0, dq, ..."""
    period = steps.period
    dq = math.pi / period
    n = min(int((instrument.q_max + TAIL) / dq), rows.shape[1] + 1)
    window = sharp_window(n, period, instrument.q_min, instrument.q_max)
    q = dq * np.arange(1, n)
    factor = 0.5 * steps.step * window[1:] * np.exp(0.5 * steps.extra * q * q)
    weights = spectrum.partial_weights(n_partials, n, dq)
    weights = weights * np.ones(n) if weights.shape[1] == 1 else weights[:, :n]
    f = np.zeros((len(rows) // n_partials, n_partials, n))
    f[:, :, 1:] = rows[:, : n - 1].reshape(-1, n_partials, n - 1) * (weights[:, 1:] * factor)
    return f
