"""The grid of distances r on which patterns are compared."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Grid:
    """An even grid of r.

    Attributes
    ----------
    r_min, r_max : float
        First point, and the limit of the last one, in angstrom.
    r_step : float
        Distance of neighbouring points, in angstrom.

    Examples
    --------
    >>> grid = Grid(r_min=1.0, r_max=2.0, r_step=0.25)
    >>> grid.points
    5
    >>> grid.r
    array([1.  , 1.25, 1.5 , 1.75, 2.  ])
    """

    r_min: float
    r_max: float
    r_step: float

    @property
    def points(self) -> int:
        """How many points the grid has; r_max is among them where the steps hit it."""
        return int(np.floor((self.r_max - self.r_min) / self.r_step + 1e-6)) + 1

    @property
    def r(self) -> np.ndarray:
        """The points r_min, r_min + r_step, ... in angstrom."""
        return self.r_min + self.r_step * np.arange(self.points)
