"""From the bytes of a measured file to one table of numbers and the text around it.

Knows nothing of physics: it tells text from binary, finds the encoding and the decimal sign, and
takes the longest block of rows whose first column increases.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pdflearn.core import archives
from pdflearn.core.errors import PdflearnError

MAX_LINES = 500_000
MAX_LINE = 2_000
MAX_HEADER_LINES = 5_000
MIN_ROWS = 16


class PatternError(PdflearnError):
    """A file that cannot be used as a measured PDF; the message says why and what to do.

    Parameters
    ----------
    reason : str
    name : str
        The file's, if the message is to begin with it.
    """

    def __init__(self, reason: str, name: str = "") -> None:
        super().__init__(f"{name}: {reason}" if name else reason)
        self.reason = reason


@dataclass(frozen=True)
class Table:
    """The block of numbers of a file.

    Attributes
    ----------
    columns : ndarray of shape (rows, columns)
        At least two columns; the first never decreases.
    header, lead : list of str
        All lines that are not rows of numbers, stripped; those before the block only.
    ragged : bool
        True where rows have unequal numbers of columns (only the common ones are kept).
    commas : bool
        True where commas stand between the columns.
    """

    columns: np.ndarray
    header: list[str]
    lead: list[str]
    ragged: bool = False
    commas: bool = False
    warnings: list[str] = field(default_factory=list)


# ------------------------------------------------------------ bytes

_FOREIGN = (
    (b"%PDF", "a PDF document (pages, not a pair distribution function)"),
    (b"\x89HDF", "an HDF5 or NeXus file"),
    (b"\x93NUMPY", "a NumPy array"),
    (b"\x89PNG", "a picture (PNG)"),
    (b"\xff\xd8\xff", "a picture (JPEG)"),
    (b"GIF8", "a picture (GIF)"),
    (b"\xd0\xcf\x11\xe0", "an old Excel, Word or Origin file"),
    (b"CPYUA", "an Origin project"),
    (b"SQLite format", "a database"),
    (b"\x7fELF", "a program"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
)
_STRUCTURES = (
    (re.compile(r"^[ \t]*_cell_length_a\b.*^[ \t]*_atom_site_", re.MULTILINE | re.DOTALL), "CIF"),
    (re.compile(r"^format\s+pdffit\b", re.MULTILINE | re.IGNORECASE), ".stru"),
)
_AS_TEXT = "save r and G(r) as text in two columns"


def read_bytes(path: str | Path) -> bytes:
    """Read a plain file whole; pipes and devices are refused, not waited for.

    Raises
    ------
    PatternError
        Where there is no such file, where it is none, or where it is too large.
    """
    try:
        return archives.read_file(path)
    except archives.ArchiveError as error:
        raise unreadable(error) from None


def unpack(data: bytes) -> bytes:
    """Undo gzip, bzip2 or xz compression, up to the size limit; other bytes come back as given.

    Raises
    ------
    PatternError
        For damaged content, or content that is too large.
    """
    try:
        return archives.decompress(data)
    except archives.ArchiveError as error:
        raise unreadable(error) from None


def unreadable(error: archives.ArchiveError) -> PatternError:
    """The error about a measured PDF for a file, or a member of an archive, that cannot be read."""
    advice = ""
    if isinstance(error, archives.TooLargeError):
        advice = ". A PDF has some thousand rows: keep one curve a file"
    return PatternError(f"{error}{advice}")


def decode(data: bytes) -> str:
    """Turn bytes into text: UTF-8, UTF-16, else latin-1.

    Parameters
    ----------
    data : bytes
        A file's content, not compressed.

    Raises
    ------
    PatternError
        Empty or binary content; formats that are recognised are named.

    Examples
    --------
    >>> decode(b"%PDF-1.7")
    Traceback (most recent call last):
    ...
    pdflearn.measured.text.PatternError: this is a PDF document (pages, not a pair distribution ...
    """
    if not data.strip(b"\0 \t\r\n\x1a"):
        raise PatternError("the file is empty; export or copy it again")
    for magic, what in _FOREIGN:
        if data.startswith(magic):
            raise PatternError(f"this is {what}; {_AS_TEXT}")
    if data.startswith(b"PK\x03\x04"):
        raise PatternError(f"this is an archive or an Office file (Excel, Word); {_AS_TEXT}")
    text = archives.decode(data)
    control = sum(map(text[:65536].count, _CONTROL))
    if control > 0.01 * min(len(text), 65536):
        raise PatternError(f"the file is binary, not text; {_AS_TEXT}")
    return text


_CONTROL = [chr(code) for code in range(32) if chr(code) not in "\t\n\r\f\x1a\x1b"]

# ------------------------------------------------------------ numbers

_NUMBERS_ONLY = re.compile(r"""^[\s"]*[-+.\d][-+.,;\d\s"eEdDnNaAiIfF]*$""")
_PLAIN = re.compile(r"[-+.0-9eE \t]+")
CHUNK = 128  # lines that are read at once where they are plain rows of numbers
_DECIMAL_COMMA = re.compile(r"(?<=\d),(?=\d)")
_FORTRAN = re.compile(r"^([-+]?(?:\d+\.?\d*|\.\d+))(?:[dD]([-+]?\d{1,3})|([-+]\d{3}))$")
_MISSING = {"na", "n/a", "null", "none", "-", "--", "nan", "+nan", "-nan", "1.#qnan", "-1.#ind"}
_SEPARATORS = {";": " ", '"': " ", "\u2212": "-", "\x00": " ", "\x1a": " "}
_COMMENT = ("#", "!", "%", "//", ";", "'", "*")
_STARTS = frozenset('0123456789+-."\u2212')


def _comma(lines: list[str]) -> str:
    """Say what a comma stands for in the rows of numbers: a decimal point or a gap."""
    decimal = separator = 0
    for line in lines[:20_000]:
        if "," not in line or len(line) > MAX_LINE or not _NUMBERS_ONLY.match(line):
            continue
        # A point in the same row, or a comma beside a blank, can only be a separator.
        row = line.strip().strip(";")
        if "." in row or row.count(",") != len(_DECIMAL_COMMA.findall(row)):
            separator += 1
        elif len(re.split(r"[\s;]+", row)) >= 2:
            decimal += 1
        else:
            separator += 1
    return "." if decimal > separator else " "


def _number(token: str) -> float:
    try:
        return float(token)
    except ValueError:
        pass
    fortran = _FORTRAN.match(token)
    if fortran:
        return float(f"{fortran[1]}e{fortran[2] or fortran[3]}")
    if token.lower() in _MISSING or not token.strip("*"):
        return float("nan")
    raise ValueError(token)


def _row(line: str, separators: dict[int, str]) -> list[float] | None:
    """Return the numbers of a line, or None where it is no row of at least two numbers."""
    if len(line) > MAX_LINE or "_" in line:  # float() would read 1_000 as a number
        return None
    if not line.isascii() or "," in line or ";" in line or '"' in line or "\x1a" in line:
        line = line.translate(separators)
        if not line.isascii():  # float() would read digits of other scripts
            line = line.replace("\xa0", " ")
            if not line.isascii():
                return None
    tokens = line.split()
    if len(tokens) < 2:
        return None
    try:
        return [float(token) for token in tokens]
    except ValueError:
        pass
    for position, token in enumerate(tokens):
        if position > 1 and token[0] in "#!%":
            tokens = tokens[:position]
            break
    try:
        return [_number(token) for token in tokens]
    except ValueError:
        return None


def _plain_rows(lines: list[str]) -> list[list[float]] | None:
    """The rows of lines that hold as many plain numbers each; None where not all do.

    NumPy reads them many times faster than `_row` does, to the same numbers.
    """
    if max(map(len, lines)) > MAX_LINE or not _PLAIN.fullmatch("".join(lines)):
        return None
    if not all(lines):  # an empty line would be skipped
        return None
    try:
        rows = np.loadtxt(lines, comments=None, ndmin=2)
    except ValueError:
        return None
    if len(rows) != len(lines) or rows.shape[1] < 2:
        return None
    return rows.tolist()


def _runs(x: np.ndarray, breaks: np.ndarray) -> tuple[int, int]:
    """Return start and stop of the longest run in which x does not decrease."""
    falls = np.ones(len(x) + 1, dtype=bool)
    falls[1:-1] = ~(np.diff(x) >= 0) | breaks[1:]
    edges = np.flatnonzero(falls)
    longest = int(np.argmax(np.diff(edges)))
    return int(edges[longest]), int(edges[longest + 1])


def find_table(text: str) -> Table:
    """Find the longest block of rows of numbers with an increasing first column.

    Parameters
    ----------
    text : str
        A file's content. Decimal points or commas, any common separators.

    Returns
    -------
    Table

    Raises
    ------
    PatternError
        Too many lines, or no such block.

    Examples
    --------
    >>> rows = "".join(f"{k / 10}; {k * k}\\n" for k in range(20))
    >>> table = find_table("# qmax = 25\\nr; G\\n" + rows)
    >>> table.columns.shape, table.lead
    ((20, 2), ['# qmax = 25', 'r; G'])
    """
    if text.count("\n") + text.count("\r") > 2 * MAX_LINES:
        raise _too_many_lines()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if len(lines) > MAX_LINES:
        raise _too_many_lines()
    for mark, what in _STRUCTURES:
        if mark.search(text[:200_000]):
            raise PatternError(
                f"this is a structure ({what}), not a measured PDF; it belongs into the folder of "
                "structures, resources/structures"
            )
    comma = _comma(lines) if "," in text else " "
    separators = str.maketrans(_SEPARATORS | {",": comma})
    rows: list[list[float]] = []
    line_numbers: list[int] = []
    breaks: list[bool] = []
    header: list[tuple[int, str]] = []
    broken = True
    while lines and not lines[-1].strip():
        lines.pop()
    for first in range(0, len(lines), CHUNK):
        chunk = lines[first : first + CHUNK]
        plain = _plain_rows(chunk)
        if plain is not None:
            rows += plain
            line_numbers += range(first, first + len(plain))
            breaks += [broken] + [False] * (len(plain) - 1)
            broken = False
            continue
        for number, line in enumerate(chunk, start=first):
            bare = line.strip()
            if not bare:
                continue
            row = _row(line, separators) if bare[0] in _STARTS else None
            if row is None:
                if len(header) < MAX_HEADER_LINES:
                    header.append((number, bare[:MAX_LINE]))
                broken |= not bare.startswith(_COMMENT)
                continue
            rows.append(row)
            line_numbers.append(number)
            breaks.append(broken)
            broken = False
    if not rows:
        raise _no_table(text, 0)
    x = np.array([row[0] for row in rows])
    start, stop = _runs(x, np.array(breaks))
    warnings = []
    falling, end = _runs(-x, np.array(breaks))
    step = 1
    if end - falling >= MIN_ROWS > stop - start:
        start, stop, step = falling, end, -1
        warnings.append("r falls from row to row in the file; the rows were turned round")
    if stop - start < MIN_ROWS:
        raise _no_table(text, stop - start)
    while _counts_rows(rows[start], stop - start, rows[start + 1]):  # LAMMPS: step, rows
        start += 1
    while _counts_rows(rows[stop - 1], stop - start, rows[stop - 2]):
        stop -= 1
    block = rows[start:stop][::step]
    widths = {len(row) for row in block}
    width = min(widths)
    others = _other_blocks(x, start, stop)
    if others:
        warnings.append(
            f"{others} more rows of numbers stand outside the block of {stop - start} rows that "
            f"begins in line {line_numbers[start] + 1}; they were not read"
        )
    first = line_numbers[start]
    return Table(
        columns=np.array([row[:width] for row in block]),
        header=[line for _, line in header],
        lead=[line for number, line in header if number < first],
        ragged=len(widths) > 1,
        commas="," in lines[first] and comma == " ",
        warnings=warnings,
    )


def _counts_rows(row: list[float], n_rows: int, next_row: list[float]) -> bool:
    """Whether a row at the end of a block of n_rows says how many rows a block has."""
    return len(row) == 2 < len(next_row) and n_rows > MIN_ROWS and abs(row[1] - n_rows) <= 2


def _other_blocks(x: np.ndarray, start: int, stop: int) -> int:
    """Count rows outside the block where they are many enough to be data of their own."""
    outside = [rows for rows in (x[:start], x[stop:]) if len(rows) >= MIN_ROWS]
    return sum(len(rows) for rows in outside)


def _too_many_lines() -> PatternError:
    return PatternError(
        f"more than {MAX_LINES:,} lines; a PDF has some thousand rows: keep one curve a file"
    )


def _no_table(text: str, longest: int) -> PatternError:
    if re.search(r"<\s*(!doctype|html|body|div)\b", text[:20_000], re.IGNORECASE):
        return PatternError(
            "this is a web page, not a data file; download the raw file (its own link, not the "
            "page that shows it)"
        )
    largest = f"the longest has {longest}" if longest else "there is none"
    return PatternError(
        f"no block of at least {MIN_ROWS} rows of numbers with an increasing first column "
        f"({largest}); expected a text file with the columns r (angstrom) and G(r)"
    )
