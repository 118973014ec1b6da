"""How the pair distances of a crystal change with its lattice constants and its coordinates.

Lengths along some lattice vectors alone, and atoms that move, change each distance by a share of
its own. What a pair's distance changes is divided between the two nearest points of an even grid of
distances, so that its mean distance is kept. That is as exact as derivatives for least squares
need.
"""

from typing import NamedTuple

import numpy as np
from numba import njit

from pdflearn.simulation.crystal_pairs import orbit_pairs
from pdflearn.simulation.pairs import partial_table
from pdflearn.simulation.scatterers import Scatterers

# Step of the grid of distances, angstrom.
_STEP = 0.02
# The variance that division between two points adds to a distance on average, angstrom^2.
SPREAD = _STEP**2 / 6
# Atoms closer than this (angstrom) are alternatives on one site, as in `kernels`.
_SAME_SITE = 0.3


class Directions(NamedTuple):
    """Ways to change a crystal.

    Attributes
    ----------
    axes : tuple of three int
        Which of a, b and c are one free length: (0, 0, 1) for c apart from a and b.
    modes : array (n_modes, n_atoms, 3)
        Displacements of all atoms of the structure, in fractions of the cell.
    tilts : tuple of arrays (3, 3)
        Symmetric Cartesian strains of the cell, such as those that its angles make.
    """

    axes: tuple[int, int, int]
    modes: np.ndarray
    tilts: tuple[np.ndarray, ...] = ()

    @property
    def n_lengths(self) -> int:
        """Number of free lengths."""
        return max(self.axes) + 1

    @property
    def alike(self) -> tuple[int, int, int]:
        """Which of a, b and c are strained alike, as `pair_peaks.PairPeaks` numbers them."""
        a, b, c = self.axes
        return 0, 0 if b == a else 1, 0 if c == a else 1 if c == b else 2


class PairChanges(NamedTuple):
    """Pair distances, and how directions change them.

    Attributes
    ----------
    distance : array (n,)
        Angstrom.
    partial : array of int (n,)
        Index of the partial, see `pairs.partial_table`.
    changes : array (n_directions, n)
        Derivatives of the logarithm of the distance, summed over the pairs with their weights: by
        the logarithm of each free length after the first, by each tilt, then by each displacement
        (1/angstrom or whatever the unit of the modes is).
    """

    distance: np.ndarray
    partial: np.ndarray
    changes: np.ndarray


def pair_changes(
    atoms: Scatterers,
    factors: tuple[float, float, float],
    directions: Directions,
    orbits: np.ndarray,
    r_max: float,
) -> PairChanges:
    """Enumerate the pairs of a crystal up to r_max and how each direction changes them.

    Parameters
    ----------
    atoms : Scatterers
    factors : three floats
        Of a, b and c: the strained cell is meant.
    directions : Directions
        A direction is to leave atoms of one orbit equivalent.
    orbits : array of int (n_atoms,)
        Labels of equivalent atoms.
    r_max : float
        Angstrom.
    """
    basis = atoms.basis * np.array(factors)[:, None]
    table = partial_table(len(atoms.species))
    pairs = orbit_pairs(atoms.frac, atoms.species_index, atoms.occupancy, orbits, table)
    dual = np.linalg.inv(basis).T
    n_lengths = directions.n_lengths - 1
    lengths = np.zeros((n_lengths + len(directions.tilts), 3, 3))
    for axis, length in enumerate(directions.axes):
        if length:
            lengths[length - 1] += np.outer(basis[axis], dual[axis])
    for k, tilt in enumerate(directions.tilts):
        lengths[n_lengths + k] = tilt
    lengths = 0.5 * (lengths + lengths.transpose(0, 2, 1))
    modes = directions.modes[:, atoms.present] @ basis
    n_partials = int(table.max()) + 1
    return PairChanges(*_compact(_changes(basis, pairs, lengths, modes, r_max, n_partials)))


