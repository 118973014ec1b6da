"""Plot the measured series: similarities, components, changes; refined parameters; calibrants."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.measured.index import unpack_curve
from pdflearn.reporting import calibrants, measured, refined_series, style

import numpy as np

if __name__ == "__main__":
    logs.configure_logging(snakemake)
    inputs = snakemake.input
    with np.load(inputs.arrays) as stored:
        arrays = dict(stored)
    series = measured.plot_series(
        load_table(inputs.series, columns.SERIES),
        load_table(inputs.changes, columns.SERIES_CHANGES),
        [str(name) for name in arrays.pop("names")],
        arrays,
    )
    refined = refined_series.plot_refined_series(
        load_table(inputs.parameters, columns.SERIES_PARAMETERS),
        load_table(inputs.fits, columns.SERIES_FITS),
        load_table(inputs.models, columns.SERIES_MODELS),
    )
    with np.load(inputs.calibrant_fits) as stored:
        packed = dict(stored)
    curves = {
        file: tuple(unpack_curve(packed, number, "r", "measured", "calculated"))
        for number, file in enumerate(packed["files"].tolist())
    }
    of_calibrants = calibrants.plot_calibrants(
        load_table(inputs.calibrants, columns.CALIBRANTS), curves
    )
    style.save_all(
        {
            "series": series,
            "refined_series": refined,
            "calibrants": of_calibrants,
            "boxcar": refined_series.plot_boxcar(load_table(inputs.boxcar, columns.BOXCAR)),
        },
        snakemake.output,
    )
