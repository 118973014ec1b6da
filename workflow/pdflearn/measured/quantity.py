"""Which function a measured file holds: told from its labels, header, name and numbers.

Conventions: Keen, J. Appl. Cryst. 34 (2001) 172; Egami and Billinge, Underneath the Bragg Peaks
(2012), ch. 3.
"""

import re
from pathlib import PurePosixPath

import numpy as np

from pdflearn.measured.conversion import Quantity
from pdflearn.measured.text import PatternError, Table

_CONVERT = (
    "turn it into G(r) first, with PDFgetX3 or GudrunX for X-rays, PDFgetN3 or GudrunN for neutrons"
)


# ------------------------------------------------------------ labels

_X_LABEL = re.compile(
    r"""^[#!%;\s]*(?:\#?L\b\s*)?["']?\s*(?P<x>2[\s_-]?theta|two[\s_-]?theta|2th|tth|q|r|radius|
    distance|energy|tof)(?P<unit>[(\[/_$\\][^\s,;"']*|\s\(?(?:nm|pm)\S*)?(?=$|[\s,;"'])""",
    re.IGNORECASE | re.VERBOSE,
)
_Y_LABELS = (
    ("I", re.compile(r"^(?:i|iq|i\(q\)|int\w*|intensit\w*|counts?|cps|y_?obs)\b", re.IGNORECASE)),
    ("F(Q)", re.compile(r"^(?:f|fq|f\(q\)|q\[?s\(q\).*)(?![a-z])", re.IGNORECASE)),
    ("S(Q)", re.compile(r"^(?:s|sq|s\(q\))(?![a-z])", re.IGNORECASE)),
    ("G", re.compile(r"^(?:G|GR|Gr|G\(r\)|PDF|pdf|gr|d\(r\)|D\(r\)|G_?obs)(?![a-z])")),
    ("T(r)", re.compile(r"^(?:T|R|RDF|rdf)(?:\(r\))?(?![a-zA-Z])")),
    ("g(r)", re.compile(r"^g(?:\(r\))?(?![a-z])")),
)
_DERIVED = re.compile(r"calc|fit|model|theor|diff|err|sig|std", re.IGNORECASE)
_OBSERVED = re.compile(
    r"(?:^|[^a-z])(?:expt|exp|obs|observed|experiment\w*|data|g_?obs)(?:$|[^a-z])", re.I
)
_DIFFERENCE = re.compile(r"^(?:g_?)?diff", re.IGNORECASE)
_OUTPUT = re.compile(r"^[#\s]*output_?types?\s*=\s*(iq|sq|fq|gr)\s*$", re.IGNORECASE)
_EXTENSIONS = {
    ".gr": "G", ".fgr": "G", ".cgr": "G", ".dofr": "G", ".dor": "G", ".mdor": "G",
    ".gor": "g(r) - 1", ".mgor": "g(r) - 1",
    ".fq": "F(Q)", ".sq": "S(Q)", ".soq": "S(Q)", ".mint": "S(Q)",
    ".iq": "I", ".chi": "I", ".xrdml": "I", ".dcs": "I", ".mdcs": "I",
    ".xy": "I?", ".xye": "I?", ".int": "I?", ".raw": "I?",
}  # fmt: skip
_STEM = re.compile(r"(?:^|[_\-. ])(?:(f)\(?q\)?|(s)\(?q\)?|(i)\(?q\)?)$", re.IGNORECASE)


def _labels(table: Table) -> tuple[str | None, str, list[str]]:
    """Find the line that names the columns: x's letter, its unit and all names."""
    width = table.columns.shape[1]
    for line in reversed(table.lead[-6:]):
        match = _X_LABEL.match(line)
        if not match:
            continue
        names = _split(re.sub(r"^[#!%;\s]*(?:#?L\b\s*)?", "", line), width)
        # "R = 0.12" or "Q range 0.5 25" begin like a line of labels and are none.
        if len(names) < 2 or any(re.match(r"[-+.\d=:]", label) for label in names[1:]):
            continue
        if len(names) != width and not any(label.match(names[1]) for _, label in _Y_LABELS):
            continue
        x = match["x"].lower()
        x = {"radius": "r", "distance": "r", "q": "Q", "r": "r"}.get(x, "angle")
        return x, (match["unit"] or "").lower(), names
    return None, "", []


def _split(line: str, width: int) -> list[str]:
    for pattern in (r"[,;\t]", r"\s{2,}", r"\s+"):
        names = [name.strip(" \"'") for name in re.split(pattern, line.strip())]
        if len(names) == width:
            return names
    return [name.strip(" \"',;") for name in line.split()]


