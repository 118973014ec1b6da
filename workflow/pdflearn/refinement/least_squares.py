"""Least squares over the free parameters of a model, and their standard errors."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pdflearn.refinement.descent import Tolerance, descend
from pdflearn.refinement.model import Model


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

    def __init__(self, model: Model, start: np.ndarray, full: bool) -> None:
        self.model = model
        self.start = start
        self.lower, self.upper = model.vector.bounds(start)
        self.groups = model.vector.free_groups(full)
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

    Returns
    -------
    Minimum or None
        None where the way leads to a known one.
    """
    problem = _Problem(model, start, full)

    def jacobian(x: np.ndarray) -> np.ndarray:
        if any(np.abs(x - item.values[problem.first]).max() < SAME for item in known):
            raise _KnownMinimum
        return problem.jacobian(x)

    limits = problem.lower[problem.first], problem.upper[problem.first]
    try:
        x, squares = descend(
            problem.residuals,
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


def standard_errors(model: Model, minimum: Minimum) -> np.ndarray:
    """Estimate standard errors from the Jacobian at the minimum.

    The curve counts as so many values as its range of r holds for q_max: points closer than
    pi / q_max are not independent.

    Parameters
    ----------
    model : Model
    minimum : Minimum

    Returns
    -------
    array (n_entries + n_phases,)
        Of the vector's entries, then of the phases' scales; NaN for values that are at a limit or
        were not varied, and everywhere when there are no more independent values than parameters.
    """
    values, n_entries = minimum.values, len(minimum.values)
    curves = model.curves(values)
    scales = model.scale(curves)[0]
    errors = np.full(n_entries + len(scales), np.nan)
    from_limit = np.minimum(values - minimum.lower, minimum.upper - values)
    varied = [group for group in minimum.groups if from_limit[group[0]] >= 1e-3]
    present = np.flatnonzero(scales > 0)
    changes = model.curve_changes(values, varied) @ scales
    jacobian = np.column_stack([changes.T, curves[:, present]])
    n_independent = model.observation.independent
    if n_independent <= jacobian.shape[1]:
        return errors
    covariance = np.linalg.pinv(jacobian.T @ jacobian)
    # The target's norm is one, so Rw squared is the sum of the squared residuals.
    variance = minimum.rw**2 / (n_independent - jacobian.shape[1])
    sigma = np.sqrt(np.maximum(np.diag(covariance) * variance, 0.0))
    for group, value in zip(varied, sigma, strict=False):
        errors[group] = value
    errors[n_entries + present] = sigma[len(varied) :]
    return errors
