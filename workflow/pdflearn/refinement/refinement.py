"""Least-squares refinement of one structure, or of a mixture, against a measured G(r).

    Rw = sqrt( sum (G_obs - G_calc)^2 / sum G_obs^2 )

with equal weights (T. Egami and S. J. L. Billinge, Underneath the Bragg Peaks, Pergamon 2003,
ch. 6). Refined are the scale of each phase, its lattice constants as its symmetry allows, U of each
element, delta2, the diameter of a sphere (bulk included) and, where it is not known, q_damp; and
what a recipe adds: angles, coordinates, occupancies, U of sites or tensors, delta1, other shapes, a
background. Ranges beyond 20 angstrom start from what the range up to there gives.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from pdflearn.measured.observation import R_MAX, Observation, ObservationError
from pdflearn.refinement.cache import Solution, Solutions, fit_key
from pdflearn.refinement.fit import Fit, make_fit
from pdflearn.refinement.fraction_limits import fractions_of
from pdflearn.refinement.fractions import relative_squares
from pdflearn.refinement.least_squares import Minimum, minimize
from pdflearn.refinement.minima import in_order, sizes_beside_q_damp, with_supported_sizes
from pdflearn.refinement.model import Model, RefinementError
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe
from pdflearn.refinement.small_angle import with_small_angles
from pdflearn.refinement.starts import long_and_flat, scan, usual_start
from pdflearn.refinement.uncertainty import uncertainty
from pdflearn.simulation.parameters import SimulationError

__all__ = ["Fit", "RefinementError", "refine"]

# A fit from a given start that ends above this Rw was not where the structure is: it is also
# begun anew.
POOR = 0.5
N_STARTS = 2  # of the scan are refined; the best fit counts
# A further start of the scan is worth its descent where its Rw is at most so many times the best
# one's: of 600 quick fits to variants 100 and 101 of mixture_files.py, 7 of the 70 that a second
# start had bettered were beyond, and a third of the second descents.
NEAR = 1.05
LEAST_NEAR = 8.0  # angstrom below 20 that a first fit of a longer range needs
# Where a recipe limits shares of phases, X-ray form factors count as the fit before sees them: the
# second time shares change by less than 1e-4.
N_SHARES = 2
MAX_NFEV = {False: 12, True: 25}  # evaluations of the residuals, by whether the fit is full


def refine(
    observation: Observation,
    phases: list[Phase],
    *,
    recipe: Recipe = USUAL_RECIPE,
    full: bool = True,
    useful_rw: float = np.inf,
    solutions: Solutions | None = None,
    start: Mapping[str, float] | None = None,
    test_size: bool = True,
) -> Fit:
    """Refine phases against a measured curve.

    A scan over stretches of the lattice, ratios of the axes and sizes gives starts. Scales are
    solved for linearly at every step (variable projection [1]_). Standard errors come from the
    Jacobian, with as many independent values as the range of r holds for q_max, and with the noise
    of the curve where it is known, see `uncertainty`.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    phases : list of Phase
        One, or those of a mixture.
    recipe : Recipe, optional
        What varies, what is fixed, and the ranges; the observation is cut to its range of r.
    full : bool, default True
        False: one U for all elements, no displacements and no standard errors; quick, for a first
        look.
    useful_rw : float, default inf
        Only a quick fit of at most this Rw is of use: one that is not on its way there ends early.
    solutions : Solutions, optional
        Remembered fits: what is known is taken from them, and what is new is added to them.
    start : mapping, optional
        Name of a parameter -> its value, such as those of a neighbour's fit in a series. The fit
        then starts there, and a full one anew only where that ends at an Rw above 0.5; what is not
        named starts at its usual value. A phase of which nothing is named is looked for by the
        scan.
    test_size : bool, default True
        Whether a size that the curve does not support against bulk is given up: the phase is then
        refined as bulk. "diameter_min" is the least size then, and where a size is hardly told from
        a q_damp that is not known.

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
        if recipe.q_min is None:
            phases = [with_small_angles(phase, observation) for phase in phases]
        phases = [_prepared(phase, recipe) for phase in phases] if full else phases
        settings = _Settings(recipe, useful_rw, full, start, test_size and full)
        fit = _fit(observation, phases, settings, solutions)
        for _ in range(N_SHARES if fractions_of(recipe) else 0):
            phases = _with_squares(phases, fit, observation.radiation)
            settings = replace(settings, start=fit.start)
            fit = _fit(observation, phases, settings, solutions)
        return fit
    except (SimulationError, np.linalg.LinAlgError) as error:
        names = " + ".join(phase.name or "the structure" for phase in phases)
        raise RefinementError(f"{names}: {error}") from None


