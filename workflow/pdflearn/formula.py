"""A chemical formula as shares of the atoms."""

from collections import Counter

import numpy as np
import periodictable

from pdflearn.elements import clean_symbol


def parse_composition(text: str) -> dict[str, float]:
    """Element -> share of the atoms of a formula such as SrFe2As2 or La0.8Ca0.2MnO3.

    Empty for an empty text, a mixture (Si+Ni) and what is no formula.
    """
    text = "".join(str(text).split())
    if not text or "+" in text or len(text) > 200:
        return {}
    try:
        atoms = periodictable.formula(text).atoms
    except Exception:  # its parser raises errors of several libraries
        return {}
    amounts: Counter[str] = Counter()
    for atom, count in atoms.items():
        amounts[clean_symbol(getattr(atom, "symbol", str(atom)))] += float(count)
    total = sum(amounts.values())
    if not (np.isfinite(total) and total > 0):
        return {}
    return {symbol: amounts[symbol] / total for symbol in sorted(amounts)}


def is_formula(text: str) -> bool:
    """Whether a text is a formula, or formulae of a mixture joined by +."""
    return all(parse_composition(part) for part in str(text).split("+"))
