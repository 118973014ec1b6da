"""Elements as scatterers see them: symbols, form factors, neutron lengths, radii.

Values come from the `periodictable` package: X-ray form factors of D. Waasmaier and A. Kirfel,
Acta Cryst. A51 (1995) 416, good to Q = 75 1/angstrom; bound coherent neutron scattering lengths
of the NIST/Dianoux-Lander compilation; covalent radii of B. Cordero et al., Dalton Trans. (2008)
2832.
"""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import NamedTuple

import numpy as np
import periodictable
from periodictable import cromermann

from pdflearn.core.errors import PdflearnError

# The fit of Waasmaier and Kirfel holds for sin(theta)/lambda up to 6 1/angstrom.
FORM_FACTOR_Q_MAX = 24 * np.pi

_SYMBOL = re.compile(
    r"""\s*
    (?:\(?(?P<before>\d{1,3})\)?[-_]?)?                       # 58Ni, 58-Ni, (58)Ni
    (?P<element>[A-Za-z]{1,2})
    (?:-?(?P<after>\d{2,3})(?![\d.+-])|_(?P<last>\d{1,3}))?  # Ni58, Ni-58; NI_58 as GSAS has it
    (?P<charge>\d*\.?\d*[+-]|[+-]\d+(?:\.\d+)?|[+-]{2,4}|0)?  # Fe3+, O-, O-2, Fe2.67+, Cu++, As0
    \s*""",
    re.VERBOSE,
)
_MARKUP = re.compile(r"<[^<>]*>|[\^~]")  # of superscripts: <sup>7</sup>Li, ^7^Li
# Symbols and whole numbers, which nearly all formulae are: read at once, since the parser of any
# formula takes half a millisecond.
_PLAIN_FORMULA = re.compile(r"(?:[A-Z][a-z]?(?:[1-9]\d{0,3})?)+")
_ELEMENT_AND_COUNT = re.compile(r"([A-Z][a-z]?)(\d*)")
_SYMBOLS = frozenset(element.symbol for element in periodictable.elements if element.number > 0)
AVOGADRO = 0.602214076  # of atoms in 1e-24 mol: g / (g/cm^3) -> angstrom^3 an atom
_HYDROGEN = {"D": 2, "T": 3}


class ElementError(PdflearnError):
    """A symbol that names no element, isotope or scattering length known here."""


class Species(NamedTuple):
    """What an atom is: element symbol, mass number (0: natural mixture), formal charge."""

    element: str
    isotope: int
    charge: float

    @property
    def label(self) -> str:
        """The element, preceded by the mass number where an isotope was named: `Fe`, `2H`."""
        return f"{self.isotope}{self.element}" if self.isotope else self.element

    @property
    def symbol(self) -> str:
        """The one spelling that structures have: as `label`, but `D` for heavy hydrogen."""
        return "D" if (self.element, self.isotope) == ("H", 2) else self.label


@lru_cache(maxsize=4096)
def parse_symbol(symbol: str) -> Species:
    """Read an atom's symbol as files write it: `Fe`, `FE3+`, `O2-`, `D`, `58Ni`, `2-H`, `Li_7`.

    Parameters
    ----------
    symbol : str

    Returns
    -------
    Species

    Raises
    ------
    ElementError
        When no element, or no known isotope of it, has that name.

    Examples
    --------
    >>> parse_symbol("Fe3+")
    Species(element='Fe', isotope=0, charge=3)
    >>> parse_symbol("D").label
    '2H'
    """
    match = _SYMBOL.fullmatch(plain_symbol(symbol)) if isinstance(symbol, str) else None
    if match is None:
        raise ElementError(
            f"{symbol!r} is no element symbol; write for example 'Fe', 'Fe3+', 'D' or '58Ni'"
        )
    element = match["element"].capitalize()
    isotope = int(match["before"] or match["after"] or match["last"] or 0)
    if element in _HYDROGEN:
        element, isotope = "H", isotope or _HYDROGEN[element]
    known = {e.symbol: e for e in periodictable.elements if e.number > 0}
    if element not in known:
        raise ElementError(
            f"{symbol!r}: there is no element {element!r}; write for example 'Fe', 'Fe3+' or 'D'"
        )
    charge = _charge(match["charge"] or "")
    # Li-7 is an isotope, O-2 an ion: a nucleus has at least as many nucleons as protons
    mass = -int(charge) if (match["charge"] or "").startswith("-") else 0
    if not isotope and mass > 1 and mass >= known[element].number:
        isotope, charge = mass, 0
    if isotope and isotope not in known[element].isotopes:
        names = ", ".join(str(n) for n in known[element].isotopes)
        raise ElementError(f"{symbol!r}: {element} has no isotope {isotope}; known are {names}")
    return Species(element, isotope, charge)


