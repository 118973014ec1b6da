"""The American Mineralogist Crystal Structure Database, from the SQLite file that larixite carries.

The file holds the CIFs of the database [1]_ in columns, coordinates as numbers in base64. Each row
becomes a block of a CIF again and is read as any other, with the same checks.

References
----------
.. [1] R. T. Downs and M. Hall-Wallace, American Mineralogist 88 (2003) 247.
"""

import binascii
import json
import re
import sqlite3
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from diffpy.structure import Structure

from pdflearn.structures.cif import CELL, read_block
from pdflearn.structures.cif_syntax import Block
from pdflearn.structures.errors import StructureError

# Coordinates are stored as whole numbers: fractions of the cell times this; two and three stand for
# "?" and "." of a CIF (larixite 2026.1.0, amcsd_utils.py).
SCALE = 4_000_000
_UNKNOWN = {2 * SCALE: "?", 3 * SCALE: "."}
# What the database writes for a mineral or a formula that is not given.
NOT_GIVEN = "<missing>"

_QUERY = """
    SELECT cif.id, minerals.name, spacegroups.symmetry_xyz, cif.formula, cif.a, cif.b, cif.c,
           cif.alpha, cif.beta, cif.gamma, cif.crystal_density, cif.atoms_sites, cif.atoms_x,
           cif.atoms_y, cif.atoms_z, cif.atoms_occupancy
    FROM cif
    JOIN minerals ON minerals.id = cif.mineral_id
    JOIN spacegroups ON spacegroups.id = cif.spacegroup_id
    ORDER BY cif.id
"""
# Fe3+T: an ion, and the kind of its site (T, Y, B, ...).
_ION_ON_SITE = re.compile(r"([A-Z][a-z]?\d[+-])[A-Z]")


@dataclass(frozen=True)
class Entry:
    """One entry of the database.

    Attributes
    ----------
    number : int
        Of the entry in the file; the name of its structure is "AMCSD <number>".
    mineral : str
        "" where the database names none: a synthetic compound.
    structure : Structure or StructureError
        The whole cell, or the reason why it cannot be used.
    """

    number: int
    mineral: str
    structure: Structure | StructureError


def read_entries(content: bytes, limit: int | None = None) -> Iterator[Entry]:
    """Read the structures of the database one after the other.

    Parameters
    ----------
    content : bytes
        The SQLite file. It is read in memory; nothing is written.
    limit : int, optional
        Take about so many entries, evenly spread over the file; by default all.

    Yields
    ------
    Entry
        In the order of their numbers.

    Raises
    ------
    StructureError
        The content is no such database.
    """
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        rows = connection.execute(_QUERY).fetchall()
    except (sqlite3.Error, MemoryError) as error:  # the second for an empty file
        raise StructureError(
            f"the database of minerals cannot be read ({error}); expected amcsd_cif1.db of "
            "larixite 2026.1.0: delete it and fetch it again"
        ) from None
    finally:
        connection.close()
    step = 1 if limit is None else max(1, len(rows) // limit)
    for row in rows[::step]:
        number, mineral = row[0], "" if row[1] == NOT_GIVEN else row[1]
        try:
            structure = read_block(f"AMCSD {number}", _block(row[2:]))
        except StructureError as error:
            structure = error
        except (ValueError, TypeError, binascii.Error) as error:
            structure = StructureError(f"the row cannot be read ({error}); leave it out")
        yield Entry(number, mineral, structure)


def _block(row: tuple[Any, ...]) -> Block:
    """The tags of a CIF for one row of the database."""
    operations, formula, *cell, density, sites, x, y, z, occupancy = row
    labels = json.loads(sites)
    values: Block = {
        **{tag: [str(value)] for tag, value in zip(CELL, cell, strict=True)},
        "_chemical_formula_sum": ["?" if formula == NOT_GIVEN else formula],
        "_exptl_crystal_density_diffrn": [str(density)],
        "_space_group_symop_operation_xyz": json.loads(operations),
        "_atom_site_label": labels,
        "_atom_site_type_symbol": [type_symbol(label) for label in labels],
        **{
            f"_atom_site_fract_{axis}": decode(text)
            for axis, text in zip("xyz", (x, y, z), strict=True)
        },
    }
    if occupancy not in (None, "0"):  # every site is full
        values["_atom_site_occupancy"] = decode(occupancy)
    return values


def decode(text: str) -> list[str]:
    """A column of coordinates or occupancies as a CIF writes it.

    Parameters
    ----------
    text : str
        32-bit whole numbers in base64; see `SCALE`.

    Examples
    --------
    >>> decode("AAAAAICEHgA=")
    ['0.000000', '0.500000']
    """
    numbers = np.frombuffer(b64decode(text, validate=True), dtype="<i4").tolist()
    return [_UNKNOWN.get(number, f"{number / SCALE:.6f}") for number in numbers]


def type_symbol(label: str) -> str:
    """The element of a label that names none by the rules of CIF; "?" where the label does.

    The database writes Wat for a water molecule, whose place is that of its oxygen, and the kind
    of a site behind an ion.

    Examples
    --------
    >>> [type_symbol(label) for label in ("Wat2", "Fe3+T", "O1")]
    ['O', 'Fe3+', '?']
    """
    if label.startswith("Wat"):
        return "O"
    ion = _ION_ON_SITE.match(label)
    return ion[1] if ion else "?"
