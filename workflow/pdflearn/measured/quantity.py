"""Which function a measured file holds: labels, header, name and numbers weighed together.

`functions` lists the functions, `labels` collects what a file says, `curve` what its numbers show.
Where these contradict each other, that is said; G(r) is never assumed against the numbers.
"""

import re
from dataclasses import replace

import numpy as np

from pdflearn.measured.conversion import Quantity
from pdflearn.measured.curve import Shape, shape_of_q, shape_of_r, space_of
from pdflearn.measured.functions import FUNCTIONS, functions_of
from pdflearn.measured.labels import (
    Labels,
    Said,
    column_labels,
    evidence,
    has_rmcprofile_layout,
    names_pdfget,
    stem_and_suffix,
)
from pdflearn.measured.text import MIN_ROWS, PatternError, Table

_CONVERT = (
    "turn it into G(r) first, with PDFgetX3 or GudrunX for X-rays, PDFgetN3 or GudrunN for neutrons"
)
_NAME_IT = "name the columns in a line above them, such as '# r G(r)' or '# Q S(Q)'"
_DERIVED = re.compile(r"calc|fit|model|theor|diff|err|sig|std", re.IGNORECASE)
_OBSERVED = re.compile(
    r"(?:^|[^a-z])(?:expt|exp|obs|observed|experiment\w*|data|g_?obs)(?:$|[^a-z])", re.I
)
_DIFFERENCE = re.compile(r"^(?:g_?)?diff", re.IGNORECASE)
# Of several functions in one file the first of these is read: G(r) needs no conversion.
_PREFERRED = (
    "G", "D(r)", "g(r) - 1", "RMCProfile G(r)", "g(r)", "T(r)", "RDF", "rho(r)",
    "F(Q)", "S(Q) - 1", "S(Q)",
)  # fmt: skip
# What a curve may be, by its shape alone, in the order in which it is taken for it.
_BY_SHAPE_OF_R = ("G", "RMCProfile G(r)", "g(r)", "T(r)", "RDF", "rho(r)")
LATE_START = 0.25  # angstrom, where functions of r that begin below the first bond have begun
MAX_OFFSET = 0.75  # by which an S(Q) may miss the level of 1 or 0; more is no error of a level


def quantity_of(name: str, table: Table, q_max: float | None = None) -> Quantity:
    """Decide what a table holds from its labels, its header, its name and its numbers.

    Parameters
    ----------
    name : str
        The file's name; its ending may say what the file holds.
    table : Table
    q_max : float, optional
        1/angstrom, as the header states it.

    Returns
    -------
    Quantity

    Raises
    ------
    PatternError
        Intensities, and other functions that no G(r) can be made of here.

    Examples
    --------
    >>> q = np.arange(0.1, 20.0, 0.1)
    >>> table = Table(np.column_stack([q, np.sin(3 * q)]), header=[], lead=[])
    >>> quantity = quantity_of("Ni.fq", table)
    >>> quantity.name, quantity.space
    ('F(Q)', 'Q')
    """
    labels = column_labels(table)
    if labels.x == "angle":
        raise PatternError(f"scattered intensity against an angle or an energy; {_CONVERT}")
    x_column, y_columns, warnings = _columns(table, labels, stem_and_suffix(name)[1])
    x, y = _finite(table.columns[:, x_column], table.columns[:, y_columns].sum(axis=1))
    label = labels.names[y_columns[0]] if len(labels.names) > y_columns[0] else ""
    said = evidence(name, table, label)
    if label and _is_rmcprofile_csv(labels.names):
        # RMCProfile writes the function that it fits: Keen's G(r), unless told otherwise.
        said.insert(0, Said(f"the label {label!r}", ("RMCProfile G(r)", "D(r)", "G")))
    if said and said[0].names[0] == "I" and not _is_interference(said[0], x, y):
        raise PatternError(f"scattered intensity, I(Q), not a PDF; {_CONVERT}")
    space = _space(labels, said, x, y, q_max)
    x_factor = _unit_factor(labels.unit, space)
    if x_factor != 1.0:
        unit_name = "nm" if "nm" in labels.unit else "pm"
        warnings.append(
            f"the first column is in {unit_name}{'^-1' if space == 'Q' else ''}; converted"
        )
    in_space = [item for item in said if _spaces(item)[0] in (space, "")]
    rmc_layout = has_rmcprofile_layout(table.lead)
    level = 1.0
    if space == "Q":
        inside = x * x_factor <= (q_max or np.inf)  # beyond, there may be anything
        inside = inside if np.count_nonzero(inside) >= MIN_ROWS else np.full(len(x), True)
        quantity, level, notes = _quantity_of_q(
            in_space, rmc_layout, x[inside] * x_factor, y[inside]
        )
    else:
        quantity, notes = _quantity_of_r(
            in_space, rmc_layout, x * x_factor, y, names_pdfget(table.lead)
        )
    notes += _contradictions(said, quantity, space, x * x_factor, y)
    y_factor = 1.0
    if quantity in ("G", "D(r)", "F(Q)") and re.search(r"[nN]m|pm", label):
        y_factor = x_factor if space == "Q" else x_factor**-2  # F in 1/length, G in 1/length^2
    unknown = space == "r" and not labels.x and not said and not _seen_space(x, y)
    if unknown and x[0] > LATE_START and shape_of_r(x, y).small == "line":
        notes.append("nothing says whether this is a function of r or Q: taken as G(r)")
    quantity = "G" if quantity == "D(r)" else quantity  # but for its scale
    return Quantity(
        quantity, space, x_column, y_columns, x_factor, y_factor, level, [*warnings, *notes]
    )


