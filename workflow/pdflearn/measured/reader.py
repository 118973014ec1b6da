"""Read measured PDFs, G(r), as they come: many dialects, one Pattern or one plain reason.

What a file says about itself (Q range, radiation, composition) is kept as hints. Files are opened
for reading only. Every change made to the numbers stands in the pattern's warnings.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from pdflearn.core.archives import ArchiveError, Member, is_zip, zip_members
from pdflearn.measured.conversion import Quantity
from pdflearn.measured.header import Hints, read_hints
from pdflearn.measured.labels import radiation_of
from pdflearn.measured.point_errors import stated_errors
from pdflearn.measured.quantity import quantity_of
from pdflearn.measured.text import (
    MIN_ROWS,
    PatternError,
    Table,
    decode,
    find_table,
    read_bytes,
    unpack,
    unreadable,
)

__all__ = [
    "Pattern", "PatternError", "printable", "read_pdf", "read_pdfs", "shown",
]  # fmt: skip

MIN_R_MAX = 5.0  # angstrom; below, only the first neighbours are seen
MAX_R = 2000.0
MAX_STEP = 0.5
# Below these Q (1/angstrom) lie 5 % and half of a PDF's power. The public files reach 3 and 9; with
# r in nm they begin at 5 and 17.
Q_LIMITS = (4.0, 14.0)


@dataclass(frozen=True)
class Pattern:
    """One measured PDF.

    Attributes
    ----------
    r, g : ndarray of float64
        Distances in angstrom, strictly increasing, and G(r) in 1/angstrom^2 on the file's own
        scale, which is often arbitrary.
    quantity : str
        What the file held: "G", or "F(Q)", "S(Q)", "g(r)", ... where G was made from that.
    header : dict
        Hints, only what the file says: q_min, q_max, q_damp, q_broad (1/angstrom), wavelength
        (angstrom), temperature (kelvin), rho0 (atoms in 1 cubic angstrom), radiation ("xray",
        "neutron"), composition, title.
    warnings : list of str
        What was changed or looks odd.
    name : str
        The file's name, or the member's path in a zip archive.
    g_errors : ndarray or None
        Standard deviations of g that the file gives.

    Examples
    --------
    >>> r = np.arange(1.0, 20.0, 0.02)
    >>> pattern = Pattern(r, np.sin(20 * r), header={"q_max": 25.0}, name="Ni.gr")
    >>> pattern.quantity, pattern.header["q_max"], pattern.warnings
    ('G', 25.0, [])
    """

    r: np.ndarray
    g: np.ndarray
    quantity: str = "G"
    header: Hints = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    name: str = ""
    g_errors: np.ndarray | None = None


def read_pdf(path: str | Path) -> Pattern:
    """Read one measured PDF.

    Parameters
    ----------
    path : path
        Text in any of the common dialects, also compressed (.gz, .bz2, .xz) or alone in a .zip.
        What is read is listed in resources/measured/README.md.

    Returns
    -------
    Pattern

    Raises
    ------
    PatternError
        With the reason and what to do, whatever is wrong with the file.

    See Also
    --------
    read_pdfs : Reads all files of an archive.
    pdflearn.measured.observation.observe : Cuts the curve to the range that is fitted.

    Examples
    --------
    >>> import tempfile
    >>> r = np.arange(0.0, 10.0, 0.05)
    >>> rows = "\\n".join(f"{x:.2f} {np.sin(20 * x):.5f}" for x in r)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "Ni.gr"
    ...     _ = file.write_text("# qmax = 25.0\\n# temperature = 300\\n# r G\\n" + rows)
    ...     pattern = read_pdf(file)
    >>> pattern.quantity, len(pattern.r), float(pattern.r[-1])
    ('G', 200, 9.95)
    >>> pattern.header
    {'q_max': 25.0, 'temperature': 300.0}
    """
    results = list(_read_all(Path(path), first_two=True))
    _, result = results[0]
    if len(results) > 1:
        raise PatternError(
            f"{shown(Path(path).name)}: the archive holds several files; use read_pdfs, or unpack"
        )
    if isinstance(result, PatternError):
        raise result
    return result


def read_pdfs(
    path: str | Path, wanted: Callable[[str], bool] = lambda name: True
) -> Iterator[tuple[str, Pattern | PatternError]]:
    """Read one file, or each member of a .zip archive, one after the other.

    Nothing is unpacked to disk. An unreadable member gives its PatternError in place of a Pattern.

    Parameters
    ----------
    path : path
    wanted : callable
        Which names are read: the file's own, or a member's path in the archive.

    Yields
    ------
    name : str
        The file's name, or the member's path in the archive.
    result : Pattern or PatternError

    See Also
    --------
    read_pdf : Reads one file, and raises its error.

    Examples
    --------
    >>> import tempfile, zipfile
    >>> r = np.arange(0.0, 10.0, 0.05)
    >>> rows = "\\n".join(f"{x:.2f} {np.sin(20 * x):.5f}" for x in r)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder) / "run.zip"
    ...     with zipfile.ZipFile(file, "w") as archive:
    ...         archive.writestr("Ni.gr", rows)
    ...         archive.writestr("notes.txt", "measured on Monday")
    ...     for name, result in read_pdfs(file):
    ...         print(name, type(result).__name__)
    Ni.gr Pattern
    notes.txt PatternError
    """
    yield from _read_all(Path(path), wanted)


def _read_all(
    path: Path, wanted: Callable[[str], bool] = lambda name: True, first_two: bool = False
) -> Iterator[tuple[str, Pattern | PatternError]]:
    try:
        data = read_bytes(path)
    except PatternError as error:
        if wanted(path.name):
            yield path.name, _named(path.name, error)
        return
    # An Excel or Word file is a zip archive too; decode() names it.
    if is_zip(data) and not _is_office(data):
        yield from _members(path.name, data, wanted, first_two)
    elif wanted(path.name):
        yield path.name, _attempt(path.name, data)


def _is_office(data: bytes) -> bool:
    return any(mark in data[:4096] for mark in (b"[Content_Types].xml", b"mimetypeapplication/vnd"))


def _members(
    archive_name: str, data: bytes, wanted: Callable[[str], bool], first_two: bool
) -> Iterator[tuple[str, Pattern | PatternError]]:
    try:
        members = zip_members(data)
        if not members:
            raise PatternError("the zip archive holds no file; add files with G(r)")
    except (ArchiveError, PatternError) as error:
        if wanted(archive_name):
            yield archive_name, _named(archive_name, PatternError(str(error)))
        return
    if first_two:
        members = members[:2]
    seen: set[str] = set()
    for member in members:
        name = member.name
        if wanted(name) and name in seen:
            again = "the archive holds several members of this name; the first was read"
            yield name, _named(name, PatternError(f"{again}. Make the archive again"))
        elif wanted(name):
            seen.add(name)
            try:
                yield name, _attempt(name, _member_bytes(member))
            except PatternError as error:
                yield name, _named(name, error)


def _member_bytes(member: Member) -> bytes:
    if member.leads_out:
        raise PatternError("the path in the archive leads out of it; make the archive again")
    try:
        return member.read()
    except ArchiveError as error:
        raise unreadable(error) from None


def printable(text: str) -> str:
    """A text as one line without characters that a terminal obeys; each of these becomes a "?"."""
    return "".join(c if c.isprintable() else "?" for c in text)


def shown(name: str) -> str:
    """A file's name as messages show it: one line, at most 200 characters."""
    return printable(name)[:200]


