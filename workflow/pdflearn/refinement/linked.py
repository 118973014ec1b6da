"""Curves refined together: a sample by X-rays and neutrons, or a series with shared values.

Each curve has a model of its own, with its scales and its instrument. A link makes one value of the
same parameter of all models, or a straight line along a series. All curves then count by what is
known of their errors: the squares of a curve's residuals are divided by the variance that its own
fit leaves for each independent value. Errors of the values are those of `linked_errors`.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from pdflearn.refinement.descent import Tolerance, descend
from pdflearn.refinement.fit import Fit, make_fit
from pdflearn.refinement.least_squares import avoiding_impossible
from pdflearn.refinement.linked_errors import CurveAtMinimum, linked_uncertainty
from pdflearn.refinement.linked_fit import Dataset, LinkedFit, following
from pdflearn.refinement.linked_sizes import sizes_of
from pdflearn.refinement.model import Model, RefinementError
from pdflearn.refinement.parameter import Parameter
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import Recipe
from pdflearn.refinement.refinement import refine
from pdflearn.refinement.uncertainty import AT_LIMIT, is_geometric
from pdflearn.simulation.parameters import SimulationError

__all__ = ["LINEAR", "SAME", "Dataset", "LinkedFit", "refine_joint", "refine_linked"]

SAME, LINEAR = "same", "linear"
MAX_NFEV = 60  # evaluations of all residuals from one start
TOLERANCE = Tolerance(change=1e-6, step=1e-6)
# From so many curves on, only the means of their own fits are tried as a start.
MANY = 3


def refine_joint(datasets: Sequence[Dataset]) -> LinkedFit:
    """Refine one structure against several curves of one sample, as by X-rays and neutrons.

    All parameters of the structures are shared; each curve has its own scales and instrument.

    Parameters
    ----------
    datasets : sequence of Dataset
        The phases of each are built from the same structures, in the same order.

    Returns
    -------
    LinkedFit

    See Also
    --------
    refine_linked : Shares some parameters, also along a series.

    Examples
    --------
    The oxygen of VO2 hardly shows to X-rays beside vanadium, and vanadium not at all to neutrons:

    >>> from pdflearn.measured.observation import Observation
    >>> from pdflearn.simulation.simulator import simulate_pdf
    >>> from pdflearn.structures.structure import make_structure
    >>> xyz = [(0, 0, 0), (0.5, 0.5, 0.5), (0.3, 0.3, 0), (0.7, 0.7, 0), (0.8, 0.2, 0.5),
    ...     (0.2, 0.8, 0.5)]
    >>> oxide = make_structure((4.55, 4.55, 2.88, 90, 90, 90), ["V"] * 2 + ["O"] * 4, xyz)
    >>> datasets = []
    >>> for radiation in ("xray", "neutron"):
    ...     r, g = simulate_pdf(oxide, radiation=radiation, u_iso={"V": 0.004, "O": 0.009},
    ...         q_max=25.0, q_damp=0.03, r_min=1.5, r_max=20.0, r_step=0.05)
    ...     curve = Observation(r, g, radiation, q_max=25.0, q_damp=0.03)
    ...     datasets.append(Dataset(curve, [Phase(oxide, radiation, "tetragonal")]))
    >>> joint = refine_joint(datasets)
    >>> round(joint.shared["u_iso_V"].value, 4), round(joint.shared["u_iso_O"].value, 4)
    (0.004, 0.009)
    """
    names: list[list[str]] = []
    for dataset in datasets:
        model = _model(dataset)
        groups = model.vector.free_groups(True)
        names.append([model.vector.names[group[0]] for group in groups])
    common = set(names[0]).intersection(*names[1:]) - {"q_damp"}
    return refine_linked(datasets, {name: SAME for name in names[0] if name in common})


def refine_linked(datasets: Sequence[Dataset], links: Mapping[str, str]) -> LinkedFit:
    """Refine several curves together, with parameters that they share.

    Parameters
    ----------
    datasets : sequence of Dataset
    links : mapping
        Name of a parameter -> "same" (one value for all curves) or "linear" (a value and a slope
        along x). Others are each curve's own. In a mixture the phase's number stands in front.

    Returns
    -------
    LinkedFit

    Raises
    ------
    RefinementError
        For a parameter that is not free in a dataset, or curves that cannot be fitted.

    Examples
    --------
    >>> refine_linked([], {"a": "same"})
    Traceback (most recent call last):
    ...
    pdflearn.refinement.model.RefinementError: there is no curve; at least one is needed
    """
    if not datasets:
        raise RefinementError("there is no curve; at least one is needed")
    single = [refine(item.observation, item.phases, recipe=item.recipe) for item in datasets]
    problem = _Together(datasets, single, links)
    try:
        best: tuple[np.ndarray, float] | None = None
        for start in problem.starts():
            residuals = avoiding_impossible(problem.residuals)
            minimum = descend(
                residuals, problem.jacobian, start, problem.limits, TOLERANCE, MAX_NFEV
            )
            best = minimum if best is None or minimum[1] < best[1] else best
        return problem.result(best[0])
    except (SimulationError, np.linalg.LinAlgError) as error:
        raise RefinementError(f"the curves cannot be fitted together: {error}") from None


def _model(dataset: Dataset) -> Model:
    return Model(
        dataset.recipe.applied_to(dataset.observation),
        [_with_modes(phase, dataset.recipe) for phase in dataset.phases],
        dataset.recipe,
    )


def _with_modes(phase: Phase, recipe: Recipe) -> Phase:
    """The phase with the displacements that the recipe asks for, as `refine` moves them."""
    if recipe.atoms and phase.periodic and not phase.n_modes:
        modes = phase.free_modes()
        return phase.with_modes(modes) if len(modes) else phase
    return phase


class _Together:
    """The residuals of all curves as functions of all free values, the shared ones once.

    The values are in the units of the models' vectors; a linear link has two, in the same unit: the
    parameter in the middle of the series, and its change along the whole of it.
    """

    def __init__(
        self, datasets: Sequence[Dataset], single: Sequence[Fit], links: Mapping[str, str]
    ) -> None:
        self.datasets, self.single, self.links = datasets, single, links
        self.models = [_model(dataset) for dataset in datasets]
        self.sizes = sizes_of(self.models, single, links)
        self.groups = [
            [group for group in model.vector.free_groups(True) if not set(group) & held]
            for model, held in zip(self.models, self.sizes.held, strict=True)
        ]
        self.names = [
            [model.vector.names[group[0]] for group in groups]
            for model, groups in zip(self.models, self.groups, strict=True)
        ]
        self._require_links()
        x = np.array([dataset.x for dataset in datasets])
        self.along = (x - (x.min() + x.max()) / 2) / (np.ptp(x) or 1.0)
        self.length = float(np.ptp(x)) or 1.0
        self.single_values = [model.vector.start_of(fit.start, np.zeros(len(model.vector)))
                    for model, fit in zip(self.models, single, strict=True)]  # fmt: skip
        for single_values, held in zip(self.single_values, self.sizes.held, strict=True):
            single_values[list(held)] = 0.0
        self.columns = self._columns()
        self.n = 1 + max(k for columns in self.columns for pair in columns for k in pair)
        n_values = [model.observation.independent for model in self.models]
        self.n_values = np.array(n_values)
        free = [
            len(groups) + len(m.phases) for groups, m in zip(self.groups, self.models, strict=True)
        ]
        degrees = np.maximum(self.n_values - np.array(free), 1.0)
        misfits = np.maximum([fit.rw for fit in single], 1e-4)
        self.weights = np.sqrt(degrees) / misfits
        self.weights /= np.sqrt(np.mean(self.weights**2))
        linear = [name for name, kind in links.items() if kind == LINEAR]
        self.units = {name: self._unit(name) for name in linear if name in self.names[0]}
        self.limits = self._limits()

    def _require_links(self) -> None:
        first = self.models[0].vector
        for name, kind in self.links.items():
            if kind not in (SAME, LINEAR):
                raise RefinementError(f"link {name} = {kind!r}; expected {SAME} or {LINEAR}")
            for model in self.models:
                groups = model.vector.free_groups(True)
                names = [model.vector.names[group[0]] for group in groups]
                if name not in names:
                    raise RefinementError(
                        f"link {name}: it is no free parameter of each curve; these are "
                        f"{', '.join(names)}"
                    )
                here, there = model.vector.names.index(name), first.names.index(name)
                if not np.isclose(model.vector.lengths[here], first.lengths[there]):
                    raise RefinementError(
                        f"link {name}: linked phases need the same structure in each dataset"
                    )

    def _columns(self) -> list[list[tuple[int, ...]]]:
        """For each model and free group the places of its values among all."""
        places: dict[str, tuple[int, ...]] = {}
        n, columns = 0, []
        for names in self.names:
            row = []
            for name in names:
                kind = self.links.get(name)
                if kind is None or name not in places:
                    width = 2 if kind == LINEAR else 1
                    place = tuple(range(n, n + width))
                    n += width
                    if kind is not None:
                        places[name] = place
                else:
                    place = places[name]
                row.append(place)
            columns.append(row)
        return columns

    def _unit(self, name: str) -> float:
        """One unit of the vector in the user's unit, in the middle of the series."""
        values = [
            values[m.vector.names.index(name)]
            for m, values in zip(self.models, self.single_values, strict=True)
        ]
        vector = self.models[0].vector
        return vector.user_slope(vector.names.index(name), float(np.mean(values)))

    def vectors(self, values: np.ndarray) -> list[np.ndarray]:
        """The vector of each model."""
        result = []
        for k, single in enumerate(self.single_values):
            vector = single.copy()
            for name, group, places in zip(
                self.names[k], self.groups[k], self.columns[k], strict=True
            ):
                vector[group] = self._entry(k, name, group[0], values[list(places)])[0]
            result.append(vector)
        return result

    def _entry(self, k: int, name: str, entry: int, values: np.ndarray) -> tuple[float, np.ndarray]:
        """An entry of a model's vector, and its derivatives by its values."""
        if len(values) == 1:
            return float(values[0]), np.ones(1)
        vector, unit = self.models[k].vector, self.units[name]
        user = unit * (values[0] + self.along[k] * values[1])
        lowest, highest = sorted(
            vector.to_user(entry, limit) for limit in self._entry_limits(k, entry)
        )
        value = vector.of_user(entry, float(np.clip(user, lowest, highest)))
        slope = vector.user_slope(entry, value)
        return value, unit / slope * np.array([1.0, self.along[k]])

    def _entry_limits(self, k: int, entry: int) -> tuple[float, float]:
        lower, upper = self.models[k].vector.bounds(self.single_values[k])
        return float(lower[entry]), float(upper[entry])

    def _limits(self) -> tuple[np.ndarray, np.ndarray]:
        lower, upper = np.full(self.n, -np.inf), np.full(self.n, np.inf)
        for k, (groups, columns) in enumerate(zip(self.groups, self.columns, strict=True)):
            bounds = self.models[k].vector.bounds(self.single_values[k])
            for group, places in zip(groups, columns, strict=True):
                if len(places) == 1:
                    lower[places[0]] = max(lower[places[0]], bounds[0][group[0]])
                    upper[places[0]] = min(upper[places[0]], bounds[1][group[0]])
        return lower, np.maximum(upper, lower)

    def starts(self) -> list[np.ndarray]:
        """The means of what the curves give by themselves, and where they are few each of them."""
        members: list[list[tuple[int, float]]] = [[] for _ in range(self.n)]
        values = np.zeros(self.n)
        for k, single in enumerate(self.single_values):
            for name, group, places in zip(
                self.names[k], self.groups[k], self.columns[k], strict=True
            ):
                members[places[0]].append((k, float(single[group[0]])))
                if len(places) == 2 and k == 0:
                    values[list(places)] = self._line(name)
        mean = values.copy()
        for place, known in enumerate(members):
            if known and not any(place == q[0] for row in self.columns for q in row if len(q) == 2):
                mean[place] = np.mean([value for _, value in known])
        starts = [mean]
        if len(self.models) <= MANY and len(self.models) > 1:
            for chosen in range(len(self.models)):
                start = mean.copy()
                for places, group in zip(self.columns[chosen], self.groups[chosen], strict=True):
                    if len(places) == 1:
                        start[places[0]] = self.single_values[chosen][group[0]]
                starts.append(start)
        return [np.clip(start, *self.limits) for start in starts]

    def _line(self, name: str) -> np.ndarray:
        """Value and change of a straight line through what the curves give by themselves."""
        users = [fit.start[name] for fit in self.single]
        design = np.column_stack([np.ones(len(users)), self.along])
        return np.linalg.lstsq(design, np.array(users) / self.units[name], rcond=None)[0]

    def residuals(self, values: np.ndarray) -> np.ndarray:
        """Of all curves, weighed."""
        return np.concatenate(
            [
                weight * model.scale(model.curves(vector))[1]
                for model, vector, weight in zip(
                    self.models, self.vectors(values), self.weights, strict=True
                )
            ]
        )

    def _turn(self, k: int, values: np.ndarray) -> np.ndarray:
        """Derivatives of a model's free groups by all values: (n_groups, n)."""
        turn = np.zeros((len(self.groups[k]), self.n))
        for row, (name, group, places) in enumerate(
            zip(self.names[k], self.groups[k], self.columns[k], strict=True)
        ):
            turn[row, list(places)] = self._entry(k, name, group[0], values[list(places)])[1]
        return turn

    def jacobian(self, values: np.ndarray) -> np.ndarray:
        """Derivatives of `residuals`."""
        slopes = []
        for k, (model, vector) in enumerate(zip(self.models, self.vectors(values), strict=True)):
            changes = model.curve_changes(vector, self.groups[k])
            of_curve = model.residual_changes(model.curves(vector), changes)
            slopes.append(self.weights[k] * of_curve @ self._turn(k, values))
        return np.vstack(slopes)

    def result(self, values: np.ndarray) -> LinkedFit:
        """The fits, and the shared parameters with their errors."""
        vectors = self.vectors(values)
        turns = [self._turn(k, values) for k in range(len(self.models))]
        curves = [
            CurveAtMinimum(*item)
            for item in zip(self.models, vectors, self.groups, turns, self.weights, strict=True)
        ]
        from_limit = np.minimum(values - self.limits[0], self.limits[1] - values)
        free = np.flatnonzero(from_limit > AT_LIMIT)
        covariance, solutions = linked_uncertainty(
            curves, free, self._geometric(), lambda along: self._growth(values, free, along)
        )
        fits = [
            make_fit(model, solution, full=True, least_diameters=least)
            for model, solution, least in zip(self.models, solutions, self.sizes.least, strict=True)
        ]
        squares = np.array([fit.rw**2 for fit in fits])
        rw = float(np.sqrt(self.n_values @ squares / self.n_values.sum()))
        alone = tuple(fit.rw for fit in self.single)
        return LinkedFit(tuple(fits), self._shared(values, covariance, fits), rw, alone)

    def _geometric(self) -> list[bool]:
        """Whether each value is a length, an angle or a coordinate."""
        result = [False] * self.n
        for model, groups, columns in zip(self.models, self.groups, self.columns, strict=True):
            for kind, places in zip(is_geometric(model, groups), columns, strict=True):
                for place in places:
                    result[place] = kind
        return result

    def _growth(
        self, values: np.ndarray, free: np.ndarray, direction: np.ndarray
    ) -> Callable[[float], float]:
        """How the weighed sum of squares grows along a direction."""
        least = float(np.sum(self.residuals(values) ** 2))

        def growth(t: float) -> float:
            moved = values.copy()
            moved[free] += t * direction
            return float(np.sum(self.residuals(moved) ** 2)) - least

        return growth

    def _shared(
        self, values: np.ndarray, covariance: np.ndarray, fits: list[Fit]
    ) -> dict[str, Parameter]:
        shared: dict[str, Parameter] = {}
        for name, places in zip(self.names[0], self.columns[0], strict=True):
            kind = self.links.get(name)
            known = fits[0].parameters.get(name) or Parameter(name, fits[0].start[name])
            if kind == SAME:
                shared[name] = known
            elif kind == LINEAR:
                unit = self.units[name]
                errors = unit * np.sqrt(np.diag(covariance)[list(places)])
                value, change = unit * values[list(places)]
                shared[name] = replace(known, value=float(value), stderr=float(errors[0]))
                shared[f"{name}_slope"] = Parameter(
                    f"{name}_slope",
                    float(change / self.length),
                    stderr=float(errors[1] / self.length),
                    unit=known.unit,
                )
        return shared | following(fits, self.links, known=set(shared))
