"""Structures that are gathered: those that can be used, and a row for each one, refused or not."""

from typing import Any

from diffpy.structure import Structure

from pdflearn.structures.library import Library
from pdflearn.structures.structure import StructureError, describe, identity
from pdflearn.structures.tables import LibraryError


class Collection:
    """Structures that can be used, and a row for each one that was read or refused.

    Attributes
    ----------
    structures : dict
        Id -> structure. Of one that was read twice, the one that `structures.first_read` keeps.
    rows : list of dict
        Columns `columns.STRUCTURE`; a refused one has its reason in place of what would have
        been found.
    """

    def __init__(self) -> None:
        self.structures: dict[str, Structure] = {}
        self.rows: list[dict[str, Any]] = []
        self._places: dict[str, tuple[bool, str]] = {}

    def add(
        self,
        structure: Structure | StructureError,
        space_group_number: int | None = None,
        **known: Any,
    ) -> None:
        """Describe a structure; what is known of it goes before what is found."""
        try:
            if isinstance(structure, StructureError):
                raise structure
            found = describe(structure, space_group_number)
            row = {
                "id": identity(structure),
                "family": found["formula"],
                **found,
                "warnings": "; ".join(structure.warnings),
                **known,
            }
            place = (not row.get("structure_type"), row["file"])
            if row["id"] not in self._places or place < self._places[row["id"]]:
                self._places[row["id"]] = place
                self.structures[row["id"]] = structure
        except StructureError as error:
            row = {**known, "reason": str(error)}
        self.rows.append(row)

    def add_compounds(self, tables: Library, names: list[str]) -> None:
        """Build compounds of the library."""
        for name in names:
            kind = tables.compounds.loc[name, "structure_type"]
            known = {"file": name, "name": name, "structure_type": kind, "origin": "real"}
            try:
                self.add(tables.build(name), **known)
            except (StructureError, LibraryError) as error:
                self.add(StructureError(str(error)), **known)
