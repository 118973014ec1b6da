"""Fetch the public measured PDFs; without the network say so and leave an empty archive."""

from pdflearn.study import logs
from pdflearn.core.io import save_table
from pdflearn.measured import fetch

import logging
from typing import Any

import pandas as pd


def main(inputs: Any, settings: dict[str, Any], outputs: Any) -> None:
    """Fetch what public.csv lists, if the config asks for it; record what came and what did not.

    Parameters
    ----------
    inputs : named paths
        public (the table of public files).
    settings : dict
        Of the rule.
    outputs : named paths
        archive, status.
    """
    wanted = settings["measured/fetch_public"]
    if wanted:
        files = wanted if isinstance(wanted, list) else None
        rows = fetch.fetch(inputs.public, outputs.archive, files)
    else:
        rows = []
        fetch.write_archive(outputs.archive, {})
    for row in rows:
        logging.info("%(package)s %(version)s: %(status)s %(reason)s", row)
    columns = ["package", "version", "status", "members", "reason"]
    save_table(outputs.status, pd.DataFrame(rows, columns=columns))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input, snakemake.params.settings, snakemake.output)
