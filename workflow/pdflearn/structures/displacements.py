"""Displacements of a CIF's sites: U, B or beta, isotropic or as tensors, to U in angstrom^2.

Tensors refer to the dimensionless axes along the reciprocal ones, as `_atom_site_aniso_U` does.
"""

import gemmi
import numpy as np

from pdflearn.structures.cif_syntax import Block, number
from pdflearn.structures.symmetry import Reading

_B = 1 / (8 * np.pi**2)  # U = B / (8 pi^2)
_ENTRIES = ("11", "22", "33", "12", "13", "23")
_INDEX = tuple((int(ij[0]) - 1, int(ij[1]) - 1) for ij in _ENTRIES)
# An image this near (fractions of the cell) is the site itself, whose digits were cut off.
_ITSELF = 2e-3

Displacements = list[np.ndarray | float]


def isotropic(values: Block, n: int) -> tuple[Displacements, bool]:
    """U of each site from U_iso or B_iso, zero where there is none, and whether there is any."""
    u: Displacements = [0.0] * n
    given = False
    for tag, factor in (("b_iso_or_equiv", _B), ("u_iso_or_equiv", 1.0)):
        for i, text in enumerate(values.get(f"_atom_site_{tag}", [])[:n]):
            value = number(text) * factor
            if np.isfinite(value) and value > 0:
                u[i], given = float(value), True
    return u, given


def displacements(
    values: Block,
    labels: list[str],
    positions: np.ndarray,
    cell: gemmi.UnitCell,
    symmetry: list[Reading],
) -> tuple[Displacements, list[str]]:
    """U of each site of a block: a number, or a tensor where there is one.

    Parameters
    ----------
    values : dict
        Of the block, by tag.
    labels : list of n strings
    positions : array (n, 3)
        Fractions of the cell; NaN where unknown.
    cell : gemmi.UnitCell
    symmetry : list of Reading
        What stands as "." or "?" in a tensor is what the site's symmetry demands. Where it leaves
        the value open, "." is zero; with "?" the mean of what is known is taken.

    Returns
    -------
    list of float or array (3, 3)
        In angstrom^2; zero where nothing is known.
    list of str
        Warnings.
    """
    u, given = isotropic(values, len(labels))
    reciprocal = cell.reciprocal()
    stars = np.array([reciprocal.a, reciprocal.b, reciprocal.c])
    sites: dict[str, list[int]] = {}
    for i, label in enumerate(labels):
        sites.setdefault(label, []).append(i)
    names = values.get("_atom_site_aniso_label", [])
    scale = {"b": _B, "beta": 1 / (2 * np.pi**2 * np.outer(stars, stars)), "u": 1.0}
    not_positive, unknown = [], []
    for tensor_type, factor in scale.items():
        columns = [values.get(f"_atom_site_aniso_{tensor_type}_{ij}", []) for ij in _ENTRIES]
        for k, label in enumerate(names):
            texts = [column[k] if k < len(column) else "?" for column in columns]
            entries = np.array([number(text) for text in texts])
            if label not in sites or not np.isfinite(entries).any():
                continue
            tensor = _tensor(entries) * factor
            if np.isnan(tensor).any():
                only = symmetry[0] if len(symmetry) == 1 or not symmetry[0].uncertain else None
                tensor = completed(tensor, positions[sites[label][0]], cell, only)
                dots = _tensor(np.array([0.0 if text == "." else 1.0 for text in texts])) == 0.0
                tensor[dots & np.isnan(tensor) & ~np.eye(3, dtype=bool)] = 0.0
            diagonal = np.diag(tensor)
            if not np.isfinite(diagonal).all() or diagonal.max() <= 0:
                continue
            given = True
            known = np.isfinite(tensor).all()
            full = cartesian(np.nan_to_num(tensor), cell)
            if known and np.linalg.eigvalsh(full).min() > 0:
                for i in sites[label]:
                    u[i] = tensor
                continue
            (not_positive if known else unknown).append(label)
            for i in sites[label]:
                u[i] = u[i] or max(float(np.trace(full)) / 3, 0.0)
    warnings = []
    for found, words in ((not_positive, "are not positive"), (unknown, "lack values")):
        if found:
            warnings.append(
                f"the displacement tensors of {', '.join(found[:5])} {words}; their means are taken"
            )
    if not given:
        warnings.append("no displacement parameters")
    return u, warnings


