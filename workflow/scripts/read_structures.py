"""Read one shard's structures: compounds of the library and the user's files."""

from typing import Any

import pandas as pd

from pdflearn import job, library, reading, storage, structures

COLUMNS = [
    "id", "source", "name", "formula", "structure_type", "space_group", "space_group_number",
    "crystal_system", "family", "kind", "origin", "atoms", "n_elements", "elements",
    "nearest_neighbour", "volume_per_atom", "warnings", "reason",
]  # fmt: skip


def main(
    compounds: list[str],
    files: list[str],
    settings: dict[str, Any],
    structures_out: str,
    rows_out: str,
) -> None:
    """Write the structures that can be used, and a row for each one read or refused."""
    found: dict[str, Any] = {}
    rows: list[dict[str, Any]] = []

    def add(structure: Any, source: str, name: str, **known: Any) -> None:  # noqa: ANN401
        row = {"source": source, "name": name, **known}
        try:
            if isinstance(structure, structures.StructureError):
                raise structure
            row |= structures.describe(structure)
            row |= known  # what the user says of a label goes before what was found
            row["id"] = structures.identity(structure)
            row["warnings"] = "; ".join(structure.warnings)
            row.setdefault("family", row["formula"])
            found[row["id"]] = structure
        except structures.StructureError as error:
            row["reason"] = str(error)
        rows.append(row)
