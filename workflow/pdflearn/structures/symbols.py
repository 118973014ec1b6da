"""What stands on a site, by the symbol or the label that a file gives for it.

A symbol (of a CIF's atom type, or an atom's name in XYZ, .stru and POSCAR) is read as it is
written: an element, an ion, an isotope, or elements that share the site with their shares. It is
never guessed at. A label only begins with an element, and where it can be read in two ways the
file's own formula tells.
"""

import re
from collections.abc import Mapping

import gemmi

from pdflearn.structures import elements
from pdflearn.structures.checks import ROUNDING
from pdflearn.structures.structure import StructureError

# Elements beyond lawrencium have no form factor.
_LAST_ELEMENT = 103
_ELEMENTS = frozenset(gemmi.Element(z).name for z in range(1, _LAST_ELEMENT + 1))

_VACANCY = re.compile(r"(va|vac|vc|vacancy|void|\u25a1|dum|du)\W?\d*", re.IGNORECASE)
_VALENCE = re.compile(r"(?<=[a-z])val$|(?<=^[A-Z])val$|(?<=^[A-Z][a-z])va$")  # Sival, Cval, Siva
# An element and what tells its sites apart: Fe1, O2A, Fe_pv, C_R, O1', H(SDS), Fe(III), Fe(3+)
_NUMBERED = re.compile(
    r"([A-Za-z]{1,2})(?:\d+[A-Za-z]?['\"*#]*|_(?![A-Z][a-z])\w*|['\"*#]+|\((?:[IVX]+|[+-]?\d*[+-]?|SDS)\))"
)
# Oxygen, nitrogen or carbon with its hydrogen as one site: OH, OH2, H2O, NH4+
_WITH_HYDROGEN = re.compile(r"\(?(?:(O)[HD]\d?|([NC])H\d?|[HD][23](O))\)?(?:\d?[+-])?")

_SHARE = r"(?:\d*\.\d+|\d+\.?)(?:\(\d+\))?\s*%?"
# 0.8Nb + 0.2Zr; Nb:0.8, Zr:0.2; 0.8Nb5++0.2Zr4+ (where the last + joins, and the first is a charge)
_JOINTS = re.compile(rf"\s+\+\s+|\s*[,;/&|]\s*|\s*\+(?=\s*{_SHARE}\s*[*x]?\s*[A-Z(\u25a1])")
_SHARE_FIRST = re.compile(rf"\(?(?P<share>{_SHARE})\s*[*x]?\s*(?P<symbol>\S+?)\)?")
_SHARE_LAST = re.compile(rf"\(?(?P<symbol>\S+?)\s*[:=*]?\s*(?P<share>{_SHARE})\)?")
# Nb0.8Zr0.2 and 0.8Nb0.2Zr
_FORMULAE = (
    (re.compile(r"\(?(?:[A-Z][a-z]?\d*\.\d+(?:\(\d+\))?){2,}\)?"), r"[A-Z][a-z]?[\d.]+"),
    (
        re.compile(r"\(?(?:\d*\.\d+(?:\(\d+\))?[A-Z][a-z]?){2,}\)?"),
        r"[\d.]+(?:\(\d+\))?[A-Z][a-z]?",
    ),
)

Shares = dict[str, float]


def is_vacancy(text: str) -> bool:
    """Whether a symbol or label stands for a place without an atom."""
    return _VACANCY.fullmatch(text) is not None


def is_hydrogen(text: str) -> bool:
    """Whether a symbol or label is that of hydrogen or deuterium.

    Examples
    --------
    >>> [is_hydrogen(text) for text in ("H1", "D", "H1+", "Hg", "Ho1")]
    [True, True, True, False, False]
    """
    return re.match(r"[HD](?![a-z])", text) is not None


def names_isotope(label: str) -> bool:
    """Whether a label begins like an isotope: 7Li1, which may be the seventh atom as well.

    Examples
    --------
    >>> [names_isotope(label) for label in ("7Li1", "5Li", "Li7", "2H")]
    [True, False, False, True]
    """
    match = re.match(r"\d{1,3}-?[A-Z][a-z]?(?![a-z])", label)
    return match is not None and elements.is_natural(match[0])


def holds_hydrogen(symbol: str) -> bool:
    """Whether a symbol is that of a group whose hydrogen has no position of its own, such as OH."""
    return _WITH_HYDROGEN.fullmatch(symbol) is not None


