"""What the user's samples.csv, and the table of public files, say of measured files."""

import csv
import io
import os
import posixpath
import re
from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from pdflearn.core.columns import delimiter_of
from pdflearn.measured.index import file_name, relative_name
from pdflearn.measured.reader import shown
from pdflearn.measured.recipe_columns import RECIPE_COLUMNS, checked
from pdflearn.measured.text import PatternError, decode, read_bytes
from pdflearn.structures.elements import ElementError, parse_elements

SAMPLE_TABLE = "samples.csv"
Values = dict[str, str | float]

_NUMBERS = {
    "r_min",
    "r_max",
    "q_min",
    "q_max",
    "q_damp",
    "q_broad",
    "temperature",
    "time",
    "fraction",
}
_TEXTS = {
    "file", "sample", "series", "radiation", "composition", "elements", "structure", "only",
    "calibrant", "group", "boxcar", "joint", "shared",
}  # fmt: skip
_LENGTH = r"(?:\d+\.?\d*|\.\d+)"
_LINK = r"[\w+-]+=(?:same|linear)"
_PATTERNS = {
    "boxcar": (rf"{_LENGTH}\s+{_LENGTH}", "width and step of the ranges in angstrom, such as 10 5"),
    "shared": (
        rf"{_LINK}(?:\s+{_LINK})*",
        "names with same or linear and blanks between them, such as u_iso_Fe=linear delta2=same",
    ),
}
# What a calibrant may be.
CALIBRANTS = ("Ni", "Si", "CeO2", "LaB6")
_COLUMNS = _TEXTS | {"label", "note"} | _NUMBERS | set(RECIPE_COLUMNS)
_RADIATION = {
    "xray": "xray", "x-ray": "xray", "x-rays": "xray", "x": "xray", "x ray": "xray",
    "neutron": "neutron", "neutrons": "neutron", "n": "neutron",
}  # fmt: skip


_YES_NO = {"yes": "yes", "true": "yes", "1": "yes", "no": "", "false": "", "0": ""}


