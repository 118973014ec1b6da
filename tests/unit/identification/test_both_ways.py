"""Samples with a label, identified blind and with their elements."""

import pandas as pd
import pytest
from identification_cases import even_probabilities, make_catalogue, measured

from pdflearn.identification.both_ways import (
    COLUMNS,
    EVERY,
    SCORE_COLUMNS,
    answer_both_ways,
    is_compound,
    score_both_ways,
)
from pdflearn.identification.sample import identify_samples
from pdflearn.measured.samples import MeasuredSample
from pdflearn.refinement.cache import Solutions


def test_one_file_of_a_sample_is_identified_both_ways_and_its_answer_is_kept():
    catalogue = make_catalogue(["Ni fcc", "FeNi L1_0", "Fe bcc"])
    known = {
        "radiation": "xray", "observation": measured(("Ni fcc", 1.0)), "sample": "nickel",
        "source": "public", "composition": "Ni", "label": "fcc",
    }  # fmt: skip
    samples = [
        MeasuredSample("a.gr", **known),
        MeasuredSample("b.gr", **known),  # the same sample once more
        MeasuredSample("c.gr", **{**known, "source": "user", "sample": "hint of a header"}),
        MeasuredSample("d.gr", **{**known, "label": "none", "sample": "d"}),
    ]
    even = even_probabilities(catalogue)
    probabilities = pd.DataFrame([even] * len(samples))
    solutions = Solutions()
    results = list(identify_samples(samples[:1], probabilities, catalogue, 3, solutions))
    results += [type(results[0])(s, *list(vars(results[0]).values())[1:]) for s in samples[1:]]
    table = answer_both_ways(results, probabilities, catalogue, solutions)
    assert set(table["sample"]) == {"nickel"}
    assert set(table["known"]) == {"blind", "elements"}
    scores = score_both_ways(table)
    assert scores.iloc[0]["compound"] == "Ni"
    assert scores.iloc[-1]["sample"] == EVERY
    assert scores.iloc[-1]["compound_right"] == 1.0


def test_a_type_alone_is_no_compound():
    rows = [("a", "xray", "rocksalt", "FeO", "elements", 1, "rocksalt", "MgO", "accepted")]
    score = score_both_ways(pd.DataFrame(rows, columns=COLUMNS)).iloc[0]
    assert (score["rank_elements"], score["compound_right"]) == (1.0, 0.0)
    assert list(score_both_ways(pd.DataFrame(columns=COLUMNS)).columns) == SCORE_COLUMNS


@pytest.mark.parametrize(
    ("compound", "formula", "right"),
    [("NiSi", "Si+Ni", False), ("Ni + Si", "Si+Ni", True), ("", "Ni", False), ("Ni", "Ni", True)],
)
def test_every_phase_must_be_right(compound, formula, right):
    assert is_compound(compound, formula) is right
