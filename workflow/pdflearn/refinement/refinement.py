"""Least-squares refinement of one structure, or of a mixture of two, against a measured G(r).

    Rw = sqrt( sum (G_obs - G_calc)^2 / sum G_obs^2 )

with equal weights (T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks, Pergamon 2003,
ch. 6). Refined are the scale of each phase, its lattice constants as its symmetry allows, U of each
element, delta2, the diameter of a sphere (bulk included) and, where it is not known, q_damp.
"""

from dataclasses import dataclass

import numpy as np
from diffpy.structure import Structure
from scipy.optimize import least_squares, nnls
from scipy.sparse import csr_array

from pdflearn.core.errors import PdflearnError
from pdflearn.measured.observation import R_MAX, Observation
from pdflearn.refinement.cache import Solution, Solutions, asked
from pdflearn.refinement.phase import BULK, Phase
from pdflearn.simulation.parameters import SimulationError
from pdflearn.simulation.shape import spherical_shape

# Limits of what is refined: U in angstrom^2, 1 / diameter in 1/angstrom, q_damp in 1/angstrom.
U_ISO = (0.0015, 0.08)
INVERSE_DIAMETER = (0.0, 0.1)
Q_DAMP = (0.0, 0.08)
SHIFT = 0.35  # angstrom; an atom moves so far along each displacement that symmetry allows
STRAIN = 0.04  # a lattice constant moves so far from its start, relative
# Of the sample's shortest distance squared: a tenth of its width is left to the first peak. In
# strained or faulted particles bonds keep their length while far atoms do not know of each other.
DELTA2_CAP = 0.9
START = {"u_iso": 0.008, "delta2": 1.0, "q_damp": 0.03}
# What is scanned for a start: stretches of the lattice, changes of c/a and b/a, diameters.
SCAN = np.arange(-0.06, 0.0601, 0.0025)
SHAPES = (0.0, -0.03, 0.03, -0.06, 0.06)
SIZES = (np.inf, 50.0, 25.0)


class RefinementError(PdflearnError):
    """A curve or structure that cannot be refined; says which and what to do."""


@dataclass(frozen=True)
class Fit:
    """What a refinement found.

    Attributes
    ----------
    rw : float
    r, g, calculated : arrays (n,)
    parts : tuple of arrays (n,)
        What each phase adds to the calculated curve.
    parameters : dict of (value, standard error)
        Named "a", "b", "c" (angstrom), "u_iso_<element>" (angstrom^2), "delta2" (angstrom^2),
        "diameter" (angstrom, inf for bulk), "q_damp" (1/angstrom), "scale"; in a mixture with the
        phase's number before. The error is NaN where a value is at its limit or was not refined.
    structures : tuple of Structure
        The refined structures.
    fractions : tuple of float
        Share of the atoms in each phase.
    free : int
        How many parameters were refined: what moves together counts once, each displacement and
        each phase's scale by itself, what was known not at all.
    """

    rw: float
    r: np.ndarray
    g: np.ndarray
    calculated: np.ndarray
    parts: tuple[np.ndarray, ...]
    parameters: dict[str, tuple[float, float]]
    structures: tuple[Structure, ...]
    fractions: tuple[float, ...]
    free: int

    @property
    def difference(self) -> np.ndarray:
        """Measured minus calculated."""
        return self.g - self.calculated


def interpolation(r: np.ndarray, x: np.ndarray) -> csr_array:
    """The matrix of Lagrange's interpolation through the six nearest points of an even grid r.

    With 0.4 / q_max between grid points the highest frequency is met to one part in 10,000; near
    the ends of r the six points lie to one side.
    """
    place = (x - r[0]) / ((r[-1] - r[0]) / (len(r) - 1))
    first = np.clip(np.floor(place).astype(np.int64) - 2, 0, len(r) - 6)
    nodes = np.arange(6)
    distance = (place - first)[:, None] - nodes
    weights = np.empty((len(x), 6))
    for k in nodes:
        others = nodes != k
        weights[:, k] = distance[:, others].prod(axis=1) / (k - nodes[others]).prod()
    columns = (first[:, None] + nodes).ravel()
    return csr_array(
        (weights.ravel(), columns, np.arange(0, 6 * len(x) + 1, 6)), shape=(len(x), len(r))
    )


