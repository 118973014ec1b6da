"""Sanity checks of structures: distances, volumes, occupancies, formula."""

import re

import numpy as np
from diffpy.structure import Structure

from pdflearn.structures import elements
from pdflearn.structures.crystal import Crystal
from pdflearn.structures.formula import amounts, formula_of
from pdflearn.structures.structure import (
    SAME_SITE,
    StructureError,
    arrays,
    lattice_constants,
    neighbours,
)

# No two atoms of a real structure are closer than this (angstrom); H-H in H2 is 0.74.
SHORTEST = 0.6
# Whole atoms of one element so near each other are one, listed twice.
REPEATED = 0.05  # angstrom
# A refined occupancy may exceed 1 by this much, and is taken as 1.
ROUNDING = 0.03
# Occupancies of a site may add up to this much: rounding and refinement leave a little above 1.
FULLEST = 1.15
# The shortest contact of a compound over the sum of the covalent radii. The lowest are X-H of X-ray
# work, V=O, Cr=O and uranium; the highest have Tl and Pb with their lone pairs.
CONTACTS = (0.70, 1.36)
# Most compounds have a contact below this ratio, which a short search finds.
NEAR = 1.1
# Volume of an atom in angstrom^3 that is doubtful; hydrogen-rich solids reach down to 4.
VOLUMES = (4.0, 120.0)
# None has less than this (cubic angstrom), and no cell is flatter (angstrom).
DENSEST, FLATTEST = 0.5, 0.8

# The mass of an isotope in a formula, which stands behind no letter: 7Li D, (11B)2 O3. 2H2O is two
# of water.
_MASS = re.compile(r"(?<![A-Za-z\d.)\]}])(\d{1,3})(?!H(?![a-z]))([A-Z][a-z]?)")


def check(
    structure: Structure | Crystal, formula: str | None = None, *, merge: bool = True
) -> list[str]:
    """Check that a structure is physically possible and agrees with its formula.

    An occupancy that is a little above 1 is set to 1 in the structure, and an atom that is listed
    twice is left out of it.

    Parameters
    ----------
    structure : Structure or Crystal
    formula : str, optional
        The formula that the file itself states, such as "Fe3 O4".
    merge : bool, default True
        Whether an atom that is listed twice is left out; else the structure is refused.

    Returns
    -------
    list of str
        Warnings: what is doubtful but usable.

    Raises
    ------
    StructureError
        For a structure that cannot be used.
    """
    symbols, xyz, occupancy, base = arrays(structure)
    if len(symbols) == 0:
        raise StructureError("no atoms; nothing can be simulated from it")
    if not (np.isfinite(xyz).all() and np.isfinite(base).all()):
        raise StructureError(
            "coordinates or cell hold values that are no numbers; correct the file"
        )
    for symbol in dict.fromkeys(symbols):
        _known(str(symbol))
    bad = np.flatnonzero(~((occupancy > 0) & (occupancy <= 1.0 + ROUNDING)))
    if len(bad):
        i = bad[0]
        raise StructureError(
            f"occupancy {occupancy[i]:g} of atom {i + 1} ({symbols[i]}); expected above 0 and at "
            "most 1: correct the file"
        )
    warnings = []
    if merge and not isinstance(structure, Crystal):
        warnings += _leave_out_repeats(structure)
        symbols, xyz, occupancy, base = arrays(structure)
    if occupancy.max() > 1.0 + 1e-6:
        warnings.append(f"occupancy {occupancy.max():g} of a site is taken as 1")
        occupancy = np.minimum(occupancy, 1.0)
        if isinstance(structure, Crystal):
            structure.occupancy = occupancy
        else:
            for atom in structure:
                atom.occupancy = min(atom.occupancy, 1.0)
    if structure.periodic:
        volume = abs(float(np.linalg.det(base)))
        volume_per_atom = volume / occupancy.sum()
        heights = 1.0 / np.linalg.norm(np.linalg.inv(base), axis=0) if volume > 0 else np.zeros(3)
        possible = min(lattice_constants(structure)) > 0 and volume >= 1.0
        if not (possible and DENSEST <= volume_per_atom <= 2000.0 and heights.min() >= FLATTEST):
            raise StructureError(
                f"a cell of {volume:.3g} cubic angstrom for {occupancy.sum():g} atoms; check the "
                "cell's lengths (angstrom) and angles (degrees)"
            )
        if not VOLUMES[0] <= volume_per_atom <= VOLUMES[1]:
            warnings.append(f"{volume_per_atom:.1f} cubic angstrom for each atom is unusual")
    first, second, distance = neighbours(structure, SHORTEST)
    too_close = distance > SAME_SITE
    if too_close.any():
        k = np.flatnonzero(too_close)[distance[too_close].argmin()]
        total_occupancy = occupancy[first[k]] + occupancy[second[k]]
        contact = f"{symbols[first[k]]} and {symbols[second[k]]} {distance[k]:.2f} angstrom apart"
        if total_occupancy > 1.0 + 1e-3:
            raise StructureError(f"{contact}; check symmetry, origin choice and coordinates")
        warnings.append(f"{contact}: taken as alternatives on a split site")
    shared = distance <= SAME_SITE
    total = occupancy + np.bincount(
        first[shared], weights=occupancy[second[shared]], minlength=len(symbols)
    )
    i = int(total.argmax())
    if total[i] > FULLEST:
        k = np.flatnonzero(shared & (first == i))
        k = k[np.argmax(distance[k])]
        pair = f"{symbols[i]} and {symbols[second[k]]}"
        hint = (
            "correct them, or take out what is listed twice"
            if symbols[i] == symbols[second[k]]
            else "check symmetry, origin choice and occupancies"
        )
        raise StructureError(
            f"{pair} on one place, {distance[k]:.2f} angstrom apart; "
            f"their occupancies add up to {total[i]:.2f}, expected at most 1: {hint}"
        )
    if total[i] > 1.01:
        warnings.append(f"occupancies on a site of {symbols[i]} add up to {total[i]:.2f}")
    if formula is not None:
        content = amounts(symbols, occupancy)
        try:
            warnings += _compare(content, formula)
        except StructureError:
            partners = _partners(symbols, first[shared], second[shared])
            if not partners:
                raise
            # how a mixed site is divided is often a slip; where the atoms are is not in doubt
            _compare(_united(content, partners), formula, partners)
            warnings.append(
                f"elements share sites in other amounts than in the file's formula {formula!r}"
            )
    return warnings


