"""Least-squares refinement of one structure, or of a mixture of two, against a measured G(r).

    Rw = sqrt( sum (G_obs - G_calc)^2 / sum G_obs^2 )

with equal weights (T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks, Pergamon 2003,
ch. 6). Refined are the scale of each phase, its lattice constants as its symmetry allows, U of each
element, delta2, the diameter of a sphere (bulk included) and, where it is not known, q_damp.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from diffpy.structure import Structure

from pdflearn.measured.observation import R_MAX, Observation, ObservationError
from pdflearn.refinement.cache import Solution, Solutions, fit_key
from pdflearn.refinement.least_squares import Minimum, minimize, standard_errors
from pdflearn.refinement.model import Model, RefinementError
from pdflearn.refinement.parameter import (
    INVERSE_DIAMETER_LIMITS,
    Q_DAMP_LIMITS,
    U_ISO_LIMITS,
    Parameter,
)
from pdflearn.refinement.phase import BULK, Phase, PhaseParameters
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe
from pdflearn.refinement.starts import scan, usual_start
from pdflearn.simulation.parameters import SimulationError

LEAST_NEAR = 8.0  # angstrom below 20 that a first fit of a longer range needs
MAX_NFEV = {False: 12, True: 25}  # evaluations of the residuals, by whether the fit is full


@dataclass(frozen=True)
class Fit:
    """What a refinement found.

    Parameters
    ----------
    rw : float
    r, g, calculated : arrays (n_r,)
        Distances in angstrom, and the measured and the calculated G on the measured scale.
    partials : tuple of arrays (n_r,)
        What each phase adds to the calculated curve.
    parameters : dict of Parameter
        By name: "a", "b", "c" (angstrom), "u_iso_<element>" (angstrom^2), "delta2" (angstrom^2),
        "diameter" (angstrom, inf for bulk), "scale", "q_damp" (1/angstrom); for a cluster "strain"
        in place of lattice constants; with displacements "moved", the farthest that an atom was
        moved (angstrom). In a mixture the phase's number stands in front, as in "1_a".
    structures : tuple of Structure
        The refined structures.
    fractions : tuple of float
        Share of the atoms in each phase.
    n_free : int
        Number of refined parameters: what varies together counts once, each displacement and each
        phase's scale by itself, known values not at all.
    start : dict
        Name of each value that varied, displacements included -> where it ended: the `start` of a
        fit to a similar curve.
    """

    rw: float
    r: np.ndarray
    g: np.ndarray
    calculated: np.ndarray
    partials: tuple[np.ndarray, ...]
    parameters: dict[str, Parameter]
    structures: tuple[Structure, ...]
    fractions: tuple[float, ...]
    n_free: int
    start: Mapping[str, float] = field(default_factory=dict)

    @property
    def difference(self) -> np.ndarray:
        """Measured minus calculated."""
        return self.g - self.calculated


def refine(
    observation: Observation,
    phases: list[Phase],
    *,
    recipe: Recipe = USUAL_RECIPE,
    full: bool = True,
    n_starts: int = 2,
    useful_rw: float = np.inf,
    solutions: Solutions | None = None,
    start: Mapping[str, float] | None = None,
) -> Fit:
    """Refine phases against a measured curve.

    A scan over stretches of the lattice, ratios of the axes and sizes gives starts. Scales are
    solved for linearly at every step (variable projection [1]_). Standard errors come from the
    Jacobian, with as many independent values as the range of r holds for q_max.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    phases : list of Phase
        One, or those of a mixture.
    recipe : Recipe, optional
        What varies, what is fixed, and the ranges; the observation is cut to its range of r.
    full : bool, default True
        False: one U for all elements and no displacements; quick, for a first look.
    n_starts : int, default 2
        How many of the scan's starts are refined; the best fit counts.
    useful_rw : float, default inf
        Only a fit of at most this Rw is of use: one that is not on its way there ends early.
    solutions : Solutions, optional
        Remembered fits: what is known is taken from them, and what is new is added to them.
    start : mapping, optional
        Name of a parameter -> its value, such as those of a neighbour's fit in a series. The fit
        then starts there and nowhere else; what is not named starts at its usual value.

    Returns
    -------
    Fit

    Raises
    ------
    RefinementError
        When no parameters give a curve, or the measured curve is zero or holds NaN.

    See Also
    --------
    pdflearn.identification.verdict.identify : Refines all structures that may fit a curve.

    References
    ----------
    .. [1] G. Golub and V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413.

    Examples
    --------
    A simulated curve of nickel with a lattice constant of 3.54 angstrom is refined from 3.52:

    >>> from pdflearn.simulation.simulator import simulate_pdf
    >>> from pdflearn.structures.structure import make_structure
    >>> positions = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
    >>> def nickel(a):
    ...     return make_structure((a, a, a, 90, 90, 90), ["Ni"] * 4, positions)
    >>> r, g = simulate_pdf(nickel(3.54), u_iso=0.006, r_min=1.6, r_max=20.0, r_step=0.05)
    >>> observation = Observation(r, g, q_max=25.0, q_damp=0.03)
    >>> fit = refine(observation, [Phase(nickel(3.52), crystal_system="cubic")])
    >>> fit.rw < 0.01
    True
    >>> round(fit.parameters["a"].value, 3)
    3.54
    >>> round(fit.parameters["u_iso_Ni"].value, 4), fit.parameters["u_iso_Ni"].unit
    (0.006, 'A^2')
    """
    solutions = Solutions() if solutions is None else solutions
    try:
        observation = recipe.applied_to(observation)
        settings = _Settings(recipe, n_starts, useful_rw, full, start)
        solution = _solve(observation, phases, settings, solutions)
        return _make_fit(Model(observation, phases, recipe), solution, full=full)
    except (SimulationError, np.linalg.LinAlgError) as error:
        names = " + ".join(phase.name or "the structure" for phase in phases)
        raise RefinementError(f"{names}: {error}") from None


@dataclass(frozen=True)
class _Settings:
    """How `refine` was called."""

    recipe: Recipe
    n_starts: int
    useful_rw: float
    full: bool
    start: Mapping[str, float] | None = None


def _solve(
    observation: Observation, phases: list[Phase], settings: _Settings, solutions: Solutions
) -> Solution:
    """Few parameters from the scan's starts; in full, all of them from where these ended.

    A range beyond 20 angstrom starts from what the range up to there gives: the longer the range,
    the nearer to the minimum a lattice constant must start.
    """
    full = settings.full

    def search() -> Solution:
        model = Model(observation, phases, settings.recipe)
        near = _near_part(observation)
        if settings.start is not None:
            starts = [model.vector.start_of(settings.start, usual_start(model))]
        elif near is not None:
            nearer = replace(settings, useful_rw=np.inf)
            starts = [_solve(near, phases, nearer, solutions).values]
        elif full:
            # A quick fit moves no atoms, so it is the same with displacements and without.
            rigid = [phase.with_modes(None) if phase.n_modes else phase for phase in phases]
            quick_settings = replace(settings, useful_rw=np.inf, full=False)
            quick = _solve(observation, rigid, quick_settings, solutions)
            starts = [model.vector.with_atoms_at_rest(quick.values)]
        else:
            starts = scan(model, settings.n_starts)
        minima: list[Minimum] = []
        for start in starts:
            minimum = minimize(
                model,
                start,
                full=full,
                max_nfev=MAX_NFEV[full],
                known=minima,
                useful_rw=settings.useful_rw,
            )
            minima += [minimum] if minimum else []
        best = min(minima, key=lambda minimum: minimum.rw)
        return Solution(best.values, standard_errors(model, best))

    key = fit_key(
        observation,
        phases,
        settings.n_starts,
        settings.useful_rw,
        full=full,
        recipe=settings.recipe,
        start=settings.start,
    )
    return solutions.get(key, search)


def _near_part(observation: Observation) -> Observation | None:
    """The part up to 20 angstrom of a curve that reaches farther and begins well before."""
    if observation.r[-1] <= R_MAX + 1e-6 or observation.r[0] > R_MAX - LEAST_NEAR:
        return None
    try:
        return observation.between(None, R_MAX)
    except ObservationError:
        return None


def _make_fit(model: Model, solution: Solution, *, full: bool) -> Fit:
    """The curves, parameters and structures of a solution."""
    vector, n_phases = model.vector, len(model.phases)
    curves = model.curves(solution.values)
    scales, residuals = model.scale(curves)
    parameters: dict[str, Parameter] = {}
    structures, weights = [], []
    for index, phase in enumerate(model.phases):
        params = vector.phase_parameters(solution.values, index)
        entries = vector.slices[index]
        errors = solution.errors[entries] * vector.scales[entries]
        scale = Parameter(
            "scale",
            scales[index] * model.norm,
            min=0.0,
            stderr=solution.errors[len(vector) + index] * model.norm,
        )
        mark = f"{index + 1}_" if n_phases > 1 else ""
        for item in [*_phase_parameters(phase, params, errors, full=full), scale]:
            parameters[mark + item.name] = _plain(replace(item, name=mark + item.name))
        structures.append(phase.refined_structure(params))
        weights.append(scales[index] / phase.mean_scattering_length**2)
    parameters["q_damp"] = _plain(
        Parameter(
            "q_damp",
            vector.q_damp(solution.values),
            *Q_DAMP_LIMITS,
            vary=full and model.observation.q_damp is None,
            stderr=solution.errors[len(vector) - 1] * vector.scales[-1],
            unit="1/A",
        )
    )
    total = sum(weights) or 1.0
    return Fit(
        rw=float(np.linalg.norm(residuals)),
        r=model.observation.r,
        g=model.observation.g,
        calculated=curves @ scales * model.norm,
        partials=tuple((curves * scales * model.norm).T),
        parameters=parameters,
        structures=tuple(structures),
        fractions=tuple(float(weight / total) for weight in weights),
        n_free=len(vector.free_groups(full)) + n_phases,
        start=vector.named(solution.values),
    )


def _phase_parameters(
    phase: Phase, params: PhaseParameters, errors: np.ndarray, *, full: bool
) -> Iterator[Parameter]:
    """One phase's parameters but its scale; errors are those of its entries in their own units."""
    if phase.periodic:
        cell = phase.structure.lattice.abcABG()
        for k in range(phase.n_lattice):
            axis = phase.axes.index(k)
            yield Parameter(
                "abc"[axis],
                cell[axis] * (1 + params.strain[k]),
                stderr=cell[axis] * errors[k],
                unit="A",
            )
    else:
        yield Parameter("strain", params.strain[0], stderr=errors[0])
    if phase.n_modes:
        moves = np.tensordot(params.displacement, phase.modes, axes=1)
        farthest = np.linalg.norm(moves, axis=1).max()
        yield Parameter("moved", farthest, min=0.0, vary=full, unit="A")
    u_errors = errors[phase.n_lattice + phase.n_modes : -2]
    for species, u, error in zip(phase.species, params.u_iso, u_errors, strict=True):
        yield Parameter(f"u_iso_{species}", u, *U_ISO_LIMITS, stderr=u * error, unit="A^2")
    yield Parameter("delta2", params.delta2, min=0.0, stderr=errors[-2], unit="A^2")
    if phase.periodic:
        inverse = params.inverse_diameter
        smallest = 1 / INVERSE_DIAMETER_LIMITS[1]
        diameter = Parameter("diameter", np.inf, min=smallest, unit="A")
        if inverse > BULK:
            diameter = replace(diameter, value=1 / inverse, stderr=errors[-1] / inverse**2)
        yield diameter


def _plain(item: Parameter) -> Parameter:
    """The same with Python's own floats."""
    return replace(item, value=float(item.value), stderr=float(item.stderr))
