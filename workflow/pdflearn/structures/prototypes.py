"""The prototype of a crystal: which sites are occupied alike, whatever the elements."""

from collections.abc import Iterable, Sequence
from functools import reduce
from math import gcd

import numpy as np
import spglib
from diffpy.structure import Structure

from pdflearn.structures.elements import clean_symbol
from pdflearn.structures.neighbours import pairs_within
from pdflearn.structures.structure import SAME_SITE, arrays

HYDROGEN = ("H", "D")


def prototype(structure: Structure, symmetry: spglib.SpglibDataset) -> str:
    """Name the prototype: the space group, and the orbits that each element occupies.

    Each orbit counts as its commonest element, so that the members of a solid solution share
    their prototype. Hydrogen is left out, since many refinements do not locate it. Orbits are given
    by their multiplicities over the largest common divisor. Letters of Wyckoff positions would
    depend on the origin and the axes: two descriptions of one structure could differ by them.
    So different structures can share a name, but one structure has one.

    Parameters
    ----------
    structure : Structure
        A crystal.
    symmetry : SpglibDataset
        Of the structure; see `structure.symmetry_of`.

    Returns
    -------
    str
        Number of the space group, a colon, the multiplicities of each element's orbits.

    Examples
    --------
    Rock salt is one structure, whatever it is made of and wherever its origin lies:

    >>> from pdflearn.structures.structure import make_structure, symmetry_of
    >>> def rocksalt(a, symbols, shift):
    ...     corners = np.array([[0, 0, 0], [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]])
    ...     xyz = np.concatenate([corners, corners + 0.5]) + shift
    ...     return make_structure((a, a, a, 90, 90, 90), np.repeat(symbols, 4), xyz)
    >>> salts = rocksalt(5.64, ["Na", "Cl"], 0.0), rocksalt(4.21, ["Mg", "O"], 0.25)
    >>> [prototype(salt, symmetry_of(salt)) for salt in salts]
    ['225:1|1', '225:1|1']
    """
    symbols, xyz, occupancy, base = arrays(structure)
    first, second, _ = pairs_within(xyz, base, SAME_SITE, True)
    place = np.arange(len(symbols))  # atoms on one place, as `symmetry_of` joins them
    for i, j in zip(first, second, strict=True):
        place[place == max(place[i], place[j])] = min(place[i], place[j])
    orbit_of = dict(zip(np.unique(place).tolist(), symmetry.crystallographic_orbits, strict=True))
    orbits: dict[int, dict[str, float]] = {}
    counts: dict[int, int] = {}
    for orbit in orbit_of.values():
        counts[orbit] = counts.get(orbit, 0) + 1
    for where, symbol, share in zip(place.tolist(), symbols, occupancy, strict=True):
        contents = orbits.setdefault(orbit_of[where], {})
        element = clean_symbol(str(symbol))
        contents[element] = contents.get(element, 0.0) + float(share)
    occupied: dict[str, list[int]] = {}
    for orbit, contents in orbits.items():
        commonest = max(sorted(contents), key=lambda element: round(contents[element], 4))
        if commonest not in HYDROGEN:
            occupied.setdefault(commonest, []).append(counts[orbit])
    return prototype_name(int(symmetry.number), occupied.values())


def prototype_name(number: int, orbits: Iterable[Sequence[int]]) -> str:
    """Put the name of a prototype together.

    Parameters
    ----------
    number : int
        Of the space group.
    orbits : iterable of sequences of int
        For each element but hydrogen the multiplicities of its orbits.

    Examples
    --------
    >>> prototype_name(227, [[16], [8], [32]])
    '227:1|2|4'
    """
    orbits = [sorted(orbit) for orbit in orbits]
    divisor = reduce(gcd, (count for orbit in orbits for count in orbit), 0) or 1
    names = [" ".join(str(n // divisor) for n in orbit) for orbit in orbits]
    return f"{number}:{'|'.join(sorted(names))}"