def _is_interference(item: Said, x: np.ndarray, y: np.ndarray) -> bool:
    """Whether what is called I(Q) is i(Q) = S(Q) - 1 for certain: it begins far below 0."""
    shape = shape_of_q(x, y)
    return "S(Q) - 1" in item.names and (shape.small, shape.large) == ("plateau", "0")


def _finite(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    finite = np.isfinite(x) & np.isfinite(y)
    if not finite.any():
        raise PatternError("the second column holds no number; export the PDF again")
    return x[finite], y[finite]


def _spaces(item: Said) -> tuple[str, str]:
    """The space of what is said, "" for intensities against an unknown argument; and its name."""
    function = FUNCTIONS.get(item.names[0])
    return (function.space if function else ""), item.names[0]


def _space(
    labels: Labels, said: list[Said], x: np.ndarray, y: np.ndarray, q_max: float | None
) -> str:
    """Whether the first column is r or Q: as labelled, as the function's name says, as it looks."""
    if labels.x:
        return labels.x
    spaces = [space for space, _ in map(_spaces, said) if space]
    if spaces:
        return spaces[0]
    seen = _seen_space(x, y)
    if seen:
        return seen
    step = (x[-1] - x[0]) / max(len(x) - 1, 1)
    ends_at_q_max = q_max is not None and abs(x[-1] - q_max) <= 2 * step
    # Where Q ends, the header's q_max, would be a strange end of r; r begins below the first bond.
    if ends_at_q_max and x[0] > LATE_START and shape_of_q(x, y).large:
        return "Q"
    shape = shape_of_r(x, y)
    if x[0] > LATE_START and (shape.small == "plateau" or shape.large == "1"):
        raise PatternError(
            f"nothing says whether this is a function of r or Q, such as g(r) or S(Q); {_NAME_IT}"
        )
    return "r"


def _seen_space(x: np.ndarray, y: np.ndarray) -> str:
    """Whether the curve looks like a function of r or of Q, whatever its envelope."""
    wave = _wave(x, y)
    return "Q" if "Q" in (space_of(x, wave), space_of(x, x * y)) else space_of(x, wave)


def _wave(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The part of a curve that oscillates about 0, with the envelope of G(r) or of F(Q)."""
    shape = shape_of_r(x, y)
    if shape.large == "r":
        return y - x * (x @ y) / (x @ x)
    if shape.large == "r^2":
        return y / np.maximum(x, 0.1) - x * (x @ (y * x)) / (x**2 @ x**2)
    level = shape.level if shape.large in ("1", "constant") else 0.0
    flat = level != 0.0 or shape.small == "plateau"
    return x * (y - level) if flat else y


def _columns(table: Table, labels: Labels, suffix: str) -> tuple[int, list[int], list[str]]:
    """Choose the column of x and those of y, with warnings."""
    warnings = []
    names, space = labels.names, labels.x
    columns = table.columns
    width = columns.shape[1]
    shift = 0
    if width >= 3 and _is_row_number(columns):
        warnings.append("the first column numbers the rows; r was taken from the second")
        shift = 1
    named = len(names) == width
    if named:
        observed = [i for i, label in enumerate(names) if i > shift and _OBSERVED.search(label)]
        if len(observed) == 1:
            return shift, observed, warnings
    last_is_difference = named and _DIFFERENCE.match(names[-1])
    if width == 5 and (suffix == ".fgr" or last_is_difference):
        # PDFgui's fits: r, Gcalc, dr, dG, Gdiff with Gdiff = Gobs - Gcalc.
        warnings.append("a fit of PDFgui: the measured G is the sum of Gcalc and Gdiff")
        return 0, [1, 4], warnings
    first = 1 + shift
    known = [
        (rank, i)
        for i, label in enumerate(names)
        if named and i > shift and not _DERIVED.search(label)
        if (rank := _preference(label, space)) is not None
    ]
    if known:
        best, first = min(known)
        others = [names[i] for rank, i in known if rank != best]
        if others:
            warnings.append(
                f"the columns hold several functions: {names[first]} was read, not "
                f"{' or '.join(others)}"
            )
    more = _more_curves(columns[:, 2 + shift :], names[first:] if named else [])
    if more:
        warnings.append(f"{more + 1} columns of G; only the first was read: save one curve a file")
    return shift, [first], warnings


def _preference(label: str, space: str | None) -> int | None:
    """The place of a label's function among those that are read; None for one of another space."""
    name = next(iter(functions_of(label)), "")
    if name not in _PREFERRED or (space and FUNCTIONS[name].space != space):
        return None
    return _PREFERRED.index(name)


def _more_curves(columns: np.ndarray, names: list[str]) -> int:
    """How many further columns hold a G of their own: by their names, else by their signs.

    Without names, uncertainties are told by never being negative.
    """
    if names:
        curves = [n for n in names[1:] if functions_of(n)[:1] == ("G",) and not _DERIVED.search(n)]
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


def _is_rmcprofile_csv(names: list[str]) -> bool:
    return any(re.match(r"PDF.*RMC", name, re.IGNORECASE) for name in names)


# ------------------------------------------------------------ from r


def _quantity_of_r(
    said: list[Said], rmc_layout: bool, r: np.ndarray, g: np.ndarray, reduced: bool = False
) -> tuple[str, list[str]]:
    """Which function of r the columns hold, from its name and its values; with warnings."""
    stated = said[0].names if said else ()
    if rmc_layout and (not stated or stated[0] in ("G", "I?")):
        stated = ("RMCProfile G(r)", "G")  # this is what the program calls G(r)
    if stated == ("I?",) and g.mean() > 0.5 * g.std() and g.min() >= 0:
        raise PatternError(f"this looks like scattered intensity, not a PDF; {_CONVERT}")
    shape = shape_of_r(r, g)
    # Of what is G for certain, a ripple may make the short line below the first peak a plateau.
    if reduced and stated[:1] in ((), ("G",), ("I?",)):
        shape = replace(shape, small="")
    if stated[:1] in (("T(r)",), ("RDF",)) and shape.large == "0":
        raise PatternError(
            f"{said[0].source} says {stated[0]}; T(r) and R(r) contain the density and grow with "
            f"r, but this curve tends to 0. Is it G(r) or D(r)? Then {_NAME_IT}"
        )
    options = [name for name in (*stated, *_BY_SHAPE_OF_R) if name in FUNCTIONS]
    taken = next((name for name in options if _fits_r(name, shape, name in stated)), "")
    near = g[(r > 0.2) & (r < 1.2)]
    if taken == "g(r)" and taken not in stated and len(near) and abs(near.mean()) > 0.3:
        raise PatternError(f"the curve tends to 1: g(r) or S(Q)? Name the file .sq, or {_NAME_IT}")
    if not taken and not stated:
        raise PatternError(
            f"no function of total scattering looks like this curve, which is at {shape.level:.3g} "
            f"far out; {_NAME_IT}"
        )
    notes = []
    if not taken:
        taken = stated[0]
        notes.append(
            f"{said[0].source} says {taken}, which this curve does not look like: it is at "
            f"{shape.level:.3g} far out"
        )
    if taken in ("G", "D(r)") and g.min() >= 0:
        if taken not in stated:
            raise PatternError(
                "the curve is never negative, as G(r) must be somewhere; if it is scattered "
                f"intensity, {_CONVERT}"
            )
        notes.append("the curve is never negative, which is unusual for G(r)")
    if taken == "g(r)":
        notes.append("the curve tends to 1, so it is g(r); G = r (g - 1) was used")
    elif taken == "rho(r)":
        notes.append(f"the curve tends to {shape.level:.4g}: a g(r) that is not normalised to 1")
    elif taken == "g(r) - 1":
        notes.append("a pair distribution less 1: G = r times its values was used")
    elif taken == "RMCProfile G(r)":
        what = "a file in RMCProfile's layout: its" if rmc_layout else "this is Keen's"
        notes.append(f"{what} G(r) was multiplied by r (the scale is arbitrary)")
    return taken, notes


def _fits_r(name: str, shape: Shape, named: bool) -> bool:
    function = FUNCTIONS[name]
    if name == "rho(r)" and not named and shape.small != "zero":
        return False  # any curve with a level might be meant
    return function.space == "r" and shape.admits(function.small, function.large)


# ------------------------------------------------------------ from Q


def _quantity_of_q(
    said: list[Said], rmc_layout: bool, q: np.ndarray, y: np.ndarray
) -> tuple[str, float, list[str]]:
    """Which function of Q the columns hold, from its name and its values.

    Also the level that an S(Q) tends to, and warnings.
    """
    literal = said[0].names[0] if said else ""
    shape = shape_of_q(q, y)
    level, notes = 1.0, []
    if shape.large == "1" and (literal != "F(Q)" or shape.small != "line"):
        return "S(Q)", level, notes
    if shape.large == "0" and shape.small and y.min() < 0:
        taken = "F(Q)" if shape.small == "line" else "S(Q) - 1"
    elif shape.large == "0" and literal in ("S(Q)", "S(Q) - 1"):
        taken = "S(Q) - 1"
    elif literal in ("S(Q)", "S(Q) - 1"):
        offset = shape.level - (1.0 if shape.level > 0.5 else 0.0)
        if abs(offset) > MAX_OFFSET or not _is_level(y):
            raise PatternError(
                f"S(Q) must tend to 1 at high Q, this curve is at {shape.level:.3g} there; "
                "normalise it (PDFgetX3, GudrunX, GudrunN), or convert it to G(r)"
            )
        taken, level = "S(Q)", shape.level
        notes.append(
            f"S(Q) tends to {level:.2g}, not to 1: this level was subtracted in place of 1"
        )
    else:
        high = y[q > q[0] + 0.7 * (q[-1] - q[0])]
        if y.min() >= 0 or (shape.large != "0" and shape.level > high.std()):
            raise PatternError(
                f"S(Q) must tend to 1 at high Q and F(Q) to 0, this curve is at {shape.level:.3g}; "
                f"if it is scattered intensity, I(Q), {_CONVERT}"
            )
        taken = "F(Q)"
        if not literal:
            notes.append("the file does not say which function of Q it holds: taken as F(Q)")
    if taken == "S(Q) - 1" and literal == "S(Q)":
        notes.append(f"S(Q) tends to {shape.level:.2g}, not to 1: taken as S(Q) - 1")
    if literal in ("F(Q)", "S(Q) - 1") and taken != literal and shape.small:
        notes.append(
            f"{said[0].source} says {literal}; the curve begins as a {shape.small}, so it was "
            f"taken as {taken}"
        )
    if taken == "F(Q)" and rmc_layout and shape.small != "line":
        notes.append("a file in RMCProfile's layout: its F(Q) was multiplied by Q")
        taken = "S(Q) - 1"
    return taken, level, notes


def _is_level(y: np.ndarray) -> bool:
    """Whether the last half of a curve runs along one level, but for its oscillations."""
    third, last = np.array_split(y[len(y) // 2 :], 2)
    return bool(abs(third.mean() - last.mean()) < 0.15)


# ------------------------------------------------------------ contradictions


def _contradictions(
    said: list[Said], taken: str, space: str, x: np.ndarray, y: np.ndarray
) -> list[str]:
    """What a file says that its curve, or another of its words, does not bear out."""
    notes = []
    for item in said:
        if taken not in item.names and item.names[0] != "I?":
            notes.append(f"{item.source} says {item.names[0]}; by all else it is {taken}")
    seen = _seen_space(x, y)
    if seen and seen != space:
        notes.append(
            f"the curve looks like a function of {seen}, though it was taken as {taken}: check "
            "its labels"
        )
    return notes
