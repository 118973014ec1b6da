"""Other looks at the patterns that a network learns from: each stage sees them anew."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from pdflearn.simulation.shape import spherical_shape

# A shortened pattern ends at such an r, or is that of a sphere of such a diameter (angstrom; drawn
# evenly in the logarithm).
ENDS = (8.0, 20.0)
DIAMETERS = (10.0, 30.0)


@dataclass(frozen=True)
class Augmentation:
    """One look at each of n patterns.

    Attributes
    ----------
    stretch : array (n,)
        Factors of all distances.
    end : array (n,)
        Nothing was measured beyond this r (angstrom); infinite for most.
    diameter : array (n,)
        Of a spherical particle (angstrom); infinite for most.
    """

    stretch: np.ndarray
    end: np.ndarray
    diameter: np.ndarray

    @classmethod
    def draw(cls, n: int, jitter: float, shortened: float, random: np.random.Generator) -> Self:
        """Draw looks.

        Parameters
        ----------
        n : int
        jitter : float
            Standard deviation of the logarithm of the stretch.
        shortened : float
            Share of the patterns of which less is seen: half of these end early, half are those of
            small particles.
        random : Generator
        """
        stretch = np.exp(random.normal(0.0, jitter, n))
        end, diameter = np.full(n, np.inf), np.full(n, np.inf)
        if shortened:
            kind = random.random(n)
            for values, (low, high), rows in (
                (end, ENDS, kind < shortened / 2),
                (diameter, DIAMETERS, (kind >= shortened / 2) & (kind < shortened)),
            ):
                values[rows] = np.exp(random.uniform(np.log(low), np.log(high), rows.sum()))
        return cls(stretch, end, diameter)

    def shorten(self, patterns: np.ndarray, rows: slice, r: np.ndarray) -> np.ndarray:
        """The patterns (m, points) of these rows as far as they are seen, at r (points,)."""
        end, diameter = self.end[rows], self.diameter[rows]
        changed = np.flatnonzero(np.isfinite(end) | np.isfinite(diameter))
        seen = np.array(patterns)
        sphere = spherical_shape(r, diameter[changed, None])
        shape = np.where(r <= end[changed, None], sphere, 0.0)
        seen[changed] *= shape.astype(seen.dtype)
        return seen
