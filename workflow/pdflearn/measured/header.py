"""What the header of a measured file says about the measurement: hints, never truth."""

import math
import re
from collections.abc import Iterable

Hints = dict[str, float | str]

_NUMBER = r"([-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?)"
_START = r"(?<![A-Za-z0-9_])"


def _key(names: str) -> re.Pattern[str]:
    return re.compile(rf"{_START}(?:{names})\s*[=:]\s*{_NUMBER}", re.IGNORECASE)


# name: (pattern, smallest and largest value that can be meant)
_NUMERIC = {
    "q_min": (_key(r"q[_ -]?min"), 0.0, 20.0),
    "q_max": (_key(r"q[_ -]?max"), 2.0, 120.0),
    "q_damp": (_key(r"q[_ -]?damp|qsig"), 0.0, 1.0),
    "q_broad": (_key(r"q[_ -]?broad|qalp"), 0.0, 1.0),
    "rho0": (_key(r"rho_?0|(?:number|atomic)[_ ]density"), 0.001, 0.3),
    "wavelength": (_key(r"wavelength|wave_length|lambda"), 0.01, 10.0),
}
_COMMENTED = {  # "#qmax 25.0": a key and its value with nothing but blanks between
    name: re.compile(rf"^[#;!%\s]+{names}\s+{_NUMBER}\s*$", re.IGNORECASE)
    for name, names in {
        "q_min": r"q[_-]?min",
        "q_max": r"q[_-]?max",
        "q_damp": r"q[_-]?damp",
        "q_broad": r"q[_-]?broad",
    }.items()
}
_TEMPERATURE = re.compile(
    rf"{_START}(?:[Tt]emperature|TEMPERATURE|[Tt]emp|TEMP|T)\s*(?:\(K\))?\s*[=:]\s*{_NUMBER}"
    r"\s*(°\s?C\b|deg\s?C\b|C\b)?"
)
_TEXT = {
    "composition": re.compile(
        r"^[#;!%\s]*(?:sample[_ ]?)?(?:composition|formula|chemical[_ ]formula)\s*[=:]\s*(.+)$",
        re.IGNORECASE,
    ),
    "title": re.compile(
        r"^[#;!%\s]*(?:run|sample)?[_ ]?title\s*[=:]\s*(.+)$|runTitle=(.+)$", re.IGNORECASE
    ),
}
_RADIATION = re.compile(
    rf"{_START}(?:mode|stype|radiation(?:[_ ]?type)?|scatter(?:ing|er)?(?:[_ ]?type)?|probe)"
    r"\s*[=:]\s*[\"']?(x[ -]?rays?|x|neutrons?|n)\b",
    re.IGNORECASE,
)
_NEUTRON = re.compile(r"\bneutrons?\b|pdfgetn|\bnpdf\b|\bnomad\b", re.IGNORECASE)
_XRAY = re.compile(r"\bx-?rays?\b|pdfgetx|get_xpdf|\bsynchrotron\b", re.IGNORECASE)
_GETX2_RANGE = re.compile(r"^[#\s]*S\(q\)\s", re.IGNORECASE)
_GETX2_ATOM = re.compile(rf"^[#\s]*([A-Z][a-z]?)\s+{_NUMBER}\s+{_NUMBER}\s+\d+\s")
_GETN_ATOM = re.compile(rf"^[#\s]*([A-Z][a-z]?)\s+{_NUMBER}\s+{_NUMBER}\s+{_NUMBER}\s")


