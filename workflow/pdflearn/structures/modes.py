"""Displacements of atoms that keep a crystal's space group: what a refinement may move."""

from collections.abc import Collection

import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.elements import clean_symbol
from pdflearn.structures.structure import symmetry_dataset

MAX_ATOMS = 200  # of the cell; a garnet has 160
N_KEPT = 256  # structures whose modes are kept: a batch of files asks for the same ones
SYMPREC = 1e-3  # angstrom

# The modes of the last structures, by the cell, the atoms and what rides.
_KEPT: dict[tuple[bytes, bytes, tuple, tuple[str, ...]], np.ndarray] = {}


def symmetric_modes(structure: Structure, riding: Collection[str] = ()) -> np.ndarray:
    """Find a basis of all displacements that the space group leaves unchanged.

    The mean over the group of its action on displacements projects onto them; the basis is taken
    within each set of equivalent atoms, so that each mode moves one set. Shifts of the whole
    crystal are left out.

    Parameters
    ----------
    structure : Structure
        A crystal; atoms of different elements may share a site.
    riding : collection of str, default empty
        Elements that move with their nearest neighbour of another element, and not by themselves:
        hydrogen, of which X-rays see next to nothing.

    Returns
    -------
    array (modes, atoms, 3)
        Cartesian; the largest displacement of an atom in each mode is 1. Empty for more than
        200 atoms, and where no symmetry is found.
    """
    n = len(structure)
    if n == 0 or n > MAX_ATOMS:
        return np.empty((0, n, 3))
    fractions = np.array([atom.xyz for atom in structure], dtype=float)
    basis = np.array(structure.lattice.base, dtype=float)
    atoms = tuple((atom.element, atom.occupancy) for atom in structure)
    key = (fractions.tobytes(), basis.tobytes(), atoms, tuple(riding))
    if key not in _KEPT:
        if len(_KEPT) >= N_KEPT:
            _KEPT.pop(next(iter(_KEPT)))
        _KEPT[key] = _modes(structure, fractions, basis, riding)
        _KEPT[key].setflags(write=False)
    return _KEPT[key]


def _modes(
    structure: Structure, fractions: np.ndarray, basis: np.ndarray, riding: Collection[str]
) -> np.ndarray:
    """The modes of `symmetric_modes`, found anew."""
    no_modes = np.empty((0, len(structure), 3))
    site, site_types = sites(structure, fractions)
    first_atoms = np.array([np.flatnonzero(site == k)[0] for k in range(site.max() + 1)])
    x = fractions[first_atoms]
    symmetry = symmetry_dataset((basis, x, site_types), SYMPREC)
    if symmetry is None:
        return no_modes
    m = len(first_atoms)
    projector = np.zeros((m, 3, m, 3))
    inverse = np.linalg.inv(basis)
    for rotation, translation in zip(symmetry.rotations, symmetry.translations, strict=True):
        difference = (x @ rotation.T + translation)[:, None] - x[None]
        difference -= np.round(difference)
        image = np.linalg.norm(difference @ basis, axis=2).argmin(axis=1)
        projector[image, :, np.arange(m), :] += basis.T @ rotation @ inverse.T
    projector = projector.reshape(3 * m, 3 * m) / len(symmetry.rotations)
    projector = 0.5 * (projector + projector.T)
    columns = []
    orbits = np.array(symmetry.equivalent_atoms)
    bearers = _bearers(structure, first_atoms, riding)
    free = orbits[bearers == np.arange(m)]
    for orbit in np.unique(free):
        entries = (3 * np.flatnonzero(orbits == orbit)[:, None] + np.arange(3)).ravel()
        values, vectors = np.linalg.eigh(projector[np.ix_(entries, entries)])
        for vector in vectors[:, values > 0.999].T:
            column = np.zeros(3 * m)
            column[entries] = vector
            columns.append(column.reshape(m, 3)[bearers].ravel())
    if not columns:
        return no_modes
    modes = _without_translations(np.array(columns).T, m)
    modes = modes.T.reshape(-1, m, 3)
    largest = np.linalg.norm(modes, axis=2).max(axis=1)
    return (modes / largest[:, None, None])[:, site]


def _bearers(structure: Structure, first_atoms: np.ndarray, riding: Collection[str]) -> np.ndarray:
    """For each site the site that it moves with: itself, or the nearest one where it rides."""
    places = np.arange(len(first_atoms))
    symbols = [clean_symbol(structure[int(i)].element) for i in first_atoms]
    rides = np.array([symbol in riding for symbol in symbols])
    if not rides.any() or rides.all():
        return places
    x = np.array([structure[int(i)].xyz for i in first_atoms])
    difference = x[:, None] - x[None, ~rides]
    difference -= np.round(difference)
    distance = np.linalg.norm(difference @ np.array(structure.lattice.base), axis=2)
    return np.where(rides, places[~rides][distance.argmin(axis=1)], places)


def sites(structure: Structure, fractions: np.ndarray) -> tuple[np.ndarray, list[int]]:
    """For each atom the number of its site, and for each site a number for what stands there.

    Parameters
    ----------
    structure : Structure
    fractions : array (atoms, 3)
        Of the cell.

    Returns
    -------
    site : array of int (atoms,)
    contents : list of int
        One for each site.
    """
    difference = fractions[:, None] - fractions[None]
    difference -= np.round(difference)
    same = np.abs(difference).max(axis=2) < 1e-4
    site = np.unique(same.argmax(axis=1), return_inverse=True)[1]
    contents = [
        tuple(sorted((structure[int(i)].element, round(structure[int(i)].occupancy, 6))
              for i in np.flatnonzero(site == k)))
        for k in range(site.max() + 1)
    ]  # fmt: skip
    names = sorted(set(contents))
    return site, [names.index(content) for content in contents]


def _without_translations(modes: np.ndarray, atoms: int) -> np.ndarray:
    """Columns that span the same space without a shift of the whole crystal."""
    shift = np.tile(np.eye(3), (atoms, 1)) / np.sqrt(atoms)
    along = shift.T @ modes
    if np.abs(along).max() < 1e-8:
        return modes
    rest = modes - shift @ along
    vectors, values, _ = np.linalg.svd(rest, full_matrices=False)
    return vectors[:, values > 1e-6]