def occupants(
    symbol: str, label: str | None = None, stated: Mapping[str, float] | None = None
) -> Shares:
    """Read a symbol: the elements or isotopes that share the site.

    A symbol that is written right is what it says, whatever label and formula say. One in other
    capitals (CO, fe) is the element too, unless label or formula speak for its first letter.

    Parameters
    ----------
    symbol : str
        Such as "Fe", "Fe3+", "7Li", "Fe1" or "0.8Nb + 0.2Zr".
    label : str, optional
        The site's label in a CIF. Names of other formats come alone: there OH is no group, and
        Ni58 is the 58th atom.
    stated : mapping, optional
        The elements of the file's formula.

    Returns
    -------
    dict
        Symbol of an element or isotope -> share of the site; their sum is 1, or less where a part
        of the site is empty.

    Raises
    ------
    StructureError
        Naming the symbol, where it cannot be read.

    Examples
    --------
    >>> occupants("Se2-", "S1", {"S": 1}), occupants("CU"), occupants("7Li+")
    ({'Se': 1.0}, {'Cu': 1.0}, {'7Li': 1.0})
    >>> occupants("0.8Nb + 0.20(1)Zr")
    {'Nb': 0.8, 'Zr': 0.2}
    """
    if symbol in _ELEMENTS:
        return {symbol: 1.0}
    text = elements.plain_symbol(symbol)
    single = _single(text, label, stated or {})
    if single:
        return {single: 1.0}
    shares = _shares(text, label, stated or {})
    if shares:
        return shares
    place = f" of site {label!r}" if label is not None and label != symbol else ""
    raise StructureError(
        f"the symbol {symbol[:60]!r}{place} names no element; write such as 'Fe', 'Fe3+' or '7Li', "
        "or '0.8Nb + 0.2Zr' for elements that share a site"
    )


def _single(text: str, label: str | None, stated: Mapping[str, float]) -> str:
    """The element or isotope of a symbol, or ""."""
    valence = _VALENCE.sub("", text)
    numbered = re.fullmatch(r"([A-Za-z]{1,2})(\d{2,3})", text)
    if numbered:  # the 58th atom; a type of its own beside other labels is an isotope
        isotope = f"{numbered[2]}{numbered[1]}"
        valence = isotope if label not in (None, text) and elements.is_natural(isotope) else ""
    whole = _whole(valence, label, stated)
    if whole:
        return whole
    group = _WITH_HYDROGEN.fullmatch(text) if label is not None else None
    if group:
        return group[1] or group[2] or group[3]
    numbered = _NUMBERED.fullmatch(text)
    return _whole(numbered[1], label, stated) if numbered else ""


def _whole(text: str, label: str | None, stated: Mapping[str, float]) -> str:
    try:
        species = elements.parse_symbol(text)
    except elements.ElementError:
        return ""
    if species.element not in _ELEMENTS:
        return ""
    letters = re.findall("[A-Za-z]+", text)[0]
    if letters.upper() == "T":  # a site of a framework, not tritium
        return ""
    first = letters[0].upper()
    if len(letters) == 1 or letters == species.element or not is_element(first):
        return species.symbol
    # CO or co: cobalt, unless the label is that of carbon, or the formula has only that
    if label and re.match(rf"{species.element}(?![a-z])", label):
        return species.symbol
    return first if species.element not in stated and _is_stated(first, stated) else species.symbol


def _shares(text: str, label: str | None, stated: Mapping[str, float]) -> Shares:
    """The parts of a symbol such as "0.8Nb + 0.2Zr"; empty where it is none, or has no shares."""
    if len(text) > 200:
        return {}
    parts = _JOINTS.split(text.strip("()"))
    for formula, part in _FORMULAE:
        if formula.fullmatch(text.replace(" ", "")):
            parts = re.findall(part, text.replace(" ", ""))
    shares: Shares = {}
    total = 0.0
    for part in parts:
        match = _SHARE_FIRST.fullmatch(part.strip()) or _SHARE_LAST.fullmatch(part.strip())
        if match is None:
            return {}
        number = re.sub(r"\(.*\)", "", match["share"])
        share = float(number.rstrip("% ")) / (100.0 if "%" in number else 1.0)
        total += share
        if is_vacancy(match["symbol"]):
            continue
        symbol = _single(match["symbol"], label, stated)
        if not symbol:
            return {}
        shares[symbol] = shares.get(symbol, 0.0) + share
    if abs(total - 100.0) < 1.0 and len(parts) > 1:  # percent
        shares, total = {symbol: share / 100.0 for symbol, share in shares.items()}, total / 100.0
    if not 0.0 < total <= 1.0 + ROUNDING:
        return {}
    scale = max(total, 1.0)
    return {symbol: share / scale for symbol, share in shares.items() if share > 0.0}