def read_hints(header: Iterable[str]) -> tuple[Hints, list[str]]:
    """Collect what the lines of a header say.

    Parameters
    ----------
    header : iterable of str
        The lines of a file that are not rows of its table.

    Returns
    -------
    dict
        Some of q_min, q_max, q_damp, q_broad (1/angstrom), wavelength (angstrom), temperature
        (kelvin), rho0 (atoms in 1 cubic angstrom),
        radiation ("xray" or "neutron"), composition and title (as written). Where a
        key stands several times, the last one counts, except that the Q range of PDFgetX2's line
        "S(q)", which is the one of its Fourier transform, comes before all others.
    list of str
        Warnings on values that cannot be meant; such values are left out.

    Examples
    --------
    >>> hints, warnings = read_hints(["# Qmax = 25.0", "# stype = X", "# composition = Ni"])
    >>> hints
    {'q_max': 25.0, 'composition': 'Ni', 'radiation': 'xray'}
    >>> read_hints(["qmax = 900"])[1]
    ["the header's q_max = 900 is outside 2 to 120; not used"]
    """
    lines = [line[:1000] for line in header]
    hints: Hints = {}
    warnings: list[str] = []
    decided: set[str] = set()
    for line in lines:
        transform = bool(_GETX2_RANGE.match(line))
        for name, (pattern, low, high) in _NUMERIC.items():
            match = pattern.search(line) or (
                _COMMENTED[name].match(line) if name in _COMMENTED else None
            )
            if not match or (name in decided and not transform):
                continue
            value = _float(match[1])
            if low <= value <= high:
                hints[name] = value
                if transform:
                    decided.add(name)
            elif value != 0:  # 0 is how several programs write "not set"
                warnings.append(
                    f"the header's {name} = {value:g} is outside {low:g} to {high:g}; not used"
                )
        match = _TEMPERATURE.search(line)
        if match:
            value = _float(match[1]) + (273.15 if match[2] else 0.0)
            if 0 < value < 5000:
                hints["temperature"] = value
        for name, pattern in _TEXT.items():
            match = pattern.search(line)
            text = _clean(next((g for g in match.groups() if g), "")) if match else ""
            if text:
                hints[name] = text
    radiation = _radiation(lines)
    if radiation:
        hints["radiation"] = radiation
    if "composition" not in hints:
        formula = _formula(lines)
        if formula:
            hints["composition"] = formula
    q_min, q_max = hints.get("q_min"), hints.get("q_max")
    if isinstance(q_min, float) and isinstance(q_max, float) and q_min >= q_max:
        warnings.append(f"the header's q_min = {q_min:g} is not below q_max = {q_max:g}; not used")
        del hints["q_min"]
    return hints, warnings


def _float(text: str) -> float:
    value = float(text.lower().replace("d", "e"))
    return value if math.isfinite(value) else -1.0


def _clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:200]


def _radiation(lines: list[str]) -> str | None:
    for line in lines:
        match = _RADIATION.search(line)
        if match:
            return "xray" if match[1][0] in "xX" else "neutron"
    # Names of folders say where a file lay, not what it is.
    prose = [line for line in lines if "/" not in line and "\\" not in line]
    neutron = any(_NEUTRON.search(line) for line in prose)
    xray = any(_XRAY.search(line) for line in prose)
    if neutron == xray:
        return None
    return "neutron" if neutron else "xray"


def _formula(lines: list[str]) -> str | None:
    """Read the tables of atoms that PDFgetX2 and PDFgetN write."""
    amounts: dict[str, float] = {}
    pattern: re.Pattern[str] | None = None
    group = 2
    for line in lines:
        if "symbol" in line and "fractions" in line:
            pattern, group = _GETX2_ATOM, 3
        elif "relAtomNum" in line:
            pattern, group = _GETN_ATOM, 2
        elif pattern:
            match = pattern.match(line + " ")
            if not match:
                break
            amounts[match[1]] = _float(match[group])
    amounts = {symbol: amount for symbol, amount in amounts.items() if amount > 0}
    if not amounts:
        return None
    smallest = min(amounts.values())
    ratios = {symbol: amount / smallest for symbol, amount in amounts.items()}
    if any(abs(ratio - round(ratio)) > 0.02 for ratio in ratios.values()):
        ratios = amounts
    return "".join(f"{s}{'' if round(n, 4) == 1 else f'{n:.4g}'}" for s, n in ratios.items())
