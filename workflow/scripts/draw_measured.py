"""Draw the measured grids, each with its first answer, and some with what was calculated."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from pdflearn import figure_style, figures_of_measured, grids, job, measured_index, storage


def main(files: dict[str, Any], grid: dict[str, float]) -> dict[str, Figure]:
    """Figures by name."""
    index = storage.load_table(files["index"])
    answers = storage.load_table(files["identification"])
    with np.load(files["patterns"]) as arrays:
        patterns = arrays["patterns"]
    with np.load(files["fits"]) as arrays:
        fitted = [str(name) for name in arrays["files"]]
        curves = {
            file: tuple(
                measured_index.curve_of(arrays, fitted.index(file), "r", "measured", "calculated")
            )
            for file in figures_of_measured.shown_samples(index, fitted)
        }
    r = grids.make_grid(**grid)
    return {
        "measured": figures_of_measured.measured(r, patterns, index, answers),
        "fits": figures_of_measured.fits(curves, answers),
    }


if __name__ == "__main__":
    job.start(snakemake)
    grid = snakemake.params.settings["simulate/grid"]
    figure_style.save_all(main(dict(snakemake.input.items()), grid), snakemake.output)
