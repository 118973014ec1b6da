"""Patterns on the grid of a study: with drawn parameters, and the reference pattern."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from diffpy.structure import Structure
from numba import njit

from pdflearn.core.grid import Grid
from pdflearn.simulation.pair_peaks import EXTENSION, Peaks
from pdflearn.simulation.pairs import PairHistogram, pair_points
from pdflearn.simulation.peak_transform import sine_transform, transform_steps
from pdflearn.simulation.scatterers import species_pairs
from pdflearn.simulation.simulator import PDFSimulator
from pdflearn.simulation.simulators import Simulators
from pdflearn.simulation.spectrum import form_factor_rows
from pdflearn.simulation.transform import TAIL, plan_transform, sharp_window, sine_series
from pdflearn.structures import elements

# The parameters of a reference pattern, by which structures are compared: one instrument, one U,
# bulk, no strain. Units as in `simulator.simulate_pdf`.
REFERENCE = {
    "q_min": 0.5, "q_max": 25.0, "q_damp": 0.03, "q_broad": 0.0, "u_iso": 0.006,
    "delta2": 0.0, "strain": 0.0, "diameter": None,
}  # fmt: skip


def simulate_on_grid(simulator: PDFSimulator, grid: Grid, draw: dict[str, Any]) -> np.ndarray:
    """G(r) with the parameters of one draw, on every point of a grid, r_max included.

    Parameters
    ----------
    simulator : PDFSimulator
        Of the structure.
    grid : Grid
        Angstrom.
    draw : dict
        The keys of `REFERENCE`, and optionally: r_offset (angstrom; the curve appears shifted by
        it to larger r), strain_a, strain_b, strain_c (relative, added to strain) and u_factors
        (species -> factor of u_iso).

    Returns
    -------
    array (points,)
        Angstrom^-2.
    """
    offset = draw.get("r_offset", 0.0)
    strain = draw["strain"]
    axial = [draw.get(f"strain_{axis}", 0.0) for axis in "abc"]
    factors = draw.get("u_factors", {})
    _, g = simulator.pdf(
        **{name: draw[name] for name in ("q_min", "q_max", "q_damp", "q_broad", "delta2")},
        diameter=draw["diameter"],
        u_iso={element: draw["u_iso"] * factor for element, factor in factors.items()}
        or draw["u_iso"],
        strain=tuple(strain + x for x in axial) if any(axial) else strain,
        r_min=grid.r_min - offset,
        # half a step more, because the simulator's grid ends below r_max
        r_max=_last_point(grid) - offset + 0.5 * grid.r_step,
        r_step=grid.r_step,
    )
    return g


def _last_point(grid: Grid) -> float:
    return grid.r_min + grid.r_step * (grid.points - 1)


class ReferenceCurves:
    """Makes reference patterns on one grid.

    All of them have the same parameters, so what depends on these and on the grid alone is made
    once; and the pairs of a structure are transformed to Q once for all ways to weight them.

    Parameters
    ----------
    grid : Grid
        Angstrom.

    Attributes
    ----------
    grid : Grid
    reach : float
        Pairs up to this distance take part, angstrom.

    See Also
    --------
    simulate_reference : one pattern of one structure.
    """

    def __init__(self, grid: Grid) -> None:
        self.grid = grid
        r_max, q_max = _last_point(grid) + 0.5 * grid.r_step, REFERENCE["q_max"]
        self.reach = r_max + EXTENSION
        self._variance = 2 * REFERENCE["u_iso"]
        self._plan = plan_transform(grid.r_min, grid.r_step, grid.points, q_max)
        fade = (r_max, self.reach)
        self._steps = transform_steps(self._variance, fade, q_max, r_max, self._plan)
        period = self._steps.period
        n = min(int((q_max + TAIL) * period / math.pi), self._steps.m)
        # the transform of scipy holds a factor of two
        window = 0.5 * self._steps.step * sharp_window(n, period, REFERENCE["q_min"], q_max)
        self._window = window[1:]
        self._kept: tuple[PairHistogram, np.ndarray] | None = None
        self._form_factors: dict[str, np.ndarray] = {}

    def pattern(self, simulators: Simulators, radiation: str) -> np.ndarray:
        """The reference pattern of a structure: array (points,), angstrom^-2.

        Raises
        ------
        SimulationError
            Where the radiation is not scattered.
        """
        simulator = simulators.of(radiation)
        atoms = simulator.atoms
        if not atoms.periodic:
            return simulate_on_grid(simulator, self.grid, REFERENCE)
        amounts = atoms.fraction * atoms.n_atoms
        spectra = self.spectra(simulator.pairs.histogram(self.reach), amounts, atoms.volume)
        return self.curves(spectra, amounts, self.amplitudes(atoms.species, radiation)[None])[0]

    def spectra(self, histogram: PairHistogram, amounts: np.ndarray, volume: float) -> np.ndarray:
        """What the pairs of each two kinds of scatterers add to F(Q), without scattering lengths.

        Parameters
        ----------
        histogram : PairHistogram
            Of a crystal, complete to `reach`; its species are the kinds.
        amounts : array (kinds,)
            Number of each kind in the cell.
        volume : float
            Of the cell, angstrom^3.

        Returns
        -------
        array (partials, n)
            On Q = k pi / period from k = 1 on, within the window in Q.
        """
        if self._kept is not None and self._kept[0] is histogram:
            return self._kept[1]
        points = pair_points(histogram)
        variance = np.empty(points.distance.size)
        variance.fill(self._variance)  # a third of the time that np.full takes
        a, b, both = species_pairs(len(amounts))
        density = amounts.sum() / volume
        peaks = Peaks(points, variance, self._variance, 1.0, density, 0.0, len(a))
        slopes = 4 * np.pi / volume * amounts[a] * amounts[b] * both
        f = sine_transform(peaks, self._steps, 1.0, slopes, 0.0).f
        spectra = f[:, : self._window.size] * self._window
        self._kept = histogram, spectra
        return spectra

    def amplitudes(self, symbols: Sequence[str], radiation: str) -> np.ndarray:
        """Scattering lengths of elements on the Q of `spectra`: (elements, n), or (elements, 1).

        The second where they do not depend on Q. Electrons for X-rays, fm for neutrons.
        """
        if radiation == "neutron":
            return np.array([[elements.neutron_length(symbol)] for symbol in symbols])
        return np.array([self._form_factor(elements.clean_symbol(symbol)) for symbol in symbols])

    def _form_factor(self, element: str) -> np.ndarray:
        known = self._form_factors.get(element)
        if known is None:
            terms = elements.form_factor_terms(element)[None]
            dq, n = math.pi / self._steps.period, self._window.size + 1
            known = form_factor_rows(terms, dq, n, elements.FORM_FACTOR_Q_MAX)[0, 1:]
            self._form_factors[element] = known
        return known

    def curves(
        self, spectra: np.ndarray, amounts: np.ndarray, amplitudes: np.ndarray
    ) -> np.ndarray:
        """G(r) of crystals that differ only in what is on their sites.

        Parameters
        ----------
        spectra : array (partials, n)
        amounts : array (kinds,)
            Number of each kind in the cell.
        amplitudes : array (curves, kinds, n or 1)
            Mean scattering lengths of each kind; zero for a kind that is left out.

        Returns
        -------
        array (curves, points)
            Angstrom^-2, for an atom of the kinds; a factor more where kinds are left out.
        """
        f = _weighted_spectra(spectra, amounts, np.ascontiguousarray(amplitudes))
        period, q_damp = self._steps.period, REFERENCE["q_damp"]
        if self._plan is None:
            dq = math.pi / period
            return np.array([sine_series(row, dq, self.grid.r, q_damp) for row in f])
        return self._plan.sum(f, period, q_damp)


@njit(cache=True, fastmath=True)
def _weighted_spectra(
    spectra: np.ndarray, amounts: np.ndarray, amplitudes: np.ndarray
) -> np.ndarray:
    """F(Q) from the spectra of partials: see `ReferenceCurves.curves`.

    It is N sum_ab f_a f_b spectra_ab / (sum_a n_a f_a)^2 with the amounts n_a, whose sum is N.

    Returns
    -------
    array (curves, n + 1)
        From Q = 0 on, where it is zero.
    """
    n_curves, n_kinds, width = amplitudes.shape
    n = spectra.shape[1]
    out = np.zeros((n_curves, n + 1))
    mean = np.empty(n)
    total = amounts.sum()
    for curve in range(n_curves):
        target = out[curve, 1:]
        mean[:] = 0.0
        partial = 0
        for a in range(n_kinds):
            first = amplitudes[curve, a]
            if width == 1:
                for k in range(n):
                    mean[k] += amounts[a] * first[0]
            else:
                for k in range(n):
                    mean[k] += amounts[a] * first[k]
            for b in range(a, n_kinds):
                second = amplitudes[curve, b]
                row = spectra[partial]
                partial += 1
                if width == 1:
                    weight = first[0] * second[0]
                    for k in range(n):
                        target[k] += weight * row[k]
                else:
                    for k in range(n):
                        target[k] += first[k] * second[k] * row[k]
        for k in range(n):
            target[k] *= total / (mean[k] * mean[k])
    return out


@lru_cache(maxsize=8)
def _curves_on(grid: Grid) -> ReferenceCurves:
    return ReferenceCurves(grid)


def simulate_reference(structure: Structure, grid: Grid, radiation: str = "xray") -> np.ndarray:
    """The reference pattern of a structure, by which structures are compared.

    Parameters
    ----------
    structure : Structure
    grid : Grid
        Angstrom.
    radiation : {"xray", "neutron"}
        Default "xray".

    Returns
    -------
    array (points,), float32
        G(r) in angstrom^-2 with the parameters of `REFERENCE`.

    Raises
    ------
    SimulationError
        Where the radiation is not scattered.

    See Also
    --------
    ReferenceCurves : patterns of many structures.

    Examples
    --------
    Polonium is simple cubic: its first peak is at the lattice constant.

    >>> from pdflearn.core.grid import Grid
    >>> from pdflearn.structures.structure import make_structure
    >>> polonium = make_structure((3.359, 3.359, 3.359, 90, 90, 90), ["Po"], [[0, 0, 0]])
    >>> grid = Grid(r_min=1.0, r_max=4.5, r_step=0.1)
    >>> pattern = simulate_reference(polonium, grid)
    >>> float(grid.r[pattern.argmax()])  # the shortest distance
    3.4
    """
    simulators = Simulators(structure, grid.r_max + grid.r_step)
    return _curves_on(grid).pattern(simulators, radiation).astype(np.float32)
