"""Random changes of training patterns: data augmentation for networks."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from pdflearn.simulation.shape import spherical_shape

# Where a truncated pattern ends, and the diameter of a small particle (angstrom; both drawn evenly
# in the logarithm).
ENDS = (8.0, 20.0)
DIAMETERS = (10.0, 30.0)


@dataclass(frozen=True)
class Augmentation:
    """One random change for each of n patterns.

    Attributes
    ----------
    stretch : array (n,)
        Factor of all distances.
    end : array (n,)
        Largest r that was measured, in angstrom; infinite for most.
    diameter : array (n,)
        Diameter of a spherical particle, in angstrom; infinite for most.

    See Also
    --------
    pdflearn.models.pattern_models.PatternClassifier : Draws one for each learning rate.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> augmentation = Augmentation.draw(1000, 0.02, 0.3, random)
    >>> round(float(np.log(augmentation.stretch).std()), 2)
    0.02
    >>> changed = np.isfinite(augmentation.end) | np.isfinite(augmentation.diameter)
    >>> round(float(changed.mean()), 1)
    0.3
    """

    stretch: np.ndarray
    end: np.ndarray
    diameter: np.ndarray

    @classmethod
    def draw(
        cls, n: int, stretch_std: float, truncated_fraction: float, random: np.random.Generator
    ) -> Self:
        """Draw a change for each of n patterns.

        Parameters
        ----------
        n : int
        stretch_std : float
            Standard deviation of the logarithm of the stretch.
        truncated_fraction : float
            Fraction of the patterns that show less: half of these end early, half are those of
            small particles.
        random : Generator
        """
        stretch = np.exp(random.normal(0.0, stretch_std, n))
        end, diameter = np.full(n, np.inf), np.full(n, np.inf)
        if truncated_fraction:
            u = random.random(n)
            half = truncated_fraction / 2
            for values, (low, high), rows in (
                (end, ENDS, u < half),
                (diameter, DIAMETERS, (u >= half) & (u < truncated_fraction)),
            ):
                values[rows] = np.exp(random.uniform(np.log(low), np.log(high), rows.sum()))
        return cls(stretch, end, diameter)

    @classmethod
    def cuts(
        cls, n: int, truncated_fraction: float, r_max: float, random: np.random.Generator
    ) -> Self:
        """Draw where each of n patterns ends, and nothing that changes a number learned from it.

        Parameters
        ----------
        n : int
        truncated_fraction : float
            Fraction of the patterns that end early.
        r_max : float
            The end of the grid, in angstrom: a cut one ends between the lowest of `ENDS` and here.
        random : Generator

        Examples
        --------
        >>> cuts = Augmentation.cuts(1000, 0.3, 30.0, np.random.default_rng(0))
        >>> round(float(np.isfinite(cuts.end).mean()), 1), bool(np.isinf(cuts.diameter).all())
        (0.3, True)
        """
        end, cut = np.full(n, np.inf), random.random(n) < truncated_fraction
        limits = np.log([min(ENDS[0], r_max), r_max])
        end[cut] = np.exp(random.uniform(*limits, cut.sum()))
        return cls(np.ones(n), end, np.full(n, np.inf))

    def truncate(self, patterns: np.ndarray, rows: slice, r: np.ndarray) -> np.ndarray:
        """Cut and damp patterns; the stretch is left to the features.

        Parameters
        ----------
        patterns : array (m, points)
            The patterns of these rows.
        rows : slice
            Which of the n patterns they are.
        r : array (points,)
            Their grid, in angstrom.

        Returns
        -------
        array (m, points)
            A copy.
        """
        end, diameter = self.end[rows], self.diameter[rows]
        result = np.array(patterns)
        cut, small = np.flatnonzero(np.isfinite(end)), np.flatnonzero(np.isfinite(diameter))
        result[cut] *= r <= end[cut, None]
        result[small] *= spherical_shape(r, diameter[small, None]).astype(result.dtype)
        return result
