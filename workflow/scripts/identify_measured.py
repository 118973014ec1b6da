"""Identify one batch of the measured files: predict, search, refine, judge."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import load_table, save_arrays, save_table
from pdflearn.identification.both_ways import answer_both_ways
from pdflearn.identification.catalogue import CatalogueFiles, load_catalogue
from pdflearn.identification.messages import verdict_line
from pdflearn.identification.sample import (
    fit_arrays,
    identification_table,
    identify_samples,
    parameters_table,
)
from pdflearn.measured.calibration import calibrated, calibrations_of
from pdflearn.measured.reader import printable
from pdflearn.measured.samples import load_samples
from pdflearn.models.probabilities import type_probabilities
from pdflearn.models.stored_networks import load_classifier
from pdflearn.refinement import cache

import logging
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pandas as pd


def main(inputs: Any, settings: dict[str, Any], outputs: Any) -> None:
    """Write for each file of the batch its likely types, its best fit and what was refined.

    Parameters
    ----------
    inputs : named paths
        index, observations, patterns, model, calibrants; of the catalogue table, xray, neutron and
        types.
    settings : dict
        Of the rule.
    outputs : named paths
        identification, probabilities, parameters, fits, structures, solutions. The last may hold
        the solutions of an earlier run.
    """
    origin = cache.origin()
    solutions_file = Path(outputs.solutions)
    solutions = cache.Solutions.load(solutions_file, origin)
    calibrations = calibrations_of(load_table(inputs.calibrants, columns.CALIBRANTS))
    samples = calibrated(load_samples(inputs.index, inputs.observations), calibrations)
    with np.load(inputs.patterns) as arrays:
        patterns = arrays["patterns"]
    probabilities = type_probabilities(patterns, load_classifier(inputs.model))
    catalogue = load_catalogue(
        CatalogueFiles(inputs.table, inputs.xray, inputs.neutron, inputs.types)
    )
    results, start = [], perf_counter()
    for result in identify_samples(
        samples, probabilities, catalogue, settings["measured/top_n"], solutions
    ):
        results.append(result)
        took, start = perf_counter() - start, perf_counter()
        name, best = printable(result.sample.file), result.types[0]
        line = verdict_line(name, best["verdict"], best["structure_type"], best["rw"])
        logs.VERDICT.info("%s", line)
        logging.info("%s took %.1f s", name, took)
    both = answer_both_ways(results, probabilities, catalogue, solutions)
    save_table(outputs.both_ways, both)
    probabilities.insert(0, "file", np.array([sample.file for sample in samples], dtype=str))
    save_table(outputs.probabilities, probabilities)
    save_table(outputs.identification, identification_table(results))
    save_table(outputs.parameters, parameters_table(results))
    save_arrays(outputs.fits, **fit_arrays(results))
    files = [(name, text) for result in results for name, text in result.files.items()]
    save_table(outputs.structures, pd.DataFrame(files, columns=["name", "text"]))
    solutions.save(solutions_file, origin)
    logging.info("%d refinements, %d of them new", len(solutions.used), solutions.new)


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input, snakemake.params.settings, snakemake.output)
