import json
import sqlite3
from base64 import b64encode

import numpy as np
import pytest

from pdflearn.structures.amcsd import decode, read_entries, type_symbol
from pdflearn.structures.errors import StructureError
from pdflearn.structures.structure import space_group_number

CUBIC = ["x,y,z", "x,1/2+y,1/2+z", "1/2+x,y,1/2+z", "1/2+x,1/2+y,z"]


def column(values):
    return b64encode(np.rint(np.array(values) * 4e6).astype("<i4").tobytes()).decode()


def database(rows):
    """A database with the columns that are read; see `halite` for a row."""
    connection = sqlite3.connect(":memory:")
    connection.executescript(
        """CREATE TABLE minerals (id INTEGER, name TEXT);
        CREATE TABLE spacegroups (id INTEGER, symmetry_xyz TEXT);
        CREATE TABLE cif (id INTEGER, mineral_id INTEGER, spacegroup_id INTEGER, formula TEXT,
        a TEXT, b TEXT, c TEXT, alpha TEXT, beta TEXT, gamma TEXT, crystal_density TEXT,
        atoms_sites TEXT, atoms_x TEXT, atoms_y TEXT, atoms_z TEXT, atoms_occupancy TEXT);"""
    )
    for i, (mineral, operations, formula, a, sites, x, y, z, occupancy) in enumerate(rows):
        connection.execute("INSERT INTO minerals VALUES (?, ?)", (i, mineral))
        connection.execute("INSERT INTO spacegroups VALUES (?, ?)", (i, json.dumps(operations)))
        values = (10 + i, i, i, formula, a, a, a, "90", "90", "90", "?", json.dumps(sites), x, y, z)
        connection.execute(
            "INSERT INTO cif VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, occupancy),
        )
    return connection.serialize()


def halite(**changes):
    half = column([0.0, 0.5])
    row = {
        "mineral": "Halite", "operations": CUBIC, "formula": "Na Cl", "a": "5.64",
        "sites": ["Na", "Cl"], "x": half, "y": half, "z": half, "occupancy": "0",
    }  # fmt: skip
    return tuple({**row, **changes}.values())


def test_an_entry_is_the_whole_cell():
    (entry,) = read_entries(database([halite()]))
    assert (entry.number, entry.mineral, len(entry.structure)) == (10, "Halite", 8)
    assert entry.structure.composition == {"Na": 4.0, "Cl": 4.0}
    assert space_group_number(entry.structure) == 225


def test_occupancies_are_read_and_a_mineral_may_have_no_name():
    row = halite(mineral="<missing>", formula="Na Cl0.5", occupancy=column([1.0, 0.5]))
    (entry,) = read_entries(database([row]))
    assert entry.mineral == ""
    assert entry.structure.composition == {"Na": 4.0, "Cl": 2.0}


def test_what_cannot_be_read_is_an_entry_with_the_reason():
    bad_cell, bad_text, good = halite(a="?"), halite(x="not base64"), halite()
    entries = list(read_entries(database([bad_cell, bad_text, good])))
    assert [isinstance(entry.structure, StructureError) for entry in entries] == [True, True, False]
    assert "_cell_length_a" in str(entries[0].structure)
    assert "leave it out" in str(entries[1].structure)


def test_entries_are_taken_evenly():
    entries = list(read_entries(database([halite() for _ in range(10)]), limit=5))
    assert [entry.number for entry in entries] == [10, 12, 14, 16, 18]


@pytest.mark.parametrize("content", [b"no database", b""])
def test_another_file_is_refused(content):
    with pytest.raises(StructureError, match="fetch it again"):
        list(read_entries(content))


def test_unknown_coordinates_stay_unknown():
    assert decode(column([0.25, 2.0, 3.0, -0.125])) == ["0.250000", "?", ".", "-0.125000"]


def test_labels_that_name_no_element_alone():
    assert type_symbol("Wat") == "O"
    assert type_symbol("Fe2+Y") == "Fe2+"
    assert type_symbol("Fe2+") == "?"
