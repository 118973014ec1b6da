"""The rows of the result tables, and the refined structures."""

import math
from dataclasses import replace

import pytest
from identification_cases import measured

from pdflearn.core.tasks import NUMBER_COLUMNS, NUMBERS_NOTE
from pdflearn.identification.messages import ACCEPTED, NONE, NOTHING_REFINED
from pdflearn.identification.request import Request
from pdflearn.identification.results import (
    COLUMNS,
    PARAMETER_COLUMNS,
    answer_sample,
    exported_files,
    parameter_rows,
    ranked_rows,
    refined_structures,
)
from pdflearn.identification.verdict import Answer, identify
from pdflearn.measured.samples import MeasuredSample


def test_refined_types_come_first_and_likely_ones_fill_up(copper, copper_answer):
    sample = MeasuredSample("Cu.gr", radiation="xray", observation=copper)
    few = replace(
        copper_answer, ranked=copper_answer.ranked[:2], probabilities={"fcc": 0.5, "hcp": 0.2}
    )
    rows = ranked_rows(sample, few, 3)
    assert [row["rank"] for row in rows] == [1, 2, 3]
    assert [row["structure_type"] for row in rows[::2]] == ["fcc", "hcp"]
    assert set(rows[0]) == set(COLUMNS) - {
        *NUMBER_COLUMNS,
        NUMBERS_NOTE,
    }
    assert (rows[0]["structure"], rows[0]["probability"]) == ("Ni fcc", 0.5)
    assert rows[2]["structure"] == ""
    assert math.isnan(rows[2]["rw"])
    assert math.isnan(rows[1]["probability"])  # the model said nothing of it
    assert [bool(row["reason"]) for row in rows] == [True, False, False]
    unknown = ranked_rows(replace(sample, radiation=""), few, 1)
    assert unknown[0]["reason"].endswith(" The radiation is not known; xray fits best.")


def test_parameters_have_their_errors_and_units(copper_answer):
    rows = {row["parameter"]: row for row in parameter_rows("Cu.gr", copper_answer)}
    names = ["rw", "r_min", "r_max", "a", "u_iso_Ni", "delta2", "diameter", "scale", "q_damp"]
    assert list(rows) == names
    assert set(rows["a"]) == set(PARAMETER_COLUMNS)
    assert rows["a"]["value"] == pytest.approx(3.615, abs=0.01)
    assert 0 < rows["a"]["stderr"] < 0.01
    units = {name: row["unit"] for name, row in rows.items() if row["unit"]}
    assert units == {
        "r_min": "A", "r_max": "A", "a": "A", "u_iso_Ni": "A^2", "delta2": "A^2",
        "diameter": "A", "q_damp": "1/A",
    }  # fmt: skip


def test_a_structure_whose_elements_are_not_known_says_so(copper_answer):
    titles = [s.title for s in refined_structures("a.gr", copper_answer).values()]
    assert titles == [
        "fcc, refined from Ni fcc; only the type is claimed, the elements are the library's"
    ]


def test_a_known_composition_gives_the_elements(copper, even, catalogue):
    answer = identify(copper, even, catalogue, Request.of_chemistry("Cu"))
    assert answer.verdict == ACCEPTED
    assert "elements" not in answer.reason
    (structure,) = refined_structures("a.gr", answer).values()
    assert structure.title == "fcc, refined from Ni fcc"
    assert {atom.element for atom in structure} == {"Cu"}


def test_a_mixture_has_two_structures_and_fractions(even, catalogue):
    seen = measured(("Si diamond", 0.6), ("Ni fcc", 0.4))
    answer = identify(seen, even, catalogue)
    assert len(refined_structures("a.gr", answer)) == 2
    values = {row["parameter"]: row["value"] for row in parameter_rows("a.gr", answer)}
    assert values["1_fraction"] + values["2_fraction"] == pytest.approx(1.0)
    assert {"1_a", "2_a", "1_scale", "q_damp"} <= set(values)


def test_a_mixture_has_a_row_for_each_phase(even, catalogue):
    seen = measured(("Si diamond", 0.6), ("Ni fcc", 0.4))
    sample = MeasuredSample("a.gr", radiation="xray", observation=seen)
    rows = ranked_rows(sample, identify(seen, even, catalogue), 2)
    assert [(row["rank"], row["phase"]) for row in rows] == [(1, 1), (1, 2), (2, 1)]
    assert {row["structure_type"] for row in rows[:2]} == {"diamond+fcc"}
    assert {row["phase_type"] for row in rows[:2]} == {"diamond", "fcc"}
    for of in ("atoms", "mass", "volume"):
        assert sum(row[f"fraction_{of}"] for row in rows[:2]) == pytest.approx(1.0, abs=1e-3)
        assert all(0 < row[f"fraction_{of}_stderr"] < 0.05 for row in rows[:2])
    assert rows[2]["fraction_atoms"] == 1.0
    assert math.isnan(rows[2]["fraction_atoms_stderr"])


def test_a_curve_that_nothing_can_be_refined_against_says_so_and_no_more(copper, even, catalogue):
    flat = MeasuredSample("a.gr", observation=replace(copper, g=1e-310 * copper.g))
    short = MeasuredSample("a.gr", fit_error="too short")
    for sample, reason in (
        (flat, NOTHING_REFINED),
        (short, "It could not be fitted: too short."),
    ):
        answer = answer_sample(sample, even, catalogue)
        first = ranked_rows(sample, answer, 3)[0]
        assert (first["verdict"], first["reason"]) == (NONE, reason)
        assert parameter_rows("a.gr", answer) == []
        assert refined_structures("a.gr", answer) == {}


def test_an_accepted_sample_is_exported(copper, copper_answer):
    files = exported_files(MeasuredSample("run/Cu 1.gr", observation=copper), copper_answer)
    (stem,) = {name.rpartition(".")[0] for name in files}
    assert stem.startswith("Cu_1-")
    assert sorted(name.rpartition(".")[2] for name in files) == ["cif", "fgr", "py", "stru"]
    assert files[f"{stem}.stru"].startswith("title   fcc, refined from Ni fcc; only the type")


def test_what_is_not_accepted_has_no_structure(copper, copper_answer):
    assert isinstance(copper_answer, Answer)
    refused = replace(copper_answer, verdict=NONE)
    assert exported_files(MeasuredSample("a.gr", observation=copper), refused) == {}
    assert refined_structures("a.gr", replace(copper_answer, verdict=NONE)) == {}
