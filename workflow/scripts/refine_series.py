"""Refine the measured series: each file from its neighbours' results, rival models side by side."""

from pdflearn.study import logs
from pdflearn.core import columns
from pdflearn.core.io import concat, load_table, save_table
from pdflearn.identification import refined_series
from pdflearn.identification.answer_rows import one_a_rank
from pdflearn.identification.catalogue import CatalogueFiles, load_catalogue
from pdflearn.identification.final import FINAL_RECIPE
from pdflearn.identification.series_models import models_of_series
from pdflearn.measured.calibration import calibrated, calibrations_of
from pdflearn.measured.reader import printable
from pdflearn.measured.samples import MeasuredSample, load_samples
from pdflearn.measured.series import find_series
from pdflearn.refinement.recipe import Recipe, recipe_of_text

import logging
from typing import Any

import pandas as pd


def recipe_of(members: list[MeasuredSample]) -> Recipe:
    """The recipe of a series: that of the first of its files of which samples.csv gives one."""
    text = next((sample.recipe for sample in members if sample.recipe), "")
    return recipe_of_text(text, FINAL_RECIPE)


def main(inputs: Any, outputs: Any) -> None:
    """Write the parameters, the fits and where the best model changes, of all series.

    Parameters
    ----------
    inputs : named paths
        index, observations, identification: lists, one a batch; calibrants; of the catalogue table,
        xray, neutron and types.
    outputs : named paths
        parameters, fits, changes.
    """
    batches = zip(inputs.index, inputs.observations, strict=True)
    samples = [sample for files in batches for sample in load_samples(*files)]
    calibrations = calibrations_of(load_table(inputs.calibrants, columns.CALIBRANTS))
    samples = calibrated(sorted(samples, key=lambda sample: sample.file), calibrations)
    answers = one_a_rank(concat([load_table(file) for file in inputs.identification]))
    files = (inputs.table, inputs.xray, inputs.neutron, inputs.types)
    index = pd.DataFrame([sample.to_row() for sample in samples])
    all_series = find_series(index) if len(index) else []
    catalogue = load_catalogue(CatalogueFiles(*files)) if all_series else None
    results = []
    for series in all_series:
        members = [samples[row] for row in series.rows]
        models = models_of_series(members, answers, catalogue)
        logging.info("%s: %s", printable(series.name), ", ".join(models) or "no model is known")
        results.append(refined_series.refine_models(series, members, models, recipe_of(members)))
    empty = refined_series.EMPTY
    for name in ("parameters", "fits", "changes"):
        tables = [getattr(empty, name), *(getattr(result, name) for result in results)]
        save_table(getattr(outputs, name), concat(tables))


if __name__ == "__main__":
    logs.configure_logging(snakemake)
    main(snakemake.input, snakemake.output)
