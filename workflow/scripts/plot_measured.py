"""Plot the measured patterns, each with its first answer, and the fits of some of them."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.grid import Grid
from pdflearn.core.io import load_table
from pdflearn.identification.answer_rows import one_a_rank
from pdflearn.measured.index import unpack_curve
from pdflearn.reporting import measured, style

from typing import Any

import numpy as np
from matplotlib.figure import Figure


def main(files: dict[str, Any], grid: dict[str, float]) -> dict[str, Figure]:
    """Return the figures by name."""
    index = load_table(files["index"], columns.MEASURED_INDEX)
    answers = one_a_rank(load_table(files["identification"], columns.IDENTIFICATION))
    with np.load(files["patterns"]) as arrays:
        patterns = arrays["patterns"]
    with np.load(files["fits"]) as arrays:
        fitted = [str(name) for name in arrays["files"]]
        curves = {
            file: tuple(unpack_curve(arrays, fitted.index(file), "r", "measured", "calculated"))
            for file in measured.select_samples(index, fitted)
        }
    r = Grid(**grid).r
    return {
        "measured": measured.plot_patterns(r, patterns, index, answers),
        "fits": measured.plot_fits(curves, answers),
    }


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    grid = snakemake.params.settings["simulate/grid"]
    style.save_all(main(dict(snakemake.input.items()), grid), snakemake.output)
