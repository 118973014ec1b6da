"""Gather what the batches of measured files were found to be."""

from pathlib import Path

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, save_arrays, save_table, save_text
from pdflearn.measured.index import curve_of, pack_curves
from pdflearn.structures.structure import load_structures, structure_texts
from pdflearn.study import logs


def main(
    index_file: str,
    answer_files: list[str],
    parameter_files: list[str],
    fit_files: list[str],
    structure_files: list[str],
    probability_files: list[str],
    answers_out: str,
    parameters_out: str,
    fits_out: str,
    structures_out: str,
    probabilities_out: str,
) -> None:
    """Write the tables in the order of the index, the fits, and the refined structures."""
    order = {
        file: n for n, file in enumerate(load_table(index_file, columns.MEASURED_INDEX)["file"])
    }

    def gather(files: list[str]) -> pd.DataFrame:
        table = concat([load_table(file) for file in files])
        return table.sort_values("file", key=lambda f: f.map(order), kind="stable")

    save_table(answers_out, gather(answer_files))
    save_table(parameters_out, gather(parameter_files))
    save_table(probabilities_out, gather(probability_files))
    names, curves = [], []
    for file in fit_files:
        with np.load(file) as packed:
            arrays = dict(packed)  # read once: each look into the file reads a whole array anew
        for number, name in enumerate(arrays["files"]):
            names.append(str(name))
            curves.append(curve_of(arrays, number, "r", "measured", "calculated"))
    places = sorted(range(len(names)), key=lambda k: order[names[k]])
    save_arrays(
        fits_out,
        files=np.array([names[k] for k in places], dtype=str),
        **pack_curves([tuple(curves[k]) for k in places], ("r", "measured", "calculated")),
    )
    folder = Path(structures_out)
    folder.mkdir(parents=True, exist_ok=True)
    for file in structure_files:
        for name, structure in load_structures(file).items():
            for ending, text in structure_texts(structure).items():
                save_text(folder / f"{name}.{ending}", text)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(
        snakemake.input.index,
        snakemake.input.answers,
        snakemake.input.parameters,
        snakemake.input.fits,
        snakemake.input.structures,
        snakemake.input.probabilities,
        snakemake.output.answers,
        snakemake.output.parameters,
        snakemake.output.fits,
        snakemake.output.structures,
        snakemake.output.probabilities,
    )
