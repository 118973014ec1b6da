"""Fetch the public measured PDFs; without the network say so and leave an empty archive."""

import logging

import pandas as pd

from pdflearn.core.io import save_table
from pdflearn.measured import fetch
from pdflearn.study import logs


def main(index_file: str, wanted: bool, archive: str, status_file: str) -> None:
    """Fetch what the index lists, if that is wanted; record what came and what did not."""
    if wanted:
        rows = fetch.fetch(index_file, archive)
    else:
        rows = []
        fetch.write_archive(archive, {})
    for row in rows:
        logging.info("%(package)s %(version)s: %(status)s %(reason)s", row)
    columns = ["package", "version", "status", "members", "reason"]
    save_table(status_file, pd.DataFrame(rows, columns=columns))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input[0],
        snakemake.params.settings["measured/fetch_public"],
        snakemake.output.archive,
        snakemake.output.status,
    )
