"""Refine what samples.csv asks for beyond one fit a file: boxcars, joint fits, shared values."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, save_table
from pdflearn.identification import refined_together as together
from pdflearn.identification.catalogue import CatalogueFiles, load_catalogue
from pdflearn.measured.calibration import calibrated, calibrations_of
from pdflearn.measured.samples import load_samples
from pdflearn.measured.series import find_series

from typing import Any

import pandas as pd


def main(inputs: Any, outputs: Any) -> None:
    """Write the parameters of ranges in a row, and those of curves that were refined together.

    Parameters
    ----------
    inputs : named paths
        index, observations, identification: lists, one a batch; calibrants; of the catalogue table,
        xray, neutron and types.
    outputs : named paths
        boxcar, together.
    """
    batches = zip(inputs.index, inputs.observations, strict=True)
    samples = [sample for files in batches for sample in load_samples(*files)]
    calibrations = calibrations_of(load_table(inputs.calibrants, columns.CALIBRANTS))
    samples = calibrated(sorted(samples, key=lambda sample: sample.file), calibrations)
    boxcar = pd.DataFrame(columns=together.BOXCAR_COLUMNS)
    linked = pd.DataFrame(columns=together.TOGETHER_COLUMNS)
    if any(sample.boxcar or sample.joint or sample.shared for sample in samples):
        answers = concat([load_table(file) for file in inputs.identification])
        files = (inputs.table, inputs.xray, inputs.neutron, inputs.types)
        catalogue = load_catalogue(CatalogueFiles(*files))
        all_series = find_series(pd.DataFrame([sample.to_row() for sample in samples]))
        boxcar = together.boxcar_table(samples, answers, catalogue)
        linked = together.together_table(samples, all_series, answers, catalogue)
    save_table(outputs.boxcar, boxcar)
    save_table(outputs.together, linked)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input, snakemake.output)