@njit(cache=True)
def _compact(changes: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The distances at which anything changes: fields of `PairChanges`."""
    n_partials, n_distances, n_directions = changes.shape
    distance = np.empty(n_partials * n_distances)
    partial = np.empty(n_partials * n_distances, dtype=np.int64)
    kept = np.empty((n_directions, n_partials * n_distances))
    n = 0
    for p in range(n_partials):
        for k in range(n_distances):
            any_change = False
            for j in range(n_directions):
                kept[j, n] = changes[p, k, j]
                any_change = any_change or changes[p, k, j] != 0.0
            if any_change:
                distance[n] = _STEP * k
                partial[n] = p
                n += 1
    return distance[:n], partial[:n], kept[:, :n]


@njit(cache=True)
def _changes(
    basis: np.ndarray,
    pairs: tuple[np.ndarray, ...],
    lengths: np.ndarray,
    modes: np.ndarray,
    r_max: float,
    n_partials: int,
) -> np.ndarray:
    """Weighted changes of ln d, of each partial and distance: (partials, distances, directions).

    Rows of the lattice run along the last vector of the basis; both ends of each are solved for.
    """
    centre, partner, partial, symmetric, offset, weight = pairs
    n_lengths, n_modes = lengths.shape[0], modes.shape[0]
    out = np.zeros((n_partials, int(r_max / _STEP) + 3, n_lengths + n_modes))
    a, b, c = basis[0], basis[1], basis[2]
    cc = np.sum(c * c)
    bp = b - np.sum(b * c) / cc * c
    bb = np.sum(bp * bp)
    normal = np.cross(b, c)
    normal = normal / np.sqrt(np.sum(normal * normal))
    an = np.sum(a * normal)
    r2 = r_max * r_max
    move = np.empty((max(n_modes, 1), 3))
    for t in range(centre.size):
        start = offset[t, 0] * a + offset[t, 1] * b + offset[t, 2] * c
        for m in range(n_modes):
            for k in range(3):
                move[m, k] = modes[m, partner[t], k] - modes[m, centre[t], k]
        # the weight of a symmetric pair counts half of the lattice twice; here all of it is walked
        w = 0.5 * weight[t] if symmetric[t] else weight[t]
        rows = out[partial[t]]
        height = np.sum(start * normal)
        ends = ((-r_max - height) / an, (r_max - height) / an)
        for n1 in range(int(np.ceil(min(ends))), int(np.floor(max(ends))) + 1):
            level = height + n1 * an
            room = r2 - level * level
            if room < 0.0:
                continue
            across = np.sum((start + n1 * a) * bp) / bb
            reach = np.sqrt(room / bb)
            for n2 in range(int(np.ceil(-across - reach)), int(np.floor(reach - across)) + 1):
                x0 = start[0] + n1 * a[0] + n2 * b[0]
                y0 = start[1] + n1 * a[1] + n2 * b[1]
                z0 = start[2] + n1 * a[2] + n2 * b[2]
                along = (x0 * c[0] + y0 * c[1] + z0 * c[2]) / cc
                left = r2 - (x0 * x0 + y0 * y0 + z0 * z0 - along * along * cc)
                if left < 0.0:
                    continue
                half = np.sqrt(left / cc)
                for n3 in range(int(np.ceil(-along - half)), int(np.floor(half - along)) + 1):
                    x = x0 + n3 * c[0]
                    y = y0 + n3 * c[1]
                    z = z0 + n3 * c[2]
                    d2 = x * x + y * y + z * z
                    d = np.sqrt(d2)
                    if d < _SAME_SITE:
                        continue
                    place = d / _STEP
                    at = int(place)
                    above = w / d2 * (place - at)
                    below = w / d2 - above
                    for k in range(n_lengths):
                        tensor = lengths[k]
                        change = (
                            tensor[0, 0] * x * x + tensor[1, 1] * y * y + tensor[2, 2] * z * z
                            + 2 * (tensor[0, 1] * x * y + tensor[0, 2] * x * z
                                   + tensor[1, 2] * y * z)
                        )  # fmt: skip
                        rows[at, k] += below * change
                        rows[at + 1, k] += above * change
                    for m in range(n_modes):
                        change = move[m, 0] * x + move[m, 1] * y + move[m, 2] * z
                        rows[at, n_lengths + m] += below * change
                        rows[at + 1, n_lengths + m] += above * change
    return out