def quantity_of(name: str, table: Table) -> Quantity:
    """Decide what a table holds from its labels, its header, its name and its numbers.

    Parameters
    ----------
    name : str
        The file's name; its ending may say what the file holds.
    table : Table

    Returns
    -------
    Quantity

    Raises
    ------
    PatternError
        Intensities and other functions that no G(r) can be made of here.

    Examples
    --------
    >>> q = np.arange(0.1, 20.0, 0.1)
    >>> table = Table(np.column_stack([q, np.sin(3 * q)]), header=[], lead=[])
    >>> quantity = quantity_of("Ni.fq", table)
    >>> quantity.name, quantity.space
    ('F(Q)', 'Q')
    """
    x_label, unit, names = _labels(table)
    stem, suffix = _stem_and_suffix(name)
    stated = _stated_quantity(names, table, stem, suffix)
    if x_label == "angle":
        raise PatternError(f"scattered intensity against an angle or an energy; {_CONVERT}")
    if stated == "I":
        raise PatternError(f"scattered intensity, I(Q), not a PDF; {_CONVERT}")
    x_column, y_columns, warnings = _columns(table, names, suffix)
    x = table.columns[:, x_column]
    y = table.columns[:, y_columns].sum(axis=1)
    space = x_label or ("Q" if stated in ("F(Q)", "S(Q)") else "r")
    x_factor = _unit_factor(unit, space)
    if x_factor != 1.0:
        unit_name = "nm" if "nm" in unit else "pm"
        warnings.append(
            f"the first column is in {unit_name}{'^-1' if space == 'Q' else ''}; converted"
        )
    y_factor = 1.0
    if len(names) > 1 and stated in ("G", "F(Q)") and re.search(r"[nN]m|pm", names[1]):
        y_factor = x_factor if space == "Q" else x_factor**-2  # F in 1/length, G in 1/length^2
    if space == "Q":
        quantity, notes = _quantity_of_q(stated, table.lead, x, y)
    else:
        quantity, notes = _quantity_of_r(stated, [*names, *table.lead], table.lead, x * x_factor, y)
    warnings += notes
    return Quantity(quantity, space, x_column, y_columns, x_factor, y_factor, warnings)


def _stem_and_suffix(name: str) -> tuple[str, str]:
    path = PurePosixPath(name.replace("\\", "/"))
    while path.suffix.lower() in (".gz", ".bz2", ".xz", ".txt", ".dat", ".csv", ".asc", ".zip"):
        path = path.with_suffix("")
    return path.stem, path.suffix.lower()


def _stated_quantity(names: list[str], table: Table, stem: str, suffix: str) -> str | None:
    if len(names) > 1:
        for quantity, pattern in _Y_LABELS:
            if pattern.match(names[1]):
                return quantity
    for line in table.lead:
        match = _OUTPUT.match(line)
        if match:
            return {"iq": "I", "sq": "S(Q)", "fq": "F(Q)", "gr": "G"}[match[1].lower()]
    if re.fullmatch(r"\.int\d+", suffix):  # Gudrun's S(Q) - 1, one file a detector group
        return "S(Q)"
    suffix = suffix.rstrip("0123456789")  # Gudrun numbers its .mint01, .mdor01, ...
    if suffix in _EXTENSIONS:
        return _EXTENSIONS[suffix]
    match = _STEM.search(stem)
    if match:
        return "F(Q)" if match[1] else "S(Q)" if match[2] else "I"
    return None


def _columns(table: Table, names: list[str], suffix: str) -> tuple[int, list[int], list[str]]:
    """Choose the column of x and those of y, with warnings."""
    warnings = []
    columns = table.columns
    width = columns.shape[1]
    shift = 0
    if width >= 3 and _is_row_number(columns):
        warnings.append("the first column numbers the rows; r was taken from the second")
        shift = 1
    if len(names) == width:
        observed = [i for i, label in enumerate(names) if i > shift and _OBSERVED.search(label)]
        if len(observed) == 1:
            return shift, observed, warnings
    last_is_difference = len(names) == width and _DIFFERENCE.match(names[-1])
    if width == 5 and (suffix == ".fgr" or last_is_difference):
        # PDFgui's fits: r, Gcalc, dr, dG, Gdiff with Gdiff = Gobs - Gcalc.
        warnings.append("a fit of PDFgui: the measured G is the sum of Gcalc and Gdiff")
        return 0, [1, 4], warnings
    more = _more_curves(columns[:, 2 + shift :], names[2 + shift :] if len(names) == width else [])
    if more:
        warnings.append(f"{more + 1} columns of G; only the first was read: save one curve a file")
    return shift, [1 + shift], warnings


def _more_curves(columns: np.ndarray, names: list[str]) -> int:
    """How many further columns hold a G of their own: by their names, else by their signs.

    Without names, uncertainties are told by never being negative.
    """
    if names:
        curves = [n for n in names if dict(_Y_LABELS)["G"].match(n) and not _DERIVED.search(n)]
        return len(curves)
    with np.errstate(invalid="ignore"):
        return int(np.count_nonzero(np.any(columns < 0, axis=0) & np.any(columns > 0, axis=0)))


def _is_row_number(columns: np.ndarray) -> bool:
    first, second = columns[:, 0], columns[:, 1]
    if first[0] not in (0.0, 1.0) or not np.all(np.diff(first) == 1.0):
        return False
    step = np.diff(second)
    return bool(np.all(step > 0) and np.median(step) < 0.5)


