"""What a measured file says of the function that it holds: column labels, header, title, name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pdflearn.measured.functions import FUNCTIONS, functions_of
from pdflearn.measured.text import Table

_X_LABEL = re.compile(
    r"""^[#!%;\s]*(?:\#?L\b\s*)?["']?\s*(?P<x>2[\s_-]?theta|two[\s_-]?theta|2th|tth|q|r|radius|
    distance|energy|tof)(?P<unit>[(\[/_$\\][^\s,;"']*|\s\(?(?:nm|pm)\S*)?(?=$|[\s,;"'])""",
    re.IGNORECASE | re.VERBOSE,
)
_LAMMPS = re.compile(r"^#\s*Row\s+c_\S+", re.IGNORECASE)
_XVG = re.compile(r"^@\s+(?P<axis>[xy])axis\s+label\s+\"(?P<label>[^\"]*)\"", re.IGNORECASE)
_OUTPUT = re.compile(r"^[#\s]*output_?types?\s*=\s*(iq|sq|fq|gr)\s*$", re.IGNORECASE)
_OUTPUTS = {"iq": ("I",), "sq": ("S(Q)", "S(Q) - 1"), "fq": ("F(Q)",), "gr": ("G",)}
_TOTAL_G = ("G", "D(r)", "RMCProfile G(r)", "g(r) - 1")
_EXTENSIONS = {
    ".gr": _TOTAL_G, ".fgr": ("G",), ".cgr": ("G",),
    ".dofr": ("D(r)", "G"), ".dor": ("D(r)", "G"), ".mdor": ("D(r)", "G"),
    ".gor": ("g(r) - 1", "g(r)"), ".mgor": ("g(r) - 1", "g(r)"),  # Gudrun's
    ".gofr": ("g(r)", "g(r) - 1", "RMCProfile G(r)"), ".gkofr": ("RMCProfile G(r)", "g(r) - 1"),
    ".tofr": ("T(r)",), ".tor": ("T(r)",), ".rofr": ("RDF",), ".rdf": ("RDF", "g(r)"),
    ".fq": ("F(Q)", "S(Q) - 1"), ".fofq": ("F(Q)", "S(Q) - 1"),
    ".sq": ("S(Q)", "S(Q) - 1"), ".soq": ("S(Q)", "S(Q) - 1"), ".sofq": ("S(Q)", "S(Q) - 1"),
    ".mint": ("S(Q) - 1", "S(Q)"), ".int": ("I?",),
    ".iq": ("I",), ".chi": ("I",), ".xrdml": ("I",), ".dcs": ("I",), ".mdcs": ("I",),
    ".xy": ("I?",), ".xye": ("I?",), ".raw": ("I?",),
}  # fmt: skip
# Words of a file's name, between blanks, points and underlines.
_WORDS = {
    "fq": ("F(Q)", "S(Q) - 1"), "f(q)": ("F(Q)", "S(Q) - 1"), "fofq": ("F(Q)", "S(Q) - 1"),
    "sq": ("S(Q)", "S(Q) - 1"), "s(q)": ("S(Q)", "S(Q) - 1"), "sofq": ("S(Q)", "S(Q) - 1"),
    "soq": ("S(Q)", "S(Q) - 1"),
    "gofr": ("g(r)", "g(r) - 1", *_TOTAL_G), "g(r)": ("g(r)", "g(r) - 1", *_TOTAL_G),
    "gkofr": ("RMCProfile G(r)", "g(r) - 1"), "tofr": ("T(r)",), "t(r)": ("T(r)",),
    "dofr": ("D(r)", "G"), "d(r)": ("D(r)", "G"), "rdf": ("RDF", "g(r)"),
}  # fmt: skip
_LAST_WORDS = {"iq": ("I",), "i(q)": ("I",), "i": ("I",), "f": _WORDS["fq"], "s": _WORDS["sq"]}
_IN_PROSE = re.compile(
    r"(?<![\w(])(?:[qQ]\s*\[\s*[sS]\([qQ]\)\s*-\s*1\s*\]|[A-Za-z]_?[A-Za-z]{0,4}\([rqQ]\)"
    r"(?:\s*-\s*1(?![.\d]))?)"
)
_PHRASES = (
    (re.compile(r"total correlation function", re.I), ("T(r)", "g(r) - 1")),
    (re.compile(r"radial distribution function", re.I), ("RDF", "g(r)")),
    (re.compile(r"(?:differential|reduced) (?:correlation|pair)", re.I), ("D(r)", "G")),
    (re.compile(r"interference function", re.I), ("S(Q) - 1",)),
    (re.compile(r"structure factor", re.I), ("S(Q)", "S(Q) - 1")),
    (re.compile(r"\bPDFFIT\b"), ("G",)),
)
_PDFGET = re.compile(r"PDFget", re.IGNORECASE)
# Lines and letters of a header that are searched for what they say of the function.
MAX_LEAD, MAX_PROSE = 300, 300
_FILE_NAME = re.compile(r"[^\s\"'=,;:<>]+\.[A-Za-z]\w{1,5}\b")


@dataclass(frozen=True)
class Said:
    """One thing that says which function a file holds.

    Attributes
    ----------
    source : str
        Who says so, as messages name it.
    names : tuple of str
        The functions that may be meant, the literal meaning first.
    """

    source: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Labels:
    """What a file says of its columns.

    Attributes
    ----------
    x : {"r", "Q", "angle"} or None
    unit : str
        Of x, in lower case.
    names : list of str
        One a column; empty where no line names them.
    """

    x: str | None = None
    unit: str = ""
    names: list[str] = field(default_factory=list)


def column_labels(table: Table) -> Labels:
    """Find the line that names the columns."""
    width = table.columns.shape[1]
    axes = {m["axis"].lower(): m["label"] for m in map(_XVG.match, table.lead) if m}
    if "x" in axes:  # Grace, as GROMACS writes it
        match = _X_LABEL.match(axes["x"])
        if match:
            names = [axes["x"], axes.get("y") or _xvg_title(table.lead)]
            return Labels(_space(match), (match["unit"] or "").strip().lower(), names)
    for line in reversed(table.lead[-6:]):
        if _LAMMPS.match(line):
            return Labels("r", "", ["row", "r", "g(r)", "coordination", *["pair"] * (width - 4)])
        line = _joined(line)
        match = _X_LABEL.match(line)
        if not match:
            continue
        names = _split(re.sub(r"^[#!%;\s]*(?:#?L\b\s*)?", "", line), width)
        # "R = 0.12" or "Q range 0.5 25" begin like a line of labels and are none.
        if len(names) < 2 or any(re.match(r"[-+.\d=:]", label) for label in names[1:]):
            continue
        if len(names) != width and not functions_of(names[1]):
            continue
        return Labels(_space(match), (match["unit"] or "").strip().lower(), names)
    return Labels()


def _space(match: re.Match[str]) -> str:
    x = match["x"].lower()
    return {"radius": "r", "distance": "r", "q": "Q", "r": "r"}.get(x, "angle")


def _xvg_title(lead: list[str]) -> str:
    titles = [m[1] for m in (re.match(r"^@\s+title\s+\"([^\"]*)\"", line) for line in lead) if m]
    # GROMACS calls g(r) the radial distribution.
    return "g(r)" if titles and "radial distribution" in titles[-1].lower() else "y"


def _joined(line: str) -> str:
    """A line of labels without the blanks inside a label, as in "G (1/A^2)" and "g(r) - 1"."""
    line = re.sub(r"\s+(?=[(\[][^()\[\]]*[)\]])", "", line)
    return re.sub(r"(?<=[)\w])\s*[-\u2212]\s*1(?![\w.])", "-1", line)


def _split(line: str, width: int) -> list[str]:
    for pattern in (r"[,;\t]", r"\s{2,}", r"\s+"):
        names = [name.strip(" \"'") for name in re.split(pattern, line.strip())]
        if len(names) == width:
            return names
    return [name.strip(" \"',;") for name in line.split()]


def evidence(name: str, table: Table, label: str) -> list[Said]:
    """All that says which function a file holds, the weightiest first.

    Parameters
    ----------
    name : str
        The file's name.
    table : Table
    label : str
        Of the column that is read; "" without one.
    """
    stem, suffix = stem_and_suffix(name)
    lead = [line[:MAX_PROSE] for line in table.lead[:MAX_LEAD]]
    said = [Said(f"the label {label!r}", functions_of(label))]
    for line in lead:
        match = _OUTPUT.match(line)
        if match:
            said.append(Said("the header", _OUTPUTS[match[1].lower()]))
    said.append(Said("the file's name", _of_name(stem, suffix)))
    prose = _of_prose(lead)
    if not label or prose != said[0].names:  # the line of labels is text of the header too
        said.append(Said("the header's text", prose))
    names_in_header = (
        _of_name(*stem_and_suffix(found)) for line in lead for found in _FILE_NAME.findall(line)
    )
    told = [found for found in names_in_header if found and not found[0].startswith("I")]
    if told:
        said.append(Said("a file's name in the header", told[-1]))
    return [item for item in said if item.names]


def names_pdfget(lead: Iterable[str]) -> bool:
    """Tell whether a header names a program of the PDFget family: their G is the reduced one.

    PDFgetN, PDFgetX, PDFgetX2, PDFgetX3, PDFgetN3 and PDFgetS3 write no other function of r.
    """
    return any(_PDFGET.search(line) for line in lead)


def has_rmcprofile_layout(lead: list[str]) -> bool:
    """Tell RMCProfile's layout: the number of points, a title, then the rows."""
    return 1 <= len(lead) <= 4 and re.fullmatch(r"\d{1,7}", lead[0]) is not None


def stem_and_suffix(name: str) -> tuple[str, str]:
    """The stem of a file's name and its ending, without endings that say nothing."""
    path = PurePosixPath(name.replace("\\", "/"))
    while path.suffix.lower() in (".gz", ".bz2", ".xz", ".txt", ".dat", ".csv", ".asc", ".zip"):
        path = path.with_suffix("")
    return path.stem, path.suffix.lower()


def _of_name(stem: str, suffix: str) -> tuple[str, ...]:
    if re.fullmatch(r"\.int\d+", suffix):  # Gudrun's S(Q) - 1, one file a detector group
        return ("S(Q) - 1", "S(Q)")
    suffix = suffix.rstrip("0123456789")  # Gudrun numbers its .mint01, .mdor01, ...
    if suffix in _EXTENSIONS:
        return _EXTENSIONS[suffix]
    words = [word for word in re.split(r"[_\-. ]+", stem.lower()) if word]
    if words and words[-1] in _LAST_WORDS:
        return _LAST_WORDS[words[-1]]
    found = [_WORDS[word] for word in words if word in _WORDS]
    return found[-1] if found else ()


def _of_prose(lines: Iterable[str]) -> tuple[str, ...]:
    """The function that the header's text speaks of; nothing where it speaks of several."""
    found = set()
    for line in lines:
        texts = [functions_of(token) for token in _IN_PROSE.findall(line)]
        texts += [names for pattern, names in _PHRASES if pattern.search(line)]
        found |= {names for names in texts if names and names[0] in FUNCTIONS and names[0] != "I"}
    return found.pop() if len(found) == 1 else ()


def radiation_of(name: str) -> str | None:
    """The radiation that a file's ending stands for: Gudrun merges detectors of neutrons alone."""
    suffix = stem_and_suffix(name)[1]
    return "neutron" if re.fullmatch(r"\.m(?:int|dcs|dor|gor)\d*", suffix) else None
