"""A series of curves, refined one after another from the results of their neighbours.

Neighbours of a series have nearly the same parameters, so each fit starts where the last one ended:
it takes a tenth of the time of a fit that is made anew, and it stays in the same minimum. A walk
forwards and one backwards can end differently, where one of them was caught in a wrong minimum; the
better fit of each curve is kept, and spreads to its neighbours.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from pdflearn.core.errors import PdflearnError
from pdflearn.measured.observation import Observation
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe
from pdflearn.refinement.refinement import Fit, refine

# Two fits whose Rw differ by less than this share are equal: least squares ends where a step
# changes the sum of squares by less than 1e-5.
EQUAL = 2e-4
# A fit that is worse than its neighbours by this share is tried again.
SUSPECT = 1.05
N_NEIGHBOURS = 3  # the nearest so many curves on either side give starts for a curve tried again
MAX_ROUNDS = 4
# A curve is not explained where its Rw is above that of the series' best quarter by this share.
# Curves of one phase, measured alike, differ by a tenth (SrFe2As2 over 100 kelvin: 0.088 to 0.096).
UNEXPLAINED = 1.3
# Axes that differ by less than this share are also begun from further apart: at equal axes the
# curve does not change with their difference to first order, so that least squares stays there.
NEARLY_EQUAL = 1e-3
APART = 2e-3
# A diameter beyond so many ranges of r damps a curve by less than half at its end.
FAR_BEYOND = 3.0


@dataclass(frozen=True)
class FrameFit:
    """The fit of one curve of a series.

    Attributes
    ----------
    fit : Fit or None
        None where nothing could be fitted.
    start : str
        Where the kept fit began: "anew", "forwards", "backwards", "neighbour", "axes apart".
    reason : str
        Why there is no fit; "" where there is one.
    explained : bool
        Whether the model explains the curve as well as the best quarter of the series.
    """

    fit: Fit | None
    start: str = ""
    reason: str = ""
    explained: bool = False

    @property
    def rw(self) -> float:
        """Rw of the fit; infinite without one."""
        return np.inf if self.fit is None else self.fit.rw


def refine_series(
    observations: Sequence[Observation | None],
    phases: list[Phase],
    recipe: Recipe = USUAL_RECIPE,
) -> list[FrameFit]:
    """Refine one model against each curve of a series.

    Parameters
    ----------
    observations : sequence of Observation or None
        The curves in the order of the series; None for one that cannot be fitted.
    phases : list of Phase
        The model: one phase, or those of a mixture.
    recipe : Recipe, optional
        What varies and over which range; without it the usual one.

    Returns
    -------
    list of FrameFit
        One for each curve.

    See Also
    --------
    pdflearn.refinement.refinement.refine : One curve by itself.
    pdflearn.refinement.rivals.compare : Several models of a series side by side.

    Examples
    --------
    Nickel that expands by 1e-5 a kelvin, from 100 to 500 K:

    >>> from pdflearn.simulation.simulator import simulate_pdf
    >>> from pdflearn.structures.structure import make_structure
    >>> positions = np.array([(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)])
    >>> def nickel(a):
    ...     return make_structure((a, a, a, 90, 90, 90), ["Ni"] * 4, positions)
    >>> curves = []
    >>> for kelvin in (100, 300, 500):
    ...     r, g = simulate_pdf(nickel(3.52 * (1 + 1e-5 * kelvin)), u_iso=2e-5 * kelvin,
    ...         r_min=1.6, r_max=20.0, r_step=0.05)
    ...     curves.append(Observation(r, g, q_max=25.0, q_damp=0.03))
    >>> frames = refine_series(curves, [Phase(nickel(3.52), crystal_system="cubic")])
    >>> [round(frame.fit.parameters["a"].value, 3) for frame in frames]
    [3.524, 3.531, 3.538]
    """
    order = [k for k, observation in enumerate(observations) if observation is not None]
    recipe = _with_one_shape([observations[k] for k in order], phases, recipe)
    walk = _Walk(observations, phases, recipe)
    walk.along(order, "forwards")
    walk.along(order[::-1], "backwards")
    walk.with_axes_apart(order)
    walk.again(order)
    walk.settle(order)
    return _judged(walk.frames)


def _with_one_shape(
    observations: Sequence[Observation], phases: list[Phase], recipe: Recipe
) -> Recipe:
    """The recipe with bulk for a shape where a size is far beyond the range of some curves.

    At the border of what a range of r tells, a size is supported for one curve and not for the
    next, and other parameters would jump with it.
    """
    if recipe.shape != "sphere" or not observations:
        return recipe
    places = sorted({0, len(observations) // 2, len(observations) - 1})
    supported = []
    for place in places:
        try:
            fit = refine(observations[place], phases, recipe=recipe)
        except (PdflearnError, np.linalg.LinAlgError):
            continue
        sizes = [v.value for name, v in fit.parameters.items() if name.endswith("diameter")]
        small = [size < FAR_BEYOND * fit.r[-1] for size in sizes]
        supported.append(any(small) or all(np.isfinite(sizes)))
        if any(small):
            return recipe
    return recipe if all(supported) else replace(recipe, shape="bulk")


class _Walk:
    """The best fits of a series so far."""

    def __init__(
        self, observations: Sequence[Observation | None], phases: list[Phase], recipe: Recipe
    ) -> None:
        self.observations, self.phases, self.recipe = observations, phases, recipe
        self.frames = [
            FrameFit(None, reason="the curve cannot be fitted" if o is None else "not refined")
            for o in observations
        ]

    def along(self, order: list[int], start: str) -> None:
        """Each curve from the result of the one before it; anew where that fails."""
        previous: Mapping[str, float] | None = None
        for k in order:
            if previous is not None:
                self._try(k, previous, start)
            if previous is None or self.frames[k].fit is None:
                self._try(k, None, "anew")
            fit = self.frames[k].fit
            previous = previous if fit is None else fit.start

    def with_axes_apart(self, order: list[int]) -> None:
        """Curves whose axes ended nearly equal are begun from axes that differ."""
        for k in order:
            fit = self.frames[k].fit
            if fit is None:
                continue
            for values in _axes_apart(self.phases, fit):
                self._try(k, values, "axes apart")

    def again(self, order: list[int]) -> None:
        """Failed and suspect fits are tried again from near curves and anew, while that helps."""
        tried: set[tuple[int, float]] = set()
        for _ in range(MAX_ROUNDS):
            improved = False
            for place, k in enumerate(order):
                near = order[max(place - N_NEIGHBOURS, 0) : place + N_NEIGHBOURS + 1]
                others = [j for j in near if j != k and self.frames[j].fit is not None]
                usual = np.median([self.frames[j].rw for j in others]) if others else np.inf
                rw = self.frames[k].rw
                if rw <= SUSPECT * usual or (k, rw) in tried:
                    continue
                tried.add((k, rw))
                for j in sorted(others, key=lambda j: (abs(j - k), j)):
                    self._try(k, self.frames[j].fit.start, "neighbour")
                self._try(k, None, "anew")
                improved |= self.frames[k].rw < rw * (1 - EQUAL)
            if not improved:
                return

    def settle(self, order: list[int]) -> None:
        """Of fits that are equally good the one next to its neighbours is kept.

        A structure near a higher symmetry has several equal minima: a and b of an orthorhombic
        cell may change places. The walk begins where the axes differ most.
        """
        fitted = [k for k in order if self.frames[k].fit is not None]
        if not fitted:
            return
        first = max(fitted, key=lambda k: (_spread(self.frames[k].fit, self.phases), -k))
        place = fitted.index(first)
        for way in (fitted[place:], fitted[place::-1]):
            for before, k in zip(way[:-1], way[1:], strict=True):
                self._try(k, self.frames[before].fit.start, "neighbour", worse=EQUAL)

    def _try(
        self, k: int, values: Mapping[str, float] | None, start: str, worse: float = -EQUAL
    ) -> None:
        """Fit a curve; the fit is kept where its Rw is at most 1 + `worse` times the best one."""
        observation = self.observations[k]
        known = self.frames[k]
        try:
            fit = refine(observation, self.phases, recipe=self.recipe, start=values)
        except (PdflearnError, np.linalg.LinAlgError) as error:
            if known.fit is None:
                self.frames[k] = FrameFit(None, reason=str(error))
            return
        if known.fit is None or fit.rw <= known.rw * (1 + worse):
            self.frames[k] = FrameFit(fit, start)


def _lengths(fit: Fit, phases: list[Phase]) -> list[dict[str, float]]:
    """The free lattice constants of each phase of a fit, angstrom, by their names."""
    lengths = []
    for index, phase in enumerate(phases):
        mark = f"{index + 1}_" if len(phases) > 1 else ""
        axes = [phase.axes.index(k) for k in range(phase.n_lattice)] if phase.periodic else []
        names = [mark + "abc"[axis] for axis in axes]
        lengths.append({name: fit.start[name] for name in names})
    return lengths


def _axis_pairs(fit: Fit, phases: list[Phase]) -> Iterator[tuple[str, str, float]]:
    """Each two free axes of a phase, and their difference relative to their sum."""
    for lengths in _lengths(fit, phases):
        for one, other in combinations(lengths, 2):
            total = lengths[one] + lengths[other]
            yield one, other, abs(lengths[one] - lengths[other]) / total


def _spread(fit: Fit, phases: list[Phase]) -> float:
    """How much the nearest two free axes of a fit differ, relative to their sum."""
    return min((difference for *_, difference in _axis_pairs(fit, phases)), default=0.0)


def _axes_apart(phases: list[Phase], fit: Fit) -> list[dict[str, float]]:
    """Starts with each two nearly equal axes of a fit moved apart, either way."""
    starts = []
    for one, other, difference in _axis_pairs(fit, phases):
        if difference < NEARLY_EQUAL:
            middle = (fit.start[one] + fit.start[other]) / 2
            starts += [
                {**fit.start, one: middle * (1 + way), other: middle * (1 - way)}
                for way in (APART, -APART)
            ]
    return starts


def _judged(frames: list[FrameFit]) -> list[FrameFit]:
    """The same with which of them the model explains."""
    fitted = [frame.rw for frame in frames if frame.fit is not None]
    limit = UNEXPLAINED * np.quantile(fitted, 0.25) if fitted else 0.0
    return [
        replace(frame, explained=frame.fit is not None and frame.rw <= limit) for frame in frames
    ]
