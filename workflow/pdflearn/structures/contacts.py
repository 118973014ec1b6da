"""The shortest contacts of many crystals of one structure type, found together.

Crystals of a type that differ little have the same near pairs of atoms. These are found once, on
the crystals that the others are made from; for the others only their lengths are computed.
"""

from dataclasses import dataclass

import numpy as np

from pdflearn.structures.crystal import Crystal
from pdflearn.structures.sites import TypeSites
from pdflearn.structures.structure import SAME_SITE, neighbours


@dataclass(frozen=True)
class Reach:
    """How far crystals may differ from the one that they are made from.

    Attributes
    ----------
    distance : float
        Contacts up to this are asked for, angstrom.
    strain : float
        Largest relative change of a length.
    moves : array (atoms,)
        Largest displacement of each atom, angstrom.
    """

    distance: float
    strain: float
    moves: np.ndarray


class NearPairs:
    """Pairs of atoms that may be the shortest contact of their roles.

    Parameters
    ----------
    sites : TypeSites
    """

    def __init__(self, sites: TypeSites) -> None:
        self.sites = sites
        self._found: list[np.ndarray] = []  # rows: both atoms, and the cell of the second one
        self._pairs: np.ndarray | None = None

    def add(self, affine: np.ndarray, base: np.ndarray, reach: Reach) -> np.ndarray:
        """Find the near pairs of a crystal, and those of all that are made from it.

        Parameters
        ----------
        affine : array (atoms, 3)
            See `TypeSites.positions`.
        base : array (3, 3)
            Lattice vectors, angstrom.
        reach : Reach

        Returns
        -------
        array (roles, roles)
            Shortest distances between atoms on different sites, angstrom; infinite where no pair is
            near.
        """
        largest = 2.0 * float(reach.moves.max())
        pairs, distance = self._within(
            affine, base, (reach.distance + largest) / (1.0 - reach.strain)
        )
        moves = reach.moves[pairs[:, 0]] + reach.moves[pairs[:, 1]]
        least, most = distance * (1 - reach.strain) - moves, distance * (1 + reach.strain) + moves
        roles = self._role_pairs(pairs)
        surely = np.full(len(self.sites.roles) ** 2, np.inf)
        apart = least > SAME_SITE
        np.minimum.at(surely, roles[apart], most[apart])
        self._found.append(pairs[least <= surely[roles]])
        self._pairs = None
        return self._by_roles(roles, distance[None])[0]

    def shortest(self, affine: np.ndarray, bases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The shortest distances of many crystals.

        Parameters
        ----------
        affine : array (n, atoms, 3)
        bases : array (n, 3, 3)

        Returns
        -------
        distances : array (n, roles, roles)
            Between atoms on different sites, angstrom; infinite where no pair was near.
        closest : array (n,)
            Between any two atoms.
        """
        if not self._found:
            n, n_roles = len(affine), len(self.sites.roles)
            return np.full((n, n_roles, n_roles), np.inf), np.full(n, np.inf)
        if self._pairs is None:
            self._pairs = np.unique(np.concatenate(self._found), axis=0)
        first, second = self._pairs[:, 0], self._pairs[:, 1]
        ways = affine[:, second] - affine[:, first] + self._pairs[:, 2:]
        distance = np.sqrt(((ways @ bases) ** 2).sum(axis=2))
        closest = distance.min(axis=1)
        return self._by_roles(self._role_pairs(self._pairs), distance), closest

    def _by_roles(self, roles: np.ndarray, distance: np.ndarray) -> np.ndarray:
        """The shortest distances (n, roles, roles) of pairs (n, pairs) of these roles."""
        n, n_roles = len(distance), len(self.sites.roles)
        order = np.argsort(roles, kind="stable")
        present, starts = np.unique(roles[order], return_index=True)
        apart = np.where(distance > SAME_SITE, distance, np.inf)[:, order]
        shortest = np.full((n, n_roles**2), np.inf)
        shortest[:, present] = np.minimum.reduceat(apart, starts, axis=1)
        shortest = shortest.reshape(n, n_roles, n_roles)
        return np.minimum(shortest, shortest.transpose(0, 2, 1))

    def _role_pairs(self, pairs: np.ndarray) -> np.ndarray:
        """One number for the roles of each pair, whichever atom is the first."""
        roles = np.sort(self.sites.role_of_atom[pairs[:, :2]], axis=1)
        return roles[:, 0] * len(self.sites.roles) + roles[:, 1]

    def _within(
        self, affine: np.ndarray, base: np.ndarray, reach: float
    ) -> tuple[np.ndarray, np.ndarray]:
        """Pairs within a distance, rows as `_found`, and their distances.

        Symmetry makes all others of them: the first atom is the first of its site, and no site of
        a second atom comes before it.
        """
        first, orbits = self.sites.first_atoms, self.sites.orbits
        between = affine[None] - affine[first][:, None]
        home = np.round(between)
        heights = 1.0 / np.linalg.norm(np.linalg.inv(base), axis=0)
        steps = [np.arange(-m, m + 1) for m in np.floor(reach / heights + 0.5).astype(int)]
        cells = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
        across = ((between - home) @ base)[:, :, None] + cells @ base
        squared = np.einsum("ijkl,ijkl->ijk", across, across)
        near = squared <= reach**2
        near &= (orbits >= np.arange(len(first))[:, None])[:, :, None]
        near &= ~((np.arange(len(affine)) == first[:, None])[:, :, None] & (squared < 1e-12))
        i, j, k = np.nonzero(near)
        pairs = np.column_stack([first[i], j, (cells[k] - home[i, j]).astype(int)])
        return pairs, np.sqrt(squared[near])


def role_distances(sites: TypeSites, crystal: Crystal, reach: float) -> np.ndarray:
    """Shortest distances (roles, roles) between atoms on different sites of one crystal, angstrom.

    Infinite beyond the reach, which grows until it holds a pair.
    """
    role = sites.role_of_site[crystal.orbits]
    shortest = np.full((len(sites.roles),) * 2, np.inf)
    while not np.isfinite(shortest).any():
        first, second, distance = neighbours(crystal, reach)
        apart = distance > SAME_SITE
        np.minimum.at(shortest, (role[first[apart]], role[second[apart]]), distance[apart])
        reach *= 1.5
    return shortest
