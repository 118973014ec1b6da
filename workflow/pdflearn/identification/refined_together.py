"""What samples.csv asks for beyond one fit a file: ranges in a row, joint fits, shared values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from pdflearn.core.errors import PdflearnError
from pdflearn.identification.catalogue import Catalogue
from pdflearn.identification.final import FINAL_RECIPE
from pdflearn.identification.series_models import models_of_series
from pdflearn.measured.samples import MeasuredSample
from pdflearn.measured.series import Series
from pdflearn.refinement import boxcar
from pdflearn.refinement.linked import Dataset, LinkedFit, refine_joint, refine_linked
from pdflearn.refinement.phase import Phase
from pdflearn.refinement.recipe import recipe_of_text

BOXCAR_COLUMNS = ["file", "model", *boxcar.COLUMNS]
TOGETHER_COLUMNS = [
    "name", "kind", "model", "file", "rw", "rw_alone", "parameter", "shared", "value", "stderr",
    "unit", "note",
]  # fmt: skip
JOINT, SERIES = "joint", "series"


def boxcar_table(
    samples: Sequence[MeasuredSample], answers: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """The ranges in a row of the files that ask for them, columns `BOXCAR_COLUMNS`.

    Parameters
    ----------
    samples : sequence of MeasuredSample
        Those whose `boxcar` is "width step" (angstrom) are refined.
    answers : DataFrame
        The rows of identification.csv.
    catalogue : Catalogue
    """
    tables = []
    for sample in samples:
        if not sample.boxcar:
            continue
        head = {"file": sample.file, "model": ""}
        try:
            name, phases = _model([sample], answers, catalogue)
            width, step = (float(number) for number in sample.boxcar.split())
            result = boxcar.refine_boxcar(
                sample.whole, phases, width=width, step=step,
                recipe=recipe_of_text(sample.recipe, FINAL_RECIPE),
            )  # fmt: skip
            tables.append(result.table().assign(**head | {"model": name}))
        except PdflearnError as error:
            tables.append(pd.DataFrame([head | {"parameter": "", "note": str(error)}]))
    if not tables:
        return pd.DataFrame(columns=BOXCAR_COLUMNS)
    return pd.concat(tables, ignore_index=True).reindex(columns=BOXCAR_COLUMNS)


def together_table(
    samples: Sequence[MeasuredSample],
    all_series: Sequence[Series],
    answers: pd.DataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Joint fits, and series with shared parameters, columns `TOGETHER_COLUMNS`.

    Parameters
    ----------
    samples : sequence of MeasuredSample
        Files with one word in `joint` are one sample, such as by X-rays and neutrons. `shared` of
        the files of a series names the parameters that the series shares.
    all_series : sequence of Series
        Their rows count the samples.
    answers : DataFrame
    catalogue : Catalogue
    """
    rows: list[dict[str, Any]] = []
    groups: dict[str, list[MeasuredSample]] = {}
    for sample in samples:
        if sample.joint:
            groups.setdefault(sample.joint, []).append(sample)
    for name, members in sorted(groups.items()):
        along = np.zeros(len(members)), ""
        rows += _rows(name, JOINT, members, along, {}, answers, catalogue)
    for series in all_series:
        members = [samples[row] for row in series.rows]
        links = _links(members)
        if links:
            along = series.x, series.x_name
            rows += _rows(series.name, SERIES, members, along, links, answers, catalogue)
    return pd.DataFrame(rows, columns=TOGETHER_COLUMNS)


def _links(members: Sequence[MeasuredSample]) -> dict[str, str]:
    """The links that the files of a series ask for."""
    texts = dict.fromkeys(text for sample in members for text in sample.shared.split())
    return {name: kind for name, _, kind in (text.partition("=") for text in texts)}


def _rows(
    name: str,
    kind: str,
    members: Sequence[MeasuredSample],
    along: tuple[np.ndarray, str],
    links: Mapping[str, str],
    answers: pd.DataFrame,
    catalogue: Catalogue,
) -> Iterator[dict[str, Any]]:
    """The rows of one joint fit, or of one series with links; `along`: places and their name."""
    head: dict[str, Any] = {"name": name, "kind": kind, "model": ""}
    places = [k for k, sample in enumerate(members) if sample.whole is not None]
    fitted = [members[k] for k in places]
    try:
        if len(fitted) < 2:
            raise PdflearnError("at least two files that can be fitted are needed")
        head["model"], phases = _model(fitted, answers, catalogue)
        datasets = [
            Dataset(
                sample.whole,
                [replace(phase, radiation=sample.whole.radiation) for phase in phases],
                recipe_of_text(sample.recipe, FINAL_RECIPE),
                float(along[0][k]),
            )
            for k, sample in zip(places, fitted, strict=True)
        ]
        result = refine_joint(datasets) if kind == JOINT else refine_linked(datasets, links)
        yield from _result_rows(head, fitted, result, _unit_of(along[1]))
    except PdflearnError as error:
        yield head | {"file": "", "parameter": "", "shared": False, "unit": "", "note": str(error)}


def _unit_of(x_name: str) -> str:
    """The unit of what varies along a series: "K" of "temperature (K)", else nothing."""
    return x_name.partition("(")[2].rstrip(")")


def _result_rows(
    head: Mapping[str, Any], members: Sequence[MeasuredSample], result: LinkedFit, x_unit: str
) -> Iterator[dict[str, Any]]:
    tables = [("", result.rw, np.nan, True, result.shared)]
    tables += [
        (sample.file, fit.rw, alone, False, fit.parameters)
        for sample, fit, alone in zip(members, result.fits, result.rw_alone, strict=True)
    ]
    for file, rw, alone, shared, parameters in tables:
        for item in parameters.values():
            if shared or item.name not in result.shared:
                per = f"/{x_unit}" if x_unit and item.name.endswith("_slope") else ""
                yield {
                    **head, "file": file, "rw": rw, "rw_alone": alone, "parameter": item.name,
                    "shared": shared, "value": item.value, "stderr": item.stderr,
                    "unit": f"{item.unit}{per}", "note": item.note,
                }  # fmt: skip


def _model(
    members: Sequence[MeasuredSample], answers: pd.DataFrame, catalogue: Catalogue
) -> tuple[str, list[Phase]]:
    """The first model of some files of one sample."""
    if all(sample.whole is None for sample in members):
        raise PdflearnError(f"it could not be fitted: {members[0].fit_error}")
    models = models_of_series(members, answers, catalogue)
    if not models:
        raise PdflearnError(
            "no structure is known for it: name one under `structure` in samples.csv"
        )
    return next(iter(models.items()))
