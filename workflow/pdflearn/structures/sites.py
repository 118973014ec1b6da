"""The sites of a structure type: symmetry worked out once, then positions for many parameters."""

from functools import cached_property, lru_cache
from itertools import combinations

import gemmi
import numpy as np

from pdflearn.structures import tables
from pdflearn.structures.tables import LibraryError

# Two images of one atom nearer than this (fraction of the cell edge) are the same atom.
SAME_IMAGE = 1e-4
# A sum of a position's coordinates with these weights tells positions apart.
_WEIGHTS = np.array([1.0, 2**0.5, 3**0.5])


@lru_cache(maxsize=512)
def space_group(number: int, setting: str = "") -> gemmi.SpaceGroup:
    """The space group of a number in its standard setting, or in a named one.

    Standard means the reference setting of International Tables A: unique axis b, cell choice 1,
    hexagonal axes, origin choice 2.

    Parameters
    ----------
    number : int
        From 1 to 230.
    setting : str, optional
        A Hermann-Mauguin symbol such as "P b n m".

    Returns
    -------
    gemmi.SpaceGroup

    Raises
    ------
    LibraryError
        For another number, and for a setting that is not one of this space group.

    Examples
    --------
    >>> space_group(225).hm
    'F m -3 m'
    >>> space_group(62).hm, space_group(62, "P b n m").hm
    ('P n m a', 'P b n m')
    """
    if setting:
        group = gemmi.find_spacegroup_by_name(setting)
        if group is None or group.number != number:
            raise LibraryError(f"setting {setting!r} is no setting of space group {number}")
        return group
    for group in gemmi.spacegroup_table():
        if group.number == number and group.is_reference_setting():
            return group
    raise LibraryError(f"space group {number}: expected 1 to 230")


@lru_cache(maxsize=512)
def operations(hall: str) -> tuple[np.ndarray, np.ndarray]:
    """Rotations (n, 3, 3) and translations (n, 3) of all operations of a space group."""
    listed = list(gemmi.symops_from_hall(hall))
    rotations = np.array([operation.rot for operation in listed], dtype=float)
    shifts = np.array([operation.tran for operation in listed], dtype=float)
    return rotations / gemmi.Op.DEN, shifts / gemmi.Op.DEN


def expand_site(
    group: gemmi.SpaceGroup, position: np.ndarray, multiplicity: int, label: str
) -> np.ndarray:
    """All positions (multiplicity, 3) equivalent to one, as fractions in [0, 1).

    Raises LibraryError where symmetry gives another number of them than the site's multiplicity.
    """
    rotations, shifts = operations(group.hall)
    images = _wrapped(rotations @ position + shifts)
    # exact coordinates give exact images; truncated ones (0.3333) need the tolerance
    first = _first_images(images)
    if len(first) == multiplicity:
        return images[first]
    apart = np.abs((images[:, None] - images[None] + 0.5) % 1.0 - 0.5).max(axis=2) > SAME_IMAGE
    images = images[np.tril(~apart, -1).sum(axis=1) == 0]
    if len(images) != multiplicity:
        raise LibraryError(
            f"site {label} at {np.round(position, 5).tolist()}: {group.hm} makes {len(images)} "
            f"positions of it, {multiplicity} expected"
        )
    return images


def _wrapped(positions: np.ndarray) -> np.ndarray:
    """Positions in the cell, as fractions in [0, 1)."""
    positions = positions % 1.0
    positions[positions > 1.0 - 1e-9] = 0.0
    return positions


def _first_images(images: np.ndarray) -> np.ndarray:
    """The operations that are the first to make one of the distinct images."""
    return np.sort(np.unique(np.round(images, 7), axis=0, return_index=True)[1])


