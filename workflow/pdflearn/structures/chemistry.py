"""Which elements may take a place: those of the same chemistry and of a fitting radius."""

from collections.abc import Sequence

import numpy as np
import periodictable

from pdflearn.structures.elements import covalent_radius

# Radii may leave the range of the real ones by this factor.
RADIUS = 1.15
# Where a chemistry offers fewer elements, any that fit are taken.
FEWEST = 6

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
