"""What a sample is made of, where the user vouches for it, laid onto the sites of a structure."""

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
    """Element -> share of the atoms of a structure."""
    amounts: Counter[str] = Counter()
    for atom in structure:
        amounts[clean_symbol(atom.element)] += float(atom.occupancy)
    total = sum(amounts.values())
    return {symbol: amounts[symbol] / total for symbol in sorted(amounts)}


def assignments(
    composition: dict[str, float], sites: dict[str, float]
) -> list[dict[str, dict[str, float]]]:
    """Ways to lay a composition onto sites: site's element -> {element: share of the site}.

    Each element goes to one kind of site, each kind of site is filled to its share of the atoms.
    Ways that keep elements where they are come first.
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
    """The structure with the elements of an assignment; mixed sites hold shares of each."""
    symbols, rows, occupancy = [], [], []
    for row, atom in enumerate(structure):
        for element, share in assignment[clean_symbol(atom.element)].items():
            symbols.append(element)
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