def _charge(text: str) -> float:
    """The formal charge of Fe3+, O-2, Fe2.67+, Cu++ or As0."""
    digits = text.strip("+-")
    size = float(digits) if digits.strip(".") else float(len(text))
    charge = -size if "-" in text else size
    return int(charge) if charge == int(charge) else charge


def plain_symbol(text: str) -> str:
    """A symbol without markup and with plain signs.

    Examples
    --------
    >>> plain_symbol("^7^Li"), plain_symbol("Fe\u00b3\u207a"), plain_symbol(" O2\u2212")
    ('7Li', 'Fe3+', 'O2-')
    """
    text = _MARKUP.sub("", unicodedata.normalize("NFKC", text))
    return text.replace("\u2212", "-").strip()


def is_natural(symbol: str) -> bool:
    """Whether a symbol names an isotope that is found in nature.

    Examples
    --------
    >>> is_natural("58Ni"), is_natural("57Ni"), is_natural("Ni")
    (True, False, False)
    """
    try:
        species = parse_symbol(symbol)
    except ElementError:
        return False
    atom = periodictable.elements.symbol(species.element)
    return bool(species.isotope) and float(atom[species.isotope].abundance) > 0.0


def clean_symbol(symbol: str) -> str:
    """Element symbol without isotope and charge: `Fe3+` -> `Fe`, `D` -> `H`."""
    return parse_symbol(symbol).element


def form_factor(symbol: str, q: np.ndarray | float) -> np.ndarray:
    """X-ray form factor f(Q) of the neutral atom, in electrons.

    f(Q) = c + sum_i a_i exp(-b_i (Q / 4 pi)^2), i = 1..5 (Waasmaier and Kirfel 1995). Charges in
    the symbol are left aside: files disagree about them, and f of ion and atom differ only below
    Q of about 4 1/angstrom. Anomalous scattering is not included.

    Parameters
    ----------
    symbol : str
    q : array or float
        In 1/angstrom, up to 75.

    Returns
    -------
    array
        Same shape as q.
    """
    element = parse_symbol(symbol).element
    q = np.asarray(q, dtype=float)
    if q.size and q.max() > FORM_FACTOR_Q_MAX:
        raise ElementError(
            f"q = {q.max():g} 1/angstrom is beyond {FORM_FACTOR_Q_MAX:.1f}, where the tabulated "
            "form factors end; choose a smaller q_max or form_factor='constant'"
        )
    terms = form_factor_terms(element)
    return np.exp(np.multiply.outer((q / (4 * np.pi)) ** 2, -terms[5:10])) @ terms[:5] + terms[10]


@lru_cache(maxsize=256)
def form_factor_terms(element: str) -> np.ndarray:
    """a_1 to a_5, b_1 to b_5 (angstrom^2) and c of `form_factor`: array (11,)."""
    try:
        fit = cromermann.getCMformula(element)
    except KeyError:
        raise ElementError(f"no X-ray form factor is tabulated for {element!r}") from None
    return np.array([*fit.a, *fit.b, fit.c], dtype=float)


@lru_cache(maxsize=512)
def xray_length(symbol: str) -> float:
    """f(0), the constant form factor of PDFgui and srreal, in electrons (about Z)."""
    return float(form_factor(symbol, 0.0))


@lru_cache(maxsize=512)
def neutron_length(symbol: str) -> float:
    """Bound coherent neutron scattering length in fm; negative for H, Li, Ti, Mn and others.

    The natural mixture, or the isotope that the symbol names (`D`, `58Ni`).
    """
    species = parse_symbol(symbol)
    atom = periodictable.elements.symbol(species.element)
    if species.isotope:
        atom = atom[species.isotope]
    length = getattr(getattr(atom, "neutron", None), "b_c", None)
    if length is None:
        raise ElementError(
            f"no coherent neutron scattering length is tabulated for {species.label!r}; "
            "use radiation='xray'"
        )
    return float(length)