def _unit_factor(unit: str, space: str) -> float:
    factor = 10.0 if "nm" in unit else 0.01 if "pm" in unit else 1.0
    return 1 / factor if space == "Q" else factor


def _is_rmcprofile(lead: list[str]) -> bool:
    """Tell RMCProfile's layout: the number of points, a title, then the rows."""
    return 1 <= len(lead) <= 4 and re.fullmatch(r"\d{1,7}", lead[0]) is not None


# ------------------------------------------------------------ from r


def _quantity_of_r(
    stated: str | None, texts: list[str], lead: list[str], r: np.ndarray, g: np.ndarray
) -> tuple[str, list[str]]:
    """Which function of r the columns hold, from its name and its values; with warnings."""
    warnings = []
    if stated == "T(r)":
        raise PatternError(
            "this is T(r) or R(r), which contain the density; convert it to "
            "G(r) = R(r)/r - 4 pi rho0 r"
        )
    finite = np.isfinite(g) & np.isfinite(r)
    r, g = r[finite], g[finite]
    rmc = _is_rmcprofile(lead)
    if not len(g):
        raise PatternError("the second column holds no number; export the PDF again")
    far = g[r > 0.5 * (r[0] + r[-1])]
    near = g[(r > 0.2) & (r < 1.2)]
    if len(far) and abs(far.mean() - 1) < 0.1 and far.std() < 0.5 and g.min() > -0.5:
        if stated != "g(r)" and len(near) and abs(near.mean()) > 0.3:
            raise PatternError(
                "the curve tends to 1: g(r) or S(Q)? Name the file .sq, or label its columns"
            )
        warnings.append("the curve tends to 1, so it is g(r); G = r (g - 1) was used")
        return "g(r)", warnings
    if g.min() >= 0:
        if stated != "G":
            raise PatternError(
                "the curve is never negative, as G(r) must be somewhere; if it is scattered "
                f"intensity, {_CONVERT}"
            )
        warnings.append("the curve is never negative, which is unusual for G(r)")
    if stated == "I?" and g.mean() > 0.5 * g.std():
        raise PatternError(f"this looks like scattered intensity, not a PDF; {_CONVERT}")
    is_d = any(re.search(r"D\(r\)|PDFFIT", text) for text in texts)
    if stated == "g(r) - 1":
        warnings.append("Gudrun's pair distribution: G = r times its values was used")
        return stated, warnings
    if rmc and not is_d and not _grows_from_zero(r, g):
        warnings.append(
            "a file in RMCProfile's layout: its G(r) was multiplied by r (the scale is arbitrary)"
        )
        return "RMCProfile G(r)", warnings
    return "G", warnings


def _grows_from_zero(r: np.ndarray, g: np.ndarray) -> bool:
    """Tell -4 pi rho0 r from a plateau, below the first distance between atoms.

    G(r) falls from 0 along a line there; RMCProfile's G(r) is constant (Keen 2001, eqs. 10, 20).
    """
    low = (r > 0) & (r < 1.5)
    if np.count_nonzero(low) < 8:
        return False
    x, y = r[low], g[low]
    line = np.sum((y - x * (x @ y) / (x @ x)) ** 2)
    plateau = np.sum((y - y.mean()) ** 2)
    return bool(line < 0.25 * np.sum(y**2) and line < 0.5 * plateau)


# ------------------------------------------------------------ from Q


def _quantity_of_q(
    stated: str | None, lead: list[str], q: np.ndarray, y: np.ndarray
) -> tuple[str, list[str]]:
    """Which function of Q the columns hold, from its name and its values; with warnings."""
    warnings = []
    finite = np.isfinite(q) & np.isfinite(y)
    q, y = q[finite], y[finite]
    if not len(q):
        raise PatternError("the columns hold no numbers; export the file again")
    high = y[q > q[0] + 0.7 * (q[-1] - q[0])]
    level, spread = float(high.mean()), float(high.std())
    if stated == "S(Q)" or stated not in ("F(Q)",):
        if abs(level - 1) < 0.25 and spread < 1:
            return "S(Q)", warnings
        if stated == "S(Q)" and abs(level) < 0.25:
            warnings.append(f"S(Q) tends to {level:.2g}, not to 1: taken as S(Q) - 1")
            return "S(Q) - 1", warnings
        if stated == "S(Q)" or y.min() >= 0:
            raise PatternError(
                f"S(Q) must tend to 1 at high Q, this curve is at {level:.3g} there; normalise it "
                "(PDFgetX3, GudrunX, GudrunN), or convert it to G(r)"
            )
        warnings.append("the file does not say which function of Q it holds: taken as F(Q)")
    if y.min() >= 0:
        raise PatternError(
            "F(Q) must change sign, this curve never does; if it is scattered intensity, I(Q), "
            f"{_CONVERT}"
        )
    if _is_rmcprofile(lead):
        warnings.append("a file in RMCProfile's layout: its F(Q) was multiplied by Q")
        return "S(Q) - 1", warnings
    return "F(Q)", warnings
