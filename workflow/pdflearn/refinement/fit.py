"""What a refinement gives: curves, parameters with errors, structures, and what to mind."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from diffpy.structure import Structure

from pdflearn.refinement.cache import Solution
from pdflearn.refinement.fractions import Fractions, phase_fractions
from pdflearn.refinement.model import Model
from pdflearn.refinement.parameter import INVERSE_DIAMETER_LIMITS, U_ISO_LIMITS, Parameter
from pdflearn.refinement.phase import BULK, Phase
from pdflearn.refinement.phase_parameters import PhaseParameters
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe
from pdflearn.refinement.remarks import remarks_of
from pdflearn.refinement.vector import SCALES

_UNITS = {
    "strain": "A",
    "angle": "deg",
    "displacement": "A",
    "log_u": "A^2",
    "delta1": "A",
    "delta2": "A^2",
    "q_damp": "1/A",
}
TENSOR_STEP = 1e-4  # of the logarithm of tensors, for the slopes of their entries
AT_LIMIT = 1e-3  # in units of the vector
_TENSOR_ENTRIES = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


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
        By name: "a", "b", "c" (angstrom), "alpha", "beta", "gamma" (degrees), "u_iso_<element>" or
        "u_iso_<site>" (angstrom^2), "u11_<site>" and so on, "occ_<site>", "delta2" (angstrom^2) or
        "delta1" (angstrom), "diameter" (angstrom, inf for bulk; "diameter_min" is the lower limit
        where the curve tells no size, or hardly tells it from a q_damp that is not known), "scale",
        "q_damp" (1/angstrom); for a cluster "strain" in place of lattice constants; with
        displacements "moved", the farthest that an atom was moved (angstrom). In a mixture the
        phase's number stands in front, as in "1_a".
    structures : tuple of Structure
        The refined structures.
    amounts : Fractions
        Shares of the atoms, of the mass and of the volume in each phase.
    n_free : int
        Number of refined parameters: what varies together counts once, each displacement and each
        phase's scale by itself, known values not at all.
    start : dict
        Name of each value that varied, displacements included -> where it ended: the `start` of a
        fit to a similar curve.
    n_independent : float
        How many independent values the curve holds.
    correlation : array (n, n)
        Correlation matrix of the values in `correlation_names`; empty where none was computed.
    correlation_names : tuple of n str
    at_limits : tuple of str
        Names of the parameters that ended at a limit.
    remarks : tuple of str
        What a reader of the parameters should know, in words.
    recipe : Recipe
        What was asked for.
    """

    rw: float
    r: np.ndarray
    g: np.ndarray
    calculated: np.ndarray
    partials: tuple[np.ndarray, ...]
    parameters: dict[str, Parameter]
    structures: tuple[Structure, ...]
    amounts: Fractions
    n_free: int
    start: Mapping[str, float] = field(default_factory=dict)
    n_independent: float = np.nan
    correlation: np.ndarray = field(default_factory=lambda: np.empty((0, 0)))
    correlation_names: tuple[str, ...] = ()
    at_limits: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    recipe: Recipe = USUAL_RECIPE

    @property
    def fractions(self) -> tuple[float, ...]:
        """Share of the atoms in each phase."""
        return self.amounts.atoms

    @property
    def difference(self) -> np.ndarray:
        """Measured minus calculated."""
        return self.g - self.calculated


def make_fit(
    model: Model, solution: Solution, *, full: bool, least_diameters: Mapping[int, float]
) -> Fit:
    """The curves, parameters and structures of a solution.

    Parameters
    ----------
    model : Model
    solution : Solution
    full : bool
        As the solution was refined.
    least_diameters : mapping
        Index of a phase whose size the curve does not tell -> its least diameter, angstrom.
    """
    vector, n_phases, values = model.vector, len(model.phases), solution.values
    curves = model.curves(values)
    scales, residuals = model.scale(curves)
    free = {int(k) for group in vector.free_groups(full) for k in group}
    parameters: dict[str, Parameter] = {}
    structures = []
    for index, phase in enumerate(model.phases):
        params = vector.phase_parameters(values, index)
        mark = f"{index + 1}_" if n_phases > 1 else ""
        scale = Parameter(
            f"{mark}scale",
            scales[index] * model.norm,
            min=0.0,
            stderr=solution.errors[len(vector) + index] * model.norm,
        )
        limit = least_diameters.get(index)
        for item in [*_phase_parameters(model, solution, index, free, limit), scale]:
            parameters[item.name] = _plain(item)
        structures.append(phase.refined_structure(params))
    last = len(vector) - 1
    parameters["q_damp"] = _plain(_entry_parameter(model, solution, last, free))
    partials = (curves * scales * model.norm).T
    amounts = phase_fractions(
        structures,
        model.observation.radiation,
        model.observation.r,
        partials,
        scales * model.norm,
        solution.errors[len(vector) : len(vector) + n_phases] * model.norm,
    )
    n_scales, limited = n_phases, ()
    if model.limits is not None:
        n_scales -= model.limits.n_fixed
        limited = model.limits.at_limits(scales)
        amounts = amounts.without_errors(model.limits.held(scales))
    names, correlation = _correlation(model, solution, full=full)
    fit = Fit(
        rw=float(np.linalg.norm(residuals)),
        r=model.observation.r,
        g=model.observation.g,
        calculated=(curves @ scales + model.background(curves, scales)) * model.norm,
        partials=tuple(partials),
        parameters=parameters,
        structures=tuple(structures),
        amounts=amounts,
        n_free=len(vector.free_groups(full)) + n_scales + model.recipe.background,
        start=vector.named(values),
        n_independent=model.observation.independent,
        correlation=correlation,
        correlation_names=names,
        at_limits=(*_at_limits(model, values, free), *limited),
        recipe=model.recipe,
    )
    return replace(fit, remarks=remarks_of(fit, model)) if full else fit


