"""From measured samples to the tables and curves of the results."""

import numpy as np
import pandas as pd
import pytest

from pdflearn.core import columns
from pdflearn.identification.messages import ACCEPTED, NONE
from pdflearn.identification.results import COLUMNS, PARAMETER_COLUMNS
from pdflearn.identification.sample import (
    fit_arrays,
    identification_table,
    identify_sample,
    identify_samples,
    parameters_table,
)
from pdflearn.measured.index import unpack_curve
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.cache import Solutions


@pytest.fixture(scope="module")
def results(copper, even, catalogue):
    samples = [
        MeasuredSample("short.gr", fit_error="too short"),
        MeasuredSample("Cu.gr", radiation="xray", observation=copper),
    ]
    probabilities = pd.DataFrame([even, even])
    return list(identify_samples(samples, probabilities, catalogue, top_n=3))


def test_samples_are_answered_in_the_order_given(results):
    assert [result.sample.file for result in results] == ["short.gr", "Cu.gr"]
    assert [result.answer.verdict for result in results] == [NONE, ACCEPTED]
    assert [len(result.structures) for result in results] == [0, 1]


def test_tables_hold_all_samples_and_their_text_columns_are_declared(results):
    types = identification_table(results)
    assert list(types) == COLUMNS
    assert types.groupby("file")["rank"].apply(list).to_dict() == {
        "Cu.gr": [1, 2, 3], "short.gr": [1, 2, 3],
    }  # fmt: skip
    parameters = parameters_table(results)
    assert list(parameters) == PARAMETER_COLUMNS
    assert set(parameters["file"]) == {"Cu.gr"}
    assert set(columns.IDENTIFICATION.text) <= set(COLUMNS)
    assert set(columns.PARAMETERS.text) <= set(PARAMETER_COLUMNS)


def test_fits_are_packed_for_samples_that_have_one(results, copper):
    arrays = fit_arrays(results)
    assert arrays["files"].tolist() == ["Cu.gr"]
    r, measured, calculated = unpack_curve(arrays, 0, "r", "measured", "calculated")
    np.testing.assert_array_equal(r, copper.r)
    np.testing.assert_array_equal(measured, copper.g)
    rw = np.linalg.norm(measured - calculated) / np.linalg.norm(measured)
    assert rw == pytest.approx(results[1].answer.ranked[0].fit.rw)


def test_remembered_fits_give_the_same_answer(copper, even, catalogue):
    sample = MeasuredSample("Cu.gr", radiation="xray", observation=copper)
    first = Solutions()
    result = identify_sample(sample, even, catalogue, 3, first)
    again = Solutions(first.used)
    remembered = identify_sample(sample, even, catalogue, 3, again)
    assert first.new > 0
    assert again.new == 0
    # NaN equals itself in text alone.
    assert repr(remembered.parameters) == repr(result.parameters)
    assert repr(remembered.types) == repr(result.types)