def _named(name: str, error: PatternError) -> PatternError:
    return PatternError(error.reason, shown(name))


def _attempt(name: str, data: bytes) -> Pattern | PatternError:
    try:
        with np.errstate(all="ignore"):  # what overflows is rejected below
            return _parse(name, data)
    except PatternError as error:
        return _named(name, error)


# ------------------------------------------------------------ one file


def _parse(name: str, data: bytes) -> Pattern:
    text = decode(unpack(data))
    del data
    table = find_table(text)
    _check_commas(table)
    hints, warnings = read_hints(table.header)
    warnings = [*table.warnings, *warnings]
    if table.ragged:
        warnings.append("rows have unequal numbers of columns; only the common ones were used")
    quantity = quantity_of(name, table, hints.get("q_max"))
    hints, told = _with_radiation(hints, name)
    warnings += told
    x, y, notes = _curve(table, quantity)
    if np.ptp(y) <= 1e-12 * float(np.max(np.abs(y))):
        raise PatternError("G is the same everywhere; the second column must be G(r)")
    warnings += [*notes, *quantity.warnings]
    if quantity.space == "r":
        warnings += _check_range(x * quantity.x_factor)
    converted = quantity.to_g(x, y, hints)
    pattern_r, pattern_g = converted.r, converted.g
    warnings += converted.warnings
    if quantity.space == "r" and quantity.x_factor == 1.0:
        low, middle = _q_below(pattern_r, pattern_g, shares=(0.05, 0.5))
        if low > Q_LIMITS[0] and middle > Q_LIMITS[1]:
            warnings.append(
                f"half of the curve lies beyond Q = {middle:.0f} 1/A, as in no PDF: r may be in "
                "nm; if so, write the line '# r(nm) G' above the columns. Or it is a function of "
                "Q: then name it, as in '# Q F(Q)'"
            )
    scale = float(np.max(np.abs(pattern_g)))
    if not np.isfinite(scale) or scale > 1e30:
        raise PatternError(f"G reaches {scale:.1e}, which no PDF does; export it again")
    as_read = quantity.name == "G" and quantity.x_factor == quantity.y_factor == 1.0
    return Pattern(
        r=np.ascontiguousarray(pattern_r, dtype=np.float64),
        g=np.ascontiguousarray(pattern_g, dtype=np.float64),
        quantity=quantity.name,
        header=converted.hints,
        warnings=warnings,
        name=name,
        g_errors=stated_errors(table, pattern_r, pattern_g) if as_read else None,
    )


