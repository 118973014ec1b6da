"""The functions of total scattering that files hold: one table, and the labels that name them.

Definitions: D. A. Keen, J. Appl. Cryst. 34 (2001) 172, eqs. 10 to 20 and 43; P. F. Peterson et al.,
J. Appl. Cryst. 54 (2021) 317, appendix A. <b> is the mean scattering length, rho0 the number of
atoms in 1 cubic angstrom, g(r) the pair distribution, S(Q) the structure factor.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Function:
    """One function of r or of Q, and how it is told from the others.

    Attributes
    ----------
    name : str
        As in the column `quantity` of index.csv.
    space : {"r", "Q"}
    meaning : str
        The function in terms of g(r) or S(Q).
    unit : str
    small : str
        What it does below the first peak: "line" (falls from 0), "plateau" (constant and
        negative), "zero", or "" where that says nothing.
    large : str
        What it does far out, on average: "0", "1", "constant", "r" or "r^2" (grows so).
    to_g : str
        How G(r) is made of it, up to its scale.
    """

    name: str
    space: str
    meaning: str
    unit: str
    small: str
    large: str
    to_g: str


FUNCTIONS = {
    function.name: function
    for function in (
        Function("G", "r", "4 pi rho0 r (g - 1)", "1/A^2", "line", "0", "itself"),
        Function("D(r)", "r", "<b>^2 G(r)", "barn/A^2", "line", "0", "itself"),
        Function("RMCProfile G(r)", "r", "<b>^2 (g - 1), Keen's G", "barn", "plateau", "0", "r y"),
        Function("g(r) - 1", "r", "h(r), normalised Keen's G", "1", "plateau", "0", "r y"),
        Function("g(r)", "r", "pair distribution", "1", "zero", "1", "r (y - 1)"),
        Function("rho(r)", "r", "rho0 g(r)", "1/A^3", "zero", "constant", "r (y - rho0)"),
        Function("T(r)", "r", "4 pi rho0 r g", "1/A^2", "zero", "r", "y - 4 pi rho0 r"),
        Function("RDF", "r", "4 pi rho0 r^2 g", "1/A", "zero", "r^2", "y/r - 4 pi rho0 r"),
        Function("F(Q)", "Q", "Q (S - 1)", "1/A", "line", "0", "sine transform of y"),
        Function("S(Q)", "Q", "structure factor", "1", "", "1", "sine transform of Q (y - 1)"),
        Function(
            "S(Q) - 1", "Q", "i(Q), Keen's F(Q)", "1 or barn", "plateau", "0",
            "sine transform of Q y",
        ),
        Function("I", "Q", "scattered intensity", "counts", "", "", "none: it must be corrected"),
    )
}  # fmt: skip

# What a label may mean, the literal meaning first; which of them it is, the curve decides.
_R = r"(?:\(r\)|of[rR])"
_Q = r"(?:\([qQ]\)|of[qQ])"
_LABELS = tuple(
    (re.compile(pattern), names)
    for pattern, names in (
        # of r
        (rf"G_?[Kk](?:een)?{_R}?(?![a-z])", ("RMCProfile G(r)", "g(r) - 1")),
        (rf"(?:[gG](?:{_R}|r)?-1|h{_R}?)(?![a-zA-Z0-9])", ("g(r) - 1", "RMCProfile G(r)")),
        (rf"(?:rho|\u03c1){_R}(?![a-z])", ("rho(r)", "g(r)")),
        (rf"T{_R}?(?![a-zA-Z])", ("T(r)",)),
        (rf"(?:R{_R}?|(?:RDF|rdf)(?:\(r\))?)(?![a-zA-Z])", ("RDF", "g(r)")),
        (rf"(?:D{_R}?|d{_R})(?![a-zA-Z])", ("D(r)", "G")),
        (rf"(?:g{_R}?)(?![a-zA-Z])", ("g(r)", "g(r) - 1")),
        (
            rf"(?:G{_R}|G_?(?:PDF|pdf)(?:\(r\))?|GR|Gr|gr|PDF|pdf|G_?obs|G)(?![a-z])",
            ("G", "D(r)", "RMCProfile G(r)", "g(r) - 1"),
        ),
        # of Q
        (rf"(?:[sS](?:{_Q}|[qQ])?-1|F_?K{_Q}?|[hH]\([qQ]\))(?![a-z0-9])", ("S(Q) - 1",)),
        (r"i(?:\(Q\)|ofQ)(?![a-z])", ("S(Q) - 1", "I")),
        (
            rf"(?:[qQ]\*?[\[(]?(?:[sS]{_Q}?-1|i{_Q}|[iIfF]\([qQ]\)).*|[qQ]\*?\[[sS].*)",
            ("F(Q)",),
        ),
        (rf"(?:[fF](?:{_Q}|[qQ])?)(?![a-zA-Z])", ("F(Q)", "S(Q) - 1")),
        (rf"(?:[sS](?:{_Q}|[qQ])?)(?![a-zA-Z])", ("S(Q)", "S(Q) - 1")),
        (
            r"(?i:i|iq|i\(q\)|int\w*|intensit\w*|counts?|cps|y_?obs|dcs)(?![a-zA-Z])",
            ("I", "S(Q) - 1"),
        ),
    )
)
_UNIT = re.compile(
    r"""(?:[(\[][^()\[\]]*(?:\bA|\u00c5|[Aa]ng|nm|pm|barn|\bsr|\^|\d)[^()\[\]]*[)\]]
    |/\s*(?:A|\u00c5|nm|pm|barn).*)$""",
    re.VERBOSE,
)


def functions_of(label: str) -> tuple[str, ...]:
    """Which functions a column's label may name.

    Parameters
    ----------
    label : str
        As written, with or without a unit.

    Returns
    -------
    tuple of str
        Names in `FUNCTIONS`, the literal meaning first; empty for a label that names none.

    Examples
    --------
    >>> functions_of("G_k(r)")[0], functions_of("g(r) - 1")[0], functions_of("G (1/A^2)")[0]
    ('RMCProfile G(r)', 'g(r) - 1', 'G')
    >>> functions_of("Q[S(Q)-1]"), functions_of("dG")
    (('F(Q)',), ())
    """
    text = re.sub(r"[$\\{}'\"\s]|mathrm|\*", "", label).replace("\u2212", "-")
    text = _UNIT.sub("", text)
    for pattern, names in _LABELS:
        if pattern.match(text):
            return names
    return ()
