"""Standard errors and correlations at a minimum of least squares."""

from typing import NamedTuple

import numpy as np

from pdflearn.refinement.least_squares import Minimum
from pdflearn.refinement.model import Model
from pdflearn.simulation.parameters import SimulationError

AT_LIMIT = 1e-3  # in units of the vector
# A direction of lengths, angles and coordinates with a standard error of so many units of the
# vector by its slopes alone (0.3 % of a length) is looked at again: there slopes vanish (a
# tetragonal crystal as an orthorhombic one), and curvature tells.
WEAK = 0.3
GEOMETRIC = ("strain", "angle", "displacement")
FARTHEST = 10.0  # units of the vector: an error beyond tells nothing
N_BISECTIONS = 6


class Uncertainty(NamedTuple):
    """What is known of the values at a minimum.

    Parameters
    ----------
    errors : array (n_entries + n_phases,)
        Standard errors of the vector's entries, then of the phases' scales; NaN for values that
        are at a limit or were not varied, and everywhere when there are no more independent
        values than parameters.
    varied : tuple of int
        The entries and scales that the covariance is of.
    covariance : array (n_varied, n_varied)
    """

    errors: np.ndarray
    varied: tuple[int, ...]
    covariance: np.ndarray


class _Slopes(NamedTuple):
    """Products of the slopes of the curve by entries and scales."""

    entries: np.ndarray
    mixed: np.ndarray
    scales: np.ndarray

    @property
    def projected(self) -> np.ndarray:
        """The normal matrix of the entries, where scales follow them."""
        return self.entries - self.mixed @ np.linalg.pinv(self.scales) @ self.mixed.T


def uncertainty(model: Model, minimum: Minimum) -> Uncertainty:
    """Estimate standard errors and correlations from the slopes at the minimum.

    The curve counts as so many values as its range of r holds for q_max: points closer than
    pi / q_max are not independent. The scatter of each is the noise of the curve where that is
    known, or else what the fit leaves; never more than the latter.

    Parameters
    ----------
    model : Model
    minimum : Minimum
    """
    values, n_entries = minimum.values, len(minimum.values)
    from_limit = np.minimum(values - minimum.lower, minimum.upper - values)
    groups = [group for group in minimum.groups if from_limit[group[0]] >= AT_LIMIT]
    curves = model.curves(values)
    scales = model.scale(curves)[0]
    present = np.flatnonzero(scales > 0)
    errors = np.full(n_entries + len(scales), np.nan)
    basis = model.scale_basis(scales)
    variance = scatter(model, minimum, len(groups) + basis.shape[1])
    if variance is None or not basis.shape[1]:
        return Uncertainty(errors, (), np.empty((0, 0)))
    slopes = _slopes(model, minimum, groups, curves, scales, basis)
    of_entries = _covariance(model, minimum, groups, slopes.projected, variance)
    free_scales, turn = np.linalg.pinv(slopes.scales), basis[present]
    follow = -turn @ free_scales @ slopes.mixed.T
    of_scales = turn @ free_scales @ turn.T * variance + follow @ of_entries @ follow.T
    mixed = of_entries @ follow.T
    covariance = np.block([[of_entries, mixed], [mixed.T, of_scales]])
    sigma = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    sigma[: len(groups)][sigma[: len(groups)] > FARTHEST] = np.nan
    for group, value in zip(groups, sigma, strict=False):
        errors[group] = value
    errors[n_entries + present] = sigma[len(groups) :]
    _widen_sizes(model, minimum, errors, variance, len(groups) + basis.shape[1])
    firsts = [int(group[0]) for group in groups]
    varied = (*firsts, *(n_entries + int(k) for k in present))
    return Uncertainty(errors, varied, covariance)


def _widen_sizes(
    model: Model, minimum: Minimum, errors: np.ndarray, variance: float, n_free: int
) -> None:
    """Set errors of sizes and of q_damp that were refined together to those of the misfit.

    Both damp the curve, nearly alike: how they share the damping follows from its small details,
    which a spread of sizes or another shape change as well. The noise would tell errors far too
    small (platinum particles: 46.2 +- 1.1 for 37.4 angstrom).
    """
    q_damp = len(minimum.values) - 1
    sizes = [k for k, e in enumerate(model.vector.entries) if e.quantity == "inverse_diameter"]
    refined = [k for k in sizes if np.isfinite(errors[k])]
    if not refined or not any(q_damp in group for group in minimum.groups):
        return
    of_misfit = scatter(model, minimum, n_free, of_misfit=True)
    errors[[*refined, q_damp]] *= np.sqrt(of_misfit / variance)


