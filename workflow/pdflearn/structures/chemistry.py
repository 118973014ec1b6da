"""Which elements may take a place: those of the same chemistry and of a fitting radius."""

from collections.abc import Sequence
from functools import cache

import numpy as np
import periodictable

from pdflearn.structures.elements import covalent_radius

# Radii may leave the range of the real ones by this factor.
RADIUS = 1.15
# Where a chemistry offers fewer elements, any that fit are taken.
FEWEST = 6
# Elements mix on a site whose radii differ by this share at most, and whose electronegativities by
# this (see `miscible`).
SIZES, ELECTRONEGATIVITIES = float(np.log(1.15)), 0.4

_NOBLE = frozenset({"He", "Ne", "Ar", "Kr", "Xe", "Rn"})
_NONMETAL = frozenset({"H", "C", "N", "O", "F", "P", "S", "Cl", "Se", "Br", "I"})
_METALLOID = frozenset({"B", "Si", "Ge", "As", "Sb", "Te", "Bi"})
_LANTHANIDE = frozenset(
    {"Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu"}
)
# Stable or at hand in every laboratory of solids: to Bi without Tc, Pm and noble gases; Th, U.
_USED = tuple(
    element.symbol
    for element in periodictable.elements
    if (1 <= element.number <= 83 or element.number in (90, 92))
    and element.symbol not in _NOBLE | {"Tc", "Pm"}
)


# Electronegativities of L. Pauling's scale, as in A. L. Allred, J. Inorg. Nucl. Chem. 17 (1961) 215
# and the CRC Handbook of Chemistry and Physics.
_ELECTRONEGATIVITY = {
    "H": 2.20, "Li": 0.98, "Be": 1.57, "B": 2.04, "C": 2.55, "N": 3.04, "O": 3.44, "F": 3.98,
    "Na": 0.93, "Mg": 1.31, "Al": 1.61, "Si": 1.90, "P": 2.19, "S": 2.58, "Cl": 3.16, "K": 0.82,
    "Ca": 1.00, "Sc": 1.36, "Ti": 1.54, "V": 1.63, "Cr": 1.66, "Mn": 1.55, "Fe": 1.83, "Co": 1.88,
    "Ni": 1.91, "Cu": 1.90, "Zn": 1.65, "Ga": 1.81, "Ge": 2.01, "As": 2.18, "Se": 2.55, "Br": 2.96,
    "Rb": 0.82, "Sr": 0.95, "Y": 1.22, "Zr": 1.33, "Nb": 1.6, "Mo": 2.16, "Tc": 1.9, "Ru": 2.2,
    "Rh": 2.28, "Pd": 2.20, "Ag": 1.93, "Cd": 1.69, "In": 1.78, "Sn": 1.96, "Sb": 2.05, "Te": 2.1,
    "I": 2.66, "Cs": 0.79, "Ba": 0.89, "La": 1.10, "Ce": 1.12, "Pr": 1.13, "Nd": 1.14, "Pm": 1.13,
    "Sm": 1.17, "Eu": 1.2, "Gd": 1.20, "Tb": 1.1, "Dy": 1.22, "Ho": 1.23, "Er": 1.24, "Tm": 1.25,
    "Yb": 1.1, "Lu": 1.27, "Hf": 1.3, "Ta": 1.5, "W": 2.36, "Re": 1.9, "Os": 2.2, "Ir": 2.20,
    "Pt": 2.28, "Au": 2.54, "Hg": 2.00, "Tl": 1.62, "Pb": 2.33, "Bi": 2.02, "Po": 2.0, "At": 2.2,
    "Ra": 0.9, "Ac": 1.1, "Th": 1.3, "Pa": 1.5, "U": 1.38, "Np": 1.36, "Pu": 1.28,
}  # fmt: skip


@cache
def unlikeness(symbol: str, other: str) -> float:
    """How badly one element takes the place of another, 0 for the same.

    The difference of electronegativities, plus that of the logarithms of the covalent radii: the
    two sizes by which W. Hume-Rothery's rules for solid solutions go (The Structure of Metals and
    Alloys, 1936). Only the second where one has no electronegativity.

    Examples
    --------
    >>> round(unlikeness("Fe", "Ni"), 2), round(unlikeness("Ga", "As"), 2)
    (0.14, 0.4)
    """
    radii = abs(np.log(covalent_radius(symbol) / covalent_radius(other)))
    one, two = _ELECTRONEGATIVITY.get(symbol), _ELECTRONEGATIVITY.get(other)
    return float(radii + (abs(one - two) if one and two else 0.0))


def miscible(symbol: str, other: str) -> bool:
    """Whether two elements may mix on one site: like in radius and in electronegativity.

    Within 15 % and 0.4, inside which L. S. Darken and R. W. Gurry found extensive solid solutions
    (Physical Chemistry of Metals, 1953, p. 86). Radii are covalent ones here.

    Examples
    --------
    >>> miscible("Fe", "Ni"), miscible("Cu", "P")
    (True, False)
    """
    radii = abs(np.log(covalent_radius(symbol) / covalent_radius(other)))
    one, two = _ELECTRONEGATIVITY.get(symbol), _ELECTRONEGATIVITY.get(other)
    return bool(radii <= SIZES and (not (one and two) or abs(one - two) <= ELECTRONEGATIVITIES))


def chemistry_of(symbol: str) -> str:
    """Noble gas, non-metal, metalloid or metal."""
    if symbol in _NOBLE:
        return "noble gas"
    if symbol in _NONMETAL:
        return "non-metal"
    return "metalloid" if symbol in _METALLOID else "metal"


def fitting_elements(
    symbols: Sequence[str], radii: Sequence[float]
) -> dict[str, tuple[list[str], np.ndarray]]:
    """What may stand where these elements stand in real compounds, and how often.

    Parameters
    ----------
    symbols : sequence of n str
    radii : sequence of n float
        Their covalent radii, angstrom.

    Returns
    -------
    dict
        For the chemistry of each symbol: elements in alphabetical order, and their cumulative
        probabilities.

    Examples
    --------
    >>> elements, odds = fitting_elements(["Cl"], [1.02])["non-metal"]
    >>> elements, odds.round(2).tolist()
    (['Be', 'Cl', 'P', 'S', 'Si'], [0.2, 0.4, 0.6, 0.8, 1.0])
    """
    pools = {}
    members = list(zip(symbols, radii, strict=True))
    for chemistry in sorted({chemistry_of(symbol) for symbol in symbols}):
        seen = {symbol for symbol in symbols if chemistry_of(symbol) == chemistry}
        sizes = [radius for symbol, radius in members if symbol in seen]
        low, high = min(sizes) / RADIUS, max(sizes) * RADIUS
        fitting = {symbol for symbol in _USED if low <= covalent_radius(symbol) <= high}
        alike = {symbol for symbol in fitting if chemistry_of(symbol) == chemistry} | seen
        pool = sorted(alike if len(alike) >= FEWEST else fitting | seen)
        # fourteen elements that scatter alike would crowd out the rest
        weights = np.array([0.3 if symbol in _LANTHANIDE else 1.0 for symbol in pool])
        odds = np.cumsum(weights / weights.sum())
        pools[chemistry] = pool, odds / odds[-1]
    return pools