def _with_radiation(hints: Hints, name: str) -> tuple[Hints, list[str]]:
    """The hints with the radiation that the file's ending stands for; with warnings."""
    radiation = radiation_of(name)
    if radiation is None:
        return hints, []
    stated = hints.get("radiation", radiation)
    told = f"the header says {stated}, but Gudrun writes files of this name of neutrons alone"
    return {**hints, "radiation": radiation}, [told] if stated != radiation else []


def _check_commas(table: Table) -> None:
    """Refuse decimal commas between commas: 0,01,1,25 is read as 0, 1, 1 and 25."""
    x = table.columns[:, 0]
    whole = table.commas and np.all(table.columns == np.floor(table.columns))
    if whole and np.count_nonzero(np.diff(x) == 0) > 0.1 * len(x):
        raise PatternError(
            "decimal commas cannot be told from the commas between the columns; export it with "
            "decimal points, or with semicolons or tabs between the columns"
        )


def _curve(table: Table, quantity: Quantity) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Take x and y from the table, finite and with x strictly increasing; with warnings."""
    warnings = []
    x = table.columns[:, quantity.x_column]
    y = table.columns[:, quantity.y_columns].sum(axis=1)
    bad = np.flatnonzero(~(np.isfinite(x) & np.isfinite(y)))
    if bad.size:
        # A value that is missing at an end (0/0 at r = 0) costs nothing; one inside would have
        # to be invented.
        good = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        if good.size < MIN_ROWS:
            raise PatternError("hardly any row has two finite numbers; export the PDF again")
        inside = bad[(bad > good[0]) & (bad < good[-1])]
        if inside.size:
            raise PatternError(
                f"{inside.size} values between r = {x[good[0]]:g} and {x[good[-1]]:g} are not "
                f"numbers, the first at row {inside[0] + 1} of the table; export the PDF again"
            )
        x, y = x[good[0] : good[-1] + 1], y[good[0] : good[-1] + 1]
        warnings.append(f"{bad.size} rows at the ends have no number and were left out")
    below = np.count_nonzero(x < 0)
    if quantity.space == "r" and 0 < below < 0.05 * len(x):
        x, y = x[below:], y[below:]
        warnings.append(f"{below} rows with r below 0 were left out")
    step = np.diff(x)
    if np.any(step < 0):
        raise PatternError("the column of r does not increase; sort the rows by r")
    same = np.count_nonzero(step == 0)
    if same:
        if same > 0.1 * len(x):
            raise PatternError(
                f"r repeats in {same} of {len(x)} rows; export r with more digits, one curve a file"
            )
        x, index = np.unique(x, return_inverse=True)
        y = np.bincount(index, weights=y) / np.bincount(index)
        warnings.append(f"r repeats in {same} rows; their values were averaged")
    if len(x) < MIN_ROWS:
        raise PatternError(f"only {len(x)} rows of numbers, at least {MIN_ROWS} are needed")
    return x, y, warnings


def _q_below(r: np.ndarray, g: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """The Q (1/angstrom) below which these shares of a curve's power lie; 0 for a short curve."""
    inside = r >= 1.2  # below, what a measurement leaves is anything
    r, g = r[inside], g[inside]
    if len(r) < 50:
        return np.zeros(len(shares))
    even = np.linspace(r[0], r[-1], len(r))
    g = np.interp(even, r, g) * np.sin(np.pi * np.arange(len(r)) / (len(r) - 1))
    power = np.cumsum(np.abs(np.fft.rfft(g)) ** 2)
    index = np.searchsorted(power, np.array(shares) * power[-1])
    return 2 * np.pi * index / (len(r) * (even[1] - even[0]))


def _check_range(r: np.ndarray) -> list[str]:
    """Refuse distances that no PDF has; warn of a gap between them."""
    if r[0] < 0:
        raise PatternError(f"r begins at {r[0]:g}; distances are not negative: r and G(r) expected")
    if r[-1] < MIN_R_MAX:
        raise PatternError(
            f"r ends at {r[-1]:g} angstrom, too short to tell structures apart (at least "
            f"{MIN_R_MAX:g}); is the file cut off? Export G(r) to a larger r. Is r in nm? Write "
            "the line '# r(nm) G' above the columns"
        )
    if r[-1] > MAX_R:
        raise PatternError(
            f"the first column ends at {r[-1]:g}, which is no distance in angstrom; expected the "
            "columns r and G(r)"
        )
    step = float(np.median(np.diff(r)))
    if step > MAX_STEP:
        raise PatternError(
            f"r goes in steps of {step:g} angstrom, too coarse for a PDF (at most {MAX_STEP:g}); "
            "expected the columns r and G(r)"
        )
    steps = np.diff(r)
    gap = int(np.argmax(steps))
    if steps[gap] > max(5 * step, 0.3):
        return [f"r jumps from {r[gap]:g} to {r[gap + 1]:g} angstrom; a part is missing"]
    return []
