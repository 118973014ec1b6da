"""The tables of the library as plain rows: read, checked and hashed.

Snakemake needs the hashes of the compounds each time it parses the workflow, so this module imports
the standard library alone.
"""

import csv
import hashlib
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

from pdflearn.core.errors import PdflearnError
from pdflearn.structures import relations

TYPE_COLUMNS = (
    "structure_type",
    "description",
    "strukturbericht",
    "aflow",
    "pearson",
    "space_group_number",
    "setting",
    "sites",
    "parameters",
    "parent",
    "simpler_types",
    "source",
)
COMPOUND_COLUMNS = (
    "name",
    "formula",
    "structure_type",
    "elements",
    "a",
    "b",
    "c",
    "alpha",
    "beta",
    "gamma",
    "parameters",
    "source",
    "note",
)
SOURCE_COLUMNS = ("source", "citation", "licence", "note")
CELL_COLUMNS = ("a", "b", "c", "alpha", "beta", "gamma")

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_SITE = re.compile(r"([A-Z][A-Za-z0-9]*)\s+(\d+)([A-Za-z])\s+(\S+)\s+(\S+)\s+(\S+)")
_TERM = re.compile(r"([+-]?)(\d+/\d+|\d+\.\d+|\d+)?\*?([xyz]\d*)?")
_ELEMENT_PART = re.compile(r"([A-Z][a-z]?)(\d*\.\d+|\d+)?")


class LibraryError(PdflearnError):
    """A row of the library's tables that cannot be used; the message names it."""


@cache
def parse_coordinate(text: str) -> tuple[dict[str, float], float]:
    """Read a coordinate of a site. Equal texts share one answer, which is not to be changed.

    Parameters
    ----------
    text : str
        A number, a fraction, or free parameters: "1/4", "x", "-x2+1/2", "2x".

    Returns
    -------
    coefficients : dict
        Free parameter -> its factor.
    constant : float
        In fractions of the cell edge.

    Raises
    ------
    LibraryError
        For any other text.

    Examples
    --------
    >>> parse_coordinate("-x2+1/2")
    ({'x2': -1.0}, 0.5)
    """
    coefficients: dict[str, float] = {}
    constant = 0.0
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        sign, number, parameter = match.groups() if match else ("", None, None)
        if number is None and parameter is None or (position and not sign):
            raise LibraryError(
                f"coordinate {text!r}: expected numbers such as 1/4 or 0.25 and parameters such as "
                "x, y2 or 2x, joined by + or -"
            )
        value = float(Fraction(number)) if number else 1.0
        value = -value if sign == "-" else value
        if parameter:
            coefficients[parameter] = coefficients.get(parameter, 0.0) + value
        else:
            constant += value
        position = match.end()
    if not text:
        raise LibraryError("an empty coordinate: expected a number or a parameter")
    return coefficients, constant


def parse_sites(text: str) -> list[tuple[str, int, str, tuple[str, str, str]]]:
    """Read the sites of a structure type.

    Returns
    -------
    list of tuple
        Role, multiplicity, Wyckoff letter, and the three coordinates as text.

    Raises
    ------
    LibraryError
        For a site that is not written so.

    Examples
    --------
    >>> parse_sites("A 4a 0 0 0; X 8c 1/4 1/4 1/4")[1]
    ('X', 8, 'c', ('1/4', '1/4', '1/4'))
    """
    sites = []
    for text_of_site in text.split(";"):
        match = _SITE.fullmatch(text_of_site.strip())
        if not match:
            raise LibraryError(
                f"site {text_of_site.strip()!r}: expected a role, multiplicity with Wyckoff letter "
                "and three coordinates, such as 'X 8c 1/4 1/4 1/4'"
            )
        role, multiplicity, letter, *xyz = match.groups()
        for coordinate in xyz:
            parse_coordinate(coordinate)
        sites.append((role, int(multiplicity), letter, tuple(xyz)))
    return sites


def site_roles(text: str) -> list[str]:
    """The element roles of a type's sites, in the order of their first appearance."""
    return list(dict.fromkeys(site[0] for site in parse_sites(text)))


def parse_parameters(text: str) -> dict[str, float]:
    """Read values of free parameters. Raises LibraryError for what is none.

    Examples
    --------
    >>> parse_parameters("x1=0.25 z2=0.1")
    {'x1': 0.25, 'z2': 0.1}
    """
    values: dict[str, float] = {}
    for assignment in text.split():
        name, _, number = assignment.partition("=")
        try:
            values[name] = float(number)
        except ValueError:
            raise LibraryError(
                f"parameter {assignment!r}: expected a name and a number, such as x=0.305"
            ) from None
        if not re.fullmatch(r"[xyz]\d*", name):
            raise LibraryError(
                f"parameter {assignment!r}: a name is x, y or z and an optional number"
            )
    return values


def parse_occupants(text: str) -> list[tuple[str, float]]:
    """Read the elements on a role and their shares. Raises LibraryError for what is none.

    Examples
    --------
    >>> parse_occupants("Fe0.5Mg0.5")
    [('Fe', 0.5), ('Mg', 0.5)]
    """
    occupants = [
        (match.group(1), float(match.group(2) or 1.0)) for match in _ELEMENT_PART.finditer(text)
    ]
    matched = "".join(match.group(0) for match in _ELEMENT_PART.finditer(text))
    total = sum(share for _, share in occupants)
    if not occupants or matched != text or not 0.0 < total <= 1.0 + 1e-6:
        raise LibraryError(
            f"occupants {text!r}: expected an element such as Fe, or a mixture whose shares add up "
            "to 1 at most, such as Fe0.5Mg0.5"
        )
    return occupants


