"""Substitution: the elements that a user gives for a sample, on the sites of a structure."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import combinations, product

import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.chemistry import miscible, unlikeness
from pdflearn.structures.elements import clean_symbol
from pdflearn.structures.structure import make_structure

TOLERANCE = 0.02  # of an element's share of the atoms
MAX_ELEMENTS = 7
MAX_ASSIGNMENTS = 6  # all ways to put three elements onto three sites
# Element of a structure -> {element of a sample: share of its sites}.
Assignment = dict[str, dict[str, float]]


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
    elements: Mapping[str, float] | Iterable[str],
    sites: dict[str, float],
    unlikely: Callable[[Assignment], float] | None = None,
) -> list[Assignment]:
    """Find the ways to put a sample's elements onto the sites of a structure.

    Where the sample has at least as many elements as the structure, each goes to the sites of one
    element of the structure; else the sites of several elements of the structure get the same one.
    Where the amounts are known the sites are filled to their share of the atoms, within
    `TOLERANCE`; else elements that share sites have equal shares.

    Parameters
    ----------
    elements : mapping, or iterable of str
        Element -> share of the atoms in the sample; or the elements alone.
    sites : dict
        Element -> share of the atoms in the structure, see `shares`.
    unlikely : callable, optional
        How unlikely a way is. None: by `change` and `mixing`.

    Returns
    -------
    list of dict
        Element of the structure -> {element of the sample: share of its sites}; at most
        `MAX_ASSIGNMENTS`, the likeliest first.

    Examples
    --------
    >>> assignments({"Mg": 0.4, "Fe": 0.1, "O": 0.5}, {"Mg": 0.5, "O": 0.5})[0]
    {'Mg': {'Mg': 0.8, 'Fe': 0.2}, 'O': {'O': 1.0}}
    >>> assignments(["Ga", "As"], {"S": 0.5, "Zn": 0.5})[0]
    {'S': {'As': 1.0}, 'Zn': {'Ga': 1.0}}
    """
    amounts = elements if isinstance(elements, Mapping) else None
    symbols, names = list(elements), list(sites)
    if not symbols or max(len(symbols), len(names)) > MAX_ELEMENTS:
        return []
    ways = _distribute(symbols, names, amounts) if len(symbols) >= len(names) else []
    ways += _unite(symbols, names) if len(symbols) < len(names) else []
    fitting = [way for way in ways if amounts is None or _fills(way, amounts, sites)]
    measure = unlikely or (lambda way: change(way, sites) + mixing(way, sites))
    fitting.sort(key=lambda way: round(measure(way), 9))
    return fitting[:MAX_ASSIGNMENTS]


def _distribute(
    symbols: list[str], names: list[str], amounts: Mapping[str, float] | None
) -> list[Assignment]:
    """Each element of the sample to one site, so that no site is empty."""
    ways = []
    for choice in product(names, repeat=len(symbols)):
        if set(choice) != set(names):
            continue
        filled: Assignment = {name: {} for name in names}
        for symbol, site in zip(symbols, choice, strict=True):
            filled[site][symbol] = amounts[symbol] if amounts else 1.0
        ways.append(
            {
                name: {e: x / sum(occupants.values()) for e, x in occupants.items()}
                for name, occupants in filled.items()
            }
        )
    return ways


def _unite(symbols: list[str], names: list[str]) -> list[Assignment]:
    """Each site to one element of the sample, so that every element has a site."""
    return [
        {name: {symbol: 1.0} for name, symbol in zip(names, choice, strict=True)}
        for choice in product(symbols, repeat=len(names))
        if set(choice) == set(symbols)
    ]


def _fills(way: Assignment, amounts: Mapping[str, float], sites: dict[str, float]) -> bool:
    """Whether the elements on the sites have the sample's amounts."""
    for name, occupants in way.items():
        if len(occupants) > 1 and abs(sum(amounts[e] for e in occupants) - sites[name]) > TOLERANCE:
            return False
    content = composition_of(way, sites)
    return all(abs(content[e] - amounts[e]) <= TOLERANCE for e in amounts)


