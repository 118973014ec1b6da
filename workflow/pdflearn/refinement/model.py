"""The calculated curve of one phase or more, where the measured curve has its points."""

from functools import lru_cache
from itertools import combinations

import numpy as np
from numba import njit

from pdflearn.core.errors import PdflearnError
from pdflearn.measured.observation import MIN_LENGTH, R_MAX, Observation
from pdflearn.refinement.fraction_limits import FractionLimits, fractions_of
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import USUAL_RECIPE, Recipe
from pdflearn.refinement.vector import ParameterVector

# Curves of neighbours in a series differ by 0.8 % of the curve's root mean square to 20 angstrom,
# and as much in absolute terms to 40: set on the curves of SrFe2As2, measured every 6 K, so that
# the scatter of its parameters is no independent test of this number.
REPEATABILITY = 0.008


class RefinementError(PdflearnError):
    """A curve or structure that cannot be refined; says which and what to do."""


class Model:
    """G(r) of the phases for values of their parameters.

    Parameters
    ----------
    observation : Observation
        The measured curve.
    phases : list of Phase
        One, or those of a mixture.
    recipe : Recipe, optional
        What varies and what is fixed.

    Attributes
    ----------
    target : array (n_r,)
        The measured curve over its norm.
    norm : float
        The norm of the measured curve.
    vector : ParameterVector
        What each entry of `values` means.

    Raises
    ------
    RefinementError
        When the measured curve is zero or holds NaN.
    """

    def __init__(
        self, observation: Observation, phases: list[Phase], recipe: Recipe = USUAL_RECIPE
    ) -> None:
        self.observation = observation
        self.recipe = recipe
        self.phases = [phase.fresh(recipe) for phase in phases]
        self.norm = float(np.linalg.norm(observation.g))
        if not (np.isfinite(self.norm) and self.norm > 0):
            raise RefinementError(
                f"the measured curve is zero or holds NaN (its norm is {self.norm:g}); finite "
                "values that are not all zero are needed: check the columns of the file"
            )
        self._background = _background_columns(observation.r, recipe.background)
        self.target = observation.g / self.norm
        self._seen = self.without_background(self.target)
        self.vector = ParameterVector(observation, self.phases, recipe)
        shares = fractions_of(recipe)
        squares = [phase.mean_square for phase in self.phases]
        self.limits = FractionLimits(shares, squares) if shares else None

    def phase_curve(self, values: np.ndarray, index: int) -> np.ndarray:
        """Return one phase's curve at the points of the measured one: (n_r,)."""
        q_damp = self.vector.q_damp(values)
        params = self.vector.phase_parameters(values, index)
        r, g = self.phases[index].curve(params, q_damp, self.observation)
        return self.interpolation(r, self.observation.r).of(g)

    def curves(self, values: np.ndarray) -> np.ndarray:
        """Return the curves of all phases: (n_r, n_phases)."""
        return np.column_stack([self.phase_curve(values, k) for k in range(len(self.phases))])

    def curve_changes(self, values: np.ndarray, groups: list[np.ndarray]) -> np.ndarray:
        """Return the derivatives of the curves by entries that vary together.

        Parameters
        ----------
        values : array (n_entries,)
        groups : list of array
            Indices of the entries of each group.

        Returns
        -------
        array (n_groups, n_r, n_phases)
            Per unit of the vector.
        """
        changes = np.zeros((len(groups), len(self.target), len(self.phases)))
        q_damp = self.vector.q_damp(values)
        for index, (phase, entries) in enumerate(zip(self.phases, self.vector.slices, strict=True)):
            params = self.vector.phase_parameters(values, index)
            r, slopes = phase.slopes(params, q_damp, self.observation)
            slopes = self.interpolation(r, self.observation.r).of(slopes)
            own = [*range(entries.start, entries.stop), len(self.vector) - 1]
            slopes *= self.vector.scales[own, None]
            row_of = {entry: row for row, entry in enumerate(own)}
            for k, group in enumerate(groups):
                rows = [row_of[entry] for entry in group if entry in row_of]
                changes[k, :, index] = slopes[rows].sum(axis=0)
        return changes

    def residual_changes(self, curves: np.ndarray, changes: np.ndarray) -> np.ndarray:
        """Return the derivatives of the residuals, with the scales solved for at each step [1]_.

        Parameters
        ----------
        curves : array (n_r, n_phases)
        changes : array (n_groups, n_r, n_phases)
            Derivatives of the curves.

        Returns
        -------
        array (n_r, n_groups)

        References
        ----------
        .. [1] G. Golub and V. Pereyra, SIAM J. Numer. Anal. 10 (1973) 413.
        """
        scales, residuals = self.scale(curves)
        curves = self.without_background(curves)
        if self._background.shape[1]:
            within = self._background.T
            changes = changes - np.einsum("rb,gbp->grp", within.T, within @ changes)
        columns = changes @ scales
        basis = self.scale_basis(scales)
        if basis.shape[1]:
            seen = curves @ basis
            turned = (changes @ basis).transpose(0, 2, 1) @ -residuals - columns @ seen
            normal = seen.T @ seen
            inverse = np.linalg.pinv(normal, hermitian=True) if normal.size > 1 else 1.0 / normal
            columns = columns + turned @ inverse @ seen.T
        return columns.T

    def scale(self, curves: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Find the scales, none negative, that bring the curves closest to the measured one.

        Parameters
        ----------
        curves : array (n_r, n_phases)

        Returns
        -------
        scales : array (n_phases,)
        residuals : array (n_r,)
            Calculated minus measured, over the norm of the measured curve.
        """
        curves = self.without_background(curves)
        if curves.shape[1] == 1:
            c = curves[:, 0]
            scales = np.array([max(0.0, float(c @ self._seen) / max(float(c @ c), 1e-300))])
        elif self.limits is not None:
            scales = self.limits.scales(curves, self._seen)
        else:
            scales = nonnegative_scales(curves, self._seen)
        return scales, curves @ scales - self._seen

    def scale_basis(self, scales: np.ndarray) -> np.ndarray:
        """The directions in which the best scales may change: (n_phases, n_directions).

        A scale at zero stays there, and so do shares at a limit of the recipe.
        """
        if self.limits is not None:
            return self.limits.basis(scales)
        return np.eye(len(scales))[:, scales > 0]

    def background(self, curves: np.ndarray, scales: np.ndarray) -> np.ndarray:
        """Return the smooth background that is closest to what the phases leave: (n_r,).

        It is over the norm of the measured curve, as the target is.
        """
        columns = self._background
        return columns @ (columns.T @ (self.target - curves @ scales))

    def without_background(self, curves: np.ndarray) -> np.ndarray:
        """Curves (n_r, ...) less what the background can explain of them."""
        columns = self._background
        return curves - columns @ (columns.T @ curves) if columns.shape[1] else curves

    @property
    def known_noise(self) -> float | None:
        """The noise of the curve as an Rw, by its file or its tail; None where neither tells."""
        noise = self.observation.noise
        return None if noise is None else noise * float(np.sqrt(len(self.target))) / self.norm

    @property
    def repeatability(self) -> float:
        """How far a curve differs at least from a repeated one, as an Rw.

        Errors of F(Q) that are a share of it reach over all r alike.
        """
        near = self.target[self.observation.r <= max(R_MAX, self.observation.r[0] + MIN_LENGTH)]
        return REPEATABILITY * float(np.linalg.norm(near) * np.sqrt(len(self.target) / len(near)))

    def interpolation(self, r: np.ndarray, x: np.ndarray) -> "Interpolation":
        """Return what takes a curve on the even grid r to the points x.

        It is kept: all structures are compared with a measured curve at the same points.
        """
        return _kept_interpolation(len(r), float(r[0]), float(r[-1]), x.tobytes())


def _background_columns(r: np.ndarray, n: int) -> np.ndarray:
    """Orthonormal polynomials on the range of r: (n_r, n)."""
    x = np.polynomial.legendre.legvander(2 * (r - r[0]) / (r[-1] - r[0]) - 1, max(n - 1, 0))
    return np.linalg.qr(x)[0][:, :n]


class Interpolation:
    """Lagrange's interpolation through the six nearest points of an even grid.

    With 0.4 / q_max between grid points the highest frequency is met to one part in 10,000. Near
    the ends of r the six points lie to one side.

    Parameters
    ----------
    r : array (n_r,)
        An even grid.
    x : array (n_x,)
        Points within the grid.

    Examples
    --------
    >>> r = np.linspace(0.0, 1.0, 11)
    >>> between = Interpolation(r, np.array([0.55]))
    >>> round(float(between.of(r**5)[0] - 0.55**5), 12)
    0.0
    """

    def __init__(self, r: np.ndarray, x: np.ndarray) -> None:
        position = (x - r[0]) / ((r[-1] - r[0]) / (len(r) - 1))
        first = np.clip(np.floor(position).astype(np.int64) - 2, 0, len(r) - 6)
        nodes = np.arange(6)
        distance = position - first - nodes[:, None]
        self._first = first
        self._weights = np.empty((len(x), 6))
        for k in nodes:
            others = nodes != k
            self._weights[:, k] = distance[others].prod(axis=0) / (k - nodes[others]).prod()

    def of(self, curves: np.ndarray) -> np.ndarray:
        """Interpolate curves (..., n_r) to the points: (..., n_x)."""
        rows = np.ascontiguousarray(curves).reshape(-1, curves.shape[-1])
        values = _weighted(rows, self._first, self._weights)
        return values.reshape(*curves.shape[:-1], len(self._first))


@njit(cache=True)
def _weighted(rows: np.ndarray, first: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Sums of six neighbours of each row (n, n_r), from these on: (n, n_x)."""
    values = np.empty((rows.shape[0], first.size))
    for row in range(rows.shape[0]):
        for k in range(first.size):
            total = 0.0
            for node in range(6):
                total += rows[row, first[k] + node] * weights[k, node]
            values[row, k] = total
    return values


@lru_cache(maxsize=8)
def _kept_interpolation(n_r: int, first: float, last: float, points: bytes) -> Interpolation:
    return Interpolation(np.linspace(first, last, n_r), np.frombuffer(points))


def nonnegative_scales(curves: np.ndarray, target: np.ndarray) -> np.ndarray:
    """Find the scales, none negative, that bring the sum of curves closest to a target.

    They are those of the least squares of some of the curves alone, and a mixture has few.

    Parameters
    ----------
    curves : array (n_r, n_phases)
    target : array (n_r,)

    Returns
    -------
    array (n_phases,)

    Examples
    --------
    >>> nonnegative_scales(np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([2.0, -1.0])).round(6)
    array([2., 0.])
    """
    n_phases = curves.shape[1]
    best, least = np.zeros(n_phases), float(target @ target)
    for n in range(n_phases, 0, -1):
        for present in combinations(range(n_phases), n):
            scales = np.zeros(n_phases)
            scales[list(present)] = np.linalg.lstsq(curves[:, present], target, rcond=None)[0]
            rest = curves @ scales - target
            if scales.min() >= 0 and rest @ rest < least:
                best, least = scales, float(rest @ rest)
        if n == n_phases and best.any():
            break  # nothing is closer than all of them
    return best
