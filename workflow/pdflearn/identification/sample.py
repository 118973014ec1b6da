"""From a measured sample to its results: search, refinement, verdict, rows of the result tables.

The rule `identify_measured` and the command `pdflearn identify` both use this module.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from diffpy.structure import Structure

from pdflearn.identification.answer_rows import FIT_CURVES, PHASE_CURVES, RANK_CURVES
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.results import (
    COLUMNS,
    PARAMETER_COLUMNS,
    answer_sample,
    exported_files,
    parameter_rows,
    ranked_rows,
    refined_structures,
)
from pdflearn.identification.verdict import Answer
from pdflearn.measured.index import pack_curves
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.cache import Solutions
from pdflearn.refinement.fit import Fit


@dataclass(frozen=True)
class SampleResult:
    """The answer about one sample, and its rows of the result tables.

    Attributes
    ----------
    sample : MeasuredSample
    answer : Answer
        The verdict and the ranked structures.
    types : list of dict
        Rows of identification.csv, the first answer first.
    parameters : list of dict
        Rows of parameters.csv: the refined parameters of the first answer.
    structures : dict
        File name without ending -> refined structure; empty unless the sample is accepted.
    files : dict
        Name of a file for other programs -> its text, as `export_fit` writes them; empty unless the
        sample is accepted.
    """

    sample: MeasuredSample
    answer: Answer
    types: list[dict[str, Any]]
    parameters: list[dict[str, Any]]
    structures: dict[str, Structure]
    files: dict[str, str]


def identify_sample(
    sample: MeasuredSample,
    probabilities: Mapping[str, float],
    catalogue: Catalogue,
    top_n: int,
    solutions: Solutions | None = None,
) -> SampleResult:
    """Identify one measured sample.

    Parameters
    ----------
    sample : MeasuredSample
    probabilities : mapping
        Class -> probability, as the selected model predicts it from the sample's pattern.
    catalogue : Catalogue
        The structures that the curve is compared with.
    top_n : int
        How many types are listed.
    solutions : Solutions, optional
        Solutions of earlier refinements; those of this sample are added.
    """
    answer = answer_sample(sample, probabilities, catalogue, solutions)
    return SampleResult(
        sample=sample,
        answer=answer,
        types=ranked_rows(sample, answer, top_n),
        parameters=parameter_rows(sample.file, answer),
        structures=refined_structures(sample.file, answer),
        files=exported_files(sample, answer),
    )


def identify_samples(
    samples: Iterable[MeasuredSample],
    probabilities: pd.DataFrame,
    catalogue: Catalogue,
    top_n: int,
    solutions: Solutions | None = None,
) -> Iterator[SampleResult]:
    """Identify one sample after the other, in the order given.

    Parameters
    ----------
    samples : iterable of MeasuredSample
    probabilities : DataFrame (n_samples, n_classes)
        See `pdflearn.models.probabilities.type_probabilities`.
    catalogue, top_n, solutions
        See `identify_sample`.
    """
    for row, sample in enumerate(samples):
        of_classes = probabilities.iloc[row].to_dict()
        yield identify_sample(sample, of_classes, catalogue, top_n, solutions)


def identification_table(results: Iterable[SampleResult]) -> pd.DataFrame:
    """The likely types of all samples, as in identification.csv."""
    return pd.DataFrame([row for result in results for row in result.types], columns=COLUMNS)


def parameters_table(results: Iterable[SampleResult]) -> pd.DataFrame:
    """The refined parameters of all samples, as in parameters.csv."""
    rows = [row for result in results for row in result.parameters]
    return pd.DataFrame(rows, columns=PARAMETER_COLUMNS)


def fit_arrays(results: Iterable[SampleResult]) -> dict[str, np.ndarray]:
    """The best fits of all samples that have one, as in fits.npz.

    Returns
    -------
    dict
        `files` (n,), and r (angstrom), G(r) (1/angstrom^2) as measured, as calculated, of each
        phase of a mixture and as calculated for the next ranks, as
        `pdflearn.measured.index.pack_curves` packs them.
    """
    fitted = [result for result in results if result.answer.ranked]
    curves = []
    for result in fitted:
        fit, *others = (item.fit for item in result.answer.ranked)
        curves.append(
            (fit.r, fit.g, fit.calculated, *_phase_curves(fit), *_rank_curves(fit, others))
        )
    return {
        "files": np.array([result.sample.file for result in fitted], dtype=str),
        **pack_curves(curves, FIT_CURVES),
    }


def _phase_curves(fit: Fit) -> list[np.ndarray]:
    """The curve of each phase of a mixture, then arrays of NaN; of one phase these alone."""
    partials = list(fit.partials) if len(fit.partials) > 1 else []
    return partials + [np.full(len(fit.r), np.nan)] * (len(PHASE_CURVES) - len(partials))


def _rank_curves(first: Fit, others: list[Fit]) -> list[np.ndarray]:
    """The calculated curves of the next ranks; arrays of NaN where there is none on the same r."""
    missing = np.full(len(first.r), np.nan)
    curves = [
        fit.calculated if np.array_equal(fit.r, first.r) else missing
        for fit in others[: len(RANK_CURVES)]
    ]
    return curves + [missing] * (len(RANK_CURVES) - len(curves))
