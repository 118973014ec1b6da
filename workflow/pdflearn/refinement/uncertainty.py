"""Standard errors and correlations at a minimum of least squares."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from pdflearn.refinement.least_squares import Minimum
from pdflearn.refinement.model import Model
from pdflearn.refinement.residual_spectrum import ResidualSpectrum
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


class Slopes(NamedTuple):
    """Derivatives of the curve by entries, with the scales solved for, and by scales.

    Parameters
    ----------
    entries : array (n_groups, n_r)
    scales : array (n_directions, n_r)
        By the directions in which the scales may change.
    follow : array (n_directions, n_groups)
        How the scales change with the entries.
    """

    entries: np.ndarray
    scales: np.ndarray
    follow: np.ndarray


def uncertainty(model: Model, minimum: Minimum) -> Uncertainty:
    """Estimate standard errors and correlations from the slopes at the minimum.

    The curve counts as so many values as its range of r holds for q_max: points closer than
    pi / q_max are not independent. How far each is off is the noise of a repeated measurement, see
    `noise_level`, or what the fit leaves where that is less; where in Q and r the errors lie, see
    `residual_spectrum`.

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
    if not basis.shape[1]:
        return Uncertainty(errors, (), np.empty((0, 0)))
    spectrum = spectrum_of(model, curves)
    n_free = len(groups) + basis.shape[1]
    misfit = misfit_variance(model, minimum.rw, n_free)
    if misfit is None:
        return Uncertainty(errors, (), np.empty((0, 0)))
    noise = noise_level(model, spectrum, minimum.rw, n_free)
    variance = min(misfit, noise**2 / _n_independent(model))
    slopes = slopes_of(model, values, groups, curves, scales, basis)
    of_entries, weak = inverse_of(
        slopes.entries @ slopes.entries.T,
        is_geometric(model, groups),
        variance,
        lambda direction: _growth(model, minimum, groups, direction),
    )
    of_scales = np.linalg.pinv(slopes.scales @ slopes.scales.T, hermitian=True)
    inverse = block_diagonal(of_entries, of_scales)
    products = spectrum.products(np.vstack([slopes.entries, slopes.scales]), variance / misfit)
    covariance = variance * inverse @ products @ inverse
    covariance[: len(groups), : len(groups)] += weak
    turn = basis[present]
    turn_all = np.block(
        [
            [np.eye(len(groups)), np.zeros((len(groups), basis.shape[1]))],
            [turn @ slopes.follow, turn],
        ]
    )
    covariance = turn_all @ covariance @ turn_all.T
    sigma = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    sigma[: len(groups)][sigma[: len(groups)] > FARTHEST] = np.nan
    for group, value in zip(groups, sigma, strict=False):
        errors[group] = value
    errors[n_entries + present] = sigma[len(groups) :]
    refined = sizes_and_q_damp(model, errors)
    errors[refined] *= float(np.sqrt(misfit / variance))
    firsts = [int(group[0]) for group in groups]
    varied = (*firsts, *(n_entries + int(k) for k in present))
    return Uncertainty(errors, varied, covariance)


def sizes_and_q_damp(model: Model, errors: np.ndarray) -> list[int]:
    """The entries of sizes and of q_damp where they were refined together, else none.

    Both damp the curve, nearly alike: how they share the damping follows from its small details,
    which a spread of sizes or another shape change as well. The noise would tell errors far too
    small (platinum particles: 46.2 +- 1.1 for 37.4 angstrom), so they have those of the misfit.

    Parameters
    ----------
    model : Model
    errors : array
        Standard errors of the vector's entries; NaN where nothing was refined.
    """
    q_damp = len(model.vector) - 1
    sizes = [k for k, e in enumerate(model.vector.entries) if e.quantity == "inverse_diameter"]
    refined = [k for k in sizes if np.isfinite(errors[k])]
    return [*refined, q_damp] if refined and np.isfinite(errors[q_damp]) else []


def misfit_variance(model: Model, rw: float, n_free: int) -> float | None:
    """The variance of an independent value by what a fit leaves, in units of the normal matrix.

    Parameters
    ----------
    model : Model
    rw : float
        Of the fit.
    n_free : int
        Number of parameters.

    Returns
    -------
    float or None
        None where there are no more independent values than parameters.
    """
    n = _n_independent(model)
    # The target's norm is one, so Rw squared is the sum of the squared residuals.
    return rw**2 / (n - n_free) if n > n_free else None


def noise_level(model: Model, spectrum: ResidualSpectrum, rw: float, n_free: int) -> float:
    """How far a repeated measurement would differ from a curve, as an Rw.

    Not more than the noise that the file or its tail tells, nor than what the fit leaves at high Q,
    where the signal is least and counting noise most; and not less than measurements repeat.

    Parameters
    ----------
    model : Model
    spectrum : ResidualSpectrum
        Of what the fit leaves.
    rw : float
        Of the fit.
    n_free : int
        Number of parameters.
    """
    n = _n_independent(model)
    at_high_q = rw * np.sqrt(spectrum.high_q_share * n / max(n - n_free, 1.0))
    known = model.known_noise
    highest = at_high_q if known is None else min(known, at_high_q)
    return float(max(highest, model.repeatability))