def public_samples(table: str | Path) -> dict[str, dict[str, str]]:
    """What public.csv says of the public files, by their name in the archive."""
    with open(table, newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    return {row["file"]: {**row, "label": row["structure_type"]} for row in rows}


class SampleTables:
    """What the user's samples.csv say of the measured files of one folder.

    Parameters
    ----------
    folder : path
        The folder of all measured files.
    tables : iterable of path
        The samples.csv in it and in folders below; each speaks of the files of its own folder.

    Attributes
    ----------
    lines : dict
        Name of a file below the folder -> the values given for it.

    Raises
    ------
    PatternError
        For a table that cannot be used, with the line and the value.
    """

    def __init__(self, folder: str | Path, tables: Iterable[str | Path]) -> None:
        self.folder = folder
        self.lines: dict[str, Values] = {}
        for table in tables:
            beside = Path(table).parent
            for file, values in read_sample_table(beside).items():
                self.lines[relative_name(folder, beside / file)] = values

    def given(self, file: str | Path, name: str) -> Values:
        """The values given for a file, or for a member of an archive.

        A member is named as archive.zip/member, or as if it lay where the archive does.

        Parameters
        ----------
        file : path
        name : str
            The file's own name, or the member's path in the archive.
        """
        full_name = file_name(self.folder, file, name)
        if full_name in self.lines or name == Path(file).name:
            return self.lines.get(full_name, {})
        unpacked = Path(file).parent / name
        if os.path.isfile(unpacked):
            return {}
        return self.lines.get(relative_name(self.folder, unpacked), {})

    def unmatched(self, files: Iterable[str]) -> list[str]:
        """Names in the tables that no measured file has.

        Parameters
        ----------
        files : iterable of str
            All files that were read or rejected, as `file_name` names them.
        """
        matched = set()
        for file in files:
            matched.add(file)
            for archive in PurePosixPath(file).parents:
                if os.path.isfile(Path(self.folder) / archive):
                    member = PurePosixPath(file).relative_to(archive)
                    matched.add((archive.parent / member).as_posix())
        return sorted(set(self.lines) - matched)


def no_such_file(file: str) -> str:
    """The reason why a line of samples.csv has no effect."""
    return (
        f"a line names {shown(file)!r}, but there is no such measured file; write the file's "
        "place below this folder, a member's as archive.zip/member"
    )


def read_sample_table(folder: str | Path) -> dict[str, Values]:
    """Read the user's samples.csv beside the measured files.

    Parameters
    ----------
    folder : path
        Without a samples.csv in it the result is empty.

    Returns
    -------
    dict
        File name -> the values given for it, blank ones left out. q_min, q_max, q_damp, q_broad
        (1/angstrom), temperature (kelvin), time (seconds) and fraction (of the component that
        varies) are floats; radiation is "xray" or "neutron"; elements are symbols with blanks
        between them; only is "yes" or "".

    Raises
    ------
    PatternError
        Naming the line and the value that cannot be used.
    """
    path = Path(folder) / SAMPLE_TABLE
    if path.is_dir() or not os.path.lexists(path):  # a link that leads nowhere is an error
        return {}
    try:
        text = decode(read_bytes(path))
    except PatternError as error:
        raise PatternError(error.reason, SAMPLE_TABLE) from None
    first = text.split("\n", 1)[0]
    rows = csv.reader(
        io.StringIO(text.replace("\r\n", "\n").replace("\r", "\n")),
        delimiter=delimiter_of(first),
    )
    try:
        return _parse_rows(list(rows))
    except csv.Error as error:
        raise PatternError(f"samples.csv: {error}; save it as plain CSV") from None


def _parse_rows(rows: list[list[str]]) -> dict[str, Values]:
    names = [name.strip().lower() for name in rows[0]] if rows else []
    known = ", ".join(sorted(_COLUMNS))
    if "file" not in names:
        raise PatternError(f"samples.csv: no column 'file'; the columns may be {known}")
    for name in names:
        if name not in _COLUMNS or names.count(name) > 1:
            raise PatternError(
                f"samples.csv: column {name!r} is unknown or there twice; there may be {known}"
            )
    table: dict[str, Values] = {}
    for line, row in enumerate(rows[1:], start=2):
        values = dict(zip(names, (value.strip() for value in row), strict=False))
        file = values.pop("file", "")
        if not any(values.values()) and not file:
            continue
        file = file and posixpath.normpath(file)
        if not file or file in table or len(row) > len(names):
            raise PatternError(
                f"samples.csv, line {line}: the file {file!r} is missing or there twice, or the "
                "line has too many values; one line a file"
            )
        if file == ".." or file.startswith(("/", "../")):
            raise PatternError(
                f"samples.csv, line {line}: the file {file!r} is not below this table's folder; "
                "write its place from there, and one table a folder"
            )
        table[file] = {
            name: _parse_value(line, name, value) for name, value in values.items() if value
        }
    return table


def _parse_value(line: int, name: str, value: str) -> str | float:
    if name == "radiation":
        if value.lower() not in _RADIATION:
            raise PatternError(
                f"samples.csv, line {line}: radiation = {value!r}; expected xray or neutron"
            )
        return _RADIATION[value.lower()]
    if name in _PATTERNS:
        pattern, expected = _PATTERNS[name]
        if not re.fullmatch(pattern, value):
            raise PatternError(f"samples.csv, line {line}: {name} = {value!r}; expected {expected}")
        return " ".join(value.split())
    if name == "calibrant":
        known = {formula.lower(): formula for formula in CALIBRANTS}
        if value.lower() not in known:
            raise PatternError(
                f"samples.csv, line {line}: calibrant = {value!r}; expected one of "
                f"{', '.join(CALIBRANTS)}"
            )
        return known[value.lower()]
    if name == "only":
        if value.lower() not in _YES_NO:
            raise PatternError(f"samples.csv, line {line}: only = {value!r}; expected yes or no")
        return _YES_NO[value.lower()]
    if name == "elements":
        try:
            return " ".join(parse_elements(value))
        except ElementError as error:
            raise PatternError(f"samples.csv, line {line}: elements = {value!r}: {error}") from None
    if name in RECIPE_COLUMNS:
        try:
            return checked(name, value)
        except ValueError as error:
            raise PatternError(
                f"samples.csv, line {line}: {name} = {value!r}; expected {error}"
            ) from None
    if name in _NUMBERS:
        if not re.fullmatch(r"\+?\d*\.?\d+(?:[eE][-+]?\d+)?|\d+\.", value):
            raise PatternError(
                f"samples.csv, line {line}: {name} = {value!r}; expected a number that is not "
                "negative, with a decimal point"
            )
        if name in ("q_max", "r_max") and float(value) == 0:
            raise PatternError(f"samples.csv, line {line}: {name} = {value}; expected more than 0")
        return float(value)
    return value