def _leave_out_repeats(structure: Structure) -> list[str]:
    """Leave out atoms that stand where another whole atom of their element is listed already.

    Files list equivalent sites one by one beside the operators that make them of each other, or
    atoms on the faces of the cell at both ends. The first of them counts. Returns what to say.
    """
    symbols, _, occupancy, _ = arrays(structure)
    first, second, distance = neighbours(structure, REPEATED)
    same = (symbols[first] == symbols[second]) & (occupancy[first] + occupancy[second] > FULLEST)
    repeated = np.zeros(len(symbols), dtype=bool)
    for i, j in sorted(zip(first[same].tolist(), second[same].tolist(), strict=True)):
        if i < j and not repeated[i]:
            repeated[j] = True
    if not repeated.any():
        return []
    orbits = np.asarray(structure.orbits)[~repeated]
    for i in np.flatnonzero(repeated)[::-1].tolist():
        del structure[i]
    structure.orbits = orbits
    elements_twice = ", ".join(sorted(set(symbols[repeated].tolist())))
    return [
        f"{repeated.sum()} atoms of {elements_twice} stand where others are listed already and are "
        "left out"
    ]


def stale_formula(structure: Structure, formula: str) -> str:
    """Say that a file's formula is not that of its sites, where these are plainly consistent.

    That is where the same elements are in both, every site is full, and contacts and volume are
    usual. A formula is often left as it was when sites are edited.

    Parameters
    ----------
    structure : Structure
        One that `check` lets pass without the formula.
    formula : str

    Returns
    -------
    str
        The warning; "" where the sites are not so clear that they count more than the formula.
    """
    symbols, _, occupancy, base = arrays(structure)
    content, stated = amounts(symbols, occupancy), stated_amounts(formula)
    first, second, distance = neighbours(structure, SAME_SITE)
    total = occupancy + np.bincount(first, weights=occupancy[second], minlength=len(symbols))
    full = np.abs(total - 1.0).max() <= ROUNDING
    volume = abs(float(np.linalg.det(base))) / occupancy.sum()
    usual = VOLUMES[0] <= volume <= VOLUMES[1] and not contact_warnings(structure)
    if not (full and usual and set(stated) - {"H"} == set(content) - {"H"}):
        return ""
    return (
        f"the file's formula {formula!r} is not that of its sites, {formula_of(content)}; the "
        "sites are full and at usual distances, and they count"
    )


def contact_warnings(structure: Structure | Crystal) -> list[str]:
    """Compare the shortest contact with the covalent radii of its two atoms.

    Returns
    -------
    list of str
        Warnings; empty where the ratio lies within `CONTACTS`.
    """
    symbols = arrays(structure)[0]
    radii = np.array([elements.covalent_radius(str(symbol)) for symbol in symbols])
    # a pair further apart than the reach has a larger ratio than the first reach is made for
    for largest in (NEAR, CONTACTS[1]):
        first, second, distance = neighbours(structure, 2.0 * largest * radii.max())
        apart = distance > SAME_SITE
        ratio = distance[apart] / (radii[first[apart]] + radii[second[apart]])
        if len(ratio) and CONTACTS[0] <= ratio.min() <= largest:
            break
    if len(ratio) and CONTACTS[0] <= ratio.min() <= CONTACTS[1]:
        return []
    if len(ratio) == 0:
        return [f"no two atoms within {2 * CONTACTS[1] * radii.max():.1f} angstrom"]
    k = np.flatnonzero(apart)[ratio.argmin()]
    return [
        f"{symbols[first[k]]} and {symbols[second[k]]} {distance[k]:.2f} angstrom apart, "
        f"{ratio.min():.2f} times the sum of their covalent radii"
    ]