def element_of_label(label: str, stated: Mapping[str, float]) -> str:
    """Find the element of a site that has a label alone.

    Parameters
    ----------
    label : str
        Such as "FE1", "OW1" or "MgM1".
    stated : mapping
        The elements of the file's formula, which decide where a label can be read in two ways.

    Returns
    -------
    str

    Raises
    ------
    StructureError
        For a label that names no element, such as Wat, or several, such as Nb,Zr.

    Examples
    --------
    >>> element_of_label("OW1", {}), element_of_label("CA1", {"Ca": 1}), element_of_label("CA1", {})
    ('O', 'Ca', 'C')
    """
    letters = re.match(r"\W*\d*([A-Za-z]+)", label)
    several = re.match(r"\W*([A-Z][a-z]?)\d*[+-]?\s*[,;/&+]\s*([A-Z][a-z]?)(?![a-z])", label)
    if several and is_element(several[1]) and is_element(several[2]):
        raise StructureError(
            f"site {label!r} names several elements without their shares; give each of them a line "
            "of its own, or a type symbol such as '0.8Nb + 0.2Zr'"
        )
    if label not in ("", ".", "?") and letters and not letters[1].lower().startswith("wat"):
        word = letters[1][0].upper() + letters[1][1:]
        two = word[:2].capitalize() if len(word) > 1 and is_element(word[:2].capitalize()) else ""
        # T is a site of a framework, not tritium
        one = word[0] if word[0] != "T" and is_element(word[0]) else ""
        # FE1 is iron, but OH1 and CA2 are more often oxygen and carbon
        carbon_first = len(word) > 1 and word[1].isupper() and word[0] in "CHNO"
        symbols = [symbol for symbol in ((one, two) if carbon_first else (two, one)) if symbol]
        known = [symbol for symbol in symbols if _is_stated(symbol, stated)]
        if known:
            return known[0]
        # without the formula's help a third small letter belongs to a word: Calc is no Ca; and a
        # second one to an element, but for oxygen and hydrogen of water: Ow, Hw
        is_word = len(word) > 2 and word[1].islower() and word[2].islower()
        alone = len(word) == 1 or word[1].isupper() or (len(word) == 2 and word[0] in "OH")
        likely = [
            symbol
            for symbol in symbols
            if (symbol == two and not is_word) or (symbol == one and alone)
        ]
        if likely:
            return likely[0]
    raise StructureError(
        f"site {label!r} names no element; give _atom_site_type_symbol, and each atom of a group "
        "such as water a site of its own"
    )


def site_occupants(label: str, type_symbol: str, stated: Mapping[str, float]) -> Shares:
    """What stands on a site of a CIF: by its type symbol, or by its label where it has none.

    Parameters
    ----------
    label, type_symbol : str
        type_symbol may be empty, or "?" or ".".
    stated : mapping
        The elements of the file's formula.

    Returns
    -------
    dict
        As `occupants` returns it.

    Examples
    --------
    >>> site_occupants("OW1", "", {}), site_occupants("Ca1", "C", {"Ca": 1})
    ({'O': 1.0}, {'C': 1.0})
    """
    if type_symbol not in ("", ".", "?"):
        return occupants(type_symbol, label, stated)
    shares = _shares(elements.plain_symbol(label), label, stated)
    return shares if len(shares) > 1 else {element_of_label(label, stated): 1.0}


def _is_stated(symbol: str, stated: Mapping[str, float]) -> bool:
    return ("H" if symbol == "D" else symbol) in stated


def is_element(symbol: str) -> bool:
    """Whether a symbol is that of an element with a form factor, or D."""
    try:
        return elements.parse_symbol(symbol).element in _ELEMENTS
    except elements.ElementError:
        return False
