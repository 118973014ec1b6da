"""Standard errors of parameters that several curves share.

The curves are weighed by w_k, and each has errors of its own size and spectrum. With S_k the
derivatives of curve k by all values, the covariance of what least squares finds is

    A^-1 (sum_k w_k^4 S_k' C_k S_k) A^-1,    A = sum_k w_k^2 S_k' S_k

where C_k is the covariance of the errors of curve k, as `uncertainty` knows it of a single fit. The
scales of each curve follow from the values and from its own errors.
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from pdflearn.refinement.cache import Solution
from pdflearn.refinement.model import Model
from pdflearn.refinement.uncertainty import (
    FARTHEST,
    Slopes,
    inverse_of,
    misfit_variance,
    noise_level,
    sizes_and_q_damp,
    slopes_of,
    spectrum_of,
)


class CurveAtMinimum(NamedTuple):
    """One of the curves where least squares of all ended.

    Parameters
    ----------
    model : Model
    vector : array (n_entries,)
    groups : list of n_groups arrays
        Entries that vary together.
    turn : array (n_groups, n)
        Derivatives of the groups by all values.
    weight : float
        Of the curve's residuals.
    """

    model: Model
    vector: np.ndarray
    groups: list[np.ndarray]
    turn: np.ndarray
    weight: float


class _Known(NamedTuple):
    """What is known of a curve: slopes by all free values, and the errors of its points."""

    slopes: Slopes
    by_values: np.ndarray
    basis: np.ndarray
    present: np.ndarray
    products: np.ndarray
    variance: float
    misfit: float


def linked_uncertainty(
    curves: Sequence[CurveAtMinimum],
    free: np.ndarray,
    geometric: Sequence[bool],
    growth_along: Callable[[np.ndarray], Callable[[float], float]],
) -> tuple[np.ndarray, list[Solution]]:
    """The covariance of all values, and what is known of each curve's own.

    Parameters
    ----------
    curves : sequence of CurveAtMinimum
    free : array of int
        The values that are at no limit.
    geometric : sequence of n bool
        Whether each value is a length, an angle or a coordinate.
    growth_along : callable
        Direction among the free values -> how the weighed sum of squares grows along it.

    Returns
    -------
    covariance : array (n, n)
        NaN for values at a limit, and everywhere where a curve holds too few independent values.
    solutions : list of Solution
        One for each curve.
    """
    n = curves[0].turn.shape[1]
    unknown = np.full((n, n), np.nan)
    known = _known(curves, free)
    if known is None:
        errors = [np.full(len(c.vector) + len(c.model.phases), np.nan) for c in curves]
        solutions = [Solution(c.vector, e) for c, e in zip(curves, errors, strict=True)]
        return unknown, solutions
    weights = np.array([curve.weight for curve in curves])
    normal = _normal(known, weights)
    mean = float(np.mean(weights**2 * [item.variance for item in known]))
    inverse, weak = inverse_of(normal, [geometric[k] for k in free], mean, growth_along)
    n_free = len(free)
    meat = sum(
        w**4 * item.variance * item.products[:n_free, :n_free]
        for w, item in zip(weights, known, strict=True)
    )
    of_free = inverse @ meat @ inverse + weak
    solutions = [
        _solution(curve, item, free, of_free, inverse)
        for curve, item in zip(curves, known, strict=True)
    ]
    _widen_sizes(curves, known, solutions)
    unknown[np.ix_(free, free)] = of_free
    return unknown, solutions


def _known(curves: Sequence[CurveAtMinimum], free: np.ndarray) -> list[_Known] | None:
    """Slopes and errors of all curves; None where one has too few independent values."""
    slopes, by_values, bases, presents, calculated = [], [], [], [], []
    for curve in curves:
        model = curve.model
        calculated.append(model.curves(curve.vector))
        scales = model.scale(calculated[-1])[0]
        bases.append(model.scale_basis(scales))
        presents.append(np.flatnonzero(scales > 0))
        slopes.append(
            slopes_of(model, curve.vector, curve.groups, calculated[-1], scales, bases[-1])
        )
        by_values.append(curve.turn[:, free].T @ slopes[-1].entries)
    weights = [curve.weight for curve in curves]
    products = [w**2 * rows @ rows.T for w, rows in zip(weights, by_values, strict=True)]
    inverse = np.linalg.pinv(np.sum(products, axis=0), hermitian=True)
    known = []
    for k, curve in enumerate(curves):
        model = curve.model
        # how many of the values this curve determines: its share of the trace, all in all n
        n_values = float(np.trace(inverse @ products[k])) + bases[k].shape[1]
        rw = float(np.linalg.norm(model.scale(calculated[k])[1]))
        misfit = misfit_variance(model, rw, n_values)
        if misfit is None:
            return None
        spectrum = spectrum_of(model, calculated[k])
        independent = min(model.observation.independent, len(model.target))
        variance = min(misfit, noise_level(model, spectrum, rw, n_values) ** 2 / independent)
        rows = np.vstack([by_values[k], slopes[k].scales])
        of_rows = spectrum.products(rows, variance / misfit)
        known.append(
            _Known(slopes[k], by_values[k], bases[k], presents[k], of_rows, variance, misfit)
        )
    return known


def _normal(known: Sequence[_Known], weights: np.ndarray) -> np.ndarray:
    return np.sum(
        [w**2 * k.by_values @ k.by_values.T for w, k in zip(weights, known, strict=True)], axis=0
    )


def _solution(
    curve: CurveAtMinimum,
    known: _Known,
    free: np.ndarray,
    of_free: np.ndarray,
    inverse: np.ndarray,
) -> Solution:
    """Errors and covariance of one curve's entries and scales."""
    n_entries, n_groups, n_free = len(curve.vector), len(curve.groups), len(free)
    slopes, present = known.slopes, known.present
    of_scales = np.linalg.pinv(slopes.scales @ slopes.scales.T, hermitian=True)
    products = known.variance * known.products
    across = curve.weight**2 * inverse @ products[:n_free, n_free:] @ of_scales
    own = of_scales @ products[n_free:, n_free:] @ of_scales
    covariance = np.block([[of_free, across], [across.T, own]])
    turned, basis = curve.turn[:, free], known.basis[present]
    turn = np.block(
        [
            [turned, np.zeros((n_groups, known.basis.shape[1]))],
            [basis @ slopes.follow @ turned, basis],
        ]
    )
    covariance = turn @ covariance @ turn.T
    sigma = np.sqrt(np.maximum(np.diag(covariance), 0.0))
    sigma[:n_groups][(sigma[:n_groups] > FARTHEST) | ~turned.any(axis=1)] = np.nan
    errors = np.full(n_entries + len(curve.model.phases), np.nan)
    for group, value in zip(curve.groups, sigma, strict=False):
        errors[group] = value
    errors[n_entries + present] = sigma[n_groups:]
    firsts = [int(group[0]) for group in curve.groups]
    varied = (*firsts, *(n_entries + int(k) for k in present))
    kept = np.flatnonzero(np.isfinite(sigma))
    return Solution(
        curve.vector, errors, tuple(varied[k] for k in kept), covariance[np.ix_(kept, kept)]
    )


def _widen_sizes(
    curves: Sequence[CurveAtMinimum], known: Sequence[_Known], solutions: Sequence[Solution]
) -> None:
    """Sizes and q_damp have errors of the misfit where all curves refine both, see `uncertainty`.

    One curve with a known q_damp tells a size that it shares with others.
    """
    refined = [sizes_and_q_damp(c.model, s.errors) for c, s in zip(curves, solutions, strict=True)]
    if all(refined):
        by = max(float(np.sqrt(item.misfit / item.variance)) for item in known)
        for entries, solution in zip(refined, solutions, strict=True):
            solution.errors[entries] *= by
