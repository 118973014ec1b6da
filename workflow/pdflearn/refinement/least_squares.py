"""Least squares over the free parameters of a model."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import numpy as np

from pdflearn.refinement.descent import Tolerance, descend
from pdflearn.refinement.model import Model
from pdflearn.simulation.parameters import SimulationError


@dataclass(frozen=True)
class Minimum:
    """Where least squares ended.

    Parameters
    ----------
    values : array (n_entries,)
        The model's vector.
    rw : float
        Rw of the fit.
    groups : list of array
        Indices of the entries that varied together.
    lower, upper : array (n_entries,)
        Limits of the entries.
    """

    values: np.ndarray
    rw: float
    groups: list[np.ndarray]
    lower: np.ndarray
    upper: np.ndarray


class _Problem:
    """The residuals and the Jacobian as functions of the free parameters."""

    def __init__(
        self, model: Model, start: np.ndarray, full: bool, held: Collection[int] = ()
    ) -> None:
        self.model = model
        self.start = start
        self.lower, self.upper = model.vector.bounds(start)
        groups = model.vector.free_groups(full)
        self.groups = [group for group in groups if not set(group.tolist()) & set(held)]
        self.first = np.array([group[0] for group in self.groups])

    def vector(self, x: np.ndarray) -> np.ndarray:
        """The model's vector for values of the free parameters."""
        values = self.start.copy()
        for group, value in zip(self.groups, x, strict=True):
            values[group] = value
        return values

    def residuals(self, x: np.ndarray) -> np.ndarray:
        """Calculated minus measured (n_r,), with the best scales."""
        return self.model.scale(self.model.curves(self.vector(x)))[1]

    def jacobian(self, x: np.ndarray) -> np.ndarray:
        """Derivatives of the residuals (n_r, n_free), with the scales solved for at each step."""
        values = self.vector(x)
        changes = self.model.curve_changes(values, self.groups)
        return self.model.residual_changes(self.model.curves(values), changes)


def avoiding_impossible(
    residuals: Callable[[np.ndarray], np.ndarray],
) -> Callable[[np.ndarray], np.ndarray]:
    """Residuals that are infinite where no curve can be computed, so that no step leads there.

    Atoms that move may come too near to each other for delta2. At the start this is an error.

    Parameters
    ----------
    residuals : callable
        Values (n,) -> residuals (m,).
    """
    shape: tuple[int, ...] | None = None

    def finite_or_infinite(x: np.ndarray) -> np.ndarray:
        nonlocal shape
        try:
            result = residuals(x)
        except SimulationError:
            if shape is None:
                raise
            return np.full(shape, np.inf)
        shape = result.shape
        return result

    return finite_or_infinite


# The least relative change of the sum of squares, by whether the fit is full. A quick fit is a
# first look: a change of 1e-4 is one of 5e-5 of its Rw.
FTOL = {False: 1e-4, True: 1e-5}
# So close to a minimum (in units of the vector) least squares leads to it.
SAME = 0.1


class _KnownMinimum(Exception):
    """A minimum that is known already."""


def minimize(
    model: Model,
    start: np.ndarray,
    *,
    full: bool,
    max_nfev: int,
    known: Sequence[Minimum] = (),
    useful_rw: float = np.inf,
    held: Collection[int] = (),
) -> Minimum | None:
    """Vary the free parameters of a model until its curve is closest to the measured one.

    Parameters
    ----------
    model : Model
    start : array (n_entries,)
        The model's vector.
    full : bool
        Which parameters are free, see `ParameterVector.free_groups`.
    max_nfev : int
        How often the residuals are computed at most.
    known : sequence of Minimum
        Those from other starts: only a lower one is of use.
    useful_rw : float, default inf
        Only a minimum of at most this Rw is of use; see `descend`.
    held : collection of int, default ()
        Entries that stay as they are in the start.

    Returns
    -------
    Minimum or None
        None where the way leads to a known one.
    """
    problem = _Problem(model, start, full, held)

    def jacobian(x: np.ndarray) -> np.ndarray:
        if any(np.abs(x - item.values[problem.first]).max() < SAME for item in known):
            raise _KnownMinimum
        return problem.jacobian(x)

    limits = problem.lower[problem.first], problem.upper[problem.first]
    try:
        x, squares = descend(
            avoiding_impossible(problem.residuals),
            jacobian,
            start[problem.first],
            limits,
            Tolerance(change=FTOL[full], step=1e-5),
            max_nfev,
            min([useful_rw, *(item.rw for item in known)]) ** 2,
        )
    except _KnownMinimum:
        return None
    return Minimum(
        values=problem.vector(x),
        rw=squares**0.5,
        groups=problem.groups,
        lower=problem.lower,
        upper=problem.upper,
    )
