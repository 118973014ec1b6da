"""Crystals as arrays, where thousands are made and an object for each atom would take too long."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import ClassVar

import numpy as np


@dataclass
class Crystal:
    """The whole cell of a crystal whose atoms have no displacement parameters.

    `structure.structure_of_crystal` makes the container of it that refinements and simulations
    take.

    Attributes
    ----------
    cell : sequence of six float
        a, b, c in angstrom and alpha, beta, gamma in degrees.
    symbols : array (n,) of str
    xyz : array (n, 3)
        Fractions of the cell.
    occupancy : array (n,)
    orbits : array (n,) of int
        The same number for atoms that are equivalent by symmetry.
    title : str
    warnings : list of str
    shortest : float or None
        Shortest distance between atoms on different sites in angstrom, where it is known.
    group_number : int or None
        Number of the space group, where it is known.
    """

    cell: Sequence[float]
    symbols: np.ndarray
    xyz: np.ndarray
    occupancy: np.ndarray
    orbits: np.ndarray
    title: str = ""
    warnings: list[str] = field(default_factory=list)
    shortest: float | None = None
    group_number: int | None = None

    periodic: ClassVar[bool] = True

    @cached_property
    def base(self) -> np.ndarray:
        """The lattice vectors (3, 3), one a row, in angstrom."""
        return lattice_vectors(np.array([self.cell], dtype=float))[0]


def lattice_vectors(cells: np.ndarray) -> np.ndarray:
    """The lattice vectors of many cells, in the orientation of diffpy.structure.

    Parameters
    ----------
    cells : array (n, 6)
        a, b, c in angstrom and alpha, beta, gamma in degrees.

    Returns
    -------
    array (n, 3, 3)
        One vector a row, angstrom.

    Examples
    --------
    >>> lattice_vectors(np.array([[3.0, 3.0, 5.0, 90.0, 90.0, 120.0]]))[0].round(3).tolist()
    [[2.598, -1.5, 0.0], [0.0, 3.0, 0.0], [0.0, 0.0, 5.0]]
    """
    a, b, c = cells[:, :3].T
    cosines = np.cos(np.radians(cells[:, 3:]))
    cosines[cells[:, 3:] == 90.0] = 0.0
    ca, cb, cg = cosines.T
    sa = np.sqrt(1.0 - ca * ca)
    along = (cg - ca * cb) / sa  # of a along b's part across c
    base = np.zeros((len(cells), 3, 3))
    base[:, 0, 0] = a * np.sqrt(np.maximum(1.0 - cb * cb - along * along, 0.0))
    base[:, 0, 1] = a * along
    base[:, 0, 2] = a * cb
    base[:, 1, 1] = b * sa
    base[:, 1, 2] = b * ca
    base[:, 2, 2] = c
    return base
