"""All pairs of atoms up to a distance."""

import numpy as np

from pdflearn.structures.errors import StructureError

# More neighbours of an atom than this, on average, are a fault of the file.
MAX_NEIGHBOURS = 2000
# So many pairs of a centre and a point are compared one by one; beyond, a tree finds them. Only
# then scipy.spatial is imported, which takes as long as some thousand small searches.
MAX_COMPARED = 300_000


def pairs_within(
    xyz: np.ndarray, base: np.ndarray, reach: float, periodic: bool = True
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of atoms up to a distance, periodic images included.

    Parameters
    ----------
    xyz : array (n, 3)
        Fractions of the cell.
    base : array (3, 3)
        Lattice vectors, one a row, angstrom.
    reach : float
        Angstrom.
    periodic : bool, default True

    Returns
    -------
    first, second : arrays of int
        Indices of the atoms of each pair; each pair stands in both orders.
    distance : array, angstrom

    Raises
    ------
    StructureError
        Where atoms have more neighbours than matter can have.
    """
    if not periodic:
        points, origin = xyz @ base, np.arange(len(xyz))
    else:
        xyz = xyz - np.floor(xyz)
        points, origin = _images(xyz, base, reach)
    centres = xyz @ base
    first, index = _near(centres, points, reach)
    distance = np.linalg.norm(points[index] - centres[first], axis=1)
    keep = (distance > 1e-6) | (origin[index] != first)
    return first[keep], origin[index][keep], distance[keep]


def _images(xyz: np.ndarray, base: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Atoms in and around the cell (angstrom), and the atom of the cell that each repeats."""
    heights = 1.0 / np.linalg.norm(np.linalg.inv(base), axis=0)
    n_cells = np.ceil(reach / heights).astype(int)
    steps = [np.arange(-m, m + 1) for m in n_cells]
    shifts = np.stack(np.meshgrid(*steps, indexing="ij"), axis=-1).reshape(-1, 3)
    margin = reach / heights
    images_near = []
    at_once = max(1, 1_000_000 // max(len(xyz), 1))
    for start in range(0, len(shifts), at_once):
        images = shifts[start : start + at_once, None, :] + xyz[None, :, :]
        near = np.all((images >= -margin) & (images <= 1 + margin), axis=2)
        images_near.append((images[near] @ base, np.nonzero(near)[1]))
    points = np.concatenate([part[0] for part in images_near])
    return points, np.concatenate([part[1] for part in images_near])


def _near(centres: np.ndarray, points: np.ndarray, reach: float) -> tuple[np.ndarray, np.ndarray]:
    """Which points are near which centres: indices of both, in ascending order."""
    limit = MAX_NEIGHBOURS * len(centres)
    if len(centres) * len(points) <= min(MAX_COMPARED, limit):
        squared = np.zeros((len(centres), len(points)))
        for axis in range(3):
            squared += (centres[:, axis, None] - points[:, axis]) ** 2
        return np.nonzero(squared <= reach**2)
    from scipy.spatial import cKDTree

    tree = cKDTree(points)
    if tree.count_neighbors(cKDTree(centres), reach) > limit:
        raise StructureError(
            f"atoms have more than {MAX_NEIGHBOURS} others within {reach:g} angstrom; check cell "
            "and coordinates"
        )
    near = tree.query_ball_point(centres, reach, return_sorted=True)
    first = np.repeat(np.arange(len(centres)), [len(row) for row in near])
    return first, np.concatenate([np.asarray(row, dtype=int) for row in near])