def composition_of(way: Assignment, sites: dict[str, float]) -> dict[str, float]:
    """Element of the sample -> share of the atoms, for one of `assignments`."""
    content: Counter[str] = Counter()
    for name, occupants in way.items():
        for symbol, share in occupants.items():
            content[symbol] += share * sites[name]
    return {symbol: content[symbol] for symbol in sorted(content)}


def change(way: Assignment, sites: dict[str, float]) -> float:
    """How much the chemistry of the sites changes: the mean `unlikeness` of new and old elements.

    Examples
    --------
    >>> sites = {"S": 0.5, "Zn": 0.5}
    >>> change({"S": {"S": 1.0}, "Zn": {"Zn": 1.0}}, sites)
    0.0
    """
    return sum(
        sites[name] * share * unlikeness(name, symbol)
        for name, occupants in way.items()
        for symbol, share in occupants.items()
    )


def strangeness(way: Assignment, occupants: Mapping[str, Iterable[str]]) -> float:
    """How unlike the elements of the sites are to those that are known there, summed over sites.

    Of each element the least `unlikeness` to a known one counts, since a site that takes oxygen and
    sulfur takes selenium.

    Parameters
    ----------
    way : dict
        One of `assignments`.
    occupants : mapping
        Element of the structure -> elements that structures of its type have on the same sites.

    Examples
    --------
    >>> strangeness({"S": {"Se": 1.0}, "Zn": {"Cd": 1.0}}, {"S": ["S", "Se"], "Zn": ["Cd"]})
    0.0
    """
    return sum(
        share * _least_unlikeness(symbol, frozenset(occupants[name]))
        for name, symbols in way.items()
        for symbol, share in symbols.items()
    )


@cache
def _least_unlikeness(symbol: str, known: frozenset[str]) -> float:
    return min(unlikeness(symbol, other) for other in known)


def mixing(way: Assignment, sites: dict[str, float]) -> float:
    """How unlike the elements are that share sites: the largest of each site, averaged by atoms.

    Examples
    --------
    >>> mixing({"Si": {"Ga": 0.5, "As": 0.5}}, {"Si": 1.0})  # doctest: +ELLIPSIS
    0.39...
    """
    return sum(
        sites[name] * max((unlikeness(a, b) for a, b in combinations(occupants, 2)), default=0.0)
        for name, occupants in way.items()
    )


def mixes(way: Assignment) -> bool:
    """Whether elements share a site.

    Examples
    --------
    >>> mixes({"Zn": {"Cu": 0.5, "Fe": 0.5}, "S": {"S": 1.0}}), mixes({"S": {"S": 1.0}})
    (True, False)
    """
    return any(len(occupants) > 1 for occupants in way.values())


def mixes_unlike(way: Assignment) -> bool:
    """Whether elements share a site that seldom do, see `pdflearn.structures.chemistry.miscible`.

    Examples
    --------
    >>> mixes_unlike({"Zn": {"Cu": 0.75, "P": 0.25}}), mixes_unlike({"Zn": {"Cu": 0.5, "Fe": 0.5}})
    (True, False)
    """
    return any(
        not miscible(a, b) for occupants in way.values() for a, b in combinations(occupants, 2)
    )


def substitute(structure: Structure, assignment: Assignment, scale: float = 1.0) -> Structure:
    """Replace the elements of a structure by those of an assignment.

    Parameters
    ----------
    structure : Structure
    assignment : dict
        One of `assignments`.
    scale : float, default 1.0
        What all lengths are multiplied by.

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
    periodic = getattr(structure, "periodic", True)
    a, b, c, *angles = structure.lattice.abcABG()
    return make_structure(
        (a * scale, b * scale, c * scale, *angles) if periodic else None,
        symbols,
        structure.xyz[rows] * (1.0 if periodic else scale),
        occupancy=occupancy,
        orbits=None if orbits is None else np.asarray(orbits)[rows],
        title=structure.title,
    )
