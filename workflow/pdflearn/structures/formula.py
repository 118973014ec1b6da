"""Chemical formulae of what a cell holds."""

import re
from functools import lru_cache
from string import ascii_uppercase

import numpy as np

from pdflearn.structures.elements import clean_symbol

# Elements in the order that formulae name them, from metals to non-metals: by group of the periodic
# table, carbon and hydrogen before other non-metals.
FORMULA_ORDER = """
    Fr Cs Rb K Na Li Ra Ba Sr Ca Mg Be Ac Th Pa U Np Pu Am La Ce Pr Nd Pm Sm Eu Gd Tb Dy Ho Er
    Tm Yb Lu Y Sc Hf Zr Ti Ta Nb V W Mo Cr Re Tc Mn Os Ru Fe Ir Rh Co Pt Pd Ni Au Ag Cu Hg Cd Zn
    Tl In Ga Al Pb Sn Ge Si B Bi Sb As P C H D T Po Te Se S At I Br Cl N O F Xe Kr Ar Ne He
"""
_RANKS = {symbol: rank for rank, symbol in enumerate(FORMULA_ORDER.split())}


def amounts(symbols: np.ndarray, occupancy: np.ndarray) -> dict[str, float]:
    """How much of each element, isotopes counted together: symbol -> sum of occupancies."""
    total: dict[str, float] = {}
    for symbol, share in zip(symbols.tolist(), occupancy.tolist(), strict=True):
        element = clean_symbol(symbol)
        total[element] = total.get(element, 0.0) + share
    return total


def formula_of(amounts: dict[str, float]) -> str:
    """The reduced formula: elements from metal to non-metal, smallest whole numbers.

    Examples
    --------
    >>> formula_of({"O": 32.0, "Fe": 24.0})
    'Fe3O4'
    """
    counts = _reduced(tuple(amounts.values()))
    ordered = sorted(zip(amounts, counts, strict=True), key=lambda pair: _rank(pair[0]))
    return "".join(f"{symbol}{n:g}" if n != 1 else symbol for symbol, n in ordered)


def composition_pattern(formula: str) -> str:
    """The amounts of a formula in rising order, with letters for the elements.

    Parameters
    ----------
    formula : str
        As `formula_of` writes it.

    Examples
    --------
    >>> composition_pattern("Fe3O4"), composition_pattern("Al2MgO4")
    ('A3B4', 'AB2C4')
    """
    counts = sorted(float(n or 1) for n in re.findall(r"[A-Z][a-z]?([\d.]*)", formula))
    letters = zip(ascii_uppercase * 5, counts, strict=False)
    return "".join(f"{letter}{n:g}" if n != 1 else letter for letter, n in letters)


@lru_cache(maxsize=4096)
def _reduced(amounts: tuple[float, ...]) -> np.ndarray:
    """The smallest whole numbers in the same ratio; shares where there are none below 25."""
    values = np.array(amounts)
    for divisor in range(1, 25):
        scaled = values / values.min() * divisor
        if np.allclose(scaled, np.round(scaled), rtol=1e-3):
            counts = np.round(scaled).astype(int)
            return counts // np.gcd.reduce(counts)
    return np.round(values / values.sum(), 3)


def _rank(symbol: str) -> tuple[int, str]:
    """Rank of an element in a formula; those that have none stand at the end, by name."""
    return _RANKS.get(symbol, len(_RANKS)), symbol
