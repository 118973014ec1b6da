"""Whether a compound's charges may balance: the usual oxidation states of its elements.

In oxides and halides cations and anions make up for each other: Na4Al3Si3O12Cl is a compound,
Al4Na3Si3O12Cl none, though neutrons hardly tell them apart. Intermetallic phases, and sulfides and
others of little electronegativity, follow no such rule, so that nothing is said of them.

The states are those of N. N. Greenwood and A. Earnshaw, Chemistry of the Elements, 2nd ed. (1997),
that solids hold.
"""

from collections.abc import Mapping
from itertools import product

# Elements that take all electrons they need, the most electronegative first.
ANIONS = {"F": -1.0, "O": -2.0, "Cl": -1.0, "Br": -1.0, "I": -1.0}
# Chalcogens and others stand as anions beside oxygen and halogens as well.
_ALSO_ANIONS = {"N": -3.0, "S": -2.0, "Se": -2.0, "Te": -2.0, "H": -1.0, "C": -4.0, "P": -3.0,
                "As": -3.0, "Sb": -3.0}  # fmt: skip
# Of cations: the lowest and the highest; what is between is mixed valence.
_CATIONS = {
    1: "Li Na K Rb Cs Ag H",
    2: "Be Mg Ca Sr Ba Zn Cd Ra",
    3: "B Al Ga Sc Y La Nd Gd Dy Ho Er Lu Pm Ac",
    4: "Si Zr Hf C Th",
}
_RANGES = {
    "Cu": (1, 3), "Au": (1, 3), "Hg": (1, 2), "In": (1, 3), "Tl": (1, 3), "Ce": (3, 4),
    "Pr": (3, 4), "Tb": (3, 4), "Eu": (2, 3), "Yb": (2, 3), "Sm": (2, 3), "Tm": (2, 3),
    "Ti": (2, 4), "V": (2, 5), "Nb": (2, 5), "Ta": (4, 5), "Cr": (2, 6), "Mo": (2, 6),
    "W": (4, 6), "Mn": (2, 7), "Tc": (4, 7), "Re": (4, 7), "Fe": (2, 4), "Co": (2, 4),
    "Ni": (2, 4), "Ru": (3, 6), "Os": (4, 8), "Rh": (3, 4), "Ir": (3, 6), "Pd": (2, 4),
    "Pt": (2, 4), "Ge": (2, 4), "Sn": (2, 4), "Pb": (2, 4), "P": (3, 5), "As": (3, 5),
    "Sb": (3, 5), "Bi": (3, 5), "N": (3, 5), "S": (4, 6), "Se": (4, 6), "Te": (4, 6),
    "Cl": (3, 7), "Br": (5, 7), "I": (5, 7), "Pa": (4, 5), "U": (3, 6), "Np": (3, 6),
    "Pu": (3, 6), "Am": (3, 4), "Xe": (2, 8),
}  # fmt: skip
CATIONS = {
    **{symbol: (q, q) for q, symbols in _CATIONS.items() for symbol in symbols.split()},
    **_RANGES,
}
ROUNDING = 0.02  # charges an atom that amounts may be off by


def balances(composition: Mapping[str, float]) -> bool | None:
    """Whether the charges of a compound may make up for each other.

    Parameters
    ----------
    composition : mapping
        Element -> share of the atoms.

    Returns
    -------
    bool or None
        None where nothing can be said: no oxide or halide, or an element without known states.

    Examples
    --------
    >>> balances({"Na": 4, "Al": 3, "Si": 3, "O": 12, "Cl": 1})
    True
    >>> balances({"Na": 3, "Al": 4, "Si": 3, "O": 12, "Cl": 1})
    False
    >>> balances({"Fe": 3, "O": 4}), balances({"Ni": 1, "Al": 1})
    (True, None)
    """
    anion = next((symbol for symbol in ANIONS if symbol in composition), None)
    if anion is None or len(composition) == 1:
        return None
    states = []
    for symbol, amount in composition.items():
        ranges = [] if symbol == anion else [CATIONS[symbol]] if symbol in CATIONS else []
        charge = ANIONS.get(symbol, _ALSO_ANIONS.get(symbol))
        ranges += [(charge, charge)] if charge is not None else []
        if not ranges:
            return None
        states.append([(amount * low, amount * high) for low, high in ranges])
    room = ROUNDING * sum(composition.values())
    return any(
        sum(low for low, _ in choice) <= room and sum(high for _, high in choice) >= -room
        for choice in product(*states)
    )