def _phase_parameters(
    model: Model, solution: Solution, index: int, free: set[int], diameter_limit: float | None
) -> Iterator[Parameter]:
    """One phase's parameters but its scale."""
    vector, phase = model.vector, model.phases[index]
    params = vector.phase_parameters(solution.values, index)
    mark = f"{index + 1}_" if len(model.phases) > 1 else ""
    for quantity in phase.free_quantities():
        part = vector.part(index, quantity)
        if quantity == "displacement":
            yield from _moved(phase, params, solution, part, free, mark)
        elif quantity == "log_tensor":
            covariance = solution.covariance_of(_range(part))
            note = ", ".join(filter(None, ("U equivalent", _scattering_note(model))))
            yield from _tensor_entries(phase, params, covariance, mark, note)
        elif quantity == "inverse_diameter":
            if phase.periodic:
                yield from _diameter(model, solution, part.start, free, diameter_limit)
        else:
            for k in range(part.start, part.stop):
                yield _entry_parameter(model, solution, k, free)


def _entry_parameter(model: Model, solution: Solution, k: int, free: set[int]) -> Parameter:
    """The parameter of one entry of the vector."""
    vector = model.vector
    entry, value = vector.entries[k], solution.values[k]
    limits: tuple[float, float] = (-np.inf, np.inf)
    unit, note = _UNITS.get(entry.quantity, ""), ""
    match entry.quantity:
        case "strain" if not vector.lengths[k]:
            unit = ""
        case "log_u":
            limits, note = U_ISO_LIMITS, _scattering_note(model)
        case "q_damp":
            limits = (0.0, vector.to_user(k, vector.bounds(solution.values)[1][k]))
        case "delta1" | "delta2":
            limits = (0.0, np.inf)
    if vector.names[k] in model.recipe.bounds:
        limits = model.recipe.bounds[vector.names[k]]
    return Parameter(
        vector.names[k],
        vector.to_user(k, value),
        *limits,
        vary=k in free,
        stderr=solution.errors[k] * vector.user_slope(k, value),
        unit=unit,
        note=note,
    )


def _scattering_note(model: Model) -> str:
    """What U depends on: X-ray form factors."""
    if model.observation.radiation != "xray":
        return ""
    return f"with {model.recipe.scattering}"


def _diameter(
    model: Model, solution: Solution, k: int, free: set[int], limit: float | None
) -> Iterator[Parameter]:
    """The size of a particle, or its lower limit."""
    vector = model.vector
    smallest = 1 / INVERSE_DIAMETER_LIMITS[1]
    name, vary = vector.names[k], k in free
    inverse = solution.values[k] * vector.scales[k]
    if inverse > BULK:
        error = solution.errors[k] * vector.scales[k] / inverse**2
        note = "" if limit is None else "hardly told from q_damp"
        yield Parameter(
            name, 1 / inverse, min=smallest, vary=vary, stderr=error, unit="A", note=note
        )
    else:
        yield Parameter(name, np.inf, min=smallest, vary=vary, unit="A")
    if limit is not None:
        yield Parameter(f"{name}_min", limit, vary=False, unit="A", note="lower limit (95 %)")


