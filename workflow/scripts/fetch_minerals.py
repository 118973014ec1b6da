"""Fetch the database of minerals from the package that carries it."""

from pdflearn.study import logs
from pdflearn.core.errors import PdflearnError
from pdflearn.core.io import save_table
from pdflearn.measured import fetch

import logging
from typing import Any

import pandas as pd


def main(inputs: Any, outputs: Any) -> None:
    """Fetch what public.csv lists; without it there is no study of minerals.

    Parameters
    ----------
    inputs : named paths
        public (the table of public files).
    outputs : named paths
        archive, status.

    Raises
    ------
    PdflearnError
        The database cannot be had.
    """
    rows = fetch.fetch(inputs.public, outputs.archive)
    for row in rows:
        logging.info("%(package)s %(version)s: %(status)s %(reason)s", row)
        if row["status"] != "complete":
            raise PdflearnError(
                f"{row['package']} {row['version']}: {row['reason']}; expected its database of "
                "minerals from the package index that pip is set up with: run again with a network"
            )
    save_table(outputs.status, pd.DataFrame(rows))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input, snakemake.output)