def _fit(
    observation: Observation, phases: list[Phase], settings: "_Settings", solutions: Solutions
) -> Fit:
    solution = _solve(observation, phases, settings, solutions)
    model = Model(observation, phases, settings.recipe)
    return make_fit(
        model, solution, full=settings.full, least_diameters=dict(solution.least_diameters)
    )


def _with_squares(phases: list[Phase], fit: Fit, radiation: str) -> list[Phase]:
    """The phases with the squares of their mean scattering lengths as the fit sees them."""
    partials = np.array(fit.partials)
    scales = np.array([fit.parameters[f"{k + 1}_scale"].value for k in range(len(phases))])
    squares = relative_squares(fit.structures, radiation, fit.r, partials, scales)
    return [
        replace(phase, square=float(square)) for phase, square in zip(phases, squares, strict=True)
    ]


@dataclass(frozen=True)
class _Settings:
    """How `refine` was called."""

    recipe: Recipe
    useful_rw: float
    full: bool
    start: Mapping[str, float] | None = None
    test_size: bool = True


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
        start = model.vector.start_of(settings.start or {}, usual_start(model))
        unknown = model.vector.unnamed_phases(settings.start or {})
        if not unknown:
            starts = [start]
        elif near is not None:
            nearer = replace(settings, useful_rw=np.inf, test_size=False)
            starts = [_solve(near, phases, nearer, solutions).values]
        elif full:
            # A quick fit moves no atoms, so it is the same with displacements and without.
            rigid = [phase.with_modes(None) if phase.n_modes else phase for phase in phases]
            quick_settings = replace(settings, useful_rw=np.inf, full=False, test_size=False)
            quick = _solve(observation, rigid, quick_settings, solutions)
            starts = [model.vector.with_atoms_at_rest(quick.values)]
        else:
            starts = scan(model, N_STARTS, start, unknown)
        if settings.start is None:
            starts = long_and_flat(model, starts)
        best = _best_minimum(model, starts, settings)
        if full and settings.start is not None and best.rw > POOR:
            anew = replace(settings, start=None, useful_rw=np.inf, test_size=False)
            usual = _solve(observation, phases, anew, solutions)
            best = _best_minimum(model, [best.values, usual.values], settings)
        least: dict[int, float] = {}
        if full:
            best = in_order(model, best)
            if settings.test_size:
                best, least = with_supported_sizes(model, best, MAX_NFEV[full])
        if not full:
            return Solution(best.values, np.full(len(best.values) + len(phases), np.nan))
        errors, varied, covariance = uncertainty(model, best)
        if settings.test_size:
            least |= sizes_beside_q_damp(model, best, errors, MAX_NFEV[full])
        return Solution(best.values, errors, varied, covariance, tuple(least.items()))

    key = fit_key(
        observation,
        phases,
        settings.useful_rw,
        full=full,
        recipe=settings.recipe,
        start=settings.start,
        test_size=settings.test_size,
    )
    return solutions.get(key, search)


def _prepared(phase: Phase, recipe: Recipe) -> Phase:
    """The phase with the displacements of atoms that a recipe asks for."""
    if recipe.atoms and phase.periodic and not phase.n_modes:
        modes = phase.free_modes()
        return phase.with_modes(modes) if len(modes) else phase
    return phase


def _best_minimum(model: Model, starts: list[np.ndarray], settings: "_Settings") -> Minimum:
    """The lowest minimum that the starts lead to; never worse than the first start."""
    minima: list[Minimum] = []
    first_rw = np.inf
    for start in map(model.vector.with_fixed, starts):
        if len(model.phases) == 1 and not settings.full:
            rw = float(np.linalg.norm(model.scale(model.curves(start))[1]))
            if rw > NEAR * first_rw:
                continue
            first_rw = min(first_rw, rw)
        minimum = minimize(
            model,
            start,
            full=settings.full,
            max_nfev=MAX_NFEV[settings.full],
            known=minima,
            useful_rw=settings.useful_rw,
        )
        minima += [minimum] if minimum else []
    return min(minima, key=lambda minimum: minimum.rw)


def _near_part(observation: Observation) -> Observation | None:
    """The part up to 20 angstrom of a curve that reaches farther and begins well before."""
    if observation.r[-1] <= R_MAX + 1e-6 or observation.r[0] > R_MAX - LEAST_NEAR:
        return None
    try:
        return observation.between(None, R_MAX)
    except ObservationError:
        return None
