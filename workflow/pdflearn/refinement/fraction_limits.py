"""Shares of the phases of a mixture that a recipe fixes or bounds.

With its scale s_i and the square w_i = <b_i>^2 of its mean scattering length, see `fractions`,
phase i has the share c_i = (s_i / w_i) / sum_j (s_j / w_j). So c_i <= h is linear in the scales,
(h sum_j s_j / w_j) - s_i / w_i >= 0, and so is each other limit. Phases are few, and so are
their limits: least squares with each set of limits that may be active finds the best scales.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np

from pdflearn.refinement.recipe import Recipe, RecipeError, is_fraction

SLACK = 1e-9  # of the largest scale's amount: rounding of a limit that is active


def fractions_of(recipe: Recipe) -> dict[str, tuple[float, float]]:
    """The least and the greatest share of each phase that a recipe limits.

    Parameters
    ----------
    recipe : Recipe

    Returns
    -------
    dict
        Name, "1_fraction" and so on -> both limits; they are equal for a share that is fixed.

    Raises
    ------
    RecipeError
        For a share outside 0 to 1.

    Examples
    --------
    >>> fractions_of(Recipe(fixed={"1_fraction": 0.3}, bounds={"2_fraction": (0.1, 0.5), "1_a": (3, 4)}))
    {'1_fraction': (0.3, 0.3), '2_fraction': (0.1, 0.5)}
    """  # noqa: E501
    known = {name: (value, value) for name, value in recipe.fixed.items() if is_fraction(name)}
    known |= {name: pair for name, pair in recipe.bounds.items() if is_fraction(name)}
    for name, (low, high) in known.items():
        if not 0.0 <= low <= high <= 1.0:
            raise RecipeError(f"{name} = {low:g} to {high:g}; a share is from 0 to 1")
    return known


class FractionLimits:
    """Limits of the shares of a mixture's phases, as limits of their scales.

    Parameters
    ----------
    limits : mapping
        As `fractions_of` returns them.
    squares : sequence of float
        <b>^2 of each phase, on any scale.

    Raises
    ------
    RecipeError
        For shares of phases that are not there, or that cannot add up to one.

    Examples
    --------
    Of two curves the second one may have a quarter of the atoms at most:

    >>> limits = FractionLimits({"2_fraction": (0.0, 0.25)}, [1.0, 1.0])
    >>> limits.scales(np.eye(2), np.array([3.0, 2.0])).round(6)
    array([3.3, 1.1])
    """

    def __init__(self, limits: Mapping[str, tuple[float, float]], squares: Sequence[float]) -> None:
        n = len(squares)
        shares = {int(name.partition("_")[0]) - 1: pair for name, pair in limits.items()}
        self._require_possible(limits, shares, n)
        self._shares, self._amounts = shares, 1.0 / np.asarray(squares, dtype=float)
        self.n_fixed = sum(low == high for low, high in shares.values())
        amounts = self._amounts
        equal, at_least = [], [np.eye(n)[k] for k in range(n)]
        for k, (low, high) in shares.items():
            if low == high:
                equal.append(amounts * (np.eye(n)[k] - low))
                continue
            at_least.append(amounts * (np.eye(n)[k] - low))
            at_least.append(amounts * (high - np.eye(n)[k]))
        self._equal = np.array(equal).reshape(-1, n)
        self._at_least = np.array([row for row in at_least if row.min() < 0 or row.max() > 0])

    @staticmethod
    def _require_possible(
        limits: Mapping[str, tuple[float, float]],
        shares: Mapping[int, tuple[float, float]],
        n: int,
    ) -> None:
        if n < 2 or max(shares) >= n:
            have = "one phase" if n < 2 else f"{n} phases"
            raise RecipeError(f"{', '.join(limits)}: there is no such share; the fit has {have}")
        lows = sum(low for low, _ in shares.values())
        highs = sum(shares[k][1] if k in shares else 1.0 for k in range(n))
        if lows > 1 + SLACK or highs < 1 - SLACK:
            raise RecipeError(f"{', '.join(limits)}: these shares cannot add up to one")

    def scales(self, curves: np.ndarray, target: np.ndarray) -> np.ndarray:
        """The scales within the limits that bring the sum of curves closest to a target.

        Parameters
        ----------
        curves : array (n_r, n_phases)
        target : array (n_r,)
        """
        n = curves.shape[1]
        best, least = np.zeros(n), float(target @ target)
        for n_active in range(n):
            for active in combinations(range(len(self._at_least)), n_active):
                basis = _free_directions(np.vstack([self._equal, self._at_least[list(active)]]))
                if not basis.shape[1]:
                    continue
                along = np.linalg.lstsq(curves @ basis, target, rcond=None)[0]
                scales = basis @ along
                rest = curves @ scales - target
                if float(rest @ rest) < least and self._hold(scales):
                    best, least = np.maximum(scales, 0.0), float(rest @ rest)
        return best

    def basis(self, scales: np.ndarray) -> np.ndarray:
        """The directions in which scales may change while active limits stay so: (n_phases, n)."""
        active = self._at_least @ scales <= self._slack(scales)
        return _free_directions(np.vstack([self._equal, self._at_least[active]]))

    def at_limits(self, scales: np.ndarray) -> tuple[str, ...]:
        """Names of the shares that are bounded and at a limit."""
        fixed = [k for k, (low, high) in self._shares.items() if low == high]
        return tuple(
            f"{k + 1}_fraction" for k in self.held(scales) if k in self._shares and k not in fixed
        )

    def held(self, scales: np.ndarray) -> tuple[int, ...]:
        """Indices of the phases whose share is fixed, at a limit, or what others leave."""
        basis = self.basis(scales)
        amounts = self._amounts * scales
        total = amounts.sum()
        if not total > 0:
            return ()
        share = amounts / total
        slopes = (np.eye(len(share)) - share[:, None]) * (self._amounts / total) @ basis
        typical = np.abs(self._amounts / total).max()
        return tuple(np.flatnonzero(np.abs(slopes).max(axis=1, initial=0.0) < 1e-6 * typical))

    def _hold(self, scales: np.ndarray) -> bool:
        return bool((self._at_least @ scales >= -self._slack(scales)).all())

    def _slack(self, scales: np.ndarray) -> np.ndarray:
        return SLACK * np.abs(self._at_least).max(axis=1) * (np.abs(scales).max() + 1e-300)


def _free_directions(rows: np.ndarray) -> np.ndarray:
    """Orthonormal directions that leave all rows at zero: (n, n - rank)."""
    if not len(rows):
        return np.eye(rows.shape[1])
    from scipy.linalg import null_space  # few recipes limit shares

    return null_space(rows / np.linalg.norm(rows, axis=1, keepdims=True), rcond=1e-10)
