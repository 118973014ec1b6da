"""Substitution: the composition that a user gives for a sample, on the sites of a structure."""

from collections import Counter
from itertools import product

import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.elements import clean_symbol
from pdflearn.structures.structure import make_structure

TOLERANCE = 0.02  # of an element's share of the atoms
MAX_ELEMENTS = 7
MAX_ASSIGNMENTS = 4


def shares(structure: Structure) -> dict[str, float]:
    """Composition of a structure: element -> share of the atoms, in alphabetical order.

    Examples
    --------
    >>> from pdflearn.structures.library import load_library
    >>> shares(load_library("resources/library").build("MgO rocksalt"))
    {'Mg': 0.5, 'O': 0.5}
    """
    amounts: Counter[str] = Counter()
    for atom in structure:
        amounts[clean_symbol(atom.element)] += float(atom.occupancy)
    total = sum(amounts.values())
    return {symbol: amounts[symbol] / total for symbol in sorted(amounts)}


def assignments(
    composition: dict[str, float], sites: dict[str, float]
) -> list[dict[str, dict[str, float]]]:
    """Find the ways to distribute a composition over the sites of a structure.

    Each element goes to the sites of one element of the structure, and these are filled to their
    share of the atoms, within `TOLERANCE`.

    Parameters
    ----------
    composition : dict
        Element -> share of the atoms in the sample.
    sites : dict
        Element -> share of the atoms in the structure, see `shares`.

    Returns
    -------
    list of dict
        Element of the structure -> {element of the sample: share of its sites}; at most
        `MAX_ASSIGNMENTS`, those first that keep elements on their sites.

    Examples
    --------
    >>> assignments({"Mg": 0.4, "Fe": 0.1, "O": 0.5}, {"Mg": 0.5, "O": 0.5})[0]
    {'Mg': {'Mg': 0.8, 'Fe': 0.2}, 'O': {'O': 1.0}}
    """
    if not composition or len(composition) > MAX_ELEMENTS or len(composition) < len(sites):
        return []
    names = list(sites)
    ranked = []
    for choice in product(names, repeat=len(composition)):
        filled: dict[str, dict[str, float]] = {name: {} for name in names}
        for (element, share), site in zip(composition.items(), choice, strict=True):
            filled[site][element] = share
        if all(abs(sum(filled[name].values()) - sites[name]) <= TOLERANCE for name in names):
            kept = sum(element == site for element, site in zip(composition, choice, strict=True))
            assignment = {
                name: {e: x / sum(occupants.values()) for e, x in occupants.items()}
                for name, occupants in filled.items()
            }
            ranked.append((-kept, assignment))
    ranked.sort(key=lambda item: item[0])
    return [assignment for _, assignment in ranked[:MAX_ASSIGNMENTS]]


def substitute(structure: Structure, assignment: dict[str, dict[str, float]]) -> Structure:
    """Replace the elements of a structure by those of an assignment.

    Parameters
    ----------
    structure : Structure
    assignment : dict
        One of `assignments`.

    Returns
    -------
    Structure
        A site with several elements has one atom for each, at the same position.
    """
    symbols, rows, occupancy = [], [], []
    for row, atom in enumerate(structure):
        site = clean_symbol(atom.element)
        for element, share in assignment[site].items():
            symbols.append(atom.element if element == site else element)  # an isotope stays
            rows.append(row)
            occupancy.append(atom.occupancy * share)
    orbits = getattr(structure, "orbits", None)
    return make_structure(
        structure.lattice.abcABG() if getattr(structure, "periodic", True) else None,
        symbols,
        structure.xyz[rows],
        occupancy=occupancy,
        orbits=None if orbits is None else np.asarray(orbits)[rows],
        title=structure.title,
    )