class _Model:
    """All parameters of the phases in one vector, in units that make them of like size.

    The vector holds for each phase: strain of each free lattice constant, the logarithm of U of
    each element, delta2, 1 / diameter; then q_damp.
    """

    UNITS = {
        "strain": 0.01,
        "shift": 0.05,
        "log_u": 0.3,
        "delta2": 1.0,
        "inverse": 0.01,
        "q_damp": 0.01,
    }
    STEP = 0.03  # of a finite difference, in these units
    NEW_PAIRS = {"strain": 1, "shift": 2}

    def __init__(self, observation: Observation, phases: list[Phase]) -> None:
        self.observation = observation
        self.phases = [phase.fresh() for phase in phases]
        self.norm = float(np.linalg.norm(observation.g))
        if not (np.isfinite(self.norm) and self.norm > 0):
            raise RefinementError("the measured curve is zero or holds NaN; it cannot be fitted")
        self.goal = observation.g / self.norm
        self._onto: dict[tuple, csr_array] = {}
        names, places = [], []
        for number, phase in enumerate(phases):
            kinds = ["strain"] * phase.lengths + ["shift"] * phase.shifts
            kinds += ["log_u"] * len(phase.species)
            kinds += ["delta2", "inverse"]
            places.append(slice(len(names), len(names) + len(kinds)))
            names += [(kind, number) for kind in kinds]
        self.kinds = [kind for kind, _ in names] + ["q_damp"]
        self.owner = np.array([number for _, number in names] + [-1])
        self.places = places
        self.units = np.array([self.UNITS[kind] for kind in self.kinds])

    # -- curves ----------------------------------------------------------------------------------

    def parts(self, values: np.ndarray, number: int) -> tuple:
        """One phase's parameters in their own units: strain, shift, U, delta2, 1 / diameter."""
        phase, own = self.phases[number], values[self.places[number]] * self.units[
            self.places[number]
        ]  # fmt: skip
        n, m = phase.lengths, phase.lengths + phase.shifts
        return own[:n], own[n:m], np.exp(own[m:-2]), float(own[-2]), float(own[-1])

    def curve(self, values: np.ndarray, number: int) -> np.ndarray:
        """One phase's curve where the measured one has its points, over the latter's norm."""
        q_damp = float(values[-1] * self.units[-1])
        r, g = self.phases[number].curve(*self.parts(values, number), q_damp, self.observation)
        return self._interpolation(r, self.observation.r) @ g

    def _interpolation(self, r: np.ndarray, x: np.ndarray) -> csr_array:
        """What takes a curve on the even grid r to the points x; kept, as both are few."""
        key = (len(r), r[0], r[-1], x.tobytes())
        if key not in self._onto:
            self._onto[key] = interpolation(r, x)
        return self._onto[key]

    def scaled(self, curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Scales, none negative, that bring the curves (n, phases) closest, and the residuals."""
        if curves.shape[1] == 1:
            c = curves[:, 0]
            scales = np.array([max(0.0, float(c @ self.goal) / max(float(c @ c), 1e-300))])
        else:
            scales = nnls(curves, self.goal)[0]
        return scales, curves @ scales - self.goal

    def curves(self, values: np.ndarray) -> np.ndarray:
        return np.column_stack([self.curve(values, k) for k in range(len(self.phases))])

    # -- starts ----------------------------------------------------------------------------------

    def begin(self) -> np.ndarray:
        """Usual values: no strain, bulk."""
        usual = {
            "strain": 0.0,
            "log_u": np.log(START["u_iso"]),
            "inverse": 0.0,
            "q_damp": START["q_damp"]
            if self.observation.q_damp is None
            else self.observation.q_damp,
        }
        values = [usual.get(kind, 0.0) for kind in self.kinds]
        for phase, place in zip(self.phases, self.places, strict=True):
            values[place.stop - 2] = min(START["delta2"], 0.25 * phase.shortest**2)
        return np.array(values) / self.units

    def at_rest(self, values: np.ndarray) -> np.ndarray:
        """A vector of the same phases without displacements as one of this model: none moved."""
        found = np.zeros(len(self.kinds))
        found[[kind != "shift" for kind in self.kinds]] = values
        return found

    def scan(self, starts: int) -> list[np.ndarray]:
        """The best stretches, shapes and sizes; in a mixture for one phase after the other."""
        found = [self.begin()]
        for number in range(len(self.phases)):
            options = []
            for values in found:
                fixed = [self.curve(values, k) for k in range(number)]
                options += self._scan_phase(values, number, fixed)
            options.sort(key=lambda option: option[0])
            kept: list[np.ndarray] = []
            for _, values in options:
                place = self.places[number]
                if all(np.abs(values[place] - other[place]).max() > 1.0 for other in kept):
                    kept.append(values)
                if len(kept) == starts:
                    break
            found = kept
        return found

    def _scan_phase(
        self, values: np.ndarray, number: int, fixed: list[np.ndarray]
    ) -> list[tuple[float, np.ndarray]]:
        phase, place = self.phases[number], self.places[number]
        r = self.observation.r
        goal = self.goal
        if fixed:
            goal = -self.scaled(np.column_stack(fixed))[1]
        _, shift, u_iso, delta2, inverse = self.parts(values, number)
        q_damp = float(values[-1] * self.units[-1])
        options = []
        for shape in _shapes(phase.lengths):
            middle = phase.stretch * (1 + np.array(shape)) - 1
            fine, g = phase.curve(
                middle, shift, u_iso, delta2, inverse, q_damp, self.observation,
                R_MAX / (1 + SCAN[0]),
            )  # fmt: skip
            wanted = np.maximum(r / (1 + SCAN)[:, None], fine[0])
            stretched = (self._interpolation(fine, wanted.ravel()) @ g).reshape(wanted.shape)
            for size in SIZES if phase.periodic else (np.inf,):
                trial = stretched * spherical_shape(r, size)
                along = np.maximum(trial @ goal, 0.0)
                left = goal @ goal - along**2 / np.maximum((trial**2).sum(1), 1e-300)
                least = (left <= np.roll(left, 1)) & (left <= np.roll(left, -1))
                for k in np.flatnonzero(least):
                    own = values.copy()
                    strain = (1 + SCAN[k]) * (1 + middle) - 1
                    own[place.start : place.start + phase.lengths] = strain / self.UNITS["strain"]
                    own[place.stop - 1] = 1.0 / size / self.UNITS["inverse"]
                    options.append((float(left[k]), own))
        return sorted(options, key=lambda option: option[0])[:20]

    # -- least squares ---------------------------------------------------------------------------

    def bounds(self, start: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        low, high = np.empty(len(start)), np.empty(len(start))
        for k, (kind, owner) in enumerate(zip(self.kinds, self.owner, strict=True)):
            if kind == "strain":
                limits = start[k] * self.units[k] + np.array([-STRAIN, STRAIN])
            elif kind == "shift":
                limits = (-SHIFT, SHIFT)
            elif kind == "log_u":
                limits = np.log(U_ISO)
            elif kind == "delta2":
                strain = self.parts(start, owner)[0]
                shortest = self.phases[owner].shortest * (1 + strain.min())
                limits = (0.0, DELTA2_CAP * shortest**2)
            else:
                limits = INVERSE_DIAMETER if kind == "inverse" else Q_DAMP
            low[k], high[k] = np.array(limits) / self.units[k]
        return low, high

    def groups(self, full: bool) -> list[np.ndarray]:
        """Which entries of the vector move together, one array for each free parameter."""
        found = []
        for number, (phase, place) in enumerate(zip(self.phases, self.places, strict=True)):
            own = np.flatnonzero(self.owner == number)
            lattice, rest = own[: phase.lengths], own[phase.lengths : -2]
            moved, u = rest[: phase.shifts], rest[phase.shifts :]
            found += [lattice[k : k + 1] for k in range(len(lattice))]
            found += [moved[k : k + 1] for k in range(len(moved))] if full else []
            found += [u[k : k + 1] for k in range(len(u))] if full else [u]
            found += [np.array([place.stop - 2])]
            found += [np.array([place.stop - 1])] if phase.periodic else []
        if full and self.observation.q_damp is None:
            found.append(np.array([len(self.kinds) - 1]))
        return found

    def solve(self, start: np.ndarray, *, full: bool, steps: int) -> "_Minimum":
        low, high = self.bounds(start)
        groups = self.groups(full)
        lead = np.array([group[0] for group in groups])
        # What needs new pairs comes last, so that those of the present values serve all others.
        order = sorted(range(len(groups)), key=lambda k: self.NEW_PAIRS.get(self.kinds[lead[k]], 0))

        def expand(x: np.ndarray) -> np.ndarray:
            values = start.copy()
            for group, value in zip(groups, x, strict=True):
                values[group] = value
            return values

        def residuals(x: np.ndarray) -> np.ndarray:
            return self.scaled(self.curves(expand(x)))[1]

        def jacobian(x: np.ndarray) -> np.ndarray:
            values = expand(x)
            curves = self.curves(values)
            here = self.scaled(curves)[1]
            columns = np.empty((len(here), len(groups)))
            for k in order:
                step = self.STEP if x[k] + self.STEP <= high[lead[k]] else -self.STEP
                moved = values.copy()
                moved[groups[k]] += step
                there = self._moved(moved, curves, self.owner[lead[k]])
                columns[:, k] = (self.scaled(there)[1] - here) / step
            return columns

        inside = np.clip(start[lead], low[lead] + 1e-6, high[lead] - 1e-6)
        found = least_squares(
            residuals, inside, jac=jacobian, bounds=(low[lead], high[lead]), max_nfev=steps,
            ftol=1e-5, xtol=1e-5, gtol=1e-8,
        )  # fmt: skip
        return _Minimum(expand(found.x), float(2 * found.cost) ** 0.5, groups, low, high)

    def _moved(self, values: np.ndarray, curves: np.ndarray, owner: int) -> np.ndarray:
        """The curves where only one phase's parameters, or q_damp (owner -1), were moved."""
        if owner < 0:
            return self.curves(values)
        there = curves.copy()
        there[:, owner] = self.curve(values, owner)
        return there

    # -- results ---------------------------------------------------------------------------------

    def errors(self, minimum: "_Minimum") -> np.ndarray:
        """Standard errors of the vector's entries, then of the scales; NaN where there is none."""
        values, n = minimum.values, len(minimum.values)
        curves = self.curves(values)
        scales = self.scaled(curves)[0]
        errors = np.full(n + len(scales), np.nan)
        free, columns = [], []
        for group in minimum.groups:
            k = group[0]
            edge = min(values[k] - minimum.low[k], minimum.high[k] - values[k])
            if edge < 1e-3:
                continue
            moved = values.copy()
            moved[group] += self.STEP
            there = self._moved(moved, curves, self.owner[k])
            columns.append((there - curves) @ scales / self.STEP)
            free.append(group)
        used = np.flatnonzero(scales > 0)
        jacobian = np.column_stack([*columns, *(curves[:, [k]] for k in used)])
        known = self.observation.independent
        if known <= jacobian.shape[1]:
            return errors
        covariance = np.linalg.pinv(jacobian.T @ jacobian)
        # The goal's length is one. Points closer than pi / q_max are not independent.
        variance = minimum.rw**2 / (known - jacobian.shape[1])
        sigma = np.sqrt(np.maximum(np.diag(covariance) * variance, 0.0))
        for group, value in zip(free, sigma, strict=False):
            errors[group] = value
        errors[n + used] = sigma[len(free) :]
        return errors

    def fit(self, solution: Solution, *, full: bool) -> "Fit":
        curves = self.curves(solution.values)
        scales, left = self.scaled(curves)
        errors = solution.errors
        parameters: dict[str, tuple[float, float]] = {}
        refined, weights = [], []
        for number, phase in enumerate(self.phases):
            mark = f"{number + 1}_" if len(self.phases) > 1 else ""
            place = self.places[number]
            strain, shift, u_iso, delta2, inverse = self.parts(solution.values, number)
            error = errors[place] * self.units[place]
            n = phase.lengths
            cell = phase.structure.lattice.abcABG()
            for k in range(n if phase.periodic else 0):
                axis = phase.axes.index(k)
                parameters[f"{mark}{'abc'[axis]}"] = (
                    cell[axis] * (1 + strain[k]),
                    cell[axis] * error[k],
                )
            if not phase.periodic:
                parameters[f"{mark}strain"] = (strain[0], error[0])
            if phase.shifts:
                far = np.linalg.norm(np.tensordot(shift, phase.modes, axes=1), axis=1).max()
                parameters[f"{mark}moved"] = (far, np.nan)
            for species, u, e in zip(
                phase.species, u_iso, error[n + phase.shifts : -2], strict=True
            ):
                parameters[f"{mark}u_iso_{species}"] = (u, u * e)
            parameters[f"{mark}delta2"] = (delta2, error[-2])
            if phase.periodic:
                bulk = inverse <= BULK
                parameters[f"{mark}diameter"] = (
                    (np.inf, np.nan) if bulk else (1 / inverse, error[-1] / inverse**2)
                )
            parameters[f"{mark}scale"] = (
                scales[number] * self.norm, errors[len(solution.values) + number] * self.norm,
            )  # fmt: skip
            refined.append(phase.refined(strain, shift, u_iso))
            weights.append(scales[number] / phase.mean_length**2)
        parameters["q_damp"] = (
            solution.values[-1] * self.units[-1], errors[len(solution.values) - 1] * self.units[-1],
        )  # fmt: skip
        total = sum(weights) or 1.0
        return Fit(
            rw=float(np.linalg.norm(left)),
            r=self.observation.r,
            g=self.observation.g,
            calculated=curves @ scales * self.norm,
            parts=tuple((curves * scales * self.norm).T),
            parameters={k: (float(v), float(e)) for k, (v, e) in parameters.items()},
            structures=tuple(refined),
            fractions=tuple(float(w / total) for w in weights),
            free=len(self.groups(full)) + len(self.phases),
        )


@dataclass(frozen=True)
class _Minimum:
    values: np.ndarray
    rw: float
    groups: list[np.ndarray]
    low: np.ndarray
    high: np.ndarray


def _shapes(lengths: int) -> list[tuple[float, ...]]:
    """Changes of the axes' ratios that are scanned, as strains of the free lattice constants."""
    if lengths == 1:
        return [(0.0,)]
    if lengths == 2:
        return [(0.0, shape) for shape in SHAPES]
    return [(0.0, b, c) for b in SHAPES[:3] for c in SHAPES[:3]]


def _solution(
    observation: Observation,
    phases: list[Phase],
    starts: int,
    solutions: Solutions,
    *,
    full: bool,
) -> Solution:
    """Few parameters from the scan's starts; in full, all of them from what these came to."""

    def search() -> Solution:
        model = _Model(observation, phases)
        if full:
            # What is quick moves no atoms, so it is the same with displacements and without.
            still = [phase.moving(None) if phase.shifts else phase for phase in phases]
            quick = _solution(observation, still, starts, solutions, full=False)
            begun = [model.at_rest(quick.values)]
        else:
            begun = model.scan(starts)
        found = [model.solve(values, full=full, steps=25 if full else 12) for values in begun]
        best = min(found, key=lambda minimum: minimum.rw)
        return Solution(best.values, model.errors(best))

    return solutions.get(asked(observation, phases, starts, full=full), search)


def refine(
    observation: Observation,
    phases: list[Phase],
    *,
    full: bool = True,
    starts: int = 2,
    solutions: Solutions | None = None,
) -> Fit:
    """Refine phases against a measured curve.

    A scan over stretches of the lattice and over c/a gives starts; scales are solved for linearly
    at every step (variable projection: G. Golub and V. Pereyra, SIAM J. Numer. Anal. 10 (1973)
    413). Standard errors come from the Jacobian, with as many independent values as the range of r
    holds for q_max.

    Parameters
    ----------
    observation : Observation
    phases : list of Phase
        One, or those of a mixture.
    full : bool
        False: one U for all elements and no displacements; quick, for a first look.
    starts : int
        How many of the scan's starts are refined; the best one counts.
    solutions : Solutions, optional
        What was found before is taken from these, and what is found now is added.

    Raises
    ------
    RefinementError
        When no parameters give a curve.
    """
    solutions = Solutions() if solutions is None else solutions
    try:
        found = _solution(observation, phases, starts, solutions, full=full)
        return _Model(observation, phases).fit(found, full=full)
    except (SimulationError, np.linalg.LinAlgError) as error:
        names = " + ".join(phase.name or "the structure" for phase in phases)
        raise RefinementError(f"{names}: {error}") from None
