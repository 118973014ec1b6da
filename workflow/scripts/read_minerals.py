"""Read the database of minerals: structures, their space groups and who is related to whom."""

from pdflearn.study import logs
from pdflearn.core.io import save_table
from pdflearn.dataset.relatives import with_relatives
from pdflearn.structures import amcsd
from pdflearn.structures.errors import StructureError
from pdflearn.structures.prototypes import prototype
from pdflearn.structures.structure import describe, identity, save_structures, symmetry_of

import logging
import zipfile
from typing import Any

import pandas as pd

COLUMNS = [
    "id", "entry", "mineral", "formula", "space_group", "space_group_number", "crystal_system",
    "prototype", "atoms", "nearest_neighbour",
]  # fmt: skip


def main(archive: str, entries: int, outputs: Any) -> None:
    """Read every entry; one structure is kept of several with the same content.

    Parameters
    ----------
    archive : str
        What `fetch_minerals` wrote.
    entries : int
        About so many are read at most.
    outputs : named paths
        structures, index, rejected.
    """
    with zipfile.ZipFile(archive) as opened:
        content = opened.read(opened.namelist()[0])
    rows, structures, rejected = {}, {}, []
    for entry in amcsd.read_entries(content, entries):
        try:
            if isinstance(entry.structure, StructureError):
                raise entry.structure
            symmetry = symmetry_of(entry.structure)
            described = describe(entry.structure, int(symmetry.number))
            described["prototype"] = prototype(entry.structure, symmetry)
            name = identity(entry.structure)
        except StructureError as error:
            row = {"entry": entry.number, "mineral": entry.mineral, "reason": str(error)}
            rejected.append(row)
            continue
        if name not in rows:
            given = {"id": name, "entry": entry.number, "mineral": entry.mineral}
            rows[name] = {**described, **given}
            structures[name] = entry.structure
    index = with_relatives(pd.DataFrame(list(rows.values()))[COLUMNS])
    logging.info("structures: %d, rejected: %d", len(index), len(rejected))
    save_table(outputs.index, index)
    save_structures(outputs.structures, structures)
    save_table(outputs.rejected, pd.DataFrame(rejected, columns=["entry", "mineral", "reason"]))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input.archive, snakemake.params.settings["entries"], snakemake.output)
