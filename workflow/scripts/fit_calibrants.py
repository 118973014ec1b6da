"""Fit the calibrants that the user's samples.csv marks: they tell the instrument's resolution."""

from pdflearn.study import logs
from pdflearn.core.io import save_arrays, save_table
from pdflearn.measured.batch import read_samples, user_file
from pdflearn.measured.calibration import Calibration, calibrants_table
from pdflearn.measured.index import pack_curves
from pdflearn.measured.reader import printable
from pdflearn.measured.sample_table import SampleTables
from pdflearn.measured.samples import MeasuredSample

import logging
from collections.abc import Iterator
from typing import Any

import numpy as np

R = np.arange(1.0, 20.0, 0.1)  # patterns on a grid are read but not used


def fitted(marked: list[MeasuredSample], settings: dict[str, Any]) -> Iterator[Any]:
    """The calibration and the fit of each calibrant."""
    if marked:  # most studies have none, and the simulator takes a second to import
        from pdflearn.refinement.calibrant import calibrant_structure, calibrate
        from pdflearn.structures.library import load_library

        library = load_library(settings["structures/library"])
        for sample in marked:
            yield calibrate(sample, calibrant_structure(library, sample.calibrant))


def main(files: list[str], settings: dict[str, Any], outputs: Any) -> None:
    """Write what each calibrant tells, and its curve with the fit.

    Parameters
    ----------
    files : list of str
        The calibrants, or the archives that hold them.
    settings : dict
        Of the rule.
    outputs : named paths
        calibrants, fits.
    """
    tables = SampleTables(settings["measured/folder"], settings["tables"])
    batch = read_samples([user_file(path, tables) for path in files], R)
    marked = [sample for sample in batch.samples if sample.calibrant]
    calibrations, fits = [], []
    for sample, (calibration, fit) in zip(marked, fitted(marked, settings), strict=True):
        calibrations.append(calibration)
        fits += [(calibration.file, fit)] if fit else []
        logging.info(
            "%s: q_damp %.4f, q_broad %.4f 1/A. %s",
            printable(sample.file), calibration.q_damp, calibration.q_broad, calibration.note,
        )  # fmt: skip
    read = {item.file for item in calibrations}
    for file, error in batch.rejected:
        given = tables.lines.get(file, {})
        if given.get("calibrant") and file not in read:
            note = f"not used: it could not be read: {error}"
            calibrations.append(Calibration(file, str(given["calibrant"]), note=note))
    save_table(outputs.calibrants, calibrants_table(calibrations))
    fits.sort(key=lambda item: item[0])
    names = np.array([file for file, _ in fits], dtype=str)
    curves = [(fit.r, fit.g, fit.calculated) for _, fit in fits]
    save_arrays(outputs.fits, files=names, **pack_curves(curves, ("r", "measured", "calculated")))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(sorted([*snakemake.input.files, *settings["untracked_files"]]), settings, snakemake.output)