class TypeSites:
    """Where symmetry puts the atoms of a structure type.

    Parameters
    ----------
    number : int
        Of the space group.
    setting : str
        See `space_group`.
    text : str
        The column sites of the library's table.

    Attributes
    ----------
    group : gemmi.SpaceGroup
    roles : tuple of str
        The element roles in the order of their first appearance.
    names : tuple of str
        The free parameters of the coordinates.
    labels : list of str
        Of each site: role, multiplicity, and Wyckoff letter.
    multiplicities, role_of_site : array (sites,)
    orbits, role_of_atom : array (atoms,)
        The site of each atom, and its role.
    first_atoms : array (sites,)
        An atom of each site.
    """

    def __init__(self, number: int, setting: str, text: str) -> None:
        sites = tables.parse_sites(text)
        coordinates = [[tables.parse_coordinate(part) for part in xyz] for *_, xyz in sites]
        self.group = space_group(number, setting)
        self.roles = tuple(dict.fromkeys(role for role, *_ in sites))
        self.names = tuple(
            dict.fromkeys(name for xyz in coordinates for factors, _ in xyz for name in factors)
        )
        self.labels = [f"{role} {multiplicity}{letter}" for role, multiplicity, letter, _ in sites]
        self.multiplicities = np.array([multiplicity for _, multiplicity, *_ in sites])
        self.role_of_site = np.array([self.roles.index(role) for role, *_ in sites])
        self.orbits = np.repeat(np.arange(len(sites)), self.multiplicities)
        self.role_of_atom = self.role_of_site[self.orbits]
        self.first_atoms = np.cumsum(self.multiplicities) - self.multiplicities
        self._constants = np.array([[constant for _, constant in xyz] for xyz in coordinates])
        self._factors = np.array(
            [[[part[0].get(name, 0.0) for name in self.names] for part in xyz]
             for xyz in coordinates]
        ).reshape(len(sites), 3, len(self.names))  # fmt: skip
        # for each site the first operations that make its atoms, and for each operation the first
        # one that makes the same atom
        self._makers: list[tuple[np.ndarray, np.ndarray] | None] = [None] * len(sites)
        self._primitive: np.ndarray | None = None

    def values(self, parameters: dict[str, float]) -> np.ndarray:
        """The values of the free parameters in the order of `names`."""
        return np.array([parameters[name] for name in self.names], dtype=float)

    def site_positions(self, values: np.ndarray, site: int) -> np.ndarray:
        """The position of a site (n, 3) as the table writes it, for parameters (n, names)."""
        return values @ self._factors[site].T + self._constants[site]

    def images(self, values: np.ndarray) -> np.ndarray:
        """The positions (atoms, 3) of all atoms for one set of parameters.

        Parameters
        ----------
        values : array (names,)

        Returns
        -------
        array (atoms, 3)
            Fractions in [0, 1).

        Raises
        ------
        LibraryError
            Where symmetry gives another number of atoms than the site's multiplicity.
        """
        inside, _, regular = self.positions(values[None])
        if regular[0]:
            return inside[0]
        return np.concatenate(
            [
                expand_site(self.group, self.site_positions(values[None], site)[0], n, label)
                for site, (n, label) in enumerate(
                    zip(self.multiplicities, self.labels, strict=True)
                )
            ]
        )

    def positions(self, values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The positions of all atoms for many sets of parameters.

        Parameters
        ----------
        values : array (n, names)

        Returns
        -------
        inside : array (n, atoms, 3)
            Fractions in [0, 1).
        affine : array (n, atoms, 3)
            The same up to whole numbers, each a linear function of the parameters.
        regular : array (n,) of bool
            Whether the usual operations make the atoms; where not, as on a special position or
            with truncated coordinates, neither array holds and `images` must be asked.
        """
        rotations, shifts = operations(self.group.hall)
        n = len(values)
        affine = np.zeros((n, len(self.orbits), 3))
        inside = np.zeros_like(affine)
        regular = np.ones(n, dtype=bool)
        for site, start in enumerate(self.first_atoms):
            position = self.site_positions(values, site)
            images = (position @ rotations.reshape(-1, 3).T).reshape(n, -1, 3) + shifts
            wrapped = _wrapped(images)
            makers = self._makers[site] or self._find_makers(site, wrapped[0])
            if makers is None:
                regular[:] = False
                continue
            first, same = makers
            rounded = np.round(wrapped, 7)
            codes = np.sort(rounded[:, first] @ _WEIGHTS, axis=1)
            regular &= (rounded == rounded[:, same]).all(axis=(1, 2))
            regular &= (np.diff(codes, axis=1) > 1e-12).all(axis=1)
            end = start + self.multiplicities[site]
            inside[:, start:end], affine[:, start:end] = wrapped[:, first], images[:, first]
        return inside, affine, regular

    def _find_makers(self, site: int, images: np.ndarray) -> tuple[np.ndarray, np.ndarray] | None:
        """See `_makers`; None where these images are not as many as the site has atoms."""
        rounded = np.round(images, 7)
        first, inverse = np.unique(rounded, axis=0, return_index=True, return_inverse=True)[1:]
        if len(first) != self.multiplicities[site]:
            return None
        self._makers[site] = np.sort(first), first[inverse.ravel()]
        return self._makers[site]

    @cached_property
    def slopes(self) -> np.ndarray:
        """How positions change with the parameters (atoms, 3, names), fractions of the cell.

        Only after `positions` found a regular one.
        """
        rotations, _ = operations(self.group.hall)
        return np.concatenate(
            [
                rotations[self._makers[site][0]] @ self._factors[site]
                for site in range(len(self.multiplicities))
            ]
        )

    @cached_property
    def primitive_axes(self) -> np.ndarray:
        """Vectors of a primitive cell (3, 3), one a row, as fractions of this cell."""
        rotations, shifts = operations(self.group.hall)
        centres = shifts[(rotations == np.eye(3)).all(axis=(1, 2))]
        vectors = [*centres[centres.any(axis=1)], *np.eye(3)]
        for axes in combinations(vectors, 3):
            if np.isclose(np.linalg.det(axes), 1 / len(centres)):
                return np.array(axes)
        return np.eye(3)

    def primitive_atoms(self, inside: np.ndarray) -> np.ndarray:
        """Indices of the atoms of a primitive cell, for positions (atoms, 3) that are regular."""
        if self._primitive is None:
            rotations, shifts = operations(self.group.hall)
            centres = shifts[(rotations == np.eye(3)).all(axis=(1, 2))]
            apart = inside[:, None, None] + centres - inside[:, None]
            same = (np.abs(apart - np.round(apart)).max(axis=3) < SAME_IMAGE).any(axis=2)
            self._primitive = np.unique(same.argmax(axis=1))
        return self._primitive


@lru_cache(maxsize=512)
def type_sites(number: int, setting: str, text: str) -> TypeSites:
    """The sites of a structure type, see `TypeSites`."""
    return TypeSites(number, setting, text)
