"""Whether a crystal may have more symmetry than the group that it was built with.

A crystal has its group's symmetry by construction. A further operation maps its lattice and its
atoms onto themselves. Where no such operation is near, a search for the space group can only find
the group again, and is spared.
"""

from dataclasses import dataclass
from itertools import product

import numpy as np
import spglib

from pdflearn.structures.sites import TypeSites, operations

# Operations that miss by more than this (angstrom) are none: ten times the search's tolerance.
MISS = 0.1
# Atoms of each site that an operation is tried on.
TRIED = 2

_STEPS = np.array([step for step in product((-1, 0, 1), repeat=3) if any(step)])


@dataclass(frozen=True)
class Isometries:
    """Linear maps of a lattice nearly onto itself that are not of the crystal's point group.

    Attributes
    ----------
    axes : array (3, 3)
        A reduced primitive cell, one vector a row, as fractions of the crystal's cell.
    rotations : array (m, 3, 3)
        On columns of coordinates along these axes: the identity, whose translations may be new,
        and one map of each coset of the point group.
    """

    axes: np.ndarray
    rotations: np.ndarray

    @property
    def key(self) -> bytes:
        """The same for equal maps."""
        return self.axes.round(6).tobytes() + self.rotations.tobytes()


def near_isometries(sites: TypeSites, base: np.ndarray, strain: float) -> Isometries | None:
    """The maps that are nearly isometries of a lattice, or of one that is a little strained.

    Parameters
    ----------
    sites : TypeSites
    base : array (3, 3)
        Lattice vectors, one a row, angstrom.
    strain : float
        Largest relative change of a length.

    Returns
    -------
    Isometries or None
        None for a cell that cannot be reduced.
    """
    primitive = sites.primitive_axes @ base
    try:
        reduced = spglib.niggli_reduce(primitive)
    except spglib.SpglibError:
        return None
    axes = np.rint(reduced @ np.linalg.inv(primitive)) @ sites.primitive_axes
    vectors = axes @ base
    lengths = np.linalg.norm(vectors, axis=1)
    points = _STEPS @ vectors
    sizes = np.linalg.norm(points, axis=1)
    choices = [
        np.flatnonzero(np.abs(sizes - length) <= strain * (sizes + length) + MISS)
        for length in lengths
    ]
    grid = np.stack(np.meshgrid(*choices, indexing="ij"), axis=-1).reshape(-1, 3)
    good = np.ones(len(grid), dtype=bool)
    for i, j in ((0, 1), (0, 2), (1, 2)):
        one, other = grid[:, i], grid[:, j]
        size, length = sizes[one] * sizes[other], lengths[i] * lengths[j]
        slack = 2.1 * strain * (size + length) + MISS * (lengths[i] + lengths[j])
        dots = np.einsum("nk,nk->n", points[one], points[other])
        good &= np.abs(dots - vectors[i] @ vectors[j]) <= slack
    maps = _STEPS[grid[good]].transpose(0, 2, 1)
    maps = maps[np.abs(np.linalg.det(maps)).round() == 1]
    turn = np.linalg.inv(axes.T)
    own = (turn @ operations(sites.group.hall)[0] @ axes.T).round().astype(int)
    rotations, seen = [np.eye(3, dtype=int)], {one.tobytes() for one in own}
    for one in maps:
        if one.tobytes() not in seen:
            rotations.append(one)
            seen |= {product.tobytes() for product in one @ own}
    return Isometries(axes, np.array(rotations))


def may_be_higher(
    sites: TypeSites,
    isometries: Isometries,
    inside: np.ndarray,
    bases: np.ndarray,
    kinds: np.ndarray,
) -> np.ndarray:
    """Whether one of the maps nearly puts atoms on atoms of their kind.

    Parameters
    ----------
    sites : TypeSites
    isometries : Isometries
    inside : array (n, atoms, 3)
        Fractions of the cell, see `TypeSites.positions`.
    bases : array (n, 3, 3)
        Lattice vectors, angstrom.
    kinds : array (atoms,) of int
        The same number where the same elements stand.

    Returns
    -------
    array (n,) of bool
        False where the crystal's space group is surely that of its type.
    """
    places = inside @ np.linalg.inv(isometries.axes)
    axes = isometries.axes @ bases
    tried = np.unique(np.minimum(sites.first_atoms[:, None] + np.arange(TRIED), len(kinds) - 1))
    atoms = sites.primitive_atoms(inside[0])
    counts = np.bincount(kinds[atoms])
    targets = atoms[kinds[atoms] == np.argmin(np.where(counts, counts, len(kinds)))]
    start = targets[0]
    higher = np.zeros(len(inside), dtype=bool)
    for number, rotation in enumerate(isometries.rotations):
        turned = places[:, tried] @ rotation.T
        shifts = places[:, targets] - (places[:, start] @ rotation.T)[:, None]
        hits = np.ones((len(inside), len(targets)), dtype=bool)
        if number == 0:
            apart = shifts - np.round(shifts)
            hits &= np.linalg.norm(apart @ axes, axis=2) > MISS  # no new translation
        for k, atom in enumerate(tried):
            alike = places[:, atoms[kinds[atoms] == kinds[atom]]]
            apart = (turned[:, None, k] + shifts)[:, :, None] - alike[:, None]
            apart -= np.round(apart)
            distance = np.linalg.norm(apart @ axes[:, None], axis=3)
            hits &= distance.min(axis=2) <= MISS
            if not hits.any():
                break
        higher |= hits.any(axis=1)
    return higher