def _partners(symbols: np.ndarray, first: np.ndarray, second: np.ndarray) -> dict[str, str]:
    """For elements that share sites with others one that stands for all of them."""
    stands_for: dict[str, str] = {}

    def root(symbol: str) -> str:
        while stands_for.get(symbol, symbol) != symbol:
            symbol = stands_for[symbol]
        return symbol

    pairs = {(str(symbols[i]), str(symbols[j])) for i, j in zip(first, second, strict=True)}
    for pair in sorted(pairs):
        one, other = sorted(map(root, pair))
        if pair[0] != pair[1]:
            stands_for[one] = stands_for[other] = one
    return {symbol: root(symbol) for symbol in stands_for}


def _united(content: dict[str, float], partners: dict[str, str]) -> dict[str, float]:
    united: dict[str, float] = {}
    for symbol, n in content.items():
        key = partners.get(symbol, symbol)
        united[key] = united.get(key, 0.0) + n
    return united


def _known(symbol: str) -> None:
    try:
        elements.clean_symbol(symbol)
    except elements.ElementError as error:
        raise StructureError(f"{error}; correct the label or the type symbol") from None


def stated_amounts(formula: str) -> dict[str, float]:
    """How much of each element a formula such as "C2 H6 O" or "Ca5 (P O4)3 F" states.

    Isotopes (D, 7Li) count as their elements. Empty for what is no formula, or one with variables.
    """
    token = re.compile(r"\s*(?:([A-Z][a-z]?)|([(\[{])|([)\]}])|,)\s*(\d+\.?\d*|\.\d+)?")
    levels: list[dict[str, float]] = [{}]
    position = 0
    text = _MASS.sub(lambda match: match[2] if elements.is_natural(match[0]) else match[0], formula)
    text = text.strip()
    while position < len(text):
        match = token.match(text, position)
        if match is None or match.end() == position:
            return {}
        symbol, opening, closing, digits = match.groups()
        count = float(digits or 1)
        if symbol:
            symbol = "H" if symbol in ("D", "T") else symbol
            levels[-1][symbol] = levels[-1].get(symbol, 0.0) + count
        elif opening:
            levels.append({})
        elif closing:
            if len(levels) == 1:
                return {}
            for symbol, n in levels.pop().items():
                levels[-1][symbol] = levels[-1].get(symbol, 0.0) + n * count
        position = match.end()
    if len(levels) > 1:
        return {}
    return {symbol: n for symbol, n in levels[0].items() if n > 0}


def _compare(
    amounts: dict[str, float], formula: str, partners: dict[str, str] | None = None
) -> list[str]:
    """Raise where the ratio of the elements is not the formula's; hydrogen may be missing.

    Partners count as one element.
    """
    stated = _united(stated_amounts(formula), partners or {})
    if not stated:
        return [f"the formula {formula[:60]!r} cannot be read, so nothing was held against it"]
    present, warnings = dict(amounts), []
    if present.get("H", 0.0) * sum(v for k, v in stated.items() if k != "H") < 0.98 * stated.get(
        "H", 0.0
    ) * sum(v for k, v in present.items() if k != "H"):
        warnings.append("some hydrogen of the formula has no position")
        stated.pop("H")
    missing, others = sorted(set(stated) - set(present)), sorted(set(present) - set(stated) - {"H"})
    if missing and others:  # the atoms were edited, and the formula was left as it was
        one = dict.fromkeys([*missing, *others], others[0])
        stated, present = _united(stated, one), _united(present, one)
        warnings.append(
            f"the file's formula {formula!r} differs: it has {', '.join(missing)}, the atoms have "
            f"{', '.join(others)}, and the atoms count"
        )
    elif missing:
        raise StructureError(
            f"the file's formula {formula!r} has {', '.join(missing)}, the atoms have not; add "
            "them to the file"
        )
    common = [symbol for symbol in stated if symbol in present]
    ratios = np.array([present[symbol] / stated[symbol] for symbol in common])
    if len(ratios) and ratios.max() / ratios.min() > 1.1:
        shown = " ".join(f"{symbol}{n:g}" for symbol, n in sorted(amounts.items()))
        raise StructureError(
            f"the atoms of the cell are {shown}, not the file's formula {formula!r}; check "
            "symmetry operators, origin choice and occupancies"
        )
    if len(ratios) and ratios.max() / ratios.min() > 1.02:
        warnings.append(f"atoms and formula {formula!r} differ by more than 2 %")
    return warnings
