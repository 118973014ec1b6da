"""Plot the measured series: similarities, components, changes."""

import numpy as np

from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.reporting import measured, style
from pdflearn.study import logs

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    with np.load(snakemake.input.arrays) as stored:
        arrays = dict(stored)
    figure = measured.plot_series(
        load_table(snakemake.input.series, columns.SERIES),
        load_table(snakemake.input.changes, columns.SERIES_CHANGES),
        [str(name) for name in arrays.pop("names")],
        arrays,
    )
    style.save_all({"series": figure}, snakemake.output)