def _tensor(entries: np.ndarray) -> np.ndarray:
    a, b, c, ab, ac, bc = entries
    return np.array([[a, ab, ac], [ab, b, bc], [ac, bc, c]], dtype=float)


def cartesian(u: np.ndarray, cell: gemmi.UnitCell) -> np.ndarray:
    """A tensor on Cartesian axes, angstrom^2."""
    reciprocal = cell.reciprocal()
    base = np.array(cell.orth.mat.tolist()) * [reciprocal.a, reciprocal.b, reciprocal.c]
    return base @ u @ base.T


def rotated(u: np.ndarray | float, rotation: np.ndarray, lengths: np.ndarray) -> np.ndarray | float:
    """A displacement tensor (along the reciprocal axes) after a symmetry operation.

    R. W. Grosse-Kunstleve and P. D. Adams, J. Appl. Cryst. 35 (2002) 477: U transforms as a tensor
    once it refers to the dimensionless axes.
    """
    if np.ndim(u) == 0:
        return u
    inverse = np.linalg.inv(lengths)
    return inverse @ rotation @ lengths @ u @ lengths @ rotation.T @ inverse


def completed(
    tensor: np.ndarray, position: np.ndarray, cell: gemmi.UnitCell, reading: Reading | None
) -> np.ndarray:
    """A tensor with the missing entries (NaN) that the site's symmetry tells.

    Parameters
    ----------
    tensor : array (3, 3)
    position : array (3,)
        Fractions of the cell.
    cell : gemmi.UnitCell
    reading : Reading or None
        None where the symmetry is open: nothing is filled in.

    Examples
    --------
    A threefold axis along c makes U12 half of U11:

    >>> from pdflearn.structures.symmetry import readings
    >>> cell = gemmi.UnitCell(3.0, 3.0, 5.0, 90, 90, 120)
    >>> group = readings({"_space_group_name_h-m_alt": ["P 3"]}, cell)[0]
    >>> unknown = np.array([[0.01, np.nan, np.nan], [np.nan, 0.01, np.nan], [np.nan, np.nan, 0.02]])
    >>> completed(unknown, np.zeros(3), cell, group)[0].round(3)
    array([0.01 , 0.005, 0.   ])
    """
    if reading is None or not np.isfinite(position).all():
        return tensor
    images = reading.rotations @ position + reading.shifts - position
    stays = np.abs(images - np.round(images)).max(axis=1) < _ITSELF
    reciprocal = cell.reciprocal()
    lengths = np.diag([reciprocal.a, reciprocal.b, reciprocal.c])
    # what an operator that leaves the site in place changes of each entry must add up to nothing
    rows = []
    units = [_tensor(row) for row in np.eye(6)]
    for rotation in reading.rotations[stays]:
        changes = [rotated(unit, rotation, lengths) - unit for unit in units]
        rows.append(np.array([[change[ij] for change in changes] for ij in _INDEX]))
    matrix = np.concatenate(rows) if rows else np.zeros((1, 6))
    entries = np.array([tensor[ij] for ij in _INDEX])
    open_entries = np.isnan(entries)
    right = -matrix[:, ~open_entries] @ entries[~open_entries]
    # each missing entry is told where no free direction of the solutions moves it
    _, sizes, directions = np.linalg.svd(matrix[:, open_entries])
    free = directions[np.count_nonzero(sizes > 1e-6) :]
    solution = np.linalg.lstsq(matrix[:, open_entries], right, rcond=1e-6)[0]
    told = np.abs(free).max(axis=0, initial=0.0) < 1e-6
    entries[np.flatnonzero(open_entries)[told]] = solution[told]
    return _tensor(entries)