def spectrum_of(model: Model, curves: np.ndarray) -> ResidualSpectrum:
    """The spectrum of what curves (n_r, n_phases) leave with their best scales."""
    return ResidualSpectrum(model.observation.r, model.scale(curves)[1], model.observation.q_max)


def _n_independent(model: Model) -> float:
    return min(model.observation.independent, len(model.target))


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
    variance = misfit_variance(model, minimum.rw, len(groups) + basis.shape[1])
    if variance is None or not basis.shape[1]:
        return None
    slopes = slopes_of(model, minimum.values, groups, curves, scales, basis)
    inverse = np.linalg.pinv(slopes.entries @ slopes.entries.T, hermitian=True)
    covariance = variance * inverse @ spectrum_of(model, curves).products(slopes.entries) @ inverse
    return float(np.sqrt(max(covariance[-1, -1], 0.0)) * model.vector.scales[entry])


def slopes_of(
    model: Model,
    values: np.ndarray,
    groups: list[np.ndarray],
    curves: np.ndarray,
    scales: np.ndarray,
    basis: np.ndarray,
) -> Slopes:
    """Derivatives of the curve at a minimum.

    Parameters
    ----------
    model : Model
    values : array (n_entries,)
    groups : list of array
        Entries that vary together.
    curves : array (n_r, n_phases)
        Of the values.
    scales : array (n_phases,)
        The best ones.
    basis : array (n_phases, n_directions)
        The directions in which they may change.
    """
    changes = model.curve_changes(values, groups) @ scales
    changes = model.without_background(changes.T).T
    seen = (model.without_background(curves) @ basis).T
    follow = -np.linalg.pinv(seen @ seen.T, hermitian=True) @ seen @ changes.T
    return Slopes(changes + follow.T @ seen, seen, follow)


def is_geometric(model: Model, groups: list[np.ndarray]) -> list[bool]:
    """Whether each group is of lengths, angles or coordinates."""
    return [model.vector.entries[group[0]].quantity in GEOMETRIC for group in groups]


def inverse_of(
    normal: np.ndarray,
    geometric: list[bool],
    variance: float,
    growth_along: Callable[[np.ndarray], Callable[[float], float]],
) -> tuple[np.ndarray, np.ndarray]:
    """The inverse of a normal matrix, and the covariance of weak directions.

    Near a symmetric point, as of a tetragonal crystal that is refined as an orthorhombic one, the
    slopes along some direction vanish, and the sum of squares grows with its fourth power. Such
    directions are uncertain as far as the misfit grows by one unit of the variance, and not in the
    inverse.

    Parameters
    ----------
    normal : array (n, n)
    geometric : list of n bool
        See `is_geometric`.
    variance : float
        Of an independent value, in units of the normal matrix.
    growth_along : callable
        Direction (n,) -> how the sum of squares grows along it.
    """
    if not len(normal):
        return np.empty((0, 0)), np.empty((0, 0))
    sizes, directions = np.linalg.eigh(0.5 * (normal + normal.T))
    # what the curve does not depend on at all has an error beyond any bound
    inverse = 1.0 / np.maximum(sizes, max(1e-14 * float(sizes[-1]), variance * 1e-12))
    in_lengths = (directions[geometric] ** 2).sum(axis=0) > 0.5
    spreads = np.zeros(len(sizes))
    for k in np.flatnonzero(in_lengths & (variance * inverse > WEAK**2)):
        reach = _reach(growth_along(directions[:, k]), variance)
        spreads[k] = min(variance * inverse[k], reach**2)
        inverse[k] = 0.0
    return directions * inverse @ directions.T, directions * spreads @ directions.T


def block_diagonal(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """A matrix with two on its diagonal."""
    n = len(first)
    result = np.zeros((n + len(second),) * 2)
    result[:n, :n], result[n:, n:] = first, second
    return result


def _growth(
    model: Model, minimum: Minimum, groups: list[np.ndarray], direction: np.ndarray
) -> Callable[[float], float]:
    """How the sum of squares grows along a direction."""

    def growth(t: float) -> float:
        values = minimum.values.copy()
        for group, share in zip(groups, direction, strict=True):
            values[group] += t * share
        residuals = model.scale(model.curves(values))[1]
        return float(residuals @ residuals) - minimum.rw**2

    return growth


def _reach(growth: Callable[[float], float], variance: float) -> float:
    """How far along a direction the sum of squares grows by the variance; units of the vector."""

    def beyond(t: float) -> bool:
        try:
            return growth(t) > variance
        except SimulationError:
            return True

    ends = []
    for sign in (1.0, -1.0):
        low, high = 0.0, FARTHEST
        for _ in range(N_BISECTIONS + 4):
            middle = 0.5 * (low + high) if low else 0.25 * high
            if beyond(sign * middle):
                high = middle
            else:
                low = middle
        ends.append(0.5 * (low + high))
    return float(max(ends))