@lru_cache(maxsize=512)
def atomic_mass(symbol: str) -> float:
    """Mass of an atom in u: of the natural mixture, or of the isotope that the symbol names."""
    species = parse_symbol(symbol)
    atom = periodictable.elements.symbol(species.element)
    return float((atom[species.isotope] if species.isotope else atom).mass)


@lru_cache(maxsize=512)
def atomic_volume(symbol: str) -> float:
    """Volume of an atom of a solid or liquid element as it is usually found, angstrom^3.

    From the densities of `periodictable`; NaN where there is none.

    Examples
    --------
    >>> round(atomic_volume("Al"), 1), round(atomic_volume("Fe"), 1)
    (16.6, 11.8)
    """
    element = periodictable.elements.symbol(parse_symbol(symbol).element)
    return float(element.mass / element.density / AVOGADRO) if element.density else float("nan")


def covalent_radius(symbol: str) -> float:
    """Covalent radius in angstrom (Cordero et al. 2008)."""
    element = parse_symbol(symbol).element
    radius = periodictable.elements.symbol(element).covalent_radius
    if radius is None:
        raise ElementError(f"no covalent radius is tabulated for {element!r}")
    return float(radius)


def parse_composition(text: str) -> dict[str, float]:
    """Read a chemical formula.

    Parameters
    ----------
    text : str
        Such as "SrFe2As2" or "La0.8Ca0.2MnO3".

    Returns
    -------
    dict
        Element -> share of the atoms, in alphabetical order; empty for an empty text, a mixture
        ("Si+Ni") and what is no formula.

    See Also
    --------
    is_formula : Also takes formulae of a mixture.

    Examples
    --------
    >>> parse_composition("SrFe2As2")
    {'As': 0.4, 'Fe': 0.4, 'Sr': 0.2}
    >>> parse_composition("sand")
    {}
    """
    text = "".join(str(text).split())
    if not text or "+" in text or len(text) > 200:
        return {}
    amounts: Counter[str] = Counter()
    if _PLAIN_FORMULA.fullmatch(text):
        for symbol, count in _ELEMENT_AND_COUNT.findall(text):
            amounts[symbol] += float(count or 1)
    if not amounts or not _SYMBOLS.issuperset(amounts):
        amounts = _parsed(text)
    total = sum(amounts.values())
    if not (np.isfinite(total) and total > 0):
        return {}
    return {symbol: amounts[symbol] / total for symbol in sorted(amounts)}


def _parsed(text: str) -> Counter[str]:
    """Amounts of the elements of any formula: parentheses, fractions, isotopes, charges."""
    amounts: Counter[str] = Counter()
    try:
        atoms = periodictable.formula(text).atoms
    except Exception:  # its parser raises errors of several libraries
        return amounts
    for atom, count in atoms.items():
        amounts[clean_symbol(getattr(atom, "symbol", str(atom)))] += float(count)
    return amounts


def parse_elements(text: str) -> tuple[str, ...]:
    """Read a list of elements.

    Parameters
    ----------
    text : str
        Symbols with commas, semicolons, blanks or hyphens between them.

    Returns
    -------
    tuple of str
        In alphabetical order, each once; empty for an empty text.

    Raises
    ------
    ElementError
        Naming the symbol that is no element.

    Examples
    --------
    >>> parse_elements("Ti, O"), parse_elements("Ga-As")
    (('O', 'Ti'), ('As', 'Ga'))
    """
    symbols = re.split(r"[\s,;-]+", text.strip())
    return tuple(sorted({clean_symbol(symbol) for symbol in symbols if symbol}))


def is_formula(text: str) -> bool:
    """Whether a text is a formula, or formulae of a mixture joined by +.

    Examples
    --------
    >>> is_formula("Si+Ni"), is_formula("sand")
    (True, False)
    """
    return all(parse_composition(formula) for formula in str(text).split("+"))
