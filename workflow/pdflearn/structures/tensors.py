"""Displacement tensors that a space group allows: what an anisotropic refinement varies."""

import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.modes import SYMPREC, sites
from pdflearn.structures.structure import symmetry_dataset

_PAIRS = ((0, 0), (1, 1), (2, 2), (0, 1), (0, 2), (1, 2))


def symmetric_tensors(structure: Structure) -> tuple[np.ndarray, np.ndarray]:
    """Find a basis of all symmetric tensors on the sites that the space group leaves unchanged.

    The first tensor of each orbit is the unit tensor; the others have no trace, and their largest
    eigenvalue is 1 in size.

    Parameters
    ----------
    structure : Structure
        A crystal.

    Returns
    -------
    tensors : array (n, atoms, 3, 3)
        Cartesian; each is zero but on one orbit.
    orbit : array of int (atoms,)
        The orbit of each atom, numbered from 0.

    References
    ----------
    W. J. A. M. Peterse and J. H. Palm, Acta Cryst. 20 (1966) 147, for what a site's symmetry leaves
    free of its tensor.

    Examples
    --------
    In rutile the titanium site leaves three values free, and the oxygen site four with U13 = U23 =
    0; both have m.mm:

    >>> from pdflearn.structures.structure import make_structure
    >>> x = 0.305
    >>> oxygen = [(x, x, 0), (-x, -x, 0), (0.5 + x, 0.5 - x, 0.5), (0.5 - x, 0.5 + x, 0.5)]
    >>> rutile = make_structure(
    ...     (4.59, 4.59, 2.96, 90, 90, 90),
    ...     ["Ti", "Ti"] + ["O"] * 4,
    ...     np.array([(0, 0, 0), (0.5, 0.5, 0.5), *oxygen]),
    ... )
    >>> symmetric_tensors(rutile)[0].shape
    (6, 6, 3, 3)
    """
    fractions = np.array([atom.xyz for atom in structure], dtype=float)
    basis = np.array(structure.lattice.base, dtype=float)
    site, site_types = sites(structure, fractions)
    first_atoms = np.array([np.flatnonzero(site == k)[0] for k in range(site.max() + 1)])
    x = fractions[first_atoms]
    symmetry = symmetry_dataset((basis, x, site_types), SYMPREC)
    m = len(first_atoms)
    if symmetry is None:
        rotations, translations = [np.eye(3)], [np.zeros(3)]
        labels = np.arange(m)
    else:
        rotations, translations = symmetry.rotations, symmetry.translations
        labels = np.array(symmetry.equivalent_atoms)
    inverse = np.linalg.inv(basis)
    units = np.array([_unit(*pair) for pair in _PAIRS])
    tensors = []
    for label in np.unique(labels):
        members = np.flatnonzero(labels == label)
        first = members[0]
        # the means over the group of what the unit tensors of the first site become on each site
        means = np.zeros((6, m, 3, 3))
        for rotation, translation in zip(rotations, translations, strict=True):
            difference = x[first] @ np.asarray(rotation).T + translation - x
            difference -= np.round(difference)
            image = np.linalg.norm(difference @ basis, axis=1).argmin()
            turn = basis.T @ rotation @ inverse.T
            means[:, image] += turn @ units @ turn.T
        flat = means[:, first].reshape(6, 9)
        flat = flat - np.eye(3).ravel() * (flat @ np.eye(3).ravel() / 3)[:, None]
        _, sizes, directions = np.linalg.svd(flat.T, full_matrices=False)
        tensors.append(np.where(np.isin(np.arange(m), members)[:, None, None], np.eye(3), 0.0))
        traceless = means - np.trace(means, axis1=2, axis2=3)[..., None, None] / 3 * np.eye(3)
        for direction in directions[sizes > 1e-6 * max(sizes.max(), 1e-12)]:
            tensor = np.tensordot(direction, traceless, axes=1)
            largest = np.abs(np.linalg.eigvalsh(tensor[first])).max()
            if largest > 1e-9:
                tensors.append(tensor / largest)
    orbit = np.unique(labels, return_inverse=True)[1]
    return np.array(tensors)[:, site], orbit[site]


def _unit(i: int, j: int) -> np.ndarray:
    tensor = np.zeros((3, 3))
    tensor[i, j] = tensor[j, i] = 1.0
    return tensor


def tensor_exponential(tensors: np.ndarray) -> np.ndarray:
    """exp of symmetric tensors (..., 3, 3): positive whatever they are."""
    values, vectors = np.linalg.eigh(tensors)
    return vectors * np.exp(values)[..., None, :] @ np.swapaxes(vectors, -1, -2)
