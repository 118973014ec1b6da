"""Plot each measured sample: its curve, the best fit, and how well each type fits."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table
from pdflearn.identification.answer_rows import PHASE_CURVES
from pdflearn.measured.index import safe_name, unpack_curve
from pdflearn.reporting import measured, style

from pathlib import Path

import numpy as np


def main(fits_file: str, identification_file: str, folder: str) -> None:
    """Write one PNG file for each sample that could be fitted."""
    answers = load_table(identification_file, columns.IDENTIFICATION)
    answers_by_file = dict(iter(answers.groupby("file", sort=False)))
    Path(folder).mkdir(parents=True, exist_ok=True)
    with np.load(fits_file) as packed:
        arrays = dict(packed)
    for index, name in enumerate(arrays["files"]):
        curves = unpack_curve(arrays, index, "r", "measured", "calculated")
        phases = unpack_curve(arrays, index, *PHASE_CURVES)
        partials = [curve for curve in phases if not np.isnan(curve).any()]
        ranked = answers_by_file[str(name)].sort_values(["rank", "phase"])
        figure = measured.plot_sample(*curves, ranked, partials)
        style.save_png(figure, Path(folder) / f"{safe_name(str(name))}.png")


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input.fits, snakemake.input.identification, snakemake.output[0])