def scatter(
    model: Model, minimum: Minimum, n_free: int, *, of_misfit: bool = False
) -> float | None:
    """The variance that stands for one independent value, in units of the normal matrix.

    Parameters
    ----------
    model : Model
    minimum : Minimum
    n_free : int
        Number of parameters.
    of_misfit : bool, default False
        Whether it is always that of what the fit leaves.

    Returns
    -------
    float or None
        None where there are no more independent values than parameters.
    """
    n = min(model.observation.independent, len(model.target))
    if n <= n_free:
        return None
    # The target's norm is one, so Rw squared is the sum of the squared residuals.
    misfit = minimum.rw**2 / (n - n_free)
    noise = model.relative_noise
    return misfit if noise is None or of_misfit else min(misfit, noise**2 / n)


def inverse_diameter_error(model: Model, minimum: Minimum, entry: int) -> float | None:
    """The standard error of one over a diameter by what the fit leaves, also at its limit.

    Parameters
    ----------
    model : Model
    minimum : Minimum
    entry : int
        Of the vector.

    Returns
    -------
    float or None
        1/angstrom; None where there are too few values.
    """
    from_limit = np.minimum(minimum.values - minimum.lower, minimum.upper - minimum.values)
    groups = [g for g in minimum.groups if from_limit[g[0]] >= AT_LIMIT and entry not in g]
    groups.append(np.array([entry]))
    curves = model.curves(minimum.values)
    scales = model.scale(curves)[0]
    basis = model.scale_basis(scales)
    variance = scatter(model, minimum, len(groups) + basis.shape[1], of_misfit=True)
    if variance is None or not basis.shape[1]:
        return None
    slopes = _slopes(model, minimum, groups, curves, scales, basis)
    covariance = np.linalg.pinv(slopes.projected, hermitian=True) * variance
    return float(np.sqrt(max(covariance[-1, -1], 0.0)) * model.vector.scales[entry])


def _slopes(
    model: Model,
    minimum: Minimum,
    groups: list[np.ndarray],
    curves: np.ndarray,
    scales: np.ndarray,
    basis: np.ndarray,
) -> _Slopes:
    changes = model.curve_changes(minimum.values, groups) @ scales
    changes = model.without_background(changes.T)
    seen = model.without_background(curves) @ basis
    return _Slopes(changes.T @ changes, changes.T @ seen, seen.T @ seen)


def _covariance(
    model: Model,
    minimum: Minimum,
    groups: list[np.ndarray],
    normal: np.ndarray,
    variance: float,
) -> np.ndarray:
    """The covariance of the entries: along weak directions as far as the misfit grows by one unit.

    Near a symmetric point, as of a tetragonal crystal that is refined as an orthorhombic one, the
    slopes along some direction vanish, and the sum of squares grows with its fourth power.
    """
    if not len(normal):
        return normal
    sizes, directions = np.linalg.eigh(0.5 * (normal + normal.T))
    # what the curve does not depend on at all has an error beyond any bound
    spreads = variance / np.maximum(sizes, max(1e-14 * float(sizes[-1]), variance * 1e-12))
    kinds = [model.vector.entries[group[0]].quantity in GEOMETRIC for group in groups]
    geometric = (directions[kinds] ** 2).sum(axis=0) > 0.5
    for k in np.flatnonzero(geometric & (spreads > WEAK**2)):
        reach = _reach(model, minimum, groups, directions[:, k], variance)
        spreads[k] = min(spreads[k], reach**2)
    return directions * spreads @ directions.T


def _reach(
    model: Model,
    minimum: Minimum,
    groups: list[np.ndarray],
    direction: np.ndarray,
    variance: float,
) -> float:
    """How far along a direction the sum of squares grows by the variance; units of the vector."""

    def growth(t: float) -> float:
        values = minimum.values.copy()
        for group, share in zip(groups, direction, strict=True):
            values[group] += t * share
        try:
            residuals = model.scale(model.curves(values))[1]
        except SimulationError:
            return np.inf
        return float(residuals @ residuals) - minimum.rw**2

    ends = []
    for sign in (1.0, -1.0):
        low, high = 0.0, FARTHEST
        for _ in range(N_BISECTIONS + 4):
            middle = 0.5 * (low + high) if low else 0.25 * high
            if growth(sign * middle) > variance:
                high = middle
            else:
                low = middle
        ends.append(0.5 * (low + high))
    return float(max(ends))
