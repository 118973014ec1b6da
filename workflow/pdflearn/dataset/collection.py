"""The structures of one shard: those that can be used, and a row for each one read or rejected."""

import csv
import io
import posixpath
from pathlib import Path
from typing import Any

import pandas as pd
from diffpy.structure import Structure

from pdflearn.core.archives import ArchiveError, plain_text
from pdflearn.core.columns import OWN, STRUCTURE, column_names, delimiter_of
from pdflearn.dataset.manifest import drop_duplicates
from pdflearn.structures.checks import contact_warnings
from pdflearn.structures.crystal import Crystal
from pdflearn.structures.library import Library
from pdflearn.structures.structure import (
    StructureError,
    describe,
    identity,
    save_structures,
    structure_of_crystal,
)
from pdflearn.structures.tables import LibraryError


class Collection:
    """Structures that are gathered one by one; what was read twice counts once."""

    def __init__(self) -> None:
        self._rows: list[dict[str, Any]] = []
        self._structures: list[Structure | Crystal | StructureError] = []

    def add(
        self,
        structure: Structure | Crystal | StructureError,
        space_group_number: int | None = None,
        **known: Any,
    ) -> None:
        """Describe a structure, or note why there is none.

        Parameters
        ----------
        structure : Structure, Crystal or StructureError
        space_group_number : int, optional
            Where it is known; without it spglib finds it.
        **known
            Columns of `core.columns.STRUCTURE` or of the user's labels.csv, `file` among them:
            they go before what is found in the structure.
        """
        try:
            if isinstance(structure, StructureError):
                raise structure
            described = describe(structure, space_group_number)
            row = {
                "id": identity(structure),
                "family": described["formula"],
                **described,
                "warnings": "; ".join(structure.warnings),
                **known,
            }
        except StructureError as error:
            structure, row = error, {**known, "reason": str(error)}
        self._rows.append(row)
        self._structures.append(structure)

    def add_compounds(self, tables: Library, names: list[str]) -> None:
        """Build compounds of the library.

        Parameters
        ----------
        tables : Library
        names : list of str
            Rows of its compounds.csv.
        """
        for name in names:
            structure_type = tables.compound(name)["structure_type"]
            known = {"file": name, "name": name, "structure_type": structure_type, "origin": "real"}
            try:
                crystal = tables.crystal(name)
                crystal.warnings += contact_warnings(crystal)
                crystal.group_number = tables.sure_group(name, crystal)
                self.add(crystal, **known)
            except (StructureError, LibraryError) as error:
                self.add(StructureError(str(error)), **known)

    def index(self) -> pd.DataFrame:
        """The rows in the order of adding: one for each structure and each rejected one.

        Returns
        -------
        DataFrame
            Columns `core.columns.STRUCTURE`, then the user's labels. A rejected structure has no
            id, and its reason.
        """
        return self._unique_rows().reset_index(drop=True)

    def structures(self) -> dict[str, Structure]:
        """The structures of `index` by id, in the order in which their ids were first added."""
        return {
            name: structure_of_crystal(one) if isinstance(one, Crystal) else one
            for name, one in self._kept().items()
        }

    def save_structures(self, path: str | Path) -> None:
        """Write the structures of `index`; see `structures.structure.save_structures`."""
        save_structures(path, self._kept())

    def _kept(self) -> dict[str, Structure | Crystal]:
        ids = self._unique_rows()["id"].dropna()
        by_id = {name: self._structures[position] for position, name in ids.items()}
        return {row["id"]: by_id[row["id"]] for row in self._rows if "id" in row}

    def _unique_rows(self) -> pd.DataFrame:
        rows = pd.DataFrame(self._rows)
        rows = rows.reindex(columns=list(dict.fromkeys([*STRUCTURE, *rows.columns])))
        kept = drop_duplicates(rows.assign(position=rows.index))["position"]
        return rows[rows["id"].isna() | rows.index.isin(kept)]


def user_labels(folder: str | Path) -> dict[str, dict[str, str]]:
    """Read the labels of the user's files.

    A file <folder>/<structure_type>/... has that type. A labels.csv beside files (columns file,
    structure_type and any others, family and crystal_system among them; commas, semicolons or tabs
    between them) goes before it, and before what is found in the structure.

    Parameters
    ----------
    folder : str or Path
        The user's folder, resources/structures unless the config says otherwise.

    Returns
    -------
    dict
        Path below the folder, with "/" -> column -> label.

    Raises
    ------
    StructureError
        For a labels.csv without a column `file`, with a column that is the workflow's own, or with
        a file that is not below its folder.
    """
    root = Path(folder)
    labels: dict[str, dict[str, str]] = {}
    if not root.is_dir():
        return labels
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and len(relative.parts) > 1:
            labels[relative.as_posix()] = {"structure_type": relative.parts[0]}
    for table in sorted(root.rglob("labels.csv")):
        text = _text(table)
        rows = csv.DictReader(io.StringIO(text), delimiter=delimiter_of(text.partition("\n")[0]))
        rows.fieldnames = column_names(rows.fieldnames or [])
        if "file" not in rows.fieldnames:
            raise StructureError(f"{table}: no column 'file'; expected file, structure_type, ...")
        reserved = sorted(OWN & set(rows.fieldnames))
        if reserved:
            raise StructureError(
                f"{table}: column {reserved[0]!r} is the workflow's own, found in the files or "
                f"drawn; take it out, or give it another name such as my_{reserved[0]}"
            )
        for row in rows:
            if not any(value and str(value).strip() for value in row.values()):
                continue
            file = _path_below(root, table, row.pop("file") or "")
            known = {k: v.strip() for k, v in row.items() if k and v and v.strip()}
            labels.setdefault(file, {}).update(known)
    return labels


def _text(table: Path) -> str:
    try:
        return plain_text(table.read_bytes())
    except ArchiveError as error:
        raise StructureError(f"{table}: {error}") from None


def _path_below(root: Path, table: Path, file: str) -> str:
    """The path below the folder of a file that a table names."""
    path = posixpath.normpath(file.strip())
    if path == ".." or path.startswith(("/", "../")):
        raise StructureError(
            f"{table}: the file {file!r} is not below this table's folder; write its path from "
            "there"
        )
    return (table.parent / path).relative_to(root).as_posix()
