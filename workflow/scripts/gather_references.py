"""Gather the known structures that measured PDFs are compared with into one catalogue."""

from pdflearn.study import logs
from pdflearn.core.io import load_table
from pdflearn.identification.catalogue import CatalogueFiles, gather_catalogue

import logging
from typing import Any

import pandas as pd


def main(inputs: Any, label: str, outputs: Any) -> None:
    """Write the catalogue's files.

    Parameters
    ----------
    inputs : named paths
        structure_indexes, references, structures, development (the index of the development set).
    label : str
        The label that the model of measured PDFs learned.
    outputs : named paths
        table, xray, neutron, types.
    """
    learned = ["radiation", *dict.fromkeys(["structure_type", label])]
    number = gather_catalogue(
        [load_table(file) for file in inputs.structure_indexes],
        list(inputs.references),
        list(inputs.structures),
        pd.read_parquet(inputs.development, columns=learned),
        label,
        CatalogueFiles(outputs.table, outputs.xray, outputs.neutron, outputs.types),
    )
    logging.info("%d structures", number)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input, snakemake.params.settings["label"], snakemake.output)