def _read_rows(path: Path, columns: tuple[str, ...]) -> list[dict[str, str]]:
    if not path.is_file():
        raise LibraryError(f"{path}: not found; the library needs types.csv and compounds.csv")
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        if tuple(reader.fieldnames or ()) != columns:
            raise LibraryError(f"{path}: expected the columns {', '.join(columns)}")
        rows = []
        for row in reader:
            if None in row or None in row.values():
                raise LibraryError(
                    f"{path}, line {reader.line_num}: expected {len(columns)} cells; "
                    "a cell with a comma needs quotes"
                )
            rows.append({column: row[column].strip() for column in columns})
    return rows


def _index(path: Path, rows: list[dict[str, str]], column: str) -> dict[str, dict[str, str]]:
    index: dict[str, dict[str, str]] = {}
    for row in rows:
        if not row[column]:
            raise LibraryError(f"{path}: a row without {column}")
        if row[column] in index:
            raise LibraryError(f"{path}: {column} {row[column]!r} stands there twice")
        index[row[column]] = row
    return index


def read_types(folder: str | Path) -> dict[str, dict[str, str]]:
    """Rows of types.csv by structure_type, checked. Raises LibraryError naming the row."""
    path = Path(folder) / "types.csv"
    types = _index(path, _read_rows(path, TYPE_COLUMNS), "structure_type")
    parents = {name: row["parent"] for name, row in types.items()}
    for name, row in types.items():
        row_name = f"{path}: structure_type {name!r}"
        if not _IDENTIFIER.fullmatch(name):
            raise LibraryError(f"{row_name}: expected letters, digits and underscores only")
        group_number = row["space_group_number"]
        if not group_number.isdigit() or not 1 <= int(group_number) <= 230:
            raise LibraryError(
                f"{row_name}: space_group_number {group_number!r}: expected 1 to 230"
            )
        if row["parent"] and row["parent"] not in types:
            raise LibraryError(f"{row_name}: parent {row['parent']!r} is no type of the table")
        try:
            relations.root(name, parents)
        except relations.RelationError as error:
            raise LibraryError(f"{row_name}: {error}; the simplest of them has no parent") from None
        for word in row["simpler_types"].split():
            if re.split("[=~]", word)[0] not in types:
                raise LibraryError(f"{row_name}: simpler_types {word!r} names no type of the table")
        try:
            defaults = parse_parameters(row["parameters"])
            free = {
                parameter
                for *_, xyz in parse_sites(row["sites"])
                for coordinate in xyz
                for parameter in parse_coordinate(coordinate)[0]
            }
        except LibraryError as error:
            raise LibraryError(f"{row_name}: {error}") from None
        if free != set(defaults):
            raise LibraryError(
                f"{row_name}: the sites use {sorted(free)} but parameters gives {sorted(defaults)}"
            )
        if not row["source"]:
            raise LibraryError(f"{row_name}: a type needs a source")
    return types


def read_compounds(
    folder: str | Path, types: dict[str, dict[str, str]]
) -> dict[str, dict[str, str]]:
    """Rows of compounds.csv by name, checked against the types. Raises LibraryError."""
    path = Path(folder) / "compounds.csv"
    compounds = _index(path, _read_rows(path, COMPOUND_COLUMNS), "name")
    # Thousands of compounds share some hundred types, and every job of a cluster reads them all.
    roles_of = {name: site_roles(row["sites"]) for name, row in types.items()}
    known_of = {name: set(parse_parameters(row["parameters"])) for name, row in types.items()}
    known_occupants: set[str] = set()
    for name, row in compounds.items():
        row_name = f"{path}: {name!r}"
        if row["structure_type"] not in types:
            raise LibraryError(
                f"{row_name}: structure_type {row['structure_type']!r} is not in types"
            )
        roles = roles_of[row["structure_type"]]
        elements = row["elements"].split()
        if len(elements) != len(roles):
            raise LibraryError(
                f"{row_name}: elements {row['elements']!r}: {row['structure_type']} has the roles "
                f"{' '.join(roles)}"
            )
        try:
            for occupants in elements:
                if occupants not in known_occupants:
                    parse_occupants(occupants)
                    known_occupants.add(occupants)
            parameters = parse_parameters(row["parameters"])
        except LibraryError as error:
            raise LibraryError(f"{row_name}: {error}") from None
        unknown = set(parameters) - known_of[row["structure_type"]]
        if unknown:
            raise LibraryError(f"{row_name}: {row['structure_type']} has no {sorted(unknown)}")
        for column in CELL_COLUMNS:
            try:
                value = float(row[column] or 1.0)
            except ValueError:
                value = -1.0
            if not 0.0 < value < 1000.0:
                raise LibraryError(
                    f"{row_name}: {column} = {row[column]!r}: expected a number above 0"
                )
        if not row["a"]:
            raise LibraryError(f"{row_name}: a is missing")
        if not row["source"]:
            raise LibraryError(f"{row_name}: a compound needs a source")
    return compounds


def read_sources(folder: str | Path) -> dict[str, dict[str, str]]:
    """Rows of sources.csv by source. Raises LibraryError."""
    path = Path(folder) / "sources.csv"
    return _index(path, _read_rows(path, SOURCE_COLUMNS), "source")


def compound_keys(
    types: dict[str, dict[str, str]], compounds: dict[str, dict[str, str]]
) -> dict[str, str]:
    """SHA-256 (hex) of what builds each compound: its own row and its type's row, by name."""
    keys = {}
    for name, row in compounds.items():
        cells = [*row.values(), *types[row["structure_type"]].values()]
        keys[name] = hashlib.sha256("\x1f".join(cells).encode()).hexdigest()
    return keys
