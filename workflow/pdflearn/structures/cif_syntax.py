"""The text of a CIF to values by tag, and its numbers.

gemmi parses the syntax of CIF 1.1; quotes, lists and tables of CIF 2.0 are written in it first.
Tags of older dialects and of mmCIF are read alike, in upper or lower case.
"""

import re

import gemmi

from pdflearn.structures.structure import StructureError

MISSING = ("", ".", "?")

_ESD = re.compile(r"\s*\([^)]*\)?\s*$")
_CIF_2 = re.compile(r"\ufeff?#\\#CIF_2\.0")
_BRACKETS = (
    r"\[(?:[^\[\]]|\[(?:[^\[\]]|\[[^\[\]]*\])*\])*\]|\{(?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*\}"
)
# What CIF 2.0 has beyond CIF 1.1, and (first) where it must not be looked for.
_NEW_VALUES = re.compile(
    r"(?P<old>^;.*?^;|(?:^|(?<=\s))\#[^\n]*|(?<=\s)'[^'\n]+'(?=\s)|(?<=\s)\"[^\"\n]+\"(?=\s))"
    r"|(?<=\s)(?:(?P<quotes>\"\"\"|''')(?P<text>.*?)(?P=quotes)|(?P<list>"
    + _BRACKETS
    + r"))(?=\s|\Z)",
    re.DOTALL | re.MULTILINE,
)

# What a value begins with that is not written as it is; quickly asked of millions of values.
_QUOTES = ("'", '"', ";")

Block = dict[str, list[str]]


def document_blocks(text: str) -> list[tuple[str, Block]]:
    """Name and values by tag of every block that has atoms; the first block where none has.

    Tags are in lower case, with "_" for the "." of the newer dictionaries.

    Raises
    ------
    StructureError
        For what is no CIF.
    """
    document = _document(text)
    blocks = [(block.name, _values(block)) for block in document]
    with_atoms = [
        block
        for block in blocks
        if "_atom_site_fract_x" in block[1] or "_atom_site_cartn_x" in block[1]
    ]
    if not blocks:
        raise StructureError("no data block; a CIF begins with data_")
    return with_atoms or blocks[:1]


def _document(text: str) -> gemmi.cif.Document:
    """gemmi's document; of CIF 2.0 too, whether its first line says so or its long quotes."""
    cif_2 = _CIF_2.match(text) is not None
    try:
        # level 0: a tag given twice is no reason to refuse; the first one counts
        return gemmi.cif.read_string(_older(text) if cif_2 else text, check_level=0)
    except (ValueError, RuntimeError) as error:
        words = re.sub(r"\s+", " ", str(error).removeprefix("string:"))[:200]
    if not cif_2 and ('"""' in text or "'''" in text):
        try:
            return gemmi.cif.read_string(_older(text), check_level=0)
        except (ValueError, RuntimeError):
            cif_2 = True
    kind = "CIF 2.0 that can be read" if cif_2 else "valid CIF"
    hint = "export it as CIF 1.1" if cif_2 else "correct the file or export it again"
    raise StructureError(f"not {kind} ({words}); {hint}")


def _older(text: str) -> str:
    """CIF 2.0 in the syntax of CIF 1.1: long quotes, lists and tables as fields of text."""

    def field(match: re.Match[str]) -> str:
        if match["old"] is not None:
            return match["old"]
        content = match["text"] if match["text"] is not None else match["list"]
        return "\n;" + content.replace("\n;", "\n ;") + "\n;\n"

    return _NEW_VALUES.sub(field, text.replace("\r\n", "\n"))


def _values(block: gemmi.cif.Block) -> Block:
    values: Block = {}
    for item in block:
        if item.pair is not None:
            tag, text = item.pair
            values.setdefault(_tag(tag), [_text(text)])
        elif item.loop is not None:
            tags, cells = item.loop.tags, item.loop.values
            for i, tag in enumerate(tags):
                column = [_text(text) for text in cells[i :: len(tags)]]
                values.setdefault(_tag(tag), column)
    return values


def _text(text: str) -> str:
    return gemmi.cif.as_string(text).strip() if text.startswith(_QUOTES) else text


def _tag(tag: str) -> str:
    return tag.lower().replace(".", "_")


def number(text: str | None) -> float:
    """Read a CIF number without its standard uncertainty; NaN for what is no number.

    Examples
    --------
    >>> number("3.524(2)"), number("1/4"), number("?")
    (3.524, 0.25, nan)
    """
    if text is None or text in MISSING:
        return float("nan")
    text = _ESD.sub("", text).replace(",", ".")
    if re.fullmatch(r"[+-]?\d+/[1-9]\d*", text):
        top, bottom = text.split("/")
        return int(top) / int(bottom)
    try:
        return float(text) if re.fullmatch(r"[-+.0-9eE]+", text) else float("nan")
    except ValueError:
        return float("nan")


def first_value(values: Block, *tags: str) -> str:
    """The first value of the first tag that has one, or ""."""
    for tag in tags:
        for text in values.get(tag, [])[:1]:
            if text not in MISSING:
                return text
    return ""
