"""What a radiation can show of an ordered structure: its pattern against its parent's.

An ordered alloy such as L1_2 differs from its parent fcc only in which element sits where. Where
the elements scatter alike, no PDF can tell the two apart, and to ask a model for it is to ask for
luck. The contrast says how much of the pattern the order makes.
"""

from itertools import combinations

import numpy as np
import spglib
from diffpy.structure import Structure

from pdflearn.structures import make_structure


def _space_group(structure: Structure, kinds: list[str]) -> int:
    numbers = [sorted(set(kinds)).index(kind) for kind in kinds]
    cell = (structure.lattice.base, structure.xyz, numbers)
    found = spglib.get_symmetry_dataset(cell, symprec=1e-3)
    return 0 if found is None else int(found.number)


def without_order(structure: Structure, parent_space_group: int) -> Structure | None:
    """The structure with average atoms on the sites that its parent does not tell apart.

    All elements are averaged where that gives the parent's space group, else the first pair of
    elements that does.

    Parameters
    ----------
    structure : Structure
        One element a site.
    parent_space_group : int
        Number of the parent's space group.

    Returns
    -------
    Structure or None
        Every averaged site holds all the averaged elements with their shares as occupancies; None
        where no averaging gives the parent.
    """
    elements = [atom.element for atom in structure]
    present = sorted(set(elements))
    if len(present) < 2:
        return None
    merges = [tuple(present), *combinations(present, 2)]
    for merged in dict.fromkeys(merges):
        kinds = ["*" if element in merged else element for element in elements]
        if _space_group(structure, kinds) == parent_space_group:
            return _averaged(structure, elements, merged)
    return None


def _averaged(structure: Structure, elements: list[str], merged: tuple[str, ...]) -> Structure:
    counts = np.array([elements.count(element) for element in merged], dtype=float)
    shares = dict(zip(merged, counts / counts.sum(), strict=True))
    symbols, xyz, occupancy = [], [], []
    for element, position in zip(elements, structure.xyz, strict=True):
        for symbol, share in shares.items() if element in merged else [(element, 1.0)]:
            symbols.append(symbol)
            xyz.append(position)
            occupancy.append(share)
    return make_structure(
        structure.lattice.abcABG(), symbols, np.array(xyz), occupancy=occupancy, periodic=True
    )


def contrast(pattern: np.ndarray, averaged: np.ndarray) -> float:
    """Rw of the averaged pattern against the ordered one, on the same grid (no unit)."""
    return float(np.sqrt(np.sum((pattern - averaged) ** 2) / np.sum(pattern**2)))
