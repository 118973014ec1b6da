"""Read one shard's structures: compounds of the library and the user's files."""

from pathlib import Path
from typing import Any

import pandas as pd
from diffpy.structure import Structure

from pdflearn import job, library, reading, sharding, storage, structures


class Shard:
    """Structures that can be used, and a row for each one that was read or refused."""

    def __init__(self) -> None:
        self.structures: dict[str, Structure] = {}
        self.rows: list[dict[str, Any]] = []

    def add(self, structure: Structure | structures.StructureError, **known: Any) -> None:  # noqa: ANN401
        """Describe a structure; what is known of it goes before what is found."""
        try:
            if isinstance(structure, structures.StructureError):
                raise structure
            found = structures.describe(structure)
            row = {
                "id": structures.identity(structure),
                "family": found["formula"],
                **found,
                "warnings": "; ".join(structure.warnings),
                **known,
            }
            self.structures[row["id"]] = structure
        except structures.StructureError as error:
            row = {**known, "reason": str(error)}
        self.rows.append(row)


def main(
    number: int,
    files: list[str],
    settings: dict[str, Any],
    seed: int,
    structures_out: str,
    rows_out: str,
) -> None:
    """Write the structures that can be used, and a row for each one read or refused."""
    shard = Shard()
    tables = library.load_library(settings["library"])
    part = sharding.library_parts(settings)[number]
    parents = tables.types["parent"].to_dict()
    groups = tables.types["space_group_number"].to_dict()
    for name in part.compounds:
        kind = tables.compounds.loc[name, "structure_type"]
        known = {"source": name, "name": name, "structure_type": kind, "origin": "real"}
        try:
            shard.add(tables.build(name), **known)
        except structures.StructureError as error:
            shard.add(error, **known)
    folder = Path(settings["folder"])
    labels = reading.user_labels(folder)
    for file in files:
        place = Path(file).relative_to(folder).as_posix()
        for name, structure in reading.read_structures(file):
            known = {"source": place, "name": name, "structure_type": "", "origin": "user"}
            shard.add(structure, **{**known, **labels.get(place, {})})
    rows = pd.DataFrame(shard.rows, columns=None if shard.rows else structures.COLUMNS)
    rows["parent"] = rows["structure_type"].map(parents).fillna("")
    rows["parent_space_group"] = rows["parent"].map(groups).fillna(0).astype(int)
    storage.save_table(rows_out, rows)
    structures.save_structures(structures_out, shard.structures)


if __name__ == "__main__":
    job.start(snakemake)
    settings = snakemake.params.settings
    main(
        int(snakemake.wildcards.shard),
        list(snakemake.input.files),
        settings["structures"],
        settings["seed"],
        snakemake.output.structures,
        snakemake.output.rows,
    )
