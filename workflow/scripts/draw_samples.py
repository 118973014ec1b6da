"""Draw each measured sample: its curve, what was calculated for it, and how well each type fits."""

from pathlib import Path

import numpy as np

from pdflearn import figure_style, figures_of_measured, job, measured_index, storage


def main(fits_file: str, identification_file: str, folder: str) -> None:
    """Write one picture a sample that could be fitted."""
    answers = storage.load_table(identification_file)
    of_file = dict(iter(answers.groupby("file", sort=False)))
    Path(folder).mkdir(parents=True, exist_ok=True)
    with np.load(fits_file) as packed:
        arrays = dict(packed)
    for number, name in enumerate(arrays["files"]):
        curve = measured_index.curve_of(arrays, number, "r", "measured", "calculated")
        figure = figures_of_measured.sample(*curve, of_file[str(name)].sort_values("rank"))
        figure_style.save_png(figure, Path(folder) / f"{measured_index.safe_name(str(name))}.png")


if __name__ == "__main__":
    job.start(snakemake)
    main(snakemake.input.fits, snakemake.input.identification, snakemake.output[0])
