"""Fetch the public measured PDFs; without the network say so and leave an empty archive."""

import logging

import pandas as pd

from pdflearn import job, public_data, storage


def main(index_file: str, wanted: bool, archive: str, status_file: str) -> None:
    """Fetch what the index lists, if that is wanted; record what came and what did not."""
    rows = public_data.fetch(index_file, archive, wanted)
    for row in rows:
        logging.info("%(package)s %(version)s: %(status)s %(reason)s", row)
    storage.save_table(
        status_file, pd.DataFrame(rows, columns=["package", "version", "status", "reason"])
    )


if __name__ == "__main__":
    job.start(snakemake)
    main(
        snakemake.input[0],
        snakemake.params.settings["measured/public"],
        snakemake.output.archive,
        snakemake.output.status,
    )