def _moved(
    phase: Phase,
    params: PhaseParameters,
    solution: Solution,
    part: slice,
    free: set[int],
    mark: str,
) -> Iterator[Parameter]:
    """How far atoms moved, and where a recipe asks for them, the coordinates with errors."""
    moves = np.tensordot(params.displacement, phase.modes, axes=1)
    farthest = np.linalg.norm(moves, axis=1).max()
    yield Parameter(f"{mark}moved", farthest, min=0.0, vary=part.start in free, unit="A")
    if not phase.recipe.atoms:
        return
    inverse = np.linalg.inv(phase.structure.lattice.base)
    xyz = phase.displaced(params.displacement).xyz
    steps = phase.modes @ inverse  # of the coordinates, per angstrom
    covariance = solution.covariance_of(_range(part)) * SCALES["displacement"] ** 2
    labels, seen = phase.site_numbers, set()
    for atom in range(len(phase.structure)):
        label = labels[atom]
        if label in seen:
            continue
        seen.add(label)
        for axis in range(3):
            slope = steps[:, atom, axis]
            if np.abs(slope).max() < 1e-6:
                continue
            error = float(np.sqrt(max(slope @ covariance @ slope, 0.0)))
            name = f"{mark}{'xyz'[axis]}_{label}"
            yield Parameter(name, xyz[atom, axis], stderr=error or np.nan)


def _range(part: slice) -> range:
    return range(part.start, part.stop)


def _tensor_entries(
    phase: Phase, params: PhaseParameters, covariance: np.ndarray, mark: str, note: str
) -> Iterator[Parameter]:
    """The displacement tensor of the first atom of each site, as a CIF gives it.

    The covariance is that of the coefficients of its logarithm, in units of the vector.
    """
    structure = phase.refined_structure(params)
    values = _u_of(structure)
    slopes = []
    for k in range(len(params.log_tensor)):
        moved = params.log_tensor.copy()
        moved[k] += TENSOR_STEP
        other = phase.refined_structure(replace(params, log_tensor=moved))
        slopes.append((_u_of(other) - values) / TENSOR_STEP)
    by_unit = np.array(slopes) * SCALES["log_tensor"]
    errors = np.sqrt(np.maximum(np.einsum("kai,kl,lai->ai", by_unit, covariance, by_unit), 0.0))
    errors[errors < 1e-12] = np.nan
    seen = set()
    for (mean, *entries), (of_mean, *of_entries), label in zip(
        values, errors, phase.site_numbers, strict=True
    ):
        if label in seen:
            continue
        seen.add(label)
        name = f"{mark}u_iso_{label}"
        yield Parameter(name, mean, *U_ISO_LIMITS, stderr=of_mean, unit="A^2", note=note)
        for (i, j), value, error in zip(_TENSOR_ENTRIES, entries, of_entries, strict=True):
            name = f"{mark}u{i + 1}{j + 1}_{label}"
            by_symmetry = "by symmetry" if np.isnan(error) and abs(value) < 1e-12 else ""
            yield Parameter(name, value, stderr=error, unit="A^2", note=by_symmetry)


def _u_of(structure: Structure) -> np.ndarray:
    """U equivalent of each atom, and the entries of its tensor: (n_atoms, 7)."""
    return np.array(
        [[atom.Uisoequiv, *(atom.U[i, j] for i, j in _TENSOR_ENTRIES)] for atom in structure]
    )


def _at_limits(model: Model, values: np.ndarray, free: set[int]) -> tuple[str, ...]:
    """Names of what ended at a limit; a size at bulk is no limit."""
    vector = model.vector
    lower, upper = vector.bounds(values)
    names = []
    for k in sorted(free):
        entry = vector.entries[k]
        if entry.quantity == "strain":  # its limits are those of the start
            continue
        at_lower, at_upper = values[k] - lower[k] < AT_LIMIT, upper[k] - values[k] < AT_LIMIT
        if at_upper or (at_lower and entry.quantity != "inverse_diameter"):
            names.append(vector.names[k])
    return tuple(names)


def _correlation(model: Model, solution: Solution, *, full: bool) -> tuple[tuple, np.ndarray]:
    """Names and correlation matrix of what varied and is at no limit."""
    if solution.covariance is None or not full:
        return (), np.empty((0, 0))
    vector, n_phases = model.vector, len(model.phases)
    marks = [f"{k + 1}_" if n_phases > 1 else "" for k in range(n_phases)]
    all_names = [*vector.names, *(f"{mark}scale" for mark in marks)]
    kept = [k for k in solution.varied if np.isfinite(solution.errors[k])]
    covariance = solution.covariance_of(kept)
    sigma = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    # growing 1 / diameter is a falling diameter
    sign = np.array([-1.0 if _is_inverse(model, k) else 1.0 for k in kept])
    correlation = covariance / np.outer(sigma, sigma) * np.outer(sign, sign)
    return tuple(all_names[k] for k in kept), np.clip(correlation, -1.0, 1.0)


def _is_inverse(model: Model, k: int) -> bool:
    vector = model.vector
    return k < len(vector) and vector.entries[k].quantity == "inverse_diameter"


def _plain(item: Parameter) -> Parameter:
    """The same with Python's own floats."""
    return replace(item, value=float(item.value), stderr=float(item.stderr))
