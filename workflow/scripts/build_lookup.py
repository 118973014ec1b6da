"""Read the user's structures to look up, and make their reference patterns."""

from pdflearn.study import logs
from pdflearn.core.grid import Grid
from pdflearn.core.io import save_arrays, save_table
from pdflearn.identification.lookup import read_lookup
from pdflearn.identification.search import reference_arrays
from pdflearn.structures.library import load_library
from pdflearn.structures.structure import save_structures

import logging
from typing import Any

import pandas as pd


def main(files: list[str], settings: dict[str, Any], outputs: Any) -> None:
    """Write the structures, a row for each, their patterns, and the files that cannot be used.

    Parameters
    ----------
    files : list of str
    settings : dict
        Of the rule: folder, library, grid.
    outputs : named paths
        structures, index, patterns, rejected.
    """
    library = load_library(settings["structures/library"]) if files else None
    lookup = read_lookup(files, settings["folder"], library)
    for row in lookup.rejected:
        logging.warning("%s was left out: %s", row["file"], row["reason"])
    save_table(outputs.index, lookup.index())
    save_table(outputs.rejected, pd.DataFrame(lookup.rejected, columns=["file", "reason"]))
    save_structures(outputs.structures, lookup.structures)
    grid = Grid(**settings["simulate/grid"])
    save_arrays(outputs.patterns, **reference_arrays(lookup.structures, grid))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(sorted([*snakemake.input.files, *settings["untracked_files"]]), settings, snakemake.output)
