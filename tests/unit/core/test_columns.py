"""The columns of the tables agree with each other, and with what writes the tables."""

import subprocess
import sys
from pathlib import Path

import pytest

from pdflearn.clustering import series
from pdflearn.core import columns
from pdflearn.core.columns import CsvTable
from pdflearn.identification import results, scores
from pdflearn.measured import samples
from pdflearn.simulation import patterns
from pdflearn.validation import (
    cross_validation,
    curves,
    equivalence,
    novelty,
    snooping,
    splits,
)

TABLES = {name: value for name, value in vars(columns).items() if isinstance(value, CsvTable)}


@pytest.mark.parametrize("name", TABLES)
def test_a_text_column_is_declared_once(name):
    text = TABLES[name].text
    assert len(text) == len(set(text))


@pytest.mark.parametrize(
    ("table", "written"),
    [
        (columns.REJECTED_PATTERNS, patterns.REJECTED_COLUMNS),
        (columns.VALIDATION, cross_validation.COLUMNS),
        (columns.IDENTIFICATION, results.COLUMNS),
        (columns.PARAMETERS, results.PARAMETER_COLUMNS),
        (columns.MEASURED_SCORES, scores.SAMPLE_COLUMNS),
        (columns.MEASURED_SUMMARY, scores.SUMMARY_COLUMNS),
        (columns.MEASURED_INDEX, samples.INDEX_COLUMNS),
        (columns.SERIES, series.COLUMNS),
        (columns.SERIES_CHANGES, series.CHANGE_COLUMNS),
        (columns.LEARNING, curves.LEARNING_COLUMNS),
        (columns.CAPACITY, curves.VALIDATION_COLUMNS),
        (columns.LOSS, curves.LOSS_COLUMNS),
        (columns.SPLITS, splits.COLUMNS),
        (columns.NOVELTY, novelty.COLUMNS),
        (columns.PAIRS, equivalence.COLUMNS),
        (columns.SNOOPING, snooping.COLUMNS),
    ],
)
def test_declared_columns_are_written(table, written):
    assert set(table.text) <= set(written)


def test_a_user_gives_what_is_not_the_workflows_own():
    assert columns.OWN.isdisjoint(columns.GIVEN)
    assert "file" not in columns.OWN  # a labels.csv names its files in it
    assert {"id", "group", "diameter", "visible_type"} <= columns.OWN
    assert set(columns.GIVEN) <= set(columns.STRUCTURE)


def test_only_the_standard_library_is_imported():
    code = "import sys, pdflearn.core.columns; print('numpy' in sys.modules, 'yaml' in sys.modules)"
    call = [sys.executable, "-c", code]
    folder = Path(columns.__file__).parents[2]
    done = subprocess.run(call, cwd=folder, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
