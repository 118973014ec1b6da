"""Refine one batch of the measured files against the structures that may be theirs."""

import logging
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

from pdflearn.core import columns
from pdflearn.core.io import load_table, save_arrays, save_table
from pdflearn.identification import catalogue
from pdflearn.identification.results import (
    COLUMNS,
    PARAMETER_COLUMNS,
    answer_sample,
    parameter_rows,
    ranked_rows,
    refined_structures,
)
from pdflearn.measured.index import curve_of, pack_curves
from pdflearn.refinement import cache
from pdflearn.structures.structure import save_structures
from pdflearn.study import logs


def main(
    index_file: str,
    observations_file: str,
    probabilities_file: str,
    manifest_files: list[str],
    reference_files: list[str],
    structure_files: list[str],
    learned_file: str,
    label: str,
    ranks: int,
    answers_out: str,
    parameters_out: str,
    fits_out: str,
    structures_out: str,
    solutions_file: Path,
) -> None:
    """Write for each file of the batch the ranked types, the best fit and what was refined."""
    origin = cache.origin()
    solved = cache.Solutions.load(solutions_file, origin)
    index = load_table(index_file, columns.MEASURED_INDEX)
    probabilities = load_table(probabilities_file).set_index("file")
    known = catalogue.load_catalogue(
        [load_table(file) for file in manifest_files],
        reference_files,
        structure_files,
        learned_file,
        label,
    )
    rows, parameters, fits, files, refined = [], [], [], [], {}
    with np.load(observations_file) as packed:
        observations = dict(packed)
    for number, row in enumerate(index.to_dict("records")):
        start = perf_counter()
        curve = tuple(curve_of(observations, number, "r", "g"))
        chances = probabilities.loc[row["file"]].to_dict()
        found = answer_sample(row, curve if len(curve[0]) else None, chances, known, solved)
        rows += ranked_rows(row, found, ranks)
        parameters += parameter_rows(row["file"], found)
        refined |= refined_structures(row["file"], found)
        if found.ranked:
            fit = found.ranked[0].fit
            files.append(row["file"])
            fits.append((fit.r, fit.g, fit.calculated))
        logging.info("%s: %s in %.1f s", row["file"], found.verdict, perf_counter() - start)
    save_table(answers_out, pd.DataFrame(rows, columns=COLUMNS))
    save_table(parameters_out, pd.DataFrame(parameters, columns=PARAMETER_COLUMNS))
    save_arrays(
        fits_out,
        files=np.array(files, dtype=str),
        **pack_curves(fits, ("r", "measured", "calculated")),
    )
    save_structures(structures_out, refined)
    solved.save(solutions_file, origin)
    logging.info("%d refinements, %d of them new", len(solved.used), solved.new)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    settings = snakemake.params.settings
    main(
        snakemake.input.index,
        snakemake.input.observations,
        snakemake.input.probabilities,
        list(snakemake.input.structure_indexes),
        list(snakemake.input.references),
        list(snakemake.input.structures),
        snakemake.input.learned,
        settings["label"],
        settings["measured/top_n"],
        snakemake.output.answers,
        snakemake.output.parameters,
        snakemake.output.fits,
        snakemake.output.structures,
        cache.FOLDER / f"{snakemake.wildcards.batch}.json",
    )
